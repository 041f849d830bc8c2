"""The system: a connection in force lives by a consent that is no longer valid, and the club hears of it once."""

from __future__ import annotations

import structlog
from sqlmodel import Session, col, select

from onboarding.accounts.people import SYSTEM, members
from onboarding.connections.models import Connection, ConnectionState, CredentialVersion
from onboarding.notify.models import HostNews
from onboarding.oauth.models import Consent, ConsentState
from onboarding.tickets.events import CONSENT_DIED
from onboarding.tickets.lifecycle import CLOSED, Kind, Move, Part, State, rule_for
from onboarding.tickets.models import Ticket
from onboarding.usecases.host_events import tell_host
from onboarding.usecases.moving import Moving, Note, carry_out, digest, write_event
from onboarding.usecases.re_entering import next_version, open_ticket
from onboarding.usecases.telling import tell_club
from onboarding.usecases.transaction import change

log = structlog.get_logger(__name__)


def needs_consent(consent_id: int) -> None:
    """Say that the connection which lives by this consent needs a new one: one item, one mail, one event.

    Done twice it is done once; what waits for the next sweep was killed halfway.
    """
    with change() as db:
        consent = db.get_one(Consent, consent_id)
        ticket = _open_ticket(db, consent.connection_id)  # locked before the connection, as every move does
        connection = db.get_one(Connection, consent.connection_id, with_for_update=True)
        live = db.get(CredentialVersion, connection.live_version_id) if connection.live_version_id else None
        if consent.state is not ConsentState.DEAD or connection.state is not ConnectionState.ACTIVE:
            return
        if live is None or live.consent_id != consent_id:
            return
        connection.state = ConnectionState.ATTENTION
        db.add(connection)
        moving = _told(db, ticket, consent_id) if ticket is not None else _asked(db, connection, live, consent)
        if moving is not None:
            tell_club(moving, "consent_needed", f"consent-{consent_id}", {"why": dict(consent.problem)})
        tell_host(db, connection, HostNews.ATTENTION, f"consent-{consent_id}", moving.number if moving else None)


def _open_ticket(db: Session, connection_id: int) -> Ticket | None:
    """The item in which the club enters new codes already."""
    query = select(Ticket).where(
        Ticket.connection_id == connection_id, Ticket.kind == Kind.RE_ENTER, col(Ticket.state).not_in(CLOSED)
    )
    return db.exec(query.order_by(col(Ticket.id)).with_for_update()).first()


def _told(db: Session, ticket: Ticket, consent_id: int) -> Moving:
    moving = Moving(db, ticket, SYSTEM)
    write_event(moving, CONSENT_DIED, Note(), digest(SYSTEM, "consent died", consent_id))
    ticket.news_for_club = True
    db.add(ticket)
    return moving


def _asked(db: Session, connection: Connection, live: CredentialVersion, consent: Consent) -> Moving | None:
    """A new item that is with the club at once. Without anybody in the club there is nobody to ask."""
    people = [consent.given_by, live.created_by, *(member.id for member in members(db, connection.club_id))]
    opener = next((user_id for user_id in people if user_id is not None), None)
    if opener is None:
        log.error("a consent has to be given anew, and the club has no members", connection=connection.id)
        return None
    version = next_version(db, connection, None)
    version.shown, version.consent_id = dict(live.shown), live.consent_id
    ticket = open_ticket(db, SYSTEM, connection, version, Kind.RE_ENTER, opened_by=opener)
    moving = Moving(db, ticket, SYSTEM)
    ticket.submitted_at = moving.at
    rule = rule_for(State.DRAFT, Move.ASK_CLUB, frozenset({Part.SYSTEM}))
    carry_out(moving, rule, Note(event=CONSENT_DIED), digest(SYSTEM, "consent died", consent.id))
    ticket.news_for_club = True
    db.add(ticket)
    return moving
