"""Fills a database with as many made-up tickets as wanted, on either database."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlmodel import SQLModel, select

from onboarding.accounts.models import Club, User
from onboarding.clock import now
from onboarding.connections.models import Connection, CredentialVersion
from onboarding.db import WRITING, db, session
from onboarding.tickets.lifecycle import State, Turn, pile_of
from onboarding.tickets.models import Message, MessageKind, Ticket

AMONG_100: tuple[tuple[int, State, Turn], ...] = (
    (60, State.ACTIVATED, Turn.NOBODY),
    (15, State.SUBMITTED, Turn.SUPPORT),
    (3, State.AWAITING_APPROVAL, Turn.OTHER_AGENT),
    (17, State.CLUB_TO_ACT, Turn.CLUB),
    (5, State.SUBMITTED, Turn.PACKAGE),
)
"""Of a hundred tickets so many are in this state and of this turn."""
PLACES = [(state, turn) for count, state, turn in AMONG_100 for _ in range(count)]
PACKAGES = ("e-boekhouden", "snelstart")
SUMMARY = {"o": [["login", "ok", "club", True]] * 8, "next": "ready"}
FIRST = 1_000_000
"""The first number: what was there before stays."""


def add_tickets(count: int, first: int = FIRST) -> None:
    """Add that many tickets to the current app's database, numbered from ``first``.

    Each is of a club of its own and has a message.
    """
    opener = session().exec(select(User.id)).first()
    session().rollback()
    with db.engine.connect().execution_options(**WRITING) as connection, connection.begin():
        for begin in range(first, first + count, 5000):
            numbers = range(begin, min(begin + 5000, first + count))
            for model, rows in _tables(numbers, opener or 0):
                connection.execute(sa.insert(model), rows)
    with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("ANALYZE")


def _tables(numbers: range, opener: int) -> Iterator[tuple[type[SQLModel], list[dict[str, Any]]]]:
    yield Club, [{"id": n, "name": f"Club {n}", "created_at": now()} for n in numbers]
    yield Connection, [_row(Connection, id=n, club_id=n, package=_package(n), created_at=now()) for n in numbers]
    yield (
        CredentialVersion,
        [_row(CredentialVersion, id=n, connection_id=n, number=1, created_at=now()) for n in numbers],
    )
    yield Ticket, [_ticket(n, opener) for n in numbers]
    yield Message, [_message(n, opener) for n in numbers]


def _ticket(n: int, opener: int) -> dict[str, Any]:
    state, turn = PLACES[n * 37 % 100]
    at = _at(n)
    news = turn is Turn.CLUB and n % 7 == 0
    return _row(
        Ticket,
        id=n, club_id=n, connection_id=n, version_id=n, package=_package(n), state=state, turn=turn,
        opened_by=opener, agent_id=opener, last_move="submit", last_move_at=at, opened_at=at, submitted_at=at,
        waiting_since=at, news_for_support=news, summary=SUMMARY, pile=pile_of(turn, news=news), pile_since=at,
    )  # fmt: skip


def _message(n: int, opener: int) -> dict[str, Any]:
    body = f"Hoe lang duurt het nog voor onze koppeling werkt? Vraag {n}."
    return _row(
        Message, id=n, ticket_id=n, kind=MessageKind.CLUB, author_id=opener, author_name="Ans",
        body=body, once=f"made-up-{n}", at=_at(n), leaves_at=_at(n),
    )  # fmt: skip


def _row(model: type[SQLModel], **values: Any) -> dict[str, Any]:
    """A whole row: what is not given is what the model says."""
    return _defaults(model) | values


@cache
def _defaults(model: type[SQLModel]) -> dict[str, Any]:
    return {name: value for name, value in model().model_dump().items() if name != "id"}


def _package(n: int) -> str:
    return PACKAGES[n % len(PACKAGES)]


def _at(n: int) -> datetime:
    return datetime.fromisoformat("2026-01-01T00:00:00+00:00") + timedelta(seconds=n * 7919 % 10_000_000)
