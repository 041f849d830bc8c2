"""Use case: a mail of the outbox leaves, once, with attempts that grow apart when the server cannot take it."""

from __future__ import annotations

from typing import NamedTuple

import structlog
from sqlmodel import Session

from onboarding.accounts import links
from onboarding.audit.events import MailGivenUp
from onboarding.audit.log import record
from onboarding.clock import now
from onboarding.engine import enqueue
from onboarding.notify.mail import Undeliverable, render, send
from onboarding.notify.models import OutgoingMail
from onboarding.usecases.transaction import change

log = structlog.get_logger(__name__)

PAUSES = (60, 300, 900, 3600, 4 * 3600, 12 * 3600)
"""Seconds until each further attempt; after the last one the mail is given up."""


class _Leaving(NamedTuple):
    template: str
    to: str
    language: str
    context: dict[str, object]
    token: str
    attempt: int


def deliver(mail_id: int) -> None:
    """Send a mail if it still has to be sent; when that fails, ask for the next attempt."""
    with change() as db:
        leaving = _take(db, mail_id)
    if leaving is None:
        return
    try:
        rendered = render(leaving.template, leaving.language, leaving.context, leaving.token)
        send(rendered, leaving.to, mail_id)
    except Undeliverable as problem:
        _give_up(mail_id, f"refused: {problem}")
    except Exception as problem:  # noqa: BLE001  (whatever it is, the mail is not lost)
        _try_later(mail_id, leaving.attempt, type(problem).__name__)
    else:
        with change() as db:
            mail = db.get_one(OutgoingMail, mail_id)
            mail.sent_at, mail.problem = now(), ""
            db.add(mail)


def _take(db: Session, mail_id: int) -> _Leaving | None:
    """Count the attempt, and give a mailed link the token that this attempt carries; None when nothing is to leave."""
    mail = db.get(OutgoingMail, mail_id, with_for_update=True)
    if mail is None or mail.sent_at is not None or mail.dropped_at is not None:
        return None
    token = ""
    if "link" in mail.context:
        token = links.give_token(db, mail.context["link"]) or ""
        if not token:
            mail.dropped_at = now()
            db.add(mail)
            return None
    mail.attempts += 1
    db.add(mail)
    return _Leaving(mail.template, mail.to, mail.language, dict(mail.context), token, mail.attempts)


def _try_later(mail_id: int, attempt: int, problem: str) -> None:
    if attempt > len(PAUSES):
        _give_up(mail_id, problem)
        return
    pause = PAUSES[attempt - 1]
    log.warning("a mail could not be sent", mail=mail_id, attempt=attempt, problem=problem, again_in=pause)
    with change() as db:
        mail = db.get_one(OutgoingMail, mail_id)
        mail.problem = problem
        db.add(mail)
        enqueue(db, "send_mail", mail_id, delay=pause, job_id=f"mail-{mail_id}-{attempt}")


def _give_up(mail_id: int, problem: str) -> None:
    log.error("a mail is given up", mail=mail_id, problem=problem)
    with change() as db:
        mail = db.get_one(OutgoingMail, mail_id)
        mail.problem, mail.dropped_at = problem[:200], now()
        db.add(mail)
        record(db, "system", MailGivenUp(mail_id=mail_id, template=mail.template))
