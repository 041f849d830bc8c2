"""Jobs asked for anew, where the app's tables are all there is: whatever has not ended, by what its row says."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import Session, col, select

from onboarding.checks.models import Run
from onboarding.clock import now
from onboarding.engine import Job, enqueue
from onboarding.notify.models import HostEvent, OutgoingMail
from onboarding.usecases.runs import UNFINISHED
from onboarding.usecases.tending import idle, left_halfway


@dataclass(frozen=True, slots=True)
class _Asked:
    about: int | str
    attempt: int
    """How often it was begun: the job of the next attempt has another id than those that its end may ask for."""
    job_id: str
    due: datetime | None


def ask_again(db: Session) -> dict[Job, int]:
    """Ask for every job that has not ended, in the caller's writing transaction; how many of each.

    A run that was under way begins anew, as after a kill; what waits goes on waiting until its time. The database
    must not know of these jobs yet.
    """
    counts: dict[Job, int] = {}
    for job, unfinished in UNENDED.items():
        counts[job] = 0
        for asked in unfinished(db):
            wait = 0.0 if asked.due is None else max(0.0, (asked.due - now()).total_seconds())
            job_id = f"{asked.job_id}-{asked.attempt}" if asked.attempt else asked.job_id
            enqueue(db, job, asked.about, delay=wait, job_id=job_id)
            counts[job] += 1
    return counts


def _runs(db: Session) -> Iterator[_Asked]:
    query = select(Run.id, Run.attempt, Run.next_at).where(col(Run.state).in_(UNFINISHED)).order_by(col(Run.asked_at))
    for run_id, attempt, next_at in db.exec(query).all():
        yield _Asked(run_id, attempt, run_id, next_at)


def _mails(db: Session) -> Iterator[_Asked]:
    waiting = (col(OutgoingMail.sent_at).is_(None), col(OutgoingMail.dropped_at).is_(None))
    query = select(OutgoingMail.id, OutgoingMail.attempts, OutgoingMail.leaves_at).where(*waiting)
    for mail_id, attempts, leaves_at in db.exec(query.order_by(col(OutgoingMail.id))).all():
        assert mail_id is not None
        yield _Asked(mail_id, attempts, f"mail-{mail_id}", leaves_at)


def _host_events(db: Session) -> Iterator[_Asked]:
    query = select(HostEvent.id, HostEvent.attempts, HostEvent.next_at).where(col(HostEvent.next_at).is_not(None))
    for number, attempts, next_at in db.exec(query.order_by(col(HostEvent.id))).all():
        assert number is not None
        yield _Asked(number, attempts, f"webhook-{number}", next_at)


def _consents(db: Session) -> Iterator[_Asked]:
    for needy in (*left_halfway(db), *idle(db)):
        yield _Asked(needy.consent_id, 0, needy.job_id, now() + timedelta(seconds=needy.delay))


UNENDED: Mapping[Job, Callable[[Session], Iterator[_Asked]]] = {
    "run_checklist": _runs,
    "send_mail": _mails,
    "tell_host": _host_events,
    "tend_consent": _consents,
}
"""Per kind of job, what of it has not ended."""
