"""A package with keys of the host's own, from draft to an active connection; and what happens while they are wrong."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlmodel import select

import connectors
from connectors.kit.errors import Owner
from connectors.kit.outcomes import Outcome
from connectors.kit.sandbox import at_sandbox, emulators, serve
from onboarding.checks.models import CheckLine
from onboarding.connections.models import Connection, ConnectionState, CredentialVersion
from onboarding.db import session
from onboarding.hosts import variables
from onboarding.settings import Settings
from onboarding.tickets.lifecycle import State
from onboarding.usecases import drafts, pages, reviewing, submitting
from onboarding.usecases.refusals import NotFound
from tests.conftest import settings_in

KEY = "snelstart"
NAME = "KOPPELBALIE_SNELSTART_SUBSCRIPTION_KEY"
SECOND = "KOPPELBALIE_SNELSTART_SECOND_SUBSCRIPTION_KEY"


@pytest.fixture(scope="module")
def emulated() -> Iterator[str]:
    server = serve(emulators([connectors.get(KEY)]))
    yield server.url
    server.shutdown()


@pytest.fixture
def keys() -> dict[str, str]:
    """The host's own keys, as the environment has them: parametrize it."""
    return {NAME: connectors.get(KEY).sandbox().host_input["subscription_key"]}


@pytest.fixture
def settings(
    tmp_path: Path, empty_database: Path, emulated: str, keys: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> Settings:
    for name in variables():
        monkeypatch.delenv(name, raising=False)
    for name, value in keys.items():
        monkeypatch.setenv(name, value)
    shutil.copy(empty_database, tmp_path / "koppelbalie.sqlite")
    at = " ".join(f"{host}={url}" for host, url in at_sandbox([connectors.get(KEY)], emulated).items())
    return settings_in(tmp_path, at=at)


def files(desk, club="goed"):
    number = drafts.start(desk.ans, desk.club_id, KEY)
    steps = [step.key for step in connectors.get(KEY).guide.steps if step.attest is not None]
    drafts.attest(desk.ans, number, desk.version(number), steps)
    drafts.save_codes(desk.ans, number, desk.version(number), dict(connectors.get(KEY).sandbox().club(club).input))
    submitting.submit(desk.ans, number, desk.version(number))
    desk.work()
    return number


def lines(desk, number):
    (run,) = desk.runs(number)
    return {line.check: line for line in session().exec(select(CheckLine).where(CheckLine.run_id == run.id)).all()}


def test_it_is_tested_with_the_hosts_key_and_activated(desk):
    number = files(desk)
    assert {key: line.outcome for key, line in lines(desk, number).items()} == dict(
        connectors.get(KEY).sandbox().club("goed").expected
    )
    reviewing.confirm(desk.bram, number, desk.version(number), "administration_confirmed", "KvK vergeleken, klopt.")
    reviewing.activate(desk.bram, number, desk.version(number))

    assert desk.ticket(number).state is State.ACTIVATED
    connection = session().get_one(Connection, desk.ticket(number).connection_id)
    version = session().get_one(CredentialVersion, connection.live_version_id)
    assert connection.state is ConnectionState.ACTIVE
    assert version.identity_label == "SV Voorbeeld"
    assert version.shown["direct_debit"] == "yes"


@pytest.mark.parametrize("keys", [{NAME: "0000madeupandwrong"}])
def test_a_wrong_key_of_ours_is_nobodys_turn_but_ours(desk):
    number = files(desk)

    line = lines(desk, number)["host_subscription"]
    assert (line.outcome, line.owner) == (Outcome.FAILED, Owner.US)
    assert line.texts["problem"]["nl"] == "Dit ligt aan ons, niet aan je sleutel."
    checklist = pages.club_page(desk.ans, number).checklist
    assert not checklist.open_items(Owner.CLUB)
    assert desk.ticket(number).turn.value != "club"


@pytest.mark.parametrize("keys", [{NAME: "0000madeupandwrong", SECOND: "00000000000000000000000000demo02"}])
def test_the_second_key_keeps_clubs_going(desk):
    number = files(desk)

    assert lines(desk, number)["host_subscription"].outcome is Outcome.PASSED


@pytest.mark.parametrize("keys", [{}])
def test_without_keys_nobody_can_begin(desk):
    with pytest.raises(NotFound):
        drafts.start(desk.ans, desk.club_id, KEY)


def test_keys_that_are_gone_later_are_ours_too(desk, app):
    number = drafts.start(desk.ans, desk.club_id, KEY)
    drafts.save_codes(desk.ans, number, desk.version(number), dict(connectors.get(KEY).sandbox().club("goed").input))
    steps = [step.key for step in connectors.get(KEY).guide.steps if step.attest is not None]
    drafts.attest(desk.ans, number, desk.version(number), steps)
    submitting.submit(desk.ans, number, desk.version(number))
    app.extensions["koppelbalie_hosts"] = {}

    desk.work()

    failed = [line for line in lines(desk, number).values() if line.outcome is Outcome.FAILED]
    assert [line.owner for line in failed] == [Owner.US]
    assert not pages.club_page(desk.ans, number).checklist.open_items(Owner.CLUB)
