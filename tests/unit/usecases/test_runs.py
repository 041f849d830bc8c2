"""A run: asked for once, kept line by line, ended once; an outage repeats by itself and is nobody's turn."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
import sqlalchemy as sa
from sqlmodel import col, select

import connectors
from connectors.kit.connector import Halt, RunBudget
from connectors.kit.credentials import read_form
from connectors.kit.errors import Owner
from connectors.kit.http import Http
from connectors.kit.outcomes import Outcome
from connectors.kit.run import Found, run
from onboarding import clock
from onboarding.checks.checklist import Standing
from onboarding.checks.models import CheckLine, RunState
from onboarding.checks.provider import way_out
from onboarding.checks.reading import checklist_of
from onboarding.connections.models import CredentialVersion
from onboarding.db import session
from onboarding.tickets.lifecycle import State, Turn
from onboarding.usecases import drafts, pages, recording, reviewing, running, submitting
from onboarding.usecases.refusals import NotFound, NotNow, TooSoon, Wrong
from onboarding.usecases.transaction import change
from onboarding.vault.models import SealedSecret
from tests.unit.usecases.conftest import EB

HOUR = 3600


def lines(run_id: str) -> list[CheckLine]:
    session().rollback()
    session().expire_all()
    return list(session().exec(select(CheckLine).where(CheckLine.run_id == run_id).order_by(col(CheckLine.id))).all())


def standings(desk, number) -> dict[str, Standing]:
    return {item.key: item.standing for item in checklist_of(session(), desk.ticket(number)).items}


@pytest.fixture
def with_budget(monkeypatch):
    """A package that allows a run every ten minutes."""

    def allow(*, repeats: bool = True) -> None:
        ours = connectors.get(EB)
        budget = RunBudget(every=timedelta(minutes=10), repeats_by_itself=repeats)
        monkeypatch.setattr(connectors, "get", lambda _: replace(ours, budget=budget))

    return allow


@pytest.mark.parametrize("club", ["goed", "fout", "geensjabloon", "leeg", "kapot", "limiet", "accountant"])
def test_every_line_is_kept_as_the_scenario_says(desk, club):
    number = desk.drafts(club)
    running.request(desk.ans, number)
    desk.work()

    (run,) = desk.runs(number)
    expected = connectors.get(EB).sandbox().club(club).expected
    assert {line.check: line.outcome for line in lines(run.id)} == expected
    assert len(desk.events("run:ended")) == 1
    assert [event.data["purpose"] for event in desk.events("secret:unsealed")] == ["run_checklist"]


def test_lines_hold_no_secret(desk):
    number = desk.files("fout")
    kept = repr([line.model_dump() for line in lines(desk.runs(number)[0].id)])

    assert "OpenSession" in kept, "the exchange is there"
    assert all(desk.codes("fout")[key] not in kept for key in ("security_code_1", "security_code_2"))


def test_a_live_run_is_given_back_and_not_doubled(desk):
    number = desk.drafts()

    assert running.request(desk.ans, number) == running.request(desk.ben, number, only="login")
    assert len(desk.runs(number)) == 1
    assert len(desk.events("run:asked")) == 1


def test_a_run_that_ended_does_nothing_when_its_job_comes_again(desk):
    number = desk.files()
    (run,) = desk.runs(number)
    before = [line.id for line in lines(run.id)]

    running.perform(run.id)
    running.perform("no-such-run")

    assert [line.id for line in lines(run.id)] == before
    assert len(desk.events("run:ended")) == 1


def test_while_it_runs_each_item_says_so_until_its_line_comes(desk, monkeypatch):
    number = desk.drafts()
    run_id = running.request(desk.ans, number)
    assert set(standings(desk, number).values()) == {Standing.RUNNING}
    seen = []
    real = recording.keep

    def keep(begun, line):
        kept = real(begun, line)
        seen.append(list(standings(desk, number).values()).count(Standing.RUNNING))
        return kept

    monkeypatch.setattr(recording, "keep", keep)
    running.perform(run_id)

    assert seen == list(range(9, -1, -1)), "one less at each line, as it is committed"


def test_no_transaction_is_open_while_the_package_is_called(desk, monkeypatch):
    number = desk.drafts()
    run_id = running.request(desk.ans, number)
    open_during_calls = []
    real = Http.call

    def call(self, *args, **more):
        open_during_calls.append(session().in_transaction())
        return real(self, *args, **more)

    monkeypatch.setattr(Http, "call", call)
    running.perform(run_id)

    assert len(open_during_calls) >= 4
    assert not any(open_during_calls)


def test_after_a_kill_it_starts_again_under_its_id_and_replaces_its_lines(desk, monkeypatch):
    number = desk.drafts()
    run_id = running.request(desk.ans, number)

    class Killed(BaseException):
        """Nothing catches it, as nothing catches a kill."""

    real = recording.keep
    count = 0

    def keep(begun, line):
        nonlocal count
        count += 1
        if count == 4:
            raise Killed
        return real(begun, line)

    monkeypatch.setattr(recording, "keep", keep)
    with pytest.raises(Killed):
        running.perform(run_id)
    session().rollback()
    assert len(lines(run_id)) == 3

    running.perform(run_id)

    assert [line.check for line in lines(run_id)] == [check.key for check in connectors.get(EB).checks]
    (run,) = desk.runs(number)
    assert (run.state, run.attempt) == (RunState.ENDED, 2)
    assert len(desk.events("run:ended")) == 1


def test_two_at_one_run_only_the_later_one_counts(desk):
    number = desk.drafts()
    run_id = running.request(desk.ans, number)
    first = recording.begin(run_id)
    second = recording.begin(run_id)
    assert first is not None
    assert second is not None
    login = read_form(first.connector.login, desk.codes()).login
    assert login is not None
    line = next(run(first.connector, login, None, way_out(first.connector)))

    assert recording.keep(first, line) is False
    assert recording.keep(second, line) is True
    recording.finish(first, Found())
    assert desk.runs(number)[0].state is RunState.RUNNING
    recording.give_up(first, {})
    assert desk.runs(number)[0].state is RunState.RUNNING


def test_new_codes_stop_the_run_on_the_old_ones(desk, monkeypatch):
    number = desk.drafts()
    run_id = running.request(desk.ans, number)
    real = recording.keep

    def keep(begun, line):
        drafts.save_codes(desk.ans, number, desk.version(number), {"administration_code": f"9{line.check}"[:9]})
        return real(begun, line)

    monkeypatch.setattr(recording, "keep", keep)
    running.perform(run_id)

    assert desk.runs(number)[0].state is RunState.STOPPED
    assert lines(run_id) == []
    assert running.request(desk.ans, number) != run_id


def test_a_run_on_codes_of_before_is_overtaken_at_its_start(desk):
    number = desk.drafts()
    run_id = running.request(desk.ans, number)
    with change() as db:
        db.get_one(CredentialVersion, desk.ticket(number).version_id).revision += 1

    running.perform(run_id)

    assert desk.runs(number)[0].state is RunState.STOPPED


def test_a_run_notices_in_the_middle_that_its_codes_are_of_before(desk):
    number = desk.drafts()
    begun = recording.begin(running.request(desk.ans, number))
    assert begun is not None
    with change() as db:
        db.get_one(CredentialVersion, begun.version_id).revision += 1

    recording.finish(begun, Found())

    assert desk.runs(number)[0].state is RunState.STOPPED


def test_withdrawing_stops_the_run(desk):
    number = desk.drafts()
    run_id = running.request(desk.ans, number)
    submitting.withdraw(desk.ans, number, desk.version(number))

    running.perform(run_id)

    assert desk.runs(number)[0].state is RunState.STOPPED
    assert desk.ticket(number).turn is Turn.NOBODY


def test_one_check_runs_with_what_it_needs_first(desk):
    number = desk.files("geensjabloon")
    run_id = running.request(desk.bram, number, only="revenue_accounts")
    desk.work()

    assert {line.check for line in lines(run_id)} == {"login", "ledger_readable", "revenue_accounts"}
    assert standings(desk, number)["invoice_template"] is Standing.FAILED, "the others keep their last line"
    with pytest.raises(NotFound):
        running.request(desk.bram, number, only="no_such_check")


def test_nothing_is_tested_while_details_are_missing_or_wrong(desk):
    number = drafts.start(desk.ans, desk.club_id, EB)
    drafts.save_codes(desk.ans, number, 1, {"username": "goed", "rest_token_until": "gisteren"})

    with pytest.raises(Wrong) as refused:
        running.request(desk.ans, number)

    assert set(refused.value.errors) == {
        "security_code_1",
        "security_code_2",
        "administration_code",
        "rest_token_until",
    }
    assert desk.runs(number) == []


def test_a_closed_ticket_is_not_tested(desk):
    number = desk.files()
    submitting.withdraw(desk.ans, number, desk.version(number))
    with pytest.raises(NotNow):
        running.request(desk.bram, number)


def test_an_outage_is_nobodys_turn_and_repeats_with_growing_pauses(desk, later):
    number = desk.files("storing")
    ticket = desk.ticket(number)
    assert (ticket.state, ticket.turn) == (State.SUBMITTED, Turn.PACKAGE)
    assert ticket.summary["next"] == "wait"
    since = ticket.waiting_since

    pauses = []
    for attempt in range(1, 8):
        (run,) = desk.runs(number)
        assert (run.state, run.attempt) == (RunState.WAITING, attempt)
        assert run.next_at is not None
        pauses.append(round((run.next_at - clock.now()).total_seconds()))
        later(pauses[-1] + 1)
        desk.work()

    assert pauses == [60, 120, 300, 900, 1800, 3600, 3600]
    assert desk.ticket(number).waiting_since == since, "the clock of the outage runs on through the attempts"
    assert not desk.events("ticket:moved")[1:], "nobody was bothered"


def test_a_healed_package_gives_the_ticket_back(desk, later, provider):
    number = desk.files("storing")
    provider.heal("storing")
    try:
        later(61)
        desk.work()
    finally:
        provider.break_again("storing")

    (run,) = desk.runs(number)
    assert (run.state, run.down_since) == (RunState.ENDED, None)
    assert desk.ticket(number).turn is Turn.SUPPORT
    assert standings(desk, number)["login"] is Standing.OK


def test_it_is_not_repeated_before_its_time(desk):
    number = desk.files("storing")
    (run,) = desk.runs(number)

    running.perform(run.id)

    assert desk.runs(number)[0].attempt == 1


def test_the_package_may_ask_for_a_longer_pause(desk):
    number = desk.files("limiet")
    (run,) = desk.runs(number)

    assert run.next_at is not None
    assert run.next_at - clock.now() > timedelta(seconds=800)


def test_somebody_who_asks_during_an_outage_gets_a_test_now(desk, later):
    number = desk.files("storing")
    run_id = running.request(desk.bram, number)
    desk.work()

    first, second = desk.runs(number)
    assert (first.state, second.id, second.state) == (RunState.STOPPED, run_id, RunState.WAITING)
    assert second.down_since == first.down_since
    assert second.attempt == 2, "the pauses go on where they were"


def test_what_the_club_has_to_put_right_goes_before_an_outage(desk, provider):
    number = desk.files("rekeningweg", rest_token="tok-storing")

    item = next(item for item in checklist_of(session(), desk.ticket(number)).items if item.key == "revenue_accounts")
    assert item.standing is Standing.FAILED
    assert desk.ticket(number).turn is Turn.SUPPORT


def test_a_run_of_ours_is_supports_turn(desk):
    number = desk.files("kapot")

    assert desk.ticket(number).turn is Turn.SUPPORT
    assert desk.ticket(number).summary["next"] == "ours"
    assert desk.runs(number)[0].state is RunState.ENDED


def test_the_budget_of_a_package_says_when_it_is_free_again(desk, later, with_budget):
    with_budget()
    number = desk.drafts()
    assert pages.club_page(desk.ans, number).budget_until is None
    running.request(desk.ans, number)
    desk.work()

    with pytest.raises(TooSoon) as refused:
        running.request(desk.ans, number)

    assert timedelta(minutes=9) < refused.value.until - clock.now() <= timedelta(minutes=10)
    assert pages.club_page(desk.ans, number).budget_until == refused.value.until
    later(601)
    running.request(desk.ans, number)


def test_changed_details_may_be_tested_at_once_but_not_without_end(desk, later, with_budget):
    with_budget()
    number = desk.drafts()
    for account in ("8000", "8010", "8100"):
        drafts.choose(desk.ans, number, desk.version(number), {"revenue_accounts": account})
        running.request(desk.ans, number)
        desk.work()
        with pytest.raises(TooSoon):
            running.request(desk.ans, number)
        later(60)

    drafts.choose(desk.ans, number, desk.version(number), {"revenue_accounts": "8000"})
    with pytest.raises(TooSoon) as refused:
        running.request(desk.ans, number)
    assert timedelta(minutes=6) < refused.value.until - clock.now() <= timedelta(minutes=7)

    later(421)
    running.request(desk.ans, number)
    assert len(desk.runs(number)) == 4


@pytest.fixture
def that_blocks(monkeypatch):
    """A package that may block who is refused too often: after two times these codes are tried no more."""
    budget = RunBudget(halt=Halt("login", frozenset({"InvalidCredentials"}), times=2))
    ours = replace(connectors.get(EB), budget=budget)
    monkeypatch.setattr(connectors, "get", lambda _: ours)


def test_codes_that_were_refused_twice_are_tried_no_more_until_they_are_entered_anew(desk, that_blocks):
    number = desk.drafts("fout")
    for _ in range(2):
        running.request(desk.ans, number)
        desk.work()

    with pytest.raises(Wrong) as refused:
        running.request(desk.ans, number)
    assert set(refused.value.errors) == {"username", "security_code_1", "security_code_2"}
    assert len(desk.runs(number)) == 2

    drafts.save_codes(desk.ans, number, desk.version(number), desk.codes("goed"))
    running.request(desk.ans, number)
    desk.work()
    assert standings(desk, number)["login"] is Standing.OK


def test_nor_by_itself_once_they_are_sent(desk, that_blocks, later):
    number = desk.drafts("fout")
    for _ in range(2):
        running.request(desk.ans, number)
        desk.work()
    later(25 * HOUR)

    submitting.submit(desk.ans, number, desk.version(number))
    desk.work()

    assert len(desk.runs(number)) == 2
    with pytest.raises(Wrong):
        running.request(desk.bram, number)


def test_a_good_answer_starts_the_count_anew(desk, that_blocks, provider):
    number = desk.drafts("fout")
    for heals in (False, True, False):
        if heals:
            provider.heal("fout")
        try:
            running.request(desk.ans, number)
            desk.work()
        finally:
            if heals:
                provider.break_again("fout")

    assert running.request(desk.ans, number)


def test_a_test_by_itself_waits_for_the_budget(desk, with_budget):
    with_budget()
    number = desk.drafts()
    for code in "123":
        running.request(desk.ans, number)
        desk.work()
        drafts.save_codes(desk.ans, number, desk.version(number), {"administration_code": code})

    submitting.submit(desk.ans, number, desk.version(number))

    jobs = "dbos.workflow_status" if session().get_bind().dialect.name == "postgresql" else "workflow_status"
    newest = f"SELECT delay_until_epoch_ms FROM {jobs} WHERE name = 'run_checklist' ORDER BY created_at DESC"
    delay = session().execute(sa.text(newest)).first()
    assert delay is not None
    assert delay[0] is not None


def test_a_package_that_must_not_be_asked_again_does_not_wait(desk, with_budget):
    with_budget(repeats=False)
    number = desk.files("storing")

    assert desk.runs(number)[0].state is RunState.ENDED
    assert desk.ticket(number).turn is Turn.SUPPORT


def test_a_run_whose_job_was_lost_does_not_stand_in_the_way(desk, later):
    number = desk.drafts()
    lost = running.request(desk.ans, number)
    later(HOUR)

    assert running.request(desk.ans, number) != lost
    assert desk.runs(number)[0].state is RunState.STOPPED


def test_a_tampered_secret_stops_the_run_and_is_asked_again(desk):
    number = desk.drafts()
    version_id = desk.ticket(number).version_id
    with change() as db:
        row = db.get_one(SealedSecret, (version_id, "security_code_1"))
        row.sealed = row.sealed[:-1] + bytes([row.sealed[-1] ^ 1])
        db.add(row)
    running.request(desk.ans, number)
    desk.work()

    page = pages.club_page(desk.ans, number)
    assert desk.runs(number)[0].state is RunState.STOPPED
    assert set(page.errors) == {"security_code_1"}
    assert desk.events("secret:tampered")

    saved = drafts.save_codes(
        desk.ans, number, desk.version(number), {"security_code_1": desk.codes()["security_code_1"]}
    )
    assert saved.complete


def test_a_tampered_secret_is_gone_once_another_field_changes(desk):
    number = desk.drafts()
    version_id = desk.ticket(number).version_id
    with change() as db:
        row = db.get_one(SealedSecret, (version_id, "rest_token"))
        row.wrapped_key = row.wrapped_key[::-1]
        db.add(row)

    saved = drafts.save_codes(desk.ans, number, desk.version(number), {"administration_code": "1"})

    assert saved.complete, "the others are whole, and this one may be empty"
    assert "rest_token" not in pages.club_page(desk.ans, number).sealed


def test_nobody_is_blamed_for_an_outage(desk):
    number = desk.files("storing")
    item = checklist_of(session(), desk.ticket(number)).items[1]

    assert (item.line.outcome, item.owner) == (Outcome.UNTESTED, Owner.PROVIDER)
    assert "e-Boekhouden.nl" in pages.club_page(desk.ans, number).turn_line.title
    assert pages.workspace(desk.bram, number).turn_line.tone == "calm"


def test_sent_after_a_test_on_these_codes_it_is_not_tested_again(desk):
    number = desk.drafts()
    running.request(desk.ans, number)
    desk.work()
    submitting.submit(desk.ans, number, desk.version(number))

    assert len(desk.runs(number)) == 1


def test_sent_in_an_outage_it_waits_on(desk, later):
    number = desk.drafts("storing")
    running.request(desk.ans, number)
    desk.work()
    submitting.submit(desk.ans, number, desk.version(number))

    assert len(desk.runs(number)) == 1
    assert desk.ticket(number).turn is Turn.PACKAGE
    reviewing.take(desk.bram, number, desk.version(number))
    assert desk.ticket(number).turn is Turn.PACKAGE
