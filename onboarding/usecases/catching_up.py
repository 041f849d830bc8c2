"""Use case: what waits for a time that is further away than anything waits is done now: the clock was put back."""

from __future__ import annotations

from datetime import datetime, timedelta

import structlog
from sqlmodel import Session, col, select

from onboarding.checks.models import Run, RunState
from onboarding.clock import now
from onboarding.engine import enqueue
from onboarding.notify.models import OutgoingMail
from onboarding.tickets.models import Message
from onboarding.usecases.transaction import change

log = structlog.get_logger(__name__)

LONGEST_PAUSE = timedelta(days=1)
"""No package asks us to wait this long."""
LONGEST_DELAY = timedelta(minutes=15)
"""No reply waits this long before it leaves."""


def catch_up() -> int:
    """Bring runs, mails and replies that wait for a time of another clock to the present; how many there were."""
    at = now()
    with change() as db:
        runs, mails, replies = _runs(db, at), _mails(db, at), _replies(db, at)
    found = runs + mails + replies
    if found:
        log.warning("the clock was put back: what waited is done now", runs=runs, mails=mails, replies=replies)
    return found


def _runs(db: Session, at: datetime) -> int:
    far = select(Run).where(Run.state == RunState.WAITING, col(Run.next_at) > at + LONGEST_PAUSE)
    runs = db.exec(far.with_for_update()).all()
    for run in runs:
        run.next_at = at
        db.add(run)
        enqueue(db, "run_checklist", run.id, job_id=f"{run.id}-{run.attempt}-{int(at.timestamp())}")
    return len(runs)


def _mails(db: Session, at: datetime) -> int:
    waits = (col(OutgoingMail.sent_at).is_(None), col(OutgoingMail.dropped_at).is_(None))
    far = select(OutgoingMail).where(*waits, OutgoingMail.leaves_at > at + LONGEST_DELAY)
    mails = db.exec(far.with_for_update()).all()
    for mail in mails:
        assert mail.id is not None
        mail.leaves_at = at
        db.add(mail)
        enqueue(db, "send_mail", mail.id, job_id=f"mail-{mail.id}-{int(at.timestamp())}")
    return len(mails)


def _replies(db: Session, at: datetime) -> int:
    """Replies that the club would not see for long; their mail is one of the mails."""
    replies = db.exec(select(Message).where(Message.leaves_at > at + LONGEST_DELAY).with_for_update()).all()
    for message in replies:
        message.leaves_at = at
        db.add(message)
    return len(replies)
