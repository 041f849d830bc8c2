"""Use case: what nobody needs any more of people and their doors is forgotten."""

from __future__ import annotations

from datetime import timedelta

from sqlmodel import col, delete, or_

from onboarding import clock
from onboarding.accounts.lockout import FORGOTTEN_AFTER
from onboarding.accounts.models import EndedSession, MailedLink, WrongPasswords
from onboarding.notify.models import HostEvent, OutgoingMail
from onboarding.usecases.transaction import change

KEPT = timedelta(days=30)
"""How long a link explains that it is over, and a mail that never left stays. After that not even the address is."""
TOLD_KEPT = timedelta(days=90)
"""How long the log of what the host was told goes back."""


def forget_the_old() -> None:
    """Delete what is long over: links, dropped mails, events for the host, tries, ended sessions.

    The audit log keeps what happened.
    """
    at = clock.now()
    with change() as db:
        db.exec(delete(MailedLink).where(col(MailedLink.expires_at) < at - KEPT))
        db.exec(delete(OutgoingMail).where(col(OutgoingMail.dropped_at) < at - KEPT))
        over = or_(col(HostEvent.delivered_at) < at - TOLD_KEPT, col(HostEvent.given_up_at) < at - TOLD_KEPT)
        db.exec(delete(HostEvent).where(col(HostEvent.next_at).is_(None), over))
        db.exec(delete(WrongPasswords).where(col(WrongPasswords.last_at) < at - FORGOTTEN_AFTER))
        db.exec(delete(EndedSession).where(col(EndedSession.expires_at) < at))
