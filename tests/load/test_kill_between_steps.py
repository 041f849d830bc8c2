"""kill -9 after every commit of an exchange and of a refresh: what we had is kept, what is in doubt is named."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlmodel import select

from connectors.kit.tokens import Tokens, read_tokens
from onboarding import clock, vault
from onboarding.audit.models import AuditRecord
from onboarding.clock import now
from onboarding.db import session
from onboarding.oauth.models import Authorisation, Consent, ConsentState, Outcome
from onboarding.settings import Settings
from onboarding.usecases import authorising, submitting, tending
from onboarding.usecases.transaction import change
from tests.conftest import BOTH, ROOT, environment_in, settings_in
from tests.load.storm import OF_PACKAGE
from tests.unit.usecases.conftest import Desk
from tests.unit.usecases.consenting import (
    BROWSER,
    KEY,
    Package,
    asks,
    consent,
    consents,
    goes,
    package,
    start,
    version_of,
)

__all__ = ["package"]
MOST = 12
"""More commits than any of it has: the last rounds end by themselves."""
WHERE = ["before", "after"]
"""A kill comes right before a commit reaches the database, or right after."""


@pytest.fixture
def settings(tmp_path: Path, database_url: str, package: Package) -> Settings:
    return settings_in(tmp_path, database_url=database_url, at=package.at)


class Dying:
    """A process whose children are killed."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process

    def is_killed(self, work: dict[str, object], kill: int, where: str) -> bool:
        """Have a child do this piece of work, killed at its n-th commit; whether it came that far."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(work | {"kill": kill, "where": where}) + "\n")
        self._process.stdin.flush()
        ended = int(self._process.stdout.readline())
        assert ended in (0, -signal.SIGKILL)
        return ended != 0


@pytest.fixture
def dying(tmp_path: Path, settings: Settings, package: Package) -> Iterator[Dying]:
    named = {name: value for name, value in os.environ.items() if name.startswith(OF_PACKAGE)}
    environment = environment_in(tmp_path, database_url=settings.database_url, at=package.at) | named
    command = [sys.executable, "-m", "tests.load.killed"]
    with subprocess.Popen(
        command, cwd=ROOT, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        yield Dying(process)
        process.kill()


@pytest.fixture(autouse=True)
def _clock() -> Iterator[None]:
    yield
    clock.set_clock(None)


def told(name: str) -> list[AuditRecord]:
    return list(session().exec(select(AuditRecord).where(AuditRecord.event == name)).all())


def later(minutes: int) -> None:
    """Let time pass, as the sweep sees it."""
    clock.set_clock(lambda: datetime.now(UTC) + timedelta(minutes=minutes))


@pytest.mark.timeout(600)
@pytest.mark.parametrize("database_url", BOTH, indirect=True)
def test_a_refresh_that_is_killed_anywhere_loses_nothing(app: Flask, dying: Dying, package: Package) -> None:
    with app.app_context():
        desk = Desk()
        ended, ends = 0, set()
        for kill, where in ((kill, where) for kill in range(1, MOST) for where in WHERE):
            number = start(desk)
            consents(desk, number)
            given = consent(desk, number)
            before = tokens_of(given)
            with change() as db:
                row = db.get_one(Consent, given.id)
                row.expires_at = now() - timedelta(seconds=1)
                db.add(row)
            session().rollback()
            was_killed = dying.is_killed({"do": "refresh", "consent": given.id}, kill, where)
            ended += not was_killed
            ends.add(_judge_refresh(given, before, package, was_killed))
            if not was_killed and where == "after":
                break
        assert ended, "the last rounds come to their end"
        assert ends == {"kept", "named", "not sent"}


def tokens_of(given: Consent) -> Tokens:
    session().rollback()
    session().expire_all()
    row = session().get_one(Consent, given.id)
    text = vault.unseal(row.version_id, "user:1", "test", ["authorization"])["authorization"]
    return read_tokens(text, now())


def _judge_refresh(given: Consent, before: Tokens, package: Package, was_killed: bool) -> str:
    """After the sweep: a pair that the server takes, or a consent that says it has to be given again."""
    sent = package.server.consents.received[before.refresh_token]
    session().rollback()
    session().expire_all()
    row = session().get_one(Consent, given.id)
    if row.generation == 2:
        assert sent == 1, "a token whose answer we had is never sent again"
        assert package.server.consents.alive(tokens_of(given).access_token)
        return "kept"
    assert was_killed
    session().rollback()
    later(4)
    tending.sweep()
    tending.tend(given.id)
    clock.set_clock(None)
    session().expire_all()
    row = session().get_one(Consent, given.id)
    sent_again = package.server.consents.received[before.refresh_token]
    assert sent_again <= sent + 1, "exactly once more"
    if sent == 0:
        return "not sent"
    assert row.state is ConsentState.DEAD, "the server had it, and takes it once"
    assert [event for event in told("consent:refresh_in_doubt") if event.subject == f"consent:{given.id}"]
    assert [event for event in told("consent:died") if event.subject == f"consent:{given.id}"]
    return "named"


@pytest.mark.timeout(600)
@pytest.mark.parametrize("database_url", BOTH, indirect=True)
def test_an_exchange_that_is_killed_anywhere_keeps_what_came_and_names_what_did_not(
    app: Flask, dying: Dying, package: Package
) -> None:
    with app.app_context():
        desk, ends = Desk(), set()
        for kill, where in ((kill, where) for kill in range(1, MOST) for where in WHERE):
            number = start(desk)
            answer = goes(asks(desk, number))
            sent = len(package.knobs.tokens)
            work = {"do": "exchange", "user": desk.ans.user_id, "club": desk.club_id, "answer": answer}
            session().rollback()
            was_killed = dying.is_killed(work, kill, where)
            ends.add(_judge_exchange(desk, number, answer, len(package.knobs.tokens) - sent))
            if not was_killed and where == "after":
                break
        assert ends == {Outcome.GRANTED, Outcome.LOST, Outcome.OPEN}


def _judge_exchange(desk: Desk, number: int, answer: dict[str, str], sent: int) -> Outcome:
    """After the sweep: the consent is alive, or the question is lost and named, or nothing was sent at all."""
    session().rollback()
    later(6)
    tending.sweep()
    for needy in list(tending.left_halfway(session())):
        session().rollback()
        tending.tend(needy.consent_id)
    clock.set_clock(None)
    session().rollback()
    session().expire_all()
    asked = session().exec(select(Authorisation).where(Authorisation.ticket_id == number).order_by("id")).all()[-1]
    kept = version_of(desk, number).consent_id
    ended = asked.outcome
    match ended:
        case Outcome.GRANTED:
            assert sent == 1
            assert kept is not None
            assert session().get_one(Consent, kept).state is ConsentState.ALIVE
        case Outcome.LOST:
            assert kept is None
            assert [event for event in told("authorisation:lost") if event.subject == f"authorisation:{asked.id}"]
        case _:
            assert (asked.outcome, sent) == (Outcome.OPEN, 0), "the same address can be opened again"
            session().rollback()
            assert authorising.come_back(desk.ans, KEY, BROWSER, answer).kind is None
    _put_away(desk, number)
    return ended


def _put_away(desk: Desk, number: int) -> None:
    """The next round begins with a draft of its own."""
    submitting.withdraw(desk.ans, number, desk.version(number))
