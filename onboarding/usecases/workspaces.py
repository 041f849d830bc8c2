"""Everything that support needs to know of a ticket, in one value."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, select

import connectors
from connectors.kit.connector import Connector
from onboarding.accounts.models import User
from onboarding.accounts.people import Actor
from onboarding.checks.checklist import Checklist
from onboarding.checks.reading import checklist_of
from onboarding.db import session
from onboarding.oauth.held import held_fields, lacks_consent
from onboarding.settings import current_settings
from onboarding.tickets.lifecycle import Kind, Move, Part, State
from onboarding.tickets.models import Approval, Ticket
from onboarding.tickets.next_steps import TITLES
from onboarding.tickets.parts import offered, parts_of
from onboarding.tickets.threads import ThreadEntry, rejection, thread
from onboarding.usecases.approving import VOID
from onboarding.usecases.asking_text import ask_text, item_texts
from onboarding.usecases.consent_views import Attempt, ConsentView, failed_attempt, view_of
from onboarding.usecases.gate import (
    GateFacts,
    approvers_of,
    fingerprint,
    needs_approval,
    open_points,
    overriders,
    reasons,
    renews_other_books,
)
from onboarding.usecases.refusals import NotFound
from onboarding.usecases.runs import budget_until
from onboarding.usecases.ticket_rows import TicketRow, ticket_row
from onboarding.usecases.turn_lines import Desk, TurnLine, staff_line


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
    consent: ConsentView | None
    attempt: Attempt | None


def workspace(actor: Actor, number: int) -> Workspace:
    """The ticket for support. ``NotFound`` for anybody else, and for a draft."""
    row = ticket_row(session(), number)
    if row is None or Part.SUPPORT not in parts_of(actor, row.ticket):
        raise NotFound
    ticket, version = row.ticket, row.version
    connector = connectors.get(ticket.package)
    checklist = checklist_of(session(), ticket)
    entries = thread(session(), ticket, for_staff=True)
    asked, facts, desk = _standing(actor, row, checklist, rejection(entries))
    consent = view_of(ticket, version, row.consent, row.giver or "", row.link)
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
        sealed=held_fields(session(), version),
        agent=row.agent,
        is_mine=ticket.agent_id == actor.user_id,
        ask_text=ask_text(checklist, row.opener_language),
        asks=item_texts(checklist, row.opener_language),
        opened_by=row.opener,
        budget_until=budget_until(session(), ticket, connector),
        consent=consent,
        attempt=failed_attempt(session(), ticket, consent),
    )


def _standing(
    actor: Actor, row: TicketRow, checklist: Checklist, reason: str
) -> tuple[AskedApproval | None, GateFacts, Desk]:
    """How the ticket stands before the gate; one query, for approvals."""
    approvals = _approvals(session(), row.ticket)
    seen = fingerprint(row.ticket, row.version, checklist)
    facts = GateFacts(
        items=checklist.items,
        is_live=checklist.is_live,
        has_errors=bool(row.version.errors) or lacks_consent(session(), row.version),
        identity_key=row.version.identity_key,
        is_taken=row.is_taken,
        four_eyes=current_settings().four_eyes,
        is_other_books=renews_other_books(row.ticket, checklist.connector, row.connection, row.version),
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
    moves -= {Move.REOPEN} if ticket.kind is Kind.DISCONNECT else {Move.FINISH}
    if not desk.may_approve:
        moves -= {Move.APPROVE}
    if not desk.is_ready:
        moves -= {Move.REQUEST_APPROVAL}
    return moves


def _reasons(ticket: Ticket, facts: GateFacts, asked: AskedApproval | None) -> tuple[object, ...]:
    waits = ticket.state is State.AWAITING_APPROVAL
    void = (VOID,) if asked is not None and asked.is_void else ()
    return (*void, *reasons(open_points(facts, with_approval=not waits)))
