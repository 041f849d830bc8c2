"""Use case: end a connection. Its codes are destroyed at once, and whatever was open about it closes."""

from __future__ import annotations

from dataclasses import dataclass

from flask_babel import lazy_gettext as _l
from sqlmodel import Session, col, select

from connectors.kit.text import Text
from onboarding.accounts.models import Club
from onboarding.accounts.names import tidy_name
from onboarding.accounts.people import Actor
from onboarding.audit.events import ConnectionEnded
from onboarding.audit.log import record
from onboarding.connections.models import Connection, ConnectionState, CredentialVersion, VersionState
from onboarding.connections.versions import IN_FORCE
from onboarding.db import session
from onboarding.notify.models import HostNews
from onboarding.tickets.events import DISCONNECTED
from onboarding.tickets.lifecycle import CLOSED, Kind, Move, Part, State, rule_for
from onboarding.tickets.models import Ticket
from onboarding.tickets.next_steps import package_name
from onboarding.usecases.gate import end_version
from onboarding.usecases.host_events import tell_host
from onboarding.usecases.moving import Moving, Note, carry_out, digest
from onboarding.usecases.re_entering import next_version, open_ticket, own_connection
from onboarding.usecases.refusals import NotFound, NotNow, Wrong
from onboarding.usecases.submitting import close_for_good
from onboarding.usecases.telling import tell_club
from onboarding.usecases.transaction import change


@dataclass(frozen=True, slots=True)
class Ending:
    """What somebody reads before they end a connection."""

    connection_id: int
    package_name: str
    identity: str | None
    club: str


def ending(actor: Actor, connection_id: int) -> Ending:
    """What would end. Raises ``NotFound`` for another club's, ``NotNow`` when it is not connected (any more)."""
    row = session().get(Connection, connection_id) if 0 < connection_id < 2**31 else None
    if row is None or row.club_id not in actor.clubs:
        raise NotFound
    if row.state not in IN_FORCE:
        raise NotNow
    club = session().get_one(Club, row.club_id)
    return Ending(connection_id, package_name(row.package), row.identity_label, club.name)


def disconnect(actor: Actor, connection_id: int, typed: str) -> int:
    """End the connection; gives the number of the item that says so. Done twice it is done once.

    Raises ``Wrong`` at "club" unless the club's name was typed.
    """
    with change() as db:
        tickets = _open_tickets(db, connection_id)  # locked before the connection, as every move does
        connection = own_connection(db, actor, connection_id)
        if connection.state is ConnectionState.DISCONNECTED:
            return _former(db, connection)
        if connection.state not in IN_FORCE:
            raise NotNow
        _refuse_unless_meant(db, connection, typed, tickets)
        for ticket in tickets:
            _close(Moving(db, ticket, actor))
        return _end(db, actor, connection)


def _open_tickets(db: Session, connection_id: int) -> list[Ticket]:
    if not 0 < connection_id < 2**31:
        raise NotFound
    query = select(Ticket).where(Ticket.connection_id == connection_id, col(Ticket.state).not_in(CLOSED))
    return list(db.exec(query.order_by(col(Ticket.id)).with_for_update()).all())


def _former(db: Session, connection: Connection) -> int:
    query = select(Ticket.id).where(Ticket.connection_id == connection.id).order_by(col(Ticket.id).desc())
    number = db.exec(query.limit(1)).first()
    if number is None:
        raise NotNow
    return number


def _refuse_unless_meant(db: Session, connection: Connection, typed: str, tickets: list[Ticket]) -> None:
    club = db.get_one(Club, connection.club_id)
    if tidy_name(typed).casefold() != tidy_name(club.name).casefold():
        raise Wrong({"club": _l("Type the name of the club as it stands here: %(club)s.", club=club.name)})
    waiting = next((ticket for ticket in tickets if ticket.state is State.AWAITING_APPROVAL), None)
    if waiting is not None:
        text = _l(
            "A colleague of support is deciding about item %(number)s. Try again once that is done.", number=waiting.id
        )
        raise Wrong({"": text})


def _close(moving: Moving) -> None:
    rule = rule_for(moving.ticket.state, Move.WITHDRAW, frozenset({Part.MEMBER}))
    close_for_good(moving)
    once = digest(moving.actor, moving.number, moving.ticket.version, "disconnected")
    carry_out(moving, rule, Note(), once)


def _end(db: Session, actor: Actor, connection: Connection) -> int:
    assert connection.id is not None
    live = db.get(CredentialVersion, connection.live_version_id) if connection.live_version_id else None
    ticket = open_ticket(db, actor, connection, live or next_version(db, connection, actor.user_id), Kind.DISCONNECT)
    moving = Moving(db, ticket, actor)
    ended = db.get_one(CredentialVersion, ticket.version_id)
    end_version(db, ended, VersionState.RETIRED, actor, revokes=True)
    connection.state, connection.live_version_id = ConnectionState.DISCONNECTED, None
    db.add(connection)
    record(db, actor.audit_name, ConnectionEnded(connection.id, ticket=moving.number))
    tell_host(db, connection, HostNews.DISCONNECTED, moving.number, moving.number)
    ticket.submitted_at = moving.at
    package = package_name(connection.package)
    rule = rule_for(State.DRAFT, Move.FINISH, frozenset({Part.SYSTEM}))
    once = digest(actor, moving.number, "disconnected")
    carry_out(moving, rule, Note(event=DISCONNECTED, about=Text(nl=package, en=package)), once)
    tell_club(moving, "disconnected", str(moving.number), {"by": actor.name})
    return moving.number
