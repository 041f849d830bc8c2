"""Moves: who may make them, once each, never on top of somebody else, and into force through the gate alone."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test
from sqlmodel import select

from onboarding import clock
from onboarding.accounts.people import Actor
from onboarding.connections.models import Confirmation, Connection, ConnectionState
from onboarding.db import session
from onboarding.tickets.lifecycle import RULES, Move, Part, State, Turn, possible, rule_for
from onboarding.tickets.models import Approval, Message, MessageKind, Override, Ticket
from onboarding.tickets.parts import parts_of
from onboarding.usecases import approving, drafts, pages, reviewing, running, submitting, thread, workspaces
from onboarding.usecases.gate import pass_gate
from onboarding.usecases.refusals import (
    Changed,
    GateClosed,
    LooksLikeSecret,
    NotAllowed,
    NotFound,
    NotNow,
    ProveAgain,
    Refusal,
    Wrong,
)
from onboarding.usecases.transaction import change
from tests.unit.usecases.conftest import Desk

CODE = "administration_code"


def proven(actor: Actor) -> Actor:
    """The same person, who showed just now who they are."""
    return replace(actor, proven_at=clock.now())


def events(number: int) -> list[str]:
    query = select(Message.event).where(Message.ticket_id == number, Message.kind == MessageKind.EVENT)
    return list(session().exec(query.order_by(Message.id)).all())


def test_the_first_work_on_a_new_ticket_takes_it_up(desk):
    number = desk.files()

    desk.confirms(number)

    ticket = desk.ticket(number)
    assert (ticket.state, ticket.agent_id) == (State.IN_REVIEW, desk.bram.user_id)
    assert events(number) == [Move.SUBMIT, Move.TAKE, Move.CONFIRM]


def test_taking_over_makes_it_ones_own(desk):
    number = desk.files()
    reviewing.take(desk.bram, number, desk.version(number))
    reviewing.take(desk.carla, number, desk.version(number))

    assert desk.ticket(number).agent_id == desk.carla.user_id
    assert pages.workspace(desk.carla, number).is_mine


@pytest.mark.parametrize("times", [2, 3])
def test_a_button_pressed_more_than_once_has_one_effect(desk, times):
    number = desk.files()
    version = desk.version(number)
    for _ in range(times):
        reviewing.confirm(desk.bram, number, version, CODE, "Vergeleken.")
    version = desk.version(number)
    for _ in range(times):
        reviewing.activate(desk.bram, number, version)

    assert len(session().exec(select(Confirmation)).all()) == 1
    assert len(desk.mails("activated")) == 2, "one a member"
    assert len(desk.events("connection:activated")) == 1
    assert events(number).count(Move.ACTIVATE) == 1


def test_sending_twice_is_sending_once(desk):
    number = desk.drafts()
    version = desk.version(number)
    submitting.submit(desk.ans, number, version)
    submitting.submit(desk.ans, number, version)

    assert len(desk.runs(number)) == 1
    assert len(desk.mails("received")) == 2


def test_two_agents_at_once_one_wins_and_the_other_hears_what_changed(desk):
    number = desk.files_and_confirms()
    version = desk.version(number)
    reviewing.activate(desk.bram, number, version)

    with pytest.raises(Changed) as refused:
        reviewing.reject(desk.carla, number, version, "Niet goed.")

    assert refused.value.moves == ("Bram heeft de koppeling geactiveerd.",)
    assert desk.ticket(number).state is State.ACTIVATED


def test_the_club_hears_of_a_change_without_what_is_internal(desk):
    number = desk.files()
    version = desk.version(number)
    desk.confirms(number)

    with pytest.raises(Changed) as refused:
        submitting.withdraw(desk.ans, number, version)

    assert refused.value.moves == ("Bram is ermee bezig.",)


def test_what_cannot_be_done_now_is_told_from_what_somebody_may_not(desk):
    number = desk.files("fout")
    with pytest.raises(NotAllowed):
        reviewing.override(desk.bram, number, desk.version(number), "login", "Weet ik zeker.")
    with pytest.raises(NotAllowed):
        submitting.withdraw(desk.bram, number, desk.version(number))
    with pytest.raises(NotNow):
        reviewing.approve(desk.carla, number, desk.version(number))
    with pytest.raises(NotFound):
        reviewing.take(desk.cor, number, desk.version(number))
    with pytest.raises(NotFound):
        reviewing.take(desk.bram, 10**12, 1)


def test_a_person_check_is_confirmed_with_a_note_and_once(desk):
    number = desk.files()
    with pytest.raises(Wrong):
        reviewing.confirm(desk.bram, number, desk.version(number), CODE, "  ")
    with pytest.raises(NotNow):
        reviewing.confirm(desk.bram, number, desk.version(number), "login", "Ziet er goed uit.")
    with pytest.raises(NotFound):
        reviewing.confirm(desk.bram, number, desk.version(number), "no_such_check", "Ziet er goed uit.")
    desk.confirms(number)
    with pytest.raises(NotNow):
        desk.confirms(number)


def test_a_lead_shows_who_they_are_before_an_override(desk):
    number = desk.files("fout")
    with pytest.raises(ProveAgain):
        reviewing.override(desk.carla, number, desk.version(number), "login", "Weet ik zeker.")


def test_a_person_check_is_never_overridden(desk):
    number = desk.files()
    with pytest.raises(NotNow):
        reviewing.override(proven(desk.carla), number, desk.version(number), CODE, "Geloof ik wel.")


def test_the_club_states_first_and_support_confirms_then(desk):
    number = desk.files("zondertoken")
    with pytest.raises(Wrong):
        reviewing.confirm(desk.bram, number, desk.version(number), "invoice_template", "Gezien.")
    desk.confirms(number)
    version = desk.version(number)

    for _ in range(2):
        submitting.state_fact(desk.ans, number, version, "invoice_template", True, "Ans de Wit", "1-11-2026")

    item = next(i for i in pages.workspace(desk.bram, number).checklist.items if i.key == "invoice_template")
    assert item.standing == "asks_support", "the club's word alone never makes it green"
    assert (item.statement.name, item.statement.note) == ("Ans de Wit", "Ans de Wit, 01-11-2026")
    reviewing.confirm(desk.bram, number, desk.version(number), "invoice_template", "Met Ans gebeld.")
    reviewing.activate(desk.bram, number, desk.version(number))
    with pytest.raises(NotNow):
        submitting.state_fact(desk.ans, number, desk.version(number), "invoice_template", True, "Ans", "1-11-2026")


@pytest.mark.parametrize(
    ("ticked", "name", "date", "wrong"),
    [
        (False, "", "", {"ticked", "name", "date"}),
        (True, "Ans", "31-02-2026", {"date"}),
        (True, "Ans", "morgen", {"date"}),
        (True, "Ans", "1-1-2999", {"date"}),
        (True, "Ans", "9-9-99999999", {"date"}),
        (True, "A" * 121, "2026-11-01", {"name"}),
        (True, "Ans\x00", "1/11/2026", set()),
        (True, "Ans", "2026-11-01", set()),
    ],
)
def test_a_statement_has_a_tick_a_name_and_a_day(desk, ticked, name, date, wrong):
    number = desk.files("zondertoken")
    version = desk.version(number)
    refusing = pytest.raises(Wrong) if wrong else nullcontext()
    with refusing as refused:
        submitting.state_fact(desk.ans, number, version, "invoice_template", ticked, name, date)

    assert (set(refused.value.errors) if refused else set()) == wrong
    assert (desk.version(number) == version) == bool(wrong)


def test_a_statement_is_the_clubs_and_about_what_is_asked(desk):
    number = desk.files("zondertoken")
    said = (True, "Ans", "1-11-2026")
    with pytest.raises(NotAllowed):
        submitting.state_fact(desk.bram, number, desk.version(number), "invoice_template", *said)
    with pytest.raises(NotNow):
        submitting.state_fact(desk.ans, number, desk.version(number), CODE, *said)
    with pytest.raises(NotFound):
        submitting.state_fact(desk.ans, number, desk.version(number), "no_such_check", *said)
    with pytest.raises(Changed):
        submitting.state_fact(desk.ans, number, 1, "invoice_template", *said)


def test_words_before_the_administration_is_known_are_about_these_codes_alone(desk):
    number = desk.drafts("fout")
    running.request(desk.ans, number)
    desk.work()
    submitting.state_fact(desk.ans, number, desk.version(number), "invoice_template", True, "Ans", "1-11-2026")

    drafts.save_codes(desk.ans, number, desk.version(number), {"security_code_1": "x" * 32})
    running.request(desk.ans, number)
    desk.work()

    item = next(i for i in pages.club_page(desk.ans, number).checklist.items if i.key == "invoice_template")
    assert item.standing == "asks_club"


def test_an_override_needs_a_second_person(desk):
    number = desk.files("rekeningweg", rest_token="tok-goed")
    desk.confirms(number)
    for check in ("revenue_accounts",):
        reviewing.override(proven(desk.carla), number, desk.version(number), check, "De club maakt hem morgen aan.")
    page = pages.workspace(desk.bram, number)
    assert page.needs_approval
    with pytest.raises(GateClosed):
        reviewing.activate(desk.bram, number, desk.version(number))
    assert "tweede" not in page.turn_line.text or page.turn_line.tone == "you"

    reviewing.request_approval(desk.bram, number, desk.version(number), "Kijk je mee?")
    assert desk.ticket(number).turn is Turn.OTHER_AGENT
    for maker in (desk.bram, desk.carla):
        assert Move.APPROVE not in pages.workspace(maker, number).moves
        with pytest.raises(NotAllowed):
            reviewing.approve(maker, number, desk.version(number))
    assert Move.APPROVE in pages.workspace(desk.dana, number).moves
    assert pages.workspace(desk.dana, number).approval.note == "Kijk je mee?"
    reviewing.approve(desk.dana, number, desk.version(number))

    assert desk.ticket(number).state is State.ACTIVATED
    assert desk.events("ticket:approval_given")
    assert len(session().exec(select(Override)).all()) == 1


def test_what_was_not_tested_is_not_overridden(desk):
    number = desk.files("fout")
    reviewing.ask_club(desk.bram, number, desk.version(number), "Kijk nog eens.", "1")
    drafts.save_codes(desk.ans, number, desk.version(number), {"administration_code": "1"})
    reviewing.take(desk.carla, number, desk.version(number))
    with pytest.raises(NotNow):
        reviewing.override(proven(desk.carla), number, desk.version(number), "login", "Hoeft niet.")


def test_an_override_is_of_these_codes_alone(desk):
    number = desk.files("rekeningweg", rest_token="tok-goed")
    reviewing.override(proven(desk.carla), number, desk.version(number), "revenue_accounts", "Komt morgen.")
    reviewing.ask_club(desk.bram, number, desk.version(number), "Kies een andere.", "1")
    drafts.choose(desk.ans, number, desk.version(number), {"revenue_accounts": "7777"})
    running.request(desk.ans, number, then="resubmit")
    desk.work()

    item = next(i for i in pages.club_page(desk.ans, number).checklist.items if i.key == "revenue_accounts")
    assert item.standing == "failed"


@pytest.mark.parametrize("extra", [{"four_eyes": "always"}])
def test_with_four_eyes_always_nothing_is_activated_alone(desk):
    number = desk.files_and_confirms()
    with pytest.raises(GateClosed):
        reviewing.activate(desk.bram, number, desk.version(number))
    reviewing.request_approval(desk.bram, number, desk.version(number))
    reviewing.approve(desk.carla, number, desk.version(number))
    assert desk.ticket(number).state is State.ACTIVATED


def test_approval_is_asked_once_nothing_else_is_open(desk):
    number = desk.files()
    assert Move.REQUEST_APPROVAL not in pages.workspace(desk.bram, number).moves
    with pytest.raises(GateClosed):
        reviewing.request_approval(desk.bram, number, desk.version(number))


def test_not_approved_goes_back_with_the_reason(desk):
    number = desk.files_and_confirms()
    reviewing.request_approval(desk.bram, number, desk.version(number))
    with pytest.raises(Wrong):
        reviewing.refuse(desk.carla, number, desk.version(number), "")
    reviewing.refuse(desk.carla, number, desk.version(number), "Bel de club eerst.")

    assert desk.ticket(number).state is State.IN_REVIEW
    assert [e.body for e in pages.workspace(desk.bram, number).thread][-1].endswith("Bel de club eerst.")
    assert "Bel" not in repr([e.body for e in pages.club_page(desk.ans, number).thread])


def test_an_approval_is_void_when_results_changed(desk, monkeypatch):
    number = desk.files_and_confirms()
    reviewing.request_approval(desk.bram, number, desk.version(number))
    monkeypatch.setattr(approving, "fingerprint", lambda *_: "something else")
    monkeypatch.setattr(workspaces, "fingerprint", lambda *_: "something else")

    assert pages.workspace(desk.carla, number).approval.is_void
    assert pages.workspace(desk.carla, number).reasons
    with pytest.raises(GateClosed):
        reviewing.approve(desk.carla, number, desk.version(number))
    assert session().exec(select(Approval)).one().approved is None


@pytest.mark.parametrize("extra", [{"four_eyes": "always"}])
def test_an_approval_of_before_does_not_count_for_new_codes(desk):
    number = desk.files_and_confirms()
    reviewing.request_approval(desk.bram, number, desk.version(number))
    reviewing.approve(desk.carla, number, desk.version(number))
    reviewing.reopen(desk.bram, number, desk.version(number), "Nieuwe codes.")
    reviewing.ask_club(desk.bram, number, desk.version(number), "Vul ze in.", "1")
    drafts.save_codes(desk.ans, number, desk.version(number), {"cost_centre": "12", "revenue_accounts": "8010"})
    running.request(desk.ans, number, then="resubmit")
    desk.work()

    with pytest.raises(GateClosed):
        reviewing.activate(desk.bram, number, desk.version(number))


def test_rejecting_tells_the_club_why_and_destroys_the_codes(desk):
    number = desk.files()
    reviewing.reject(desk.bram, number, desk.version(number), "Deze administratie is van iemand anders.")

    ticket = desk.ticket(number)
    assert ticket.state is State.REJECTED
    assert session().get_one(Connection, ticket.connection_id).state is ConnectionState.DISCONNECTED
    assert "iemand anders" in pages.club_page(desk.ans, number).turn_line.text
    assert all(mail.context["reason"].startswith("Deze") for mail in desk.mails("rejected"))
    assert pages.club_page(desk.ans, number).sealed == frozenset()


def test_a_reason_with_a_code_in_it_is_caught(desk):
    number = desk.files()
    with pytest.raises(LooksLikeSecret) as refused:
        reviewing.reject(
            desk.bram, number, desk.version(number), "De code 00000000-0000-4000-8000-000000000001 is fout"
        )

    assert refused.value.field == "security_code_2"
    assert desk.ticket(number).state is State.SUBMITTED
    assert "4000" not in repr([event.data for event in desk.events("ticket:secret_caught")])


def test_the_table_leads_into_force_for_support_and_the_system_alone():
    into_force = [row for row in RULES if row.target is State.ACTIVATED]
    assert {row.move for row in into_force} == {Move.ACTIVATE, Move.APPROVE}
    assert all(Part.MEMBER not in row.parts for row in into_force)


SAFE = st.sampled_from(["goed zo", "een reden", "notitie"])
CLOSED = {State.ACTIVATED, State.DONE, State.REJECTED, State.WITHDRAWN}
STEPS = {
    State.DRAFT: ("ans", "submit"),
    State.SUBMITTED: ("bram", "confirm"),
    State.CLUB_TO_ACT: ("ans", "resubmit"),
    State.AWAITING_APPROVAL: ("carla", "approve"),
}
"""What sensible people do next; in review it depends on what is open."""


class AnythingGoes(RuleBasedStateMachine):
    """People do whatever they like in any order, with forms new and old; now and then something sensible."""

    desk: Desk
    passed: set[int]

    def __init__(self) -> None:
        super().__init__()
        self.number = self.desk.drafts("zondertoken")
        self.seen = [0, self.desk.version(self.number)]

    def teardown(self) -> None:
        """The administration is free again for the next story, and so is the club's draft."""
        ticket = self.desk.ticket(self.number)
        with change() as db:
            db.get_one(Connection, ticket.connection_id).state = ConnectionState.DISCONNECTED
            if ticket.state is State.DRAFT:
                db.get_one(Ticket, self.number).state = State.WITHDRAWN

    def _acts(self, actor: Actor, version: int, text: str) -> dict[str, Callable[[], object]]:
        number, codes = self.number, self.desk.codes("zondertoken")
        said = (True, "Ans", "1-11-2026")
        return {
            "submit": lambda: submitting.submit(actor, number, version),
            "resubmit": lambda: submitting.resubmit(actor, number, version),
            "withdraw": lambda: submitting.withdraw(actor, number, version),
            "take": lambda: reviewing.take(actor, number, version),
            "confirm": lambda: reviewing.confirm(actor, number, version, CODE, text),
            "confirm_template": lambda: reviewing.confirm(actor, number, version, "invoice_template", text),
            "override": lambda: reviewing.override(proven(actor), number, version, "login", text),
            "ask_club": lambda: reviewing.ask_club(actor, number, version, text, f"{version}{text}"),
            "request_approval": lambda: reviewing.request_approval(actor, number, version, text),
            "approve": lambda: reviewing.approve(actor, number, version),
            "refuse": lambda: reviewing.refuse(actor, number, version, text),
            "activate": lambda: reviewing.activate(actor, number, version),
            "reject": lambda: reviewing.reject(actor, number, version, text),
            "reopen": lambda: reviewing.reopen(actor, number, version, text),
            "state": lambda: submitting.state_fact(actor, number, version, "invoice_template", *said),
            "save": lambda: drafts.save_codes(actor, number, version, codes),
            "test": lambda: running.request(actor, number, then="resubmit"),
            "message": lambda: thread.club_message(actor, number, text, ""),
        }

    @rule(who=st.sampled_from(["ans", "cor", "bram", "carla", "dana"]), old=st.booleans(), text=SAFE, data=st.data())
    def somebody_does_something(self, who: str, old: bool, text: str, data: st.DataObject) -> None:
        acts = self._acts(getattr(self.desk, who), self.seen[0 if old else -1], text)
        self._do(getattr(self.desk, who), acts[data.draw(st.sampled_from(sorted(acts)))])

    @rule(text=SAFE)
    def somebody_does_the_sensible_thing(self, text: str) -> None:
        self.jobs_are_done()
        who, move = STEPS.get(self.desk.ticket(self.number).state) or ("bram", "activate")
        items = {item.key: item.standing for item in pages.club_page(self.desk.ans, self.number).checklist.items}
        if move == "activate" and items["invoice_template"] == "asks_club":
            who, move = "ans", "state"
        elif move == "activate" and items["invoice_template"] == "asks_support":
            move = "confirm_template"
        elif move == "activate" and items[CODE] == "asks_support":
            move = "confirm"
        actor = getattr(self.desk, who)
        self._do(actor, self._acts(actor, self.desk.version(self.number), text)[move])

    @rule()
    def jobs_are_done(self) -> None:
        self.desk.work()
        self.seen.append(self.desk.version(self.number))

    def _do(self, actor: Actor, act: Callable[[], object]) -> None:
        ticket = self.desk.ticket(self.number)
        before, parts = ticket.state, parts_of(actor, ticket)
        try:
            act()
        except Refusal:
            assert self.desk.ticket(self.number).state is before, "a refusal changes nothing"
            return
        after = self.desk.ticket(self.number).state
        takes_up = {State.IN_REVIEW} if before is State.SUBMITTED and Part.SUPPORT in parts else set()
        legal = {row.target for row in RULES if row.source in {before, *takes_up} and row.parts & parts}
        assert after is before or after in legal, f"{before} to {after} by {parts}"
        self.seen.append(self.desk.version(self.number))

    @invariant()
    def nothing_is_in_force_that_did_not_pass_the_gate(self) -> None:
        ticket = self.desk.ticket(self.number)
        connection = session().get_one(Connection, ticket.connection_id)
        assert ticket.state is not State.ACTIVATED or self.number in self.passed
        assert (connection.live_version_id is not None) == (self.number in self.passed)

    @invariant()
    def the_turn_is_that_of_the_state(self) -> None:
        ticket = self.desk.ticket(self.number)
        assert (ticket.turn is Turn.NOBODY) == (ticket.state in CLOSED)


def test_whatever_people_do_nothing_gets_past_the_gate(desk, monkeypatch):
    passed: set[int] = set()

    def watched(db, ticket, checklist, actor):
        pass_gate(db, ticket, checklist, actor)
        passed.add(ticket.id)

    monkeypatch.setattr(reviewing, "pass_gate", watched)
    monkeypatch.setattr(approving, "pass_gate", watched)
    machine = type("Machine", (AnythingGoes,), {"desk": desk, "passed": passed})
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=20, stateful_step_count=30, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )
    assert passed, "some of them got there"


def test_possible_moves_are_those_of_the_table():
    for state in State:
        for part in Part:
            for move in possible(state, frozenset({part})):
                assert rule_for(state, move, frozenset({part})).source is state
