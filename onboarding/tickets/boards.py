"""A club's P&W board: its tickets, whose turn it is first. One query."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlmodel import col, select

from onboarding.accounts.models import Club
from onboarding.db import session
from onboarding.tickets.lifecycle import Kind, State, Turn
from onboarding.tickets.models import Ticket
from onboarding.tickets.next_steps import for_club, package_name


@dataclass(frozen=True, slots=True)
class BoardRow:
    """One item of a club's board. ``next`` is a sentence about what comes next, ``news`` a reply that nobody read."""

    number: int
    package: str
    package_name: str
    kind: Kind
    title: object
    state: State
    turn: Turn
    next: object
    waiting_since: datetime
    news: bool
    club: str


def board(club_ids: Collection[int], user_id: int | None = None) -> tuple[BoardRow, ...]:
    """The tickets of these clubs, whose turn it is first, then the newest. One query."""
    if not club_ids:
        return ()
    order = sa.case({str(Turn.CLUB): 0, str(Turn.NOBODY): 2}, value=sa.cast(Ticket.turn, sa.String), else_=1)
    rows = session().exec(
        select(Ticket, Club.name)
        .join(Club, col(Club.id) == col(Ticket.club_id))
        .where(col(Ticket.club_id).in_(club_ids))
        .order_by(order, col(Ticket.waiting_since).desc(), col(Ticket.id).desc())
    )
    return tuple(_board_row(ticket, club) for ticket, club in rows)


def _board_row(ticket: Ticket, club: str) -> BoardRow:
    assert ticket.id is not None
    words = for_club(ticket)
    return BoardRow(
        number=ticket.id,
        package=ticket.package,
        package_name=package_name(ticket.package),
        kind=ticket.kind,
        title=words.title,
        state=ticket.state,
        turn=ticket.turn,
        next=words.text,
        waiting_since=ticket.waiting_since,
        news=ticket.news_for_club,
        club=club,
    )
