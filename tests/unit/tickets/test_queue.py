"""Support's queue takes the same queries, over an index, however many tickets there are; on both databases."""

from __future__ import annotations

import re
from itertools import product

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlmodel import select

from demo.seed import seed_people
from onboarding.clock import now
from onboarding.db import db, session
from onboarding.tickets import reading, searching
from onboarding.tickets.lifecycle import PILES, Pile, State, Turn, pile_of
from onboarding.tickets.models import Ticket
from onboarding.usecases.transaction import change
from tests.conftest import BOTH
from tests.load.many_tickets import AMONG_100, FIRST, add_tickets
from tests.web.queries import counted

pytestmark = pytest.mark.parametrize("database_url", BOTH, indirect=True)


@pytest.fixture
def people(in_app: Flask) -> Flask:
    seed_people()
    return in_app


def queries(**asked: object) -> list[str]:
    """The statements of one look at the queue, each until it lists numbers of tickets."""
    session().rollback()
    with counted() as seen:
        reading.queue(1, **asked)  # type: ignore[arg-type]
    return [statement.partition("WHERE ticket.id IN (")[0] for statement in seen]


@pytest.mark.parametrize(
    "asked",
    [{}, {"group": "closed"}, {"group": "club", "page": 2}, {"search": "club 10"}, {"search": "koppeling"}],
    ids=str,
)
def test_the_queries_are_the_same_with_few_tickets_and_with_many(people: Flask, asked: dict[str, object]) -> None:
    add_tickets(60)
    few = queries(**asked)
    with change() as writing:
        writing.execute(sa.text("DELETE FROM message"))
        writing.execute(sa.text("DELETE FROM ticket"))
    add_tickets(3000, first=2 * FIRST)

    assert queries(**asked) == few
    assert len(few) <= 4


def test_no_query_of_the_queue_reads_the_whole_table(people: Flask) -> None:
    add_tickets(5000)
    statements: list[tuple[str, object]] = []

    def note(_c: object, _u: object, statement: str, values: object, *_: object) -> None:
        statements.append((statement, values))

    sa.event.listen(db.engine, "before_cursor_execute", note)
    for asked in ({}, {"group": "closed", "page": 3}, {"group": "package"}):
        reading.queue(1, **asked)  # type: ignore[arg-type]
    sa.event.remove(db.engine, "before_cursor_execute", note)

    plans = [plan for statement, values in statements if "ticket" in statement for plan in plan_of(statement, values)]
    assert {name for plan in plans for name in re.findall(r"ix_ticket_\w+", plan)} == {
        "ix_ticket_pile",
        "ix_ticket_waits_for_package",
    }
    assert [plan for plan in plans if re.search(r"SCAN ticket\b|Seq Scan on ticket\b", plan)] == []


def plan_of(statement: str, values: object) -> list[str]:
    how = "EXPLAIN QUERY PLAN" if db.engine.dialect.name == "sqlite" else "EXPLAIN"
    with db.engine.connect() as connection:
        rows = connection.exec_driver_sql(f"{how} {statement}", values)  # type: ignore[arg-type]
        return [str(row[-1]) for row in rows]


def test_counting_ends_and_what_is_behind_it_is_reached_all_the_same(people: Flask) -> None:
    add_tickets(1000)
    whole = reading.queue(1)
    at_club = reading.queue(1, group="club", page=2)
    last = reading.queue(1, group="closed", page=12)

    assert (whole.counts.closed, whole.counts.other_agent) == (reading.MOST + 1, 30)
    assert [(group.key, len(group.rows)) for group in whole.groups] == [
        ("support", reading.FIRST), *((pile, reading.FIRST_OF_OTHERS) for pile in ("other_agent", "club", "package")),
    ]  # fmt: skip
    assert {outage.tickets for outage in whole.outages} == {20, 30}
    assert (at_club.pages, at_club.goes_on, len(at_club.groups[0].rows)) == (None, True, reading.PAGE)
    assert (last.goes_on, len(last.groups[0].rows)) == (False, reading.PAGE)


def test_each_page_goes_on_where_the_one_before_it_ended(people: Flask) -> None:
    add_tickets(1000)
    for group, newest_first in (("club", False), ("closed", True)):
        shown, page = [], 1
        while True:
            part = reading.queue(1, group=group, page=page)
            shown += [(row.waiting_since, row.number) for row in part.groups[0].rows]
            if not part.goes_on:
                break
            page += 1
        query = select(Ticket.pile_since, Ticket.id).where(Ticket.pile == group)
        there = [(since, number) for since, number in session().exec(query)]
        assert shown == sorted(there, reverse=newest_first)


def test_a_search_that_finds_too_much_shows_the_newest(people: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    add_tickets(300)
    monkeypatch.setattr(reading, "SEARCHED", 40)

    for search in ("snelstart", "koppeling werkt", "Club"):
        numbers = [number for number, _, _ in searching.found(search, reading.SEARCHED)]
        step = 2 if search == "snelstart" else 1
        assert numbers == list(range(FIRST + 299, FIRST + 299 - 40 * step, -step))
        assert reading.queue(1, search=search).found == 40
    assert reading.queue(1, search=f"#{FIRST + 7}").found == 1
    assert reading.queue(1, search="%").found == 0


@pytest.mark.parametrize(("state", "turn"), [(state, turn) for _, state, turn in AMONG_100], ids=str)
def test_a_ticket_lies_where_it_belongs_whoever_writes_it(people: Flask, state: State, turn: Turn) -> None:
    add_tickets(1)
    number = session().exec(select(Ticket.id)).one()
    for news, sent in product((False, True), (False, True)):
        with change() as writing:
            ticket = writing.get_one(Ticket, number)
            ticket.state, ticket.turn, ticket.news_for_support = state, turn, news
            ticket.submitted_at = now() if sent else None
            ticket.last_move_at = now()
        kept = session().exec(select(Ticket.pile, Ticket.pile_since)).one()
        pile = pile_of(turn, news=news)
        since = ticket.last_move_at if pile is Pile.CLOSED else ticket.waiting_since
        assert kept == ((pile, since) if sent else (None, None))
        session().rollback()


def test_what_asks_for_an_answer_is_ours_except_where_a_second_person_decides(people: Flask) -> None:
    assert {turn: pile_of(turn, news=False) for turn in Turn} == PILES
    assert {turn for turn in Turn if pile_of(turn, news=True) is Pile.SUPPORT} == set(Turn) - {Turn.OTHER_AGENT}
