"""Use cases of the link for the bookkeeper: made, shown once, withdrawn, looked at, and used by giving consent."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from sqlmodel import Session, col, select

import connectors
from onboarding.accounts.models import Club
from onboarding.accounts.people import Actor
from onboarding.audit.events import ConsentLinkMade, ConsentLinkRevoked
from onboarding.audit.log import record
from onboarding.clock import now
from onboarding.connections.models import CredentialVersion
from onboarding.db import session
from onboarding.hosts import gives_consent
from onboarding.oauth import states
from onboarding.oauth.models import ConsentLink
from onboarding.tickets.models import Ticket
from onboarding.usecases.editing import EDITABLE, editable
from onboarding.usecases.refusals import NotFound, Refusal
from onboarding.usecases.transaction import change

LASTS = timedelta(days=7)
"""How long a link can be used."""


class LinkState(StrEnum):
    """What a link is good for."""

    FRESH = "fresh"
    USED = "used"
    REVOKED = "revoked"
    EXPIRED = "expired"
    CLOSED = "closed"
    """The item was sent or closed meanwhile."""
    UNKNOWN = "unknown"


class LinkGone(Refusal):
    """A link that opens nothing (any more); ``state`` says why."""

    def __init__(self, state: LinkState) -> None:
        super().__init__(f"link {state}")
        self.state = state


@dataclass(frozen=True, slots=True)
class LinkPage:
    """What somebody with the link sees: nothing but this step. ``problem`` is what went wrong the last time."""

    package: str
    package_name: str
    club: str
    reference: str
    state: LinkState
    problem: dict[str, str]


def make(actor: Actor, number: int, version: int) -> str:
    """A new link for the ticket; gives its token, which is shown once. The one before it stops working."""
    token = states.new_value()
    with change() as db:
        ticket = editable(db, actor, number, version)
        connector = connectors.get(ticket.package)
        if not gives_consent(connector):
            raise NotFound
        _revoke(db, actor, number)
        at = now()
        assert actor.user_id is not None
        link = ConsentLink(
            ticket_id=number,
            token_hash=states.digest(token),
            created_by=actor.user_id,
            created_at=at,
            expires_at=at + LASTS,
        )
        db.add(link)
        db.flush()
        assert link.id is not None
        record(db, actor.audit_name, ConsentLinkMade(link.id, ticket=number))
    return token


def revoke(actor: Actor, number: int, version: int) -> None:
    """The link of the ticket stops working."""
    with change() as db:
        editable(db, actor, number, version)
        _revoke(db, actor, number)


def look(token: str) -> LinkPage:
    """What a link is for, without using it. Raises ``LinkGone`` when it is nobody's, and says else how it stands."""
    link = _find(session(), token)
    ticket = session().get_one(Ticket, link.ticket_id)
    row = session().get_one(CredentialVersion, ticket.version_id)
    return LinkPage(
        package=ticket.package,
        package_name=connectors.get(ticket.package).name,
        club=session().get_one(Club, ticket.club_id).name,
        reference=row.shown.get("reference", ""),
        state=state_of(link, ticket),
        problem=link.problem,
    )


def usable(db: Session, token: str) -> tuple[ConsentLink, Ticket]:
    """The link and its ticket, while it can be used; raises ``LinkGone``."""
    link = _find(db, token)
    ticket = db.get_one(Ticket, link.ticket_id)
    state = state_of(link, ticket)
    if state is not LinkState.FRESH:
        raise LinkGone(state)
    return link, ticket


def state_of(link: ConsentLink, ticket: Ticket) -> LinkState:
    """How a link stands now."""
    if link.used_at is not None:
        return LinkState.USED
    if link.revoked_at is not None:
        return LinkState.REVOKED
    if link.expires_at <= now():
        return LinkState.EXPIRED
    return LinkState.FRESH if ticket.state in EDITABLE else LinkState.CLOSED


def newest(db: Session, number: int) -> ConsentLink | None:
    """The link of a ticket that was made last."""
    query = select(ConsentLink).where(ConsentLink.ticket_id == number).order_by(col(ConsentLink.id).desc())
    return db.exec(query.limit(1)).first()


def _find(db: Session, token: str) -> ConsentLink:
    link = db.exec(select(ConsentLink).where(ConsentLink.token_hash == states.digest(token))).one_or_none()
    if link is None:
        raise LinkGone(LinkState.UNKNOWN)
    return link


def _revoke(db: Session, actor: Actor, number: int) -> None:
    """End the links of a ticket that can still be used."""
    open_ones = select(ConsentLink).where(
        ConsentLink.ticket_id == number, col(ConsentLink.used_at).is_(None), col(ConsentLink.revoked_at).is_(None)
    )
    for link in db.exec(open_ones.with_for_update()).all():
        link.revoked_at = now()
        db.add(link)
        assert link.id is not None
        record(db, actor.audit_name, ConsentLinkRevoked(link.id, ticket=number))
