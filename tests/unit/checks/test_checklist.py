"""How an item stands, and what comes next: pure functions with their tables."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

import connectors
from connectors.kit.errors import Owner
from connectors.kit.outcomes import Outcome
from onboarding.checks.checklist import Checklist, Item, Standing, standing_of
from onboarding.checks.models import CheckLine, Run, RunState
from onboarding.checks.reading import summarise, what_next
from onboarding.connections.models import Confirmation, ConfirmationKind
from onboarding.tickets.models import Override

AT = datetime(2026, 11, 1, tzinfo=UTC)
SAID = Confirmation(
    connection_id=1,
    identity_key="a",
    check="c",
    kind=ConfirmationKind.CONFIRMATION,
    by_user=1,
    name="x",
    note="n",
    at=AT,
)
PASSED_BY = Override(
    ticket_id=1, version_id=1, revision=1, checker="1", check="c", by_user=1, name="x", reason="r", at=AT
)  # fmt: skip


def line(
    outcome: Outcome, owner: Owner = Owner.CLUB, *, asks_club: bool = False, error: str | None = None
) -> CheckLine:
    texts = {"asks_club": {"nl": "a", "en": "a"}} if asks_club else {}
    return CheckLine(
        run_id="r", check="c", outcome=outcome, owner=owner, mandatory=True, texts=texts, error=error, at=AT
    )  # fmt: skip


@pytest.mark.parametrize(
    ("found", "said", "standing"),
    [
        (None, {}, Standing.UNTESTED),
        (None, {"running": True}, Standing.RUNNING),
        (None, {"override": PASSED_BY, "confirmation": SAID}, Standing.UNTESTED),
        (line(Outcome.PASSED), {}, Standing.OK),
        (line(Outcome.PASSED), {"override": PASSED_BY}, Standing.OK),
        (line(Outcome.WARNING), {}, Standing.WARNING),
        (line(Outcome.NOT_APPLICABLE), {}, Standing.NOT_APPLICABLE),
        (line(Outcome.FAILED), {}, Standing.FAILED),
        (line(Outcome.FAILED), {"confirmation": SAID, "statement": SAID}, Standing.FAILED),
        (line(Outcome.FAILED), {"override": PASSED_BY}, Standing.OVERRIDDEN),
        (line(Outcome.UNTESTED), {}, Standing.UNTESTED),
        (line(Outcome.UNTESTED), {"override": PASSED_BY}, Standing.OVERRIDDEN),
        (line(Outcome.PERSON), {}, Standing.ASKS_SUPPORT),
        (line(Outcome.PERSON), {"confirmation": SAID}, Standing.CONFIRMED),
        (line(Outcome.PERSON), {"override": PASSED_BY}, Standing.ASKS_SUPPORT),
        (line(Outcome.PERSON, asks_club=True), {}, Standing.ASKS_CLUB),
        (line(Outcome.PERSON, asks_club=True), {"statement": SAID}, Standing.ASKS_SUPPORT),
        (line(Outcome.PERSON, asks_club=True), {"statement": SAID, "confirmation": SAID}, Standing.CONFIRMED),
    ],
)
def test_how_an_item_stands(found, said, standing):
    words = {"statement": None, "confirmation": None, "override": None, "running": False} | said
    assert standing_of(found, **words) is standing


def item(found: CheckLine | None, standing: Standing, *, mandatory: bool = True, stale: bool = False) -> Item:
    owner = found.owner if found is not None else Owner.CLUB
    return Item("c", "Titel", "Title", mandatory, owner, standing, found, None, None, None, stale)


FAILED = item(line(Outcome.FAILED), Standing.FAILED)
WAITS_FOR_IT = item(line(Outcome.UNTESTED), Standing.UNTESTED)
BROKEN = item(line(Outcome.UNTESTED, Owner.US, error="UnexpectedAnswer"), Standing.UNTESTED)
DOWN = item(line(Outcome.UNTESTED, Owner.PROVIDER, error="Unavailable"), Standing.UNTESTED)
STATE = item(line(Outcome.PERSON, asks_club=True), Standing.ASKS_CLUB)
CONFIRM = item(line(Outcome.PERSON, Owner.SUPPORT), Standing.ASKS_SUPPORT)
FINE = item(line(Outcome.PASSED), Standing.OK)
OLD = item(line(Outcome.PASSED), Standing.OK, stale=True)
NEVER = item(None, Standing.UNTESTED)
ADVICE = item(line(Outcome.FAILED), Standing.FAILED, mandatory=False)


def checklist(*items: Item, state: RunState = RunState.ENDED, down: bool = False) -> Checklist:
    run = Run(
        id="r", ticket_id=1, version_id=1, revision=1, checker="1", state=state, asked_at=AT,
        next_at=AT + timedelta(minutes=1) if state is RunState.WAITING else None, down_since=AT if down else None,
    )  # fmt: skip
    return Checklist(connectors.get("e-boekhouden"), items, run)


@pytest.mark.parametrize(
    ("items", "state", "word"),
    [
        ((FINE,), RunState.ENDED, "ready"),
        ((FINE, ADVICE), RunState.ENDED, "ready"),
        ((FAILED, CONFIRM), RunState.ENDED, "club"),
        ((STATE, CONFIRM), RunState.ENDED, "club"),
        ((STATE, BROKEN), RunState.ENDED, "ours"),
        ((FAILED, BROKEN), RunState.ENDED, "club"),
        ((DOWN,), RunState.ENDED, "ours"),
        ((CONFIRM, FINE), RunState.ENDED, "confirm"),
        ((OLD,), RunState.ENDED, "test"),
        ((NEVER, FINE), RunState.ENDED, "test"),
        ((NEVER,), RunState.STOPPED, "test"),
        ((FAILED,), RunState.QUEUED, "running"),
        ((FAILED,), RunState.RUNNING, "running"),
        ((DOWN,), RunState.WAITING, "wait"),
    ],
)
def test_what_comes_next(items, state, word):
    found, about = what_next(checklist(*items, state=state))

    assert found == word
    assert (about is not None) == (word in {"club", "ours", "confirm"})
    assert summarise(checklist(*items, state=state))["next"] == word


def test_without_a_run_nothing_is_live_and_nothing_down():
    never_tested = Checklist(connectors.get("e-boekhouden"), (NEVER,), None)

    assert not never_tested.is_live
    assert never_tested.outage_until is None
    assert never_tested.down_since is None


def test_an_outage_lasts_while_it_is_tried_again_and_is_over_when_it_ended():
    assert checklist(DOWN, state=RunState.WAITING, down=True).down_since == AT
    assert checklist(DOWN, state=RunState.RUNNING, down=True).down_since == AT
    assert checklist(FINE, state=RunState.ENDED, down=True).down_since is None


def test_what_waits_for_another_item_is_no_cause():
    found = checklist(FAILED, WAITS_FOR_IT, BROKEN, CONFIRM, ADVICE)

    assert found.open_items() == (FAILED, WAITS_FOR_IT, BROKEN, CONFIRM)
    assert found.causes() == (FAILED, BROKEN, CONFIRM)
    assert found.causes(Owner.CLUB) == (FAILED,)
    assert found.open_items(Owner.US) == (BROKEN,)
    assert NEVER.open_for is None
    assert FINE.open_for is None
