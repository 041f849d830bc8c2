"""Support's queue by whose turn it is: as fast with many tickets as with few. A club's board is in ``boards``."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import col

import connectors
from onboarding.accounts.models import Club, User
from onboarding.db import session
from onboarding.tickets.boards import BoardRow, board
from onboarding.tickets.lifecycle import Pile, State, Turn
from onboarding.tickets.models import Ticket
from onboarding.tickets.next_steps import Tone, for_support, package_name
from onboarding.tickets.searching import found
from onboarding.tickets.threads import ThreadEntry, thread

__all__ = ["MOST", "BoardRow", "Group", "Outage", "Queue", "QueueRow", "ThreadEntry", "board", "queue", "thread"]

PAGE = 50
"""Rows of a group that is looked at by itself."""
FIRST, FIRST_OF_OTHERS = 20, 10
"""Rows of our own group, and of each other one, where all are shown."""
MOST = 99
"""Counting ends here: one more says "more than that", so that no count takes longer the more tickets there are."""
SEARCHED = 500
"""So many tickets, the newest, are looked at of what a search finds."""
DEEPEST = 1000
"""The last page that can be asked for; who looks for something older searches."""


@dataclass(frozen=True, slots=True)
class QueueRow:
    """One ticket of the queue. ``standings`` are those of its items in order, ``next_step`` the words of its tag."""

    number: int
    club: str
    package: str
    state: State
    standings: tuple[str, ...]
    next_step: object
    tone: Tone
    waiting_since: datetime
    agent: str | None
    is_mine: bool
    news: bool


@dataclass(frozen=True, slots=True)
class Group:
    """Tickets that wait for the same: ``total`` of them, at most ``MOST`` + 1, of which ``rows`` are shown."""

    key: str
    total: int
    rows: tuple[QueueRow, ...]


@dataclass(frozen=True, slots=True)
class Outage:
    """A package that cannot be reached: its name, since when, and how many tickets wait for it."""

    package: str
    since: datetime
    tickets: int


@dataclass(frozen=True, slots=True)
class Counts:
    """How many tickets wait for whom; ``MOST`` + 1 stands for all that are more."""

    support: int = 0
    other_agent: int = 0
    club: int = 0
    package: int = 0
    closed: int = 0


@dataclass(frozen=True, slots=True)
class Queue:
    """The queue: groups in the order in which support looks at them; ``found`` counts what a search found.

    ``pages`` is None when there are more than were counted; ``goes_on`` says whether there is a next one.
    """

    groups: tuple[Group, ...]
    counts: Counts
    outages: tuple[Outage, ...]
    found: int
    page: int
    pages: int | None
    goes_on: bool


def queue(agent_id: int | None, search: str = "", group: str | None = None, page: int = 1) -> Queue:
    """Support's queue. Without a search it has the open groups; ``group`` shows one alone, by page, "closed" too.

    ``search`` looks for a number, in the club's name and in what was written; drafts are never in it. The number of
    queries is the same however many tickets there are, and none of them reads more rows for it without a search.
    """
    alone = next((pile for pile in Pile if pile == group), None)
    piles = [alone] if alone is not None else [pile for pile in Pile if pile is not Pile.CLOSED or search]
    sizes = {pile: _size(pile, alone) for pile in piles}
    page = min(page, DEEPEST) if alone is not None else 1
    before = (page - 1) * PAGE
    counts, numbers = _among_found(search, sizes, before) if search else (_counted(), _first(sizes, before))
    rows = _rows([number for pile, size in sizes.items() for number in numbers[pile][:size]], agent_id)
    totals = {pile: getattr(counts, pile) for pile in Pile}
    groups = tuple(
        Group(pile, totals[pile], tuple(rows[number] for number in numbers[pile][:size] if number in rows))
        for pile, size in sizes.items()
    )
    pages = max(1, -(-totals[alone] // PAGE)) if alone is not None else 1
    counted = alone is None or totals[alone] <= MOST
    goes_on = alone is not None and len(numbers[alone]) > PAGE and page < DEEPEST
    return Queue(
        groups, counts, _outages(), sum(totals[pile] for pile in piles), page, pages if counted else None, goes_on
    )


Numbers = Mapping[Pile, Sequence[int]]
"""Of each pile the tickets to show in order, and one more when it goes on."""


def _size(pile: Pile, alone: Pile | None) -> int:
    """How many rows of this pile are shown."""
    if alone is not None:
        return PAGE
    return FIRST if pile is Pile.SUPPORT else FIRST_OF_OTHERS


def _counted() -> Counts:
    """One query, which walks the index over at most ``MOST`` + 1 tickets of each pile."""
    counts = [
        sa.select(sa.func.count())
        .select_from(_first_of(col(Ticket.pile) == pile, col(Ticket.pile_since)))
        .scalar_subquery()
        .label(pile)
        for pile in Pile
    ]
    return Counts(**session().execute(sa.select(*counts)).mappings().one())


def _first_of(where: sa.ColumnElement[bool], since: sa.SQLColumnExpression[Any]) -> sa.Subquery:
    """The ``since`` of so many tickets as are counted. Their order makes PostgreSQL walk the index, too."""
    return sa.select(since.label("since")).where(where).order_by(since).limit(MOST + 1).subquery()


def _first(sizes: Mapping[Pile, int], before: int) -> Numbers:
    """One query, which walks the index: the oldest first, of what is closed the newest."""
    parts = []
    for pile, size in sizes.items():
        order: list[sa.ColumnElement[Any]] = [col(Ticket.pile_since).asc(), col(Ticket.id).asc()]
        if pile is Pile.CLOSED:
            order = [col(Ticket.pile_since).desc(), col(Ticket.id).desc()]
        numbers = sa.select(col(Ticket.pile), col(Ticket.id)).where(col(Ticket.pile) == pile).order_by(*order)
        parts.append(sa.select(numbers.limit(size + 1).offset(before).subquery()))
    rows = session().execute(sa.union_all(*parts)).all()
    return {pile: [number for of, number in rows if of == pile] for pile in sizes}


def _among_found(search: str, sizes: Mapping[Pile, int], before: int) -> tuple[Counts, Numbers]:
    """What a search found, by pile."""
    by_pile: dict[Pile, list[tuple[datetime, int]]] = {pile: [] for pile in Pile}
    for number, pile, since in found(search, SEARCHED):
        by_pile[pile].append((since, number))
    for pile, tickets in by_pile.items():
        tickets.sort(reverse=pile is Pile.CLOSED)
    numbers = {
        pile: [number for _, number in by_pile[pile][before : before + size + 1]] for pile, size in sizes.items()
    }
    return Counts(**{str(pile): len(tickets) for pile, tickets in by_pile.items()}), numbers


def _rows(numbers: Collection[int], agent_id: int | None) -> dict[int, QueueRow]:
    """These tickets, by number; one query."""
    rows = session().execute(
        sa.select(Ticket, col(Club.name), col(User.name))
        .join(Club, col(Club.id) == col(Ticket.club_id))
        .outerjoin(User, col(User.id) == col(Ticket.agent_id))
        .where(col(Ticket.id).in_(numbers))
    )
    shown = (_queue_row(ticket, club, agent, agent_id) for ticket, club, agent in rows)
    return {row.number: row for row in shown}


def _queue_row(ticket: Ticket, club: str, agent: str | None, agent_id: int | None) -> QueueRow:
    assert ticket.id is not None
    step = for_support(ticket)
    return QueueRow(
        number=ticket.id,
        club=club,
        package=package_name(ticket.package),
        state=ticket.state,
        standings=tuple(entry[1] for entry in ticket.summary.get("o", [])),
        next_step=step.text,
        tone=step.tone,
        waiting_since=ticket.waiting_since,
        agent=agent,
        is_mine=agent_id is not None and ticket.agent_id == agent_id,
        news=ticket.news_for_support,
    )


def _outages() -> tuple[Outage, ...]:
    """One query, which walks the index over at most ``MOST`` + 1 tickets that wait for each package."""
    parts = []
    for key in sorted(connectors.find()):
        down = col(Ticket.turn) == sa.bindparam("down", Turn.PACKAGE, literal_execute=True)
        waits = _first_of(sa.and_(down, col(Ticket.package) == key), col(Ticket.waiting_since))
        parts.append(sa.select(sa.literal(key), sa.func.min(waits.c.since), sa.func.count()).select_from(waits))
    rows = session().execute(sa.union_all(*parts)) if parts else ()
    return tuple(Outage(package_name(key), since, count) for key, since, count in rows if count)
