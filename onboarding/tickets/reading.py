"""Support's queue by whose turn it is, with a fixed number of queries; a club's board is in ``boards``."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlmodel import col, func, or_, select

from onboarding.accounts.models import Club, User
from onboarding.db import session
from onboarding.tickets.boards import BoardRow, board
from onboarding.tickets.lifecycle import CLOSED, State, Turn
from onboarding.tickets.models import Message, Ticket
from onboarding.tickets.next_steps import Tone, for_support, package_name
from onboarding.tickets.threads import ThreadEntry, thread

__all__ = ["BoardRow", "Group", "Outage", "Queue", "QueueRow", "ThreadEntry", "board", "queue", "thread"]

PAGE = 50
"""Rows of a group that is looked at by itself."""
FIRST = 25
"""Rows of each group where all are shown."""
GROUPS: Mapping[str, Turn] = {
    "support": Turn.SUPPORT,
    "other_agent": Turn.OTHER_AGENT,
    "club": Turn.CLUB,
    "package": Turn.PACKAGE,
    "closed": Turn.NOBODY,
}


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
    """Tickets that wait for the same: ``total`` of them, of which ``rows`` are shown."""

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
    """How many tickets wait for whom."""

    support: int = 0
    other_agent: int = 0
    club: int = 0
    package: int = 0
    closed: int = 0


@dataclass(frozen=True, slots=True)
class Queue:
    """The queue: groups in the order in which support looks at them; ``found`` counts what a search found."""

    groups: tuple[Group, ...]
    counts: Counts
    outages: tuple[Outage, ...]
    found: int
    page: int
    pages: int


def queue(agent_id: int | None, search: str = "", group: str | None = None, page: int = 1) -> Queue:
    """Support's queue. Without a search it has the open groups; ``group`` shows one alone, by page, "closed" too.

    ``search`` looks for a number, in the club's name and in what was written; drafts are never in it.
    """
    among = _matching(search)
    counts = _counts(among)
    alone = group if group in GROUPS else None
    keys = [alone] if alone is not None else [key for key in GROUPS if key != "closed" or search]
    page = page if alone is not None else 1
    totals: dict[str, int] = {key: getattr(counts, key) for key in GROUPS}
    rows = _rows(among, keys, PAGE if alone is not None else FIRST, page)
    groups = tuple(
        Group(key, totals[key], tuple(_queue_row(found, agent_id) for found in rows if _group_of(found[0]) == key))
        for key in keys
    )
    pages = max(1, -(-totals[alone] // PAGE)) if alone is not None else 1
    return Queue(groups, counts, _outages(), sum(totals[key] for key in keys), page, pages)


Found = tuple[Ticket, str, str | None]

_NEWS = sa.and_(col(Ticket.news_for_support), col(Ticket.turn).in_([Turn.CLUB, Turn.NOBODY, Turn.PACKAGE]))
_GROUP = sa.case(
    (_NEWS, "support"),
    *((col(Ticket.turn) == turn, key) for key, turn in GROUPS.items()),
    else_="closed",
)
"""What somebody wrote last asks for an answer, whoever's turn it is."""


def _group_of(ticket: Ticket) -> str:
    if ticket.news_for_support and ticket.turn in (Turn.CLUB, Turn.NOBODY, Turn.PACKAGE):
        return "support"
    return next(key for key, turn in GROUPS.items() if turn is ticket.turn)


def _matching(search: str) -> sa.ColumnElement[bool]:
    sent = col(Ticket.submitted_at).is_not(None)
    if not search:
        return sent
    number = search.removeprefix("#").strip()
    found = [
        col(Ticket.club_id).in_(select(Club.id).where(col(Club.name).icontains(search, autoescape=True))),
        col(Ticket.id).in_(
            select(Message.ticket_id).where(Message.event == "", col(Message.body).icontains(search, autoescape=True))
        ),
        col(Ticket.package).icontains(search, autoescape=True),
    ]
    if number.isascii() and number.isdigit() and len(number) < 10:
        found.append(col(Ticket.id) == int(number))
    return sa.and_(sent, or_(*found))


def _counts(among: sa.ColumnElement[bool]) -> Counts:
    rows = session().execute(sa.select(_GROUP, func.count()).select_from(Ticket).where(among).group_by(_GROUP))
    return Counts(**{str(key): int(count) for key, count in rows})


def _rows(among: sa.ColumnElement[bool], keys: Collection[str], size: int, page: int) -> list[Found]:
    """The oldest first in each group, except what is closed: there the newest."""
    place = (
        func.row_number()
        .over(
            partition_by=_GROUP,
            order_by=[
                sa.case((_GROUP == "closed", None), else_=col(Ticket.waiting_since)),
                sa.case((_GROUP == "closed", col(Ticket.last_move_at)), else_=None).desc(),
                col(Ticket.id),
            ],
        )
        .label("place")
    )
    ranked = sa.select(col(Ticket.id).label("id"), place).where(among, _GROUP.in_(keys)).subquery()
    first = (page - 1) * size
    found = session().execute(
        sa.select(Ticket, col(Club.name), col(User.name))
        .join(ranked, ranked.c.id == col(Ticket.id))
        .join(Club, col(Club.id) == col(Ticket.club_id))
        .outerjoin(User, col(User.id) == col(Ticket.agent_id))
        .where(ranked.c.place > first, ranked.c.place <= first + size)
        .order_by(ranked.c.place)
    )
    return [(ticket, club, agent) for ticket, club, agent in found]


def _queue_row(found: Found, agent_id: int | None) -> QueueRow:
    ticket, club, agent = found
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
    rows = session().execute(
        sa.select(col(Ticket.package), func.min(col(Ticket.waiting_since)), func.count())
        .where(col(Ticket.turn) == Turn.PACKAGE, col(Ticket.state).not_in(CLOSED))
        .group_by(col(Ticket.package))
        .order_by(col(Ticket.package))
    )
    return tuple(Outage(package_name(package), since, count) for package, since, count in rows)
