"""Tables of tickets, their threads, overrides and approvals."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy import event
from sqlmodel import Field, SQLModel

from onboarding.db import Moment, named
from onboarding.tickets.lifecycle import Kind, Pile, State, Turn, pile_of


class Ticket(SQLModel, table=True):
    """A P&W item. ``id`` is the number that people see; ``version`` grows with every change."""

    __tablename__ = "ticket"
    id: int | None = Field(default=None, primary_key=True)
    club_id: int = Field(foreign_key="club.id", index=True)
    connection_id: int = Field(foreign_key="connection.id", index=True)
    version_id: int = Field(foreign_key="credential_version.id")
    """The current version of the credentials."""
    package: str = Field(max_length=40)
    kind: Kind = Field(default=Kind.CONNECT, sa_type=named(Kind))
    state: State = Field(default=State.DRAFT, sa_type=named(State))
    turn: Turn = Field(default=Turn.CLUB, sa_type=named(Turn))
    agent_id: int | None = Field(default=None, foreign_key="user.id")
    opened_by: int = Field(foreign_key="user.id")
    version: int = 1
    step: str = Field(default="prepare", max_length=20)
    """How far the guided form got: prepare, codes, test or send."""
    attested: list[str] = Field(default_factory=list, sa_type=sa.JSON)
    """Keys of guide steps that the club ticked off."""
    summary: dict[str, Any] = Field(default_factory=dict, sa_type=sa.JSON)
    """The checklist in short for lists: see ``checks.checklist.Summary``."""
    to_fix: list[str] = Field(default_factory=list, sa_type=sa.JSON)
    """Keys of fields that the club was asked to enter again."""
    last_move: str = Field(default="", max_length=20)
    last_move_by: int | None = Field(default=None, foreign_key="user.id")
    last_move_at: datetime = Field(sa_type=Moment)
    news_for_support: bool = False
    news_for_club: bool = False
    opened_at: datetime = Field(sa_type=Moment)
    submitted_at: datetime | None = Field(default=None, sa_type=Moment)
    waiting_since: datetime = Field(sa_type=Moment)
    """Since when it is this turn."""
    pile: Pile | None = Field(default=None, sa_type=named(Pile))
    """Where it lies in support's queue, and ``pile_since`` by what it is sorted there; None until it was sent.

    Both follow from the rest (``_lay_on_pile``): nobody else writes them. They are kept for the index on them.
    """
    pile_since: datetime | None = Field(default=None, sa_type=Moment)
    __table_args__ = (
        sa.Index(
            "ix_ticket_pile",
            "pile",
            "pile_since",
            "id",
            sqlite_where=sa.text("pile IS NOT NULL"),
            postgresql_where=sa.text("pile IS NOT NULL"),
        ),
        sa.Index(
            "ix_ticket_waits_for_package",
            "package",
            "waiting_since",
            sqlite_where=sa.text("turn = 'package'"),
            postgresql_where=sa.text("turn = 'package'"),
        ),
        {"sqlite_autoincrement": True},
    )


@event.listens_for(Ticket, "before_insert")
@event.listens_for(Ticket, "before_update")
def _lay_on_pile(_mapper: object, _connection: object, ticket: Ticket) -> None:
    """Whoever writes a ticket, it lies where it belongs: by how long it waits, or by when it was closed."""
    if ticket.submitted_at is None:
        ticket.pile, ticket.pile_since = None, None
        return
    ticket.pile = pile_of(ticket.turn, news=ticket.news_for_support)
    ticket.pile_since = ticket.last_move_at if ticket.pile is Pile.CLOSED else ticket.waiting_since


class MessageKind(StrEnum):
    """What a message in the thread is, and so who sees it."""

    CLUB = "club"
    REPLY = "reply"
    NOTE = "note"
    EVENT = "event"
    """A move, in words; both sides see it unless ``internal``."""


class Message(SQLModel, table=True):
    """One entry of the thread. A reply leaves at ``leaves_at`` and can be undone until then."""

    __tablename__ = "message"
    id: int | None = Field(default=None, primary_key=True)
    ticket_id: int = Field(foreign_key="ticket.id", index=True)
    kind: MessageKind = Field(sa_type=named(MessageKind))
    internal: bool = False
    author_id: int | None = Field(default=None, foreign_key="user.id")
    author_name: str = Field(max_length=120)
    body: str = Field(max_length=8000)
    """What somebody wrote; of an event the reason, note or name that came with it."""
    event: str = Field(default="", max_length=20)
    """Which event: a ``Move`` or another word of ``tickets.events``; empty for what people wrote."""
    about: dict[str, str] = Field(default_factory=dict, sa_type=sa.JSON)
    """What the event is about, as {"nl", "en"}: the title of a check, or empty."""
    ticket_version: int = 0
    """The ticket's version once this was done: tells what changed since a form was opened."""
    once: str = Field(max_length=40, unique=True)
    """A digest of who did what with which form: a double click finds it there."""
    at: datetime = Field(sa_type=Moment)
    leaves_at: datetime = Field(sa_type=Moment)
    read_at: datetime | None = Field(default=None, sa_type=Moment)
    redacted_at: datetime | None = Field(default=None, sa_type=Moment)


class Override(SQLModel, table=True):
    """A lead let a check pass, with a reason, for one revision of one version of the credentials."""

    __tablename__ = "override"
    id: int | None = Field(default=None, primary_key=True)
    ticket_id: int = Field(foreign_key="ticket.id", index=True)
    version_id: int = Field(foreign_key="credential_version.id")
    revision: int
    checker: str = Field(max_length=40)
    check: str = Field(max_length=60)
    by_user: int = Field(foreign_key="user.id")
    name: str = Field(max_length=120)
    reason: str = Field(max_length=2000)
    at: datetime = Field(sa_type=Moment)
    withdrawn_at: datetime | None = Field(default=None, sa_type=Moment)


class Approval(SQLModel, table=True):
    """A second person's word. ``fingerprint`` is of codes and results: when they change, it is void."""

    __tablename__ = "approval"
    id: int | None = Field(default=None, primary_key=True)
    ticket_id: int = Field(foreign_key="ticket.id", index=True)
    fingerprint: str = Field(max_length=64)
    asked_by: int = Field(foreign_key="user.id")
    asked_at: datetime = Field(sa_type=Moment)
    note: str = Field(default="", max_length=2000)
    decided_by: int | None = Field(default=None, foreign_key="user.id")
    decided_at: datetime | None = Field(default=None, sa_type=Moment)
    approved: bool | None = None
    reason: str = Field(default="", max_length=2000)
