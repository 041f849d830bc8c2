"""New codes of a connection go on by themselves: tested, to support, and in force where the gate is open."""

from __future__ import annotations

from connectors.kit.text import Text
from onboarding.accounts.people import SYSTEM
from onboarding.connections.models import Connection, CredentialVersion
from onboarding.tickets.events import OTHER_BOOKS, RENEWED, SENT_ON
from onboarding.tickets.lifecycle import Kind, Move, Part, State, rule_for
from onboarding.tickets.models import Ticket
from onboarding.usecases.gate import pass_gate, renews_other_books
from onboarding.usecases.moving import Moving, Note, carry_out, digest, write_event
from onboarding.usecases.refusals import GateClosed
from onboarding.usecases.telling import tell_club

BY_ITSELF = frozenset({Part.SYSTEM})


def is_renewal_draft(ticket: Ticket) -> bool:
    """Whether the club is entering new codes of a connection that it has, with nobody of support in between.

    It began by itself, or the system asked it because the connection needs them.
    """
    is_asked = ticket.state is State.CLUB_TO_ACT and ticket.agent_id is None
    return ticket.kind is Kind.RE_ENTER and (ticket.state is State.DRAFT or is_asked)


def are_other_books(moving: Moving) -> bool:
    """Whether the ticket's codes should renew a connection, and are of another administration."""
    connection, version = _rows(moving)
    return renews_other_books(moving.ticket, moving.checklist.connector, connection, version)


def tell_other_books(moving: Moving, once: str) -> None:
    """Write down that these codes are refused, with the administration that they are of; the ticket stays as it is."""
    label = _rows(moving)[1].identity_label or "?"
    write_event(moving, OTHER_BOOKS, Note(about=Text(nl=label, en=label)), once)


def send_on(moving: Moving, once: str) -> None:
    """Nothing of the club is open in its draft any more: it is sent for the club, and put in force when it can be."""
    moving.ticket.submitted_at, moving.ticket.step = moving.at, "send"
    rule = rule_for(moving.ticket.state, Move.SUBMIT, BY_ITSELF)
    carry_out(moving, rule, Note(event=SENT_ON), once)
    settle(moving)


def settle(moving: Moving) -> None:
    """What comes of new codes that were just sent: in force at once, or support looks and the club gets a mail."""
    if not put_in_force(moving):
        tell_club(moving, "received", str(moving.number))


def put_in_force(moving: Moving) -> bool:
    """Put new codes that were sent in force, when nothing keeps the gate closed; whether that was so.

    Whatever does keep it closed is for support to look at: the former codes stay in force.
    """
    ticket = moving.ticket
    if ticket.kind is not Kind.RE_ENTER or ticket.state is not State.SUBMITTED:
        return False
    acting = Moving(moving.session, ticket, SYSTEM, moving.at)
    rule = rule_for(ticket.state, Move.ACTIVATE, BY_ITSELF)
    try:
        with acting.session.begin_nested():  # of a gate that closes halfway nothing stays behind
            pass_gate(acting.session, ticket, acting.checklist, SYSTEM)
    except GateClosed:
        return False
    carry_out(acting, rule, Note(event=RENEWED), digest(SYSTEM, acting.number, ticket.version, RENEWED))
    tell_club(acting, "renewed", f"{acting.number}.{ticket.version}")
    return True


def _rows(moving: Moving) -> tuple[Connection, CredentialVersion]:
    return (
        moving.session.get_one(Connection, moving.ticket.connection_id),
        moving.session.get_one(CredentialVersion, moving.ticket.version_id),
    )
