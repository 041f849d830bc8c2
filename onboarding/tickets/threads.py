"""The thread of a ticket as one side reads it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, or_, select

from onboarding.clock import now
from onboarding.tickets.events import sentence
from onboarding.tickets.lifecycle import Move
from onboarding.tickets.models import Message, MessageKind, Ticket


@dataclass(frozen=True, slots=True)
class ThreadEntry:
    """One entry. ``body`` of an event is its sentence in the reader's language; of a redacted message it is empty.

    ``event`` is the word of ``tickets.events`` or empty. A reply whose ``leaves_at`` is to come can be undone.
    """

    id: int
    kind: MessageKind
    event: str
    internal: bool
    author_id: int | None
    author: str
    body: str
    at: datetime
    leaves_at: datetime
    read_at: datetime | None
    redacted: bool
    waits: bool
    """A reply that has not left yet."""


def thread(session: Session, ticket: Ticket, *, for_staff: bool) -> tuple[ThreadEntry, ...]:
    """The whole thread, oldest first; the club sees nothing internal, and a reply once it left. One query."""
    at = now()
    query = select(Message).where(Message.ticket_id == ticket.id).order_by(col(Message.id))
    if not for_staff:
        query = query.where(
            col(Message.internal).is_(False), or_(Message.kind != MessageKind.REPLY, col(Message.leaves_at) <= at)
        )
    return tuple(_entry(row, at, for_staff=for_staff) for row in session.exec(query).all())


def _entry(row: Message, at: datetime, *, for_staff: bool) -> ThreadEntry:
    assert row.id is not None
    return ThreadEntry(
        id=row.id,
        kind=row.kind,
        event=row.event,
        internal=row.internal,
        author_id=row.author_id,
        author=row.author_name,
        body=sentence(row, for_staff=for_staff) if row.kind is MessageKind.EVENT else row.body,
        at=row.at,
        leaves_at=row.leaves_at,
        read_at=row.read_at,
        redacted=row.redacted_at is not None,
        waits=row.kind is MessageKind.REPLY and row.leaves_at > at,
    )


def rejection(entries: tuple[ThreadEntry, ...]) -> str:
    """Why it was rejected, as the thread tells it."""
    told = [entry for entry in entries if entry.kind is MessageKind.EVENT and entry.event == Move.REJECT]
    return told[-1].body if told else ""
