"""The main job, and two people at once."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

import pytest
from flask import Flask
from sqlmodel import Session, select

from onboarding.checks.checklist import Checklist
from onboarding.db import session
from onboarding.tickets.lifecycle import State
from onboarding.tickets.models import Ticket
from onboarding.tickets.reading import board, queue
from onboarding.usecases import drafts, pages, recording, reviewing, running, submitting, thread
from onboarding.usecases.refusals import Changed, GateClosed, NotNow, Refusal
from onboarding.usecases.transaction import change
from tests.unit.usecases.conftest import EB, Desk

Act = Callable[[], object]


def at_once(app: Flask, *acts: Act) -> list[object]:
    """Do all of it in threads that begin together; what each gave, or why it was refused."""
    start, results = threading.Barrier(len(acts)), [None] * len(acts)

    def do(place: int, act: Act) -> None:
        with app.app_context():
            start.wait()
            try:
                results[place] = act()
            except Refusal as refusal:
                results[place] = refusal

    threads = [threading.Thread(target=do, args=(place, act)) for place, act in enumerate(acts)]
    for one in threads:
        one.start()
    for one in threads:
        one.join(30)
    return results


def test_the_main_job(desk):
    number = desk.files("geensjabloon")
    page = pages.workspace(desk.bram, number)
    reviewing.ask_club(desk.bram, number, page.version, page.ask_text, "1")
    thread.club_message(desk.ans, number, "Ik ga het doen.", "2")
    drafts.save_codes(desk.ans, number, desk.version(number), desk.codes("goed"))
    running.request(desk.ans, number, then="resubmit")
    desk.work()
    desk.confirms(number)
    thread.reply(desk.bram, number, "Bijna klaar.", "3")
    thread.mark_read(desk.ans, number)
    assert queue(desk.bram.user_id, search="voorbeeld").found == 1
    reviewing.activate(desk.bram, number, desk.version(number))

    assert desk.ticket(number).state is State.ACTIVATED
    assert board([desk.club_id])[0].state is State.ACTIVATED
    assert queue(desk.bram.user_id, group="closed").groups[0].rows[0].number == number


def test_two_agents_at_once_one_wins(app, desk):
    number = desk.files_and_confirms()
    version = desk.version(number)

    results = at_once(
        app,
        lambda: reviewing.activate(desk.bram, number, version),
        lambda: reviewing.reject(desk.carla, number, version, "Niet goed."),
    )

    assert {type(result) for result in results} == {int, Changed}
    assert len(desk.events("ticket:moved")) == 4


def test_a_double_click_at_the_same_moment_is_one_move(app, desk):
    number = desk.files_and_confirms()
    version = desk.version(number)

    results = at_once(app, *[lambda: reviewing.activate(desk.bram, number, version)] * 4)

    assert results == [number] * 4
    assert len(desk.events("connection:activated")) == 1
    assert len(desk.mails("activated")) == 2


def test_two_drafts_at_once_are_one(app, desk):
    results = at_once(
        app,
        lambda: drafts.start(desk.ans, desk.club_id, EB),
        lambda: drafts.start(desk.ben, desk.club_id, EB),
    )

    assert results[0] == results[1]


def test_one_administration_is_activated_once_when_two_try_at_once(app, desk):
    first, second = desk.files_and_confirms("goed"), desk.files_and_confirms("goed", desk.cor)
    versions = {number: desk.version(number) for number in (first, second)}

    results = at_once(
        app,
        lambda: reviewing.activate(desk.bram, first, versions[first]),
        lambda: reviewing.activate(desk.carla, second, versions[second]),
    )

    assert {type(result) for result in results} == {int, GateClosed}
    states = {desk.ticket(number).state for number in (first, second)}
    assert states == {State.ACTIVATED, State.IN_REVIEW}


def test_a_line_comes_in_while_the_club_withdraws(app, desk):
    number = desk.files("goed")
    run_id = running.request(desk.bram, number)
    version = desk.version(number)

    results = at_once(
        app,
        lambda: running.perform(run_id),
        lambda: submitting.withdraw(desk.ans, number, version),
    )

    assert results == [None, number]
    assert desk.ticket(number).state is State.WITHDRAWN
    assert all(run.state in ("ended", "stopped") for run in desk.runs(number))
    assert recording.begin(run_id) is None


def test_one_run_is_claimed_by_two_and_ends_once(app, desk):
    number = desk.drafts("goed")
    run_id = running.request(desk.ans, number)

    at_once(app, lambda: running.perform(run_id), lambda: running.perform(run_id))

    assert len(desk.events("run:ended")) == 1
    assert desk.runs(number)[0].state == "ended"


def test_nothing_is_sent_twice_after_it_was_sent(desk):
    number = desk.drafts()
    submitting.submit(desk.ans, number, desk.version(number))
    with pytest.raises(NotNow):
        submitting.submit(desk.ans, number, desk.version(number))


def test_a_page_shows_one_moment_although_a_test_ends_while_it_is_read(
    app: Flask, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = desk.files("geensjabloon")
    page = pages.workspace(desk.bram, number)
    reviewing.ask_club(desk.bram, number, page.version, "Kijk nog eens.", "1")
    drafts.save_codes(desk.ans, number, desk.version(number), desk.codes("goed"))
    running.request(desk.ans, number, then="resubmit")
    read = pages.checklist_of

    def checklist_read_late(session: Session, ticket: Ticket) -> Checklist:
        assert at_once(app, desk.work) == [None]
        return read(session, ticket)

    session().rollback()
    monkeypatch.setattr(pages, "checklist_of", checklist_read_late)
    with app.test_request_context(f"/p-w/{number}"):
        torn = pages.club_page(desk.ans, number)
    monkeypatch.undo()

    assert (torn.ticket.state, torn.checklist.is_live) == (State.CLUB_TO_ACT, True), "still being tested: it asks again"
    session().rollback()
    session().expire_all()
    after = pages.club_page(desk.ans, number)
    assert (after.ticket.state, after.checklist.is_live) == (State.IN_REVIEW, False)


def test_who_writes_sees_what_the_one_before_wrote(app: Flask, desk: Desk) -> None:
    number = desk.drafts()
    held = threading.Event()

    def first() -> None:
        with change() as db:
            ticket = db.get_one(Ticket, number, with_for_update=True)
            held.set()
            time.sleep(0.5)  # the other one is at it by then
            ticket.step = "test"
            db.add(ticket)

    def second() -> str:
        held.wait(10)
        with change() as db:
            db.exec(select(Ticket.id)).all()  # a snapshot, were it taken here, would be from before
            return db.get_one(Ticket, number, with_for_update=True).step

    assert at_once(app, first, second) == [None, "test"]
