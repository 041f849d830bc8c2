"""The gate: its truth table, and that nothing gets past it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

import connectors
from connectors.kit.errors import Owner
from connectors.kit.outcomes import Outcome
from connectors.kit.text import Text
from onboarding.checks.checklist import Item, Standing
from onboarding.checks.models import CheckLine
from onboarding.connections.models import Connection, ConnectionState, CredentialVersion, VersionState
from onboarding.db import session
from onboarding.i18n import in_language
from onboarding.tickets.lifecycle import Move, Part, State, rule_for
from onboarding.tickets.models import Override
from onboarding.usecases import drafts, gate, moving, pages, reviewing, running, submitting
from onboarding.usecases.gate import GateFacts, OpenPoint, Why, open_points
from onboarding.usecases.refusals import GateClosed
from onboarding.usecases.transaction import change
from onboarding.vault import sealed_fields

AT = datetime(2026, 11, 1, tzinfo=UTC)
DAY = 24 * 3600


def item(standing: Standing = Standing.OK, **more: object) -> Item:
    """One item as the gate sees it; tested just now unless told otherwise."""
    line = CheckLine(run_id="r", check="c", outcome=Outcome.PASSED, owner=Owner.CLUB, mandatory=True, at=AT)
    values: dict[str, object] = {
        "key": "c", "title_nl": "Titel", "title_en": "Title", "mandatory": True, "owner": Owner.CLUB,
        "standing": standing, "line": line, "statement": None, "confirmation": None, "override": None, "stale": False,
    }  # fmt: skip
    return Item(**{**values, **more})  # type: ignore[arg-type]


def overridden(by: int = 1) -> Item:
    override = Override(
        ticket_id=1, version_id=1, revision=1, checker="1", check="c", by_user=by, name="x", reason="r", at=AT
    )
    return item(Standing.OVERRIDDEN, override=override)


OPEN = GateFacts(
    items=(item(),), is_live=False, has_errors=False, identity_key="a", is_taken=False, four_eyes="overrides"
)
DOWN = CheckLine(run_id="r", check="c", outcome=Outcome.UNTESTED, owner=Owner.PROVIDER, mandatory=True, at=AT)


@pytest.mark.parametrize(
    ("change", "whys"),
    [
        ({}, []),
        ({"items": (item(Standing.WARNING),)}, []),
        ({"items": (item(Standing.NOT_APPLICABLE),)}, []),
        ({"items": (item(Standing.CONFIRMED),)}, []),
        ({"items": (item(Standing.CONFIRMED, stale=True),)}, []),
        ({"items": (item(), item(Standing.FAILED, mandatory=False))}, []),
        ({"items": (item(), item(Standing.ASKS_SUPPORT, mandatory=False))}, []),
        ({"items": ()}, [Why.NOTHING_PROVEN]),
        ({"items": (item(Standing.OK, mandatory=False),)}, [Why.NOTHING_PROVEN]),
        ({"items": (item(Standing.FAILED),)}, [Why.FAILED]),
        ({"items": (item(Standing.UNTESTED),)}, [Why.UNTESTED]),
        ({"items": (item(Standing.UNTESTED, line=None),)}, [Why.UNTESTED]),
        ({"items": (item(Standing.UNTESTED, line=DOWN, owner=Owner.PROVIDER),)}, [Why.PACKAGE_DOWN]),
        ({"items": (item(Standing.ASKS_CLUB),)}, [Why.ASKS_CLUB]),
        ({"items": (item(Standing.ASKS_SUPPORT),)}, [Why.ASKS_SUPPORT]),
        ({"items": (item(Standing.OK, stale=True),)}, [Why.STALE]),
        ({"items": (item(Standing.WARNING, stale=True),)}, [Why.STALE]),
        ({"items": (item(Standing.NOT_APPLICABLE, stale=True),)}, [Why.STALE]),
        ({"items": (item(Standing.OK, stale=True, ahead=True),)}, [Why.AHEAD]),
        ({"items": (item(Standing.RUNNING, line=None),), "is_live": True}, [Why.RUNNING]),
        ({"is_live": True}, [Why.RUNNING]),
        ({"has_errors": True}, [Why.CODES_INCOMPLETE]),
        ({"identity_key": None}, [Why.UNKNOWN_ADMINISTRATION]),
        ({"is_taken": True}, [Why.TAKEN]),
        ({"items": (item(Standing.FAILED), item(Standing.ASKS_SUPPORT)), "is_taken": True},
         [Why.FAILED, Why.ASKS_SUPPORT, Why.TAKEN]),
        ({"items": (overridden(),)}, [Why.APPROVAL]),
        ({"items": (overridden(),), "four_eyes": "never"}, []),
        ({"items": (overridden(1),), "approvers": ((2, 1),)}, []),
        ({"items": (overridden(1),), "approvers": ((1, 2),)}, [Why.APPROVAL]),
        ({"items": (overridden(1),), "approvers": ((2, 2),)}, [Why.APPROVAL]),
        ({"items": (overridden(1),), "approvers": ((2, 3),)}, []),
        ({"items": (overridden(1), overridden(2)), "approvers": ((2, 3),)}, [Why.APPROVAL]),
        ({"four_eyes": "always"}, [Why.APPROVAL]),
        ({"four_eyes": "always", "approvers": ((2, 1),)}, []),
        ({"four_eyes": "always", "approvers": ((1, 1),)}, [Why.APPROVAL]),
        ({"four_eyes": "always", "approvers": ((1, 1), (2, 1))}, []),
        ({"four_eyes": "never", "items": (item(Standing.FAILED),)}, [Why.FAILED]),
    ],
)  # fmt: skip
def test_the_truth_table(change, whys):
    facts = replace(OPEN, **change)

    assert [point.why for point in open_points(facts)] == whys
    assert [point.why for point in open_points(facts, with_approval=False)] == [
        w for w in whys if w is not Why.APPROVAL
    ]


def test_every_standing_has_its_place_in_the_table():
    settled = {standing for standing in Standing if item(standing).settled}
    assert settled == {
        Standing.OK, Standing.WARNING, Standing.CONFIRMED, Standing.NOT_APPLICABLE, Standing.OVERRIDDEN
    }  # fmt: skip


@pytest.mark.parametrize("why", list(Why))
def test_every_reason_is_a_sentence_in_both_languages(desk, why):
    (reason,) = gate.reasons((OpenPoint(why, Text(nl="Titel", en="Title")),))
    with in_language("nl"):
        dutch = str(reason)
    with in_language("en"):
        english = str(reason)

    assert dutch.endswith(".")
    assert english.endswith(".")
    assert dutch != english
    assert "%" not in dutch + english


def test_what_is_open_keeps_the_ticket_where_it_is(desk):
    number = desk.files("goed")
    version = desk.version(number)

    with pytest.raises(GateClosed) as refused:
        reviewing.activate(desk.bram, number, version)

    assert len(refused.value.reasons) == 1
    ticket = desk.ticket(number)
    assert (ticket.state, ticket.version) == (State.SUBMITTED, version), "not even taken up"
    assert session().get_one(Connection, ticket.connection_id).state is ConnectionState.PENDING


def test_results_of_yesterday_do_not_count(desk, later):
    number = desk.files_and_confirms("goed")
    later(DAY + 60)

    with pytest.raises(GateClosed):
        reviewing.activate(desk.bram, number, desk.version(number))

    running.request(desk.bram, number)
    desk.work()
    reviewing.activate(desk.bram, number, desk.version(number))


def test_results_of_another_checker_do_not_count(desk, monkeypatch):
    number = desk.files_and_confirms("goed")
    newer = replace(connectors.get("e-boekhouden"), version="newer")
    monkeypatch.setattr(connectors, "get", lambda _: newer)

    with pytest.raises(GateClosed):
        reviewing.activate(desk.bram, number, desk.version(number))


def test_a_test_that_goes_on_keeps_it_closed(desk):
    number = desk.files_and_confirms("goed")
    running.request(desk.bram, number)

    with pytest.raises(GateClosed):
        reviewing.activate(desk.bram, number, desk.version(number))


def test_one_administration_has_one_active_connection(desk):
    first, second = desk.files_and_confirms("goed"), desk.files_and_confirms("goed", desk.cor)
    reviewing.activate(desk.bram, first, desk.version(first))

    assert len(pages.workspace(desk.bram, second).reasons) == 1
    with pytest.raises(GateClosed):
        reviewing.activate(desk.bram, second, desk.version(second))


def test_the_index_keeps_it_so_when_two_are_activated_at_once(desk, monkeypatch):
    first, second = desk.files_and_confirms("goed"), desk.files_and_confirms("goed", desk.cor)
    reviewing.activate(desk.bram, first, desk.version(first))
    monkeypatch.setattr(gate, "is_taken", lambda *_: False)

    with pytest.raises(GateClosed):
        reviewing.activate(desk.bram, second, desk.version(second))

    assert desk.ticket(second).state is State.IN_REVIEW


def test_new_codes_of_a_live_connection_stand_beside_it_until_they_pass(desk):
    number = desk.files_and_confirms("goed")
    reviewing.activate(desk.bram, number, desk.version(number))
    live = desk.ticket(number).version_id
    reviewing.reopen(desk.bram, number, desk.version(number), "Nieuwe codes nodig.")
    reviewing.ask_club(desk.bram, number, desk.version(number), "Vul je nieuwe token in.", "1")

    drafts.save_codes(desk.ans, number, desk.version(number), {"cost_centre": "12", "revenue_accounts": "8010"})
    candidate = desk.ticket(number).version_id

    assert candidate != live
    assert sealed_fields(session(), candidate) == sealed_fields(session(), live) != frozenset()
    assert session().get_one(CredentialVersion, live).state is VersionState.LIVE
    assert session().get_one(Connection, desk.ticket(number).connection_id).live_version_id == live

    running.request(desk.ans, number, then="resubmit")
    desk.work()
    assert pages.workspace(desk.bram, number).reasons == (), "the word on this administration carried over"
    reviewing.activate(desk.bram, number, desk.version(number))

    assert session().get_one(CredentialVersion, live).state is VersionState.RETIRED
    assert sealed_fields(session(), live) == frozenset(), "and its secrets are gone"
    assert session().get_one(Connection, desk.ticket(number).connection_id).live_version_id == candidate


def test_rejecting_leaves_what_is_in_force(desk):
    number = desk.files_and_confirms("goed")
    reviewing.activate(desk.bram, number, desk.version(number))
    reviewing.reopen(desk.bram, number, desk.version(number), "Even kijken.")
    reviewing.reject(desk.bram, number, desk.version(number), "Toch niet nodig.")

    connection = session().get_one(Connection, desk.ticket(number).connection_id)
    assert connection.state is ConnectionState.ACTIVE
    assert sealed_fields(session(), connection.live_version_id)


def test_another_administration_is_confirmed_anew(desk):
    number = desk.files_and_confirms("goed")
    reviewing.ask_club(desk.bram, number, desk.version(number), "De administratiecode klopt niet.", "1")
    drafts.save_codes(desk.ans, number, desk.version(number), {"administration_code": "999999"})
    running.request(desk.ans, number, then="resubmit")
    desk.work()

    with pytest.raises(GateClosed):
        reviewing.activate(desk.bram, number, desk.version(number))
    desk.confirms(number)
    reviewing.activate(desk.bram, number, desk.version(number))


def test_only_the_gate_activates(desk):
    number = desk.files_and_confirms("goed")
    with change() as db:
        held = moving.Moving(db, moving.seen_ticket(db, desk.bram, number), desk.bram)
        rule = rule_for(State.IN_REVIEW, Move.ACTIVATE, frozenset({Part.SUPPORT}))
        with pytest.raises(RuntimeError, match="without passing the gate"):
            moving.carry_out(held, rule, moving.Note(), "x")
        db.rollback()


def test_withdrawn_codes_are_destroyed_and_asked_again(desk):
    number = desk.files("goed")
    version_id = desk.ticket(number).version_id
    submitting.withdraw(desk.ans, number, desk.version(number))

    assert sealed_fields(session(), version_id) == frozenset()
    assert desk.events("secret:destroyed")
    reviewing.reopen(desk.bram, number, desk.version(number), "De club belde.")
    ticket = desk.ticket(number)
    assert ticket.state is State.IN_REVIEW
    assert ticket.to_fix == ["security_code_1", "security_code_2"]
    assert session().get_one(Connection, ticket.connection_id).state is ConnectionState.PENDING
    assert pages.club_page(desk.ans, number).shown["username"] == "goed"
