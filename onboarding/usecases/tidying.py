"""Use case: what nobody needs any more of people and their doors is forgotten."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlmodel import Session, col, delete, or_, select

from onboarding import clock
from onboarding.accounts.lockout import FORGOTTEN_AFTER
from onboarding.accounts.models import EndedSession, MailedLink, WrongPasswords
from onboarding.accounts.people import SYSTEM
from onboarding.audit.events import HandOverDestroyed
from onboarding.audit.log import record
from onboarding.notify.models import HostEvent, OutgoingMail
from onboarding.oauth.models import Authorisation, Consent, ConsentLink, HandOver
from onboarding.usecases.transaction import change
from onboarding.vault.hand_overs import drop_hand_over

KEPT = timedelta(days=30)
"""How long a link explains that it is over, and a mail that never left stays. After that not even the address is."""
TOLD_KEPT = timedelta(days=90)
"""How long the log of what the host was told goes back."""


def forget_the_old() -> None:
    """Delete what is long over: links, dropped mails, events for the host, tries, ended sessions, questions of consent.

    Consents that wait to be handed over are destroyed when their time is over. The audit log keeps what happened.
    """
    at = clock.now()
    with change() as db:
        db.exec(delete(MailedLink).where(col(MailedLink.expires_at) < at - KEPT))
        db.exec(delete(OutgoingMail).where(col(OutgoingMail.dropped_at) < at - KEPT))
        over = or_(col(HostEvent.delivered_at) < at - TOLD_KEPT, col(HostEvent.given_up_at) < at - TOLD_KEPT)
        db.exec(delete(HostEvent).where(col(HostEvent.next_at).is_(None), over))
        db.exec(delete(WrongPasswords).where(col(WrongPasswords.last_at) < at - FORGOTTEN_AFTER))
        # Kept for much longer than its cookie lasts: a clock that ran ahead for a while must not bring it back.
        db.exec(delete(EndedSession).where(col(EndedSession.expires_at) < at - KEPT))
        _destroy_unclaimed(db, at)
        _forget_questions(db, at - KEPT)


def _destroy_unclaimed(db: Session, at: datetime) -> None:
    """Consents whose code nobody handed over in time."""
    waiting = select(HandOver).where(col(HandOver.ended_at).is_(None), HandOver.expires_at <= at)
    for row in db.exec(waiting.with_for_update()).all():
        assert row.id is not None
        row.ended_at = at
        db.add(row)
        drop_hand_over(db, row.id)
        record(db, SYSTEM.audit_name, HandOverDestroyed(row.id, why="unclaimed"))


def _forget_questions(db: Session, before: datetime) -> None:
    """Questions for consent, and hand-overs that ended, that nothing refers to."""
    db.exec(delete(HandOver).where(col(HandOver.ended_at) < before))
    given = select(Consent.authorisation_id).where(col(Consent.authorisation_id).is_not(None))
    waiting = select(HandOver.authorisation_id)
    is_over = col(Authorisation.expires_at) < before
    db.exec(
        delete(Authorisation).where(is_over, col(Authorisation.id).not_in(given), col(Authorisation.id).not_in(waiting))
    )
    linked = select(Authorisation.link_id).where(col(Authorisation.link_id).is_not(None))
    db.exec(delete(ConsentLink).where(col(ConsentLink.expires_at) < before, col(ConsentLink.id).not_in(linked)))
