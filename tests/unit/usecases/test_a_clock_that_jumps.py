"""The clock jumps ahead a day or back an hour: nothing old passes as new, nothing is lost, nothing hangs."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa

from onboarding import clock
from onboarding.accounts import lockout
from onboarding.accounts.hits import HitStorage
from onboarding.accounts.links import LinkState, look_up, make
from onboarding.accounts.models import EndedSession, MailedLink, Purpose
from onboarding.checks.models import CheckLine, RunState
from onboarding.connections.models import Connection, ConnectionState
from onboarding.db import db, session
from onboarding.i18n import in_language
from onboarding.tickets.lifecycle import State
from onboarding.tickets.threads import thread as read_thread
from onboarding.usecases import mailing, pages, recording, reviewing, running, sessions, thread, tidying
from onboarding.usecases.catching_up import catch_up
from onboarding.usecases.refusals import GateClosed, NotNow
from onboarding.usecases.transaction import change
from tests.unit.usecases.connected import connect, enters, row

HOUR, DAY, YEAR = 3600, 24 * 3600, 365 * 24 * 3600
EMAIL = "ans@voorbeeld.example"
LOCKED_FOR = timedelta(minutes=15)


def jobs_of(about: str) -> set[str]:
    """The jobs of the engine whose id begins so."""
    schema = "dbos." if db.engine.dialect.name == "postgresql" else ""
    with db.engine.connect() as connection:
        query = f"SELECT workflow_uuid FROM {schema}workflow_status"
        return {job for (job,) in connection.execute(sa.text(query)) if job.startswith(about)}


def is_active(desk, number):
    session().rollback()
    return session().get_one(Connection, desk.ticket(number).connection_id).state is ConnectionState.ACTIVE


@pytest.mark.parametrize(
    ("jump", "says"),
    [(DAY + 60, "tested more than 24 hours ago"), (-HOUR, "our clock was put back. Test again"), (-YEAR, "put back")],
)
def test_what_was_tested_before_a_jump_opens_no_gate_and_says_why(desk, later, jump, says):
    number = desk.files_and_confirms("goed")
    later(jump)

    with pytest.raises(GateClosed) as refused:
        reviewing.activate(desk.bram, number, desk.version(number))
    with in_language("en"):
        assert {says in str(reason) for reason in refused.value.reasons} == {True}
    assert not is_active(desk, number)

    running.request(desk.bram, number)
    desk.work()
    reviewing.activate(desk.bram, number, desk.version(number))
    assert is_active(desk, number)


def test_a_second_of_difference_between_two_machines_keeps_nobody_waiting(desk, later):
    number = desk.files_and_confirms("goed")
    later(-1)

    reviewing.activate(desk.bram, number, desk.version(number))
    assert is_active(desk, number)


@pytest.mark.parametrize("jump", [DAY + 60, -HOUR])
def test_a_jump_in_the_middle_of_a_test_activates_on_no_old_line(desk, later, monkeypatch, jump):
    number = desk.files_and_confirms("goed")
    keep, kept = recording.keep, []

    def jumps(begun, line):
        kept.append(line.check)
        if len(kept) == 3:
            later(jump)
        return keep(begun, line)

    monkeypatch.setattr(recording, "keep", jumps)
    running.request(desk.bram, number)
    desk.work()

    with pytest.raises(GateClosed) as refused:
        reviewing.activate(desk.bram, number, desk.version(number))
    assert len(refused.value.reasons) == 2
    assert desk.runs(number)[-1].state is RunState.ENDED


@pytest.mark.parametrize("jump", [DAY, -HOUR])
def test_new_codes_after_a_jump_are_tested_anew_and_go_in_force(desk, later, jump):
    connection = connect(desk)
    later(jump)

    number = enters(desk, connection, desk.codes())

    assert desk.ticket(number).state is State.ACTIVATED
    assert row(connection).live_version_id == desk.ticket(number).version_id


def test_after_the_clock_was_put_back_the_newest_test_is_the_one_that_was_asked_last(desk, later):
    number = desk.files("goed")
    later(-HOUR)

    run = running.request(desk.bram, number)
    assert pages.workspace(desk.bram, number).checklist.run.id == run
    assert pages.workspace(desk.bram, number).checklist.is_live
    desk.work()
    assert not pages.workspace(desk.bram, number).checklist.is_live
    at = {line.at for line in session().exec(sa.select(CheckLine).where(CheckLine.run_id == run)).scalars()}
    assert max(at) <= clock.now()


@pytest.mark.parametrize("jump", [YEAR, -YEAR])
def test_a_test_whose_job_was_lost_keeps_nobody_from_asking_again(desk, later, jump):
    number = desk.files("goed")
    lost = running.request(desk.bram, number)
    later(jump)

    again = running.request(desk.bram, number)
    assert again != lost
    desk.work()
    assert {run.id: run.state for run in desk.runs(number)}[again] is RunState.ENDED


def test_a_test_that_waits_and_is_called_too_early_asks_for_another_time(desk, later):
    number = desk.files("storing")
    (run,) = desk.runs(number)
    before = jobs_of(run.id)
    for _ in range(3):
        later(-HOUR)
        running.perform(run.id)

    (waits,) = desk.runs(number)
    attempt = waits.attempt
    assert waits.state is RunState.WAITING
    assert timedelta() < waits.next_at - clock.now() <= timedelta(hours=1)
    assert len(jobs_of(run.id) - before) == 3
    later(HOUR)
    running.perform(run.id)
    assert desk.runs(number)[0].attempt == attempt + 1


def test_a_test_that_waits_for_next_year_is_done_when_the_clock_is_right_again(desk, later, provider):
    later(YEAR)
    number = desk.files("storing")
    later(-YEAR)
    (run,) = desk.runs(number)
    before = jobs_of(run.id)

    assert catch_up() >= 1
    assert len(jobs_of(run.id) - before) == 1
    provider.heal("storing")
    try:
        running.perform(run.id)
    finally:
        provider.break_again("storing")
    assert desk.runs(number)[0].state is RunState.ENDED
    assert catch_up() == 0


def replies(desk, number, *, for_staff=False):
    session().rollback()
    session().expire_all()
    entries = read_thread(session(), desk.ticket(number), for_staff=for_staff)
    return [entry for entry in entries if entry.kind == "reply"]


def test_a_reply_is_not_lost_whichever_way_the_clock_jumps(desk, later):
    number = desk.files("goed")
    thread.reply(desk.bram, number, "Even geduld.", "1")
    assert replies(desk, number) == []
    later(DAY)
    assert [entry.body for entry in replies(desk, number)] == ["Even geduld."]
    with pytest.raises(NotNow):
        thread.undo_reply(desk.bram, number, replies(desk, number)[0].id)

    thread.reply(desk.bram, number, "Nog even.", "2")
    later(-DAY)
    assert replies(desk, number) == []
    before = jobs_of("mail-")

    assert catch_up() == 3, "the reply, and its mails to Ans and Ben"
    assert len(jobs_of("mail-") - before) == 2
    assert [entry.body for entry in replies(desk, number)] == ["Nog even."]
    later(20)
    assert [entry.body for entry in replies(desk, number)] == ["Even geduld.", "Nog even."]


def test_a_reply_whose_mail_left_before_the_clock_was_put_back_is_not_taken_back(desk, later):
    number = desk.files("goed")
    thread.reply(desk.bram, number, "Even geduld.", "1")
    later(20)
    for mail in desk.mails("reply"):
        mailing.deliver(mail.id)
    later(-HOUR)
    (reply,) = replies(desk, number, for_staff=True)

    with pytest.raises(NotNow):
        thread.undo_reply(desk.bram, number, reply.id)
    assert [entry.body for entry in replies(desk, number, for_staff=True)] == ["Even geduld."]


def test_a_lock_ends_when_it_should_although_the_clock_was_put_back(in_app, later):
    later(YEAR)
    for _ in range(4):
        with change() as writing:
            lockout.take_try(writing, EMAIL, 3, LOCKED_FOR)
    later(-YEAR)

    with change() as writing:
        until = lockout.take_try(writing, EMAIL, 3, LOCKED_FOR)
    assert until is not None
    assert until - clock.now() <= LOCKED_FOR
    later(LOCKED_FOR.total_seconds() + 1)
    with change() as writing:
        assert lockout.take_try(writing, EMAIL, 3, LOCKED_FOR) is None


def test_a_jump_back_opens_no_lock(in_app, later):
    for _ in range(4):
        with change() as writing:
            lockout.take_try(writing, EMAIL, 3, LOCKED_FOR)
    later(-HOUR)

    with change() as writing:
        assert lockout.take_try(writing, EMAIL, 3, LOCKED_FOR) is not None


def test_a_limit_that_was_used_up_next_year_is_free_today(in_app, later):
    later(YEAR)
    counts = HitStorage("koppelbalie://")
    assert [counts.incr("a", 60) for _ in range(3)] == [1, 2, 3]
    later(-YEAR)

    assert counts.incr("a", 60) == 1
    assert counts.incr("a", 60) == 2


def link(lasts=timedelta(minutes=30)):
    with change() as writing:
        return make(writing, Purpose.SIGN_IN, EMAIL, lasts).id


def state_of(link_id):
    session().rollback()
    session().expire_all()
    kept = session().get_one(MailedLink, link_id)
    with change() as writing:
        writing.get_one(MailedLink, kept.id).token_hash = TOKEN_HASH
    return look_up(session(), TOKEN, Purpose.SIGN_IN).state


TOKEN = "made-up-token"
TOKEN_HASH = "c3d0"


def test_a_link_ends_with_a_jump_ahead_and_lives_on_after_an_hour_back(in_app, later, monkeypatch):
    monkeypatch.setattr("onboarding.accounts.links.token_hash", lambda _: TOKEN_HASH)
    made = link()
    later(-HOUR)
    assert state_of(made) is LinkState.FRESH
    later(HOUR + DAY)
    assert state_of(made) is LinkState.EXPIRED


def test_a_link_of_next_year_opens_nothing_today(in_app, later, monkeypatch):
    monkeypatch.setattr("onboarding.accounts.links.token_hash", lambda _: TOKEN_HASH)
    later(YEAR)
    made = link()
    later(-YEAR)
    assert state_of(made) is LinkState.EXPIRED


def test_a_session_that_was_ended_stays_so_after_a_day_ahead_and_back(desk, later):
    sessions.sign_out(desk.ans, "made-up-key")
    later(DAY)
    tidying.forget_the_old()
    later(-DAY)

    assert sessions.has_ended("made-up-key")
    later(40 * DAY)
    tidying.forget_the_old()
    session().rollback()
    assert session().exec(sa.select(EndedSession)).all() == []
