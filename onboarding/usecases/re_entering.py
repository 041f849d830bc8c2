"""Use case: enter the codes of a connection anew. The ones in force stay so until the new ones passed the gate."""

from __future__ import annotations

from sqlmodel import Session, col, func, select

from onboarding.accounts.people import Actor
from onboarding.audit.events import TicketOpened
from onboarding.audit.log import record
from onboarding.clock import now
from onboarding.connections.models import Connection, CredentialVersion
from onboarding.connections.versions import IN_FORCE
from onboarding.hosts import on_offer
from onboarding.tickets.lifecycle import CLOSED, Kind
from onboarding.tickets.models import Ticket
from onboarding.usecases.refusals import NotFound, NotNow
from onboarding.usecases.transaction import change


def re_enter(actor: Actor, connection_id: int) -> int:
    """Begin a ticket for new codes of a connection, or go on with the one that is open; gives its number.

    What is no secret is filled in already. Raises ``NotFound`` for another club's connection, ``NotNow`` for one
    that is not connected.
    """
    with change() as session:
        connection = own_connection(session, actor, connection_id)
        if connection.state not in IN_FORCE or connection.package not in on_offer():
            raise NotNow
        number = session.exec(
            select(Ticket.id).where(
                Ticket.connection_id == connection.id,
                Ticket.kind == Kind.RE_ENTER,
                col(Ticket.state).not_in(CLOSED),
            )
        ).first()
        return number if number is not None else _begin(session, actor, connection)


def own_connection(session: Session, actor: Actor, connection_id: int) -> Connection:
    """The connection, locked, when it is of a club of the actor's; ``NotFound`` when not, whatever the reason."""
    known = 0 < connection_id < 2**31
    connection = session.get(Connection, connection_id, with_for_update=True) if known else None
    if connection is None or connection.club_id not in actor.clubs:
        raise NotFound
    return connection


def next_version(session: Session, connection: Connection, by: int | None) -> CredentialVersion:
    """A new version of the connection's credentials that holds nothing yet."""
    newest = session.exec(
        select(func.max(CredentialVersion.number)).where(col(CredentialVersion.connection_id) == connection.id)
    ).one()
    assert connection.id is not None
    return CredentialVersion(connection_id=connection.id, number=(newest or 0) + 1, created_at=now(), created_by=by)


def open_ticket(
    session: Session,
    actor: Actor,
    connection: Connection,
    version: CredentialVersion,
    kind: Kind,
    *,
    opened_by: int | None = None,
) -> Ticket:
    """A new ticket about a connection that exists, on ``version``.

    When the system opens it, ``opened_by`` is for whom.
    """
    session.add(version)
    session.flush()
    assert connection.id is not None
    assert version.id is not None
    opener = opened_by if opened_by is not None else actor.user_id
    assert opener is not None
    ticket = Ticket(
        club_id=connection.club_id,
        connection_id=connection.id,
        version_id=version.id,
        package=connection.package,
        kind=kind,
        step="codes",
        opened_by=opener,
        last_move_by=actor.user_id,
        last_move_at=version.created_at,
        opened_at=version.created_at,
        waiting_since=version.created_at,
    )
    session.add(ticket)
    session.flush()
    assert ticket.id is not None
    record(session, actor.audit_name, TicketOpened(ticket.id, club_id=connection.club_id, package=connection.package))
    return ticket


def _begin(session: Session, actor: Actor, connection: Connection) -> int:
    version = next_version(session, connection, actor.user_id)
    live = session.get(CredentialVersion, connection.live_version_id) if connection.live_version_id else None
    if live is not None:
        version.shown, version.consent_id = dict(live.shown), live.consent_id  # the consent is borrowed
    number = open_ticket(session, actor, connection, version, Kind.RE_ENTER).id
    assert number is not None
    return number
