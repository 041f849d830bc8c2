"""Everything that the page of a ticket needs, in one value: for the club, and for support."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, select

import connectors
from connectors.kit.connector import Connector
from connectors.kit.text import Text
from onboarding import vault
from onboarding.accounts.models import Club, User
from onboarding.accounts.people import Actor
from onboarding.checks.checklist import Checklist
from onboarding.checks.reading import checklist_of
from onboarding.connections.models import Connection, CredentialVersion
from onboarding.connections.versions import IN_FORCE, missing_fields
from onboarding.db import session
from onboarding.settings import current_settings
from onboarding.tickets.lifecycle import Kind, Move, Part, State
from onboarding.tickets.models import Approval, MessageKind, Ticket
from onboarding.tickets.next_steps import TITLES
from onboarding.tickets.parts import offered, parts_of
from onboarding.tickets.threads import ThreadEntry, thread
from onboarding.usecases.approving import VOID
from onboarding.usecases.asking_text import ask_text, item_texts
from onboarding.usecases.gate import (
    GateFacts,
    approvers_of,
    fingerprint,
    needs_approval,
    open_points,
    overriders,
    reasons,
)
from onboarding.usecases.reading_codes import as_texts
from onboarding.usecases.refusals import NotFound
from onboarding.usecases.runs import budget_until
from onboarding.usecases.turn_lines import Desk, TurnLine, club_line, staff_line

__all__ = ["AskedApproval", "ClubPage", "TurnLine", "Workspace", "club_page", "workspace"]


@dataclass(frozen=True, slots=True)
class ClubPage:
    """A ticket as its club sees it. ``shown``, ``errors``, ``hints`` and ``options`` are by field key.

    ``sealed`` are fields that hold a secret, ``lacks`` those that hold nothing or something wrong; ``budget_until``
    is when the package allows the next test, None when that is now.
    """

    ticket: Ticket
    title: object
    club: str
    connector: Connector
    checklist: Checklist
    thread: tuple[ThreadEntry, ...]
    moves: frozenset[Move]
    turn_line: TurnLine
    codes: int
    identity: str | None
    shown: Mapping[str, str]
    sealed: frozenset[str]
    errors: Mapping[str, Text]
    hints: Mapping[str, Text]
    swap: tuple[str, str] | None
    options: Mapping[str, list[list[str]]]
    lacks: tuple[str, ...]
    budget_until: datetime | None


@dataclass(frozen=True, slots=True)
class AskedApproval:
    """An approval that somebody waits for. ``is_void`` says that codes or results changed since."""

    asked_by: str
    asked_at: datetime
    note: str
    is_void: bool


@dataclass(frozen=True, slots=True)
class Workspace:
    """A ticket as support sees it. ``reasons`` are what keeps the gate closed, one sentence each.

    ``codes`` and ``revision`` say which version of the credentials it is; ``ask_text`` is what the club could be asked,
    ``asks`` the same of each item by check.
    """

    ticket: Ticket
    number: int
    version: int
    title: object
    club: str
    connector: Connector
    checklist: Checklist
    thread: tuple[ThreadEntry, ...]
    moves: frozenset[Move]
    turn_line: TurnLine
    reasons: tuple[object, ...]
    needs_approval: bool
    approval: AskedApproval | None
    codes: int
    revision: int
    identity: str | None
    shown: Mapping[str, str]
    sealed: frozenset[str]
    agent: str | None
    is_mine: bool
    ask_text: str
    asks: Mapping[str, str]
    opened_by: str
    budget_until: datetime | None


@dataclass(frozen=True, slots=True)
class _Row:
    ticket: Ticket
    club: str
    connection: Connection
    version: CredentialVersion
    agent: str | None
    opener: str
    opener_language: str
    is_taken: bool


def club_page(actor: Actor, number: int) -> ClubPage:
    """The ticket for a member of its club. ``NotFound`` for anybody else."""
    row = _row(session(), number)
    if row is None or Part.MEMBER not in parts_of(actor, row.ticket):
        raise NotFound
    ticket, version = row.ticket, row.version
    connector = connectors.get(ticket.package)
    checklist = checklist_of(session(), ticket)
    entries = thread(session(), ticket, for_staff=False)
    sealed = vault.sealed_fields(session(), ticket.version_id)
    lacks = (*missing_fields(connector, version, sealed), *version.errors)
    return ClubPage(
        ticket=ticket,
        title=TITLES[ticket.kind],
        club=row.club,
        connector=connector,
        checklist=checklist,
        thread=entries,
        moves=offered(ticket.state, frozenset({Part.MEMBER})),
        turn_line=club_line(ticket, checklist, lacks=lacks, reason=_reason(entries)),
        codes=version.number,
        identity=version.identity_label,
        shown=version.shown,
        sealed=sealed,
        errors=as_texts(version.errors),
        hints=as_texts(version.readings),
        swap=(version.swap[0], version.swap[1]) if version.swap else None,
        options=version.options,
        lacks=lacks,
        budget_until=budget_until(session(), ticket, connector),
    )


def workspace(actor: Actor, number: int) -> Workspace:
    """The ticket for support. ``NotFound`` for anybody else, and for a draft."""
    row = _row(session(), number)
    if row is None or Part.SUPPORT not in parts_of(actor, row.ticket):
        raise NotFound
    ticket, version = row.ticket, row.version
    connector = connectors.get(ticket.package)
    checklist = checklist_of(session(), ticket)
    entries = thread(session(), ticket, for_staff=True)
    asked, facts, desk = _standing(actor, row, checklist, _reason(entries))
    return Workspace(
        ticket=ticket,
        number=number,
        version=ticket.version,
        title=TITLES[ticket.kind],
        club=row.club,
        connector=connector,
        checklist=checklist,
        thread=entries,
        moves=_moves(actor, ticket, desk),
        turn_line=staff_line(ticket, checklist, desk),
        reasons=_reasons(ticket, facts, asked),
        needs_approval=desk.needs_approval,
        approval=asked,
        codes=version.number,
        revision=version.revision,
        identity=version.identity_label,
        shown=version.shown,
        sealed=vault.sealed_fields(session(), ticket.version_id),
        agent=row.agent,
        is_mine=ticket.agent_id == actor.user_id,
        ask_text=ask_text(checklist, row.opener_language),
        asks=item_texts(checklist, row.opener_language),
        opened_by=row.opener,
        budget_until=budget_until(session(), ticket, connector),
    )


def _row(db: Session, number: int) -> _Row | None:
    """The ticket with what stands around it; one query."""
    if not 0 < number < 2**31:
        return None
    agent, opener, other = aliased(User), aliased(User), aliased(Connection)
    taken = (
        sa.select(col(other.id))
        .where(
            col(other.package) == col(Connection.package),
            col(other.identity_key) == col(CredentialVersion.identity_key),
            col(other.state).in_(IN_FORCE),
            col(other.id) != col(Connection.id),
        )
        .correlate(Connection, CredentialVersion)
        .exists()
    )
    found = db.execute(
        sa.select(
            Ticket,
            col(Club.name),
            Connection,
            CredentialVersion,
            col(agent.name),
            col(opener.name),
            col(opener.language),
            taken,
        )
        .join(Club, col(Club.id) == col(Ticket.club_id))
        .join(Connection, col(Connection.id) == col(Ticket.connection_id))
        .join(CredentialVersion, col(CredentialVersion.id) == col(Ticket.version_id))
        .join(opener, col(opener.id) == col(Ticket.opened_by))
        .outerjoin(agent, col(agent.id) == col(Ticket.agent_id))
        .where(col(Ticket.id) == number)
    ).one_or_none()
    return _Row(*found) if found is not None else None


def _standing(
    actor: Actor, row: _Row, checklist: Checklist, reason: str
) -> tuple[AskedApproval | None, GateFacts, Desk]:
    """How the ticket stands before the gate; one query, for approvals."""
    approvals = _approvals(session(), row.ticket)
    seen = fingerprint(row.ticket, row.version, checklist)
    facts = GateFacts(
        items=checklist.items,
        is_live=checklist.is_live,
        has_errors=bool(row.version.errors),
        identity_key=row.version.identity_key,
        is_taken=row.is_taken,
        four_eyes=current_settings().four_eyes,
        approvers=approvers_of(tuple(approval for approval, _ in approvals), seen),
    )
    waits = row.ticket.state is State.AWAITING_APPROVAL and approvals
    newest, name = approvals[-1] if waits else (None, "")
    makers = overriders(checklist.items) | ({newest.asked_by} if newest is not None else set())
    asked = None
    if newest is not None:
        asked = AskedApproval(name, newest.asked_at, newest.note, newest.fingerprint != seen)
    desk = Desk(
        is_ready=not open_points(facts, with_approval=False),
        needs_approval=needs_approval(facts),
        may_approve=newest is not None and actor.user_id not in makers,
        asked_by=name,
        reason=reason,
    )
    return asked, facts, desk


def _approvals(db: Session, ticket: Ticket) -> list[tuple[Approval, str]]:
    rows = db.exec(
        select(Approval, User.name)
        .join(User, col(User.id) == col(Approval.asked_by))
        .where(Approval.ticket_id == ticket.id)
        .order_by(col(Approval.id))
    )
    return list(rows.all())


def _moves(actor: Actor, ticket: Ticket, desk: Desk) -> frozenset[Move]:
    """What this agent can do: nobody approves their own, and approval is asked once nothing else is open."""
    moves = offered(ticket.state, parts_of(actor, ticket) - {Part.MEMBER})
    if ticket.kind is not Kind.DISCONNECT:
        moves -= {Move.FINISH}
    if not desk.may_approve:
        moves -= {Move.APPROVE}
    if not desk.is_ready:
        moves -= {Move.REQUEST_APPROVAL}
    return moves


def _reasons(ticket: Ticket, facts: GateFacts, asked: AskedApproval | None) -> tuple[object, ...]:
    waits = ticket.state is State.AWAITING_APPROVAL
    void = (VOID,) if asked is not None and asked.is_void else ()
    return (*void, *reasons(open_points(facts, with_approval=not waits)))


def _reason(entries: tuple[ThreadEntry, ...]) -> str:
    """Why it was rejected, as the thread tells it."""
    told = [entry for entry in entries if entry.kind is MessageKind.EVENT and entry.event == Move.REJECT]
    return told[-1].body if told else ""
