"""kill -9 in the middle of a test of the connection: nothing is lost, and it ends once."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlmodel import func, select

import connectors
from demo.cast import ANS, VOORBEELD
from demo.processes import free_port
from demo.seed import acting, club_id
from onboarding.checks.models import CheckLine, Run, RunState
from onboarding.db import session
from onboarding.usecases import drafts, running
from tests.made_up import PACKAGE, made_up
from tests.stories.stand import Stand, emulators_at
from tests.web.stage import version_of

LATENCY = 400
"""Milliseconds a call: a test takes seconds, so that it can be killed in its middle."""


@pytest.fixture
def stand(tmp_path: Path, database_url: str) -> Iterator[Stand]:
    """A product whose packages answer slowly."""
    port = free_port()
    emulators = emulators_at(port, tmp_path, os.environ, latency=LATENCY)
    stand = Stand(tmp_path / "place", f"http://127.0.0.1:{port}", DATABASE_URL=database_url)
    try:
        stand.start()
        yield stand
    finally:
        stand.stop()
        emulators.stop()


def test_a_killed_run_starts_again_and_ends_once_with_whole_lines(stand: Stand) -> None:
    club = connectors.get(PACKAGE).sandbox().club("goed")
    with stand.inside():
        number = drafts.start(acting(ANS), club_id(VOORBEELD), PACKAGE)
        drafts.save_codes(acting(ANS), number, version_of(number), made_up("goed"))
        run = running.request(acting(ANS), number)
        wait_until(lambda: 2 <= lines_of(run) < len(club.expected))

        stand.kill()
        before = lines_of(run)
        assert state_of(run) is RunState.RUNNING
        stand.start()
        wait_until(lambda: state_of(run) is RunState.ENDED)

        assert 2 <= before < len(club.expected)
        assert lines_with_outcomes(run) == dict(club.expected)
        assert session().exec(select(func.count()).select_from(Run)).one() == 1
        ended = session().get_one(Run, run).ended_at
        time.sleep(2)
        session().rollback()
        session().expire_all()
        assert session().get_one(Run, run).ended_at == ended
        assert lines_of(run) == len(club.expected)


def wait_until(holds: Callable[[], bool], seconds: float = 40.0) -> None:
    """Look again and again until it holds."""
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end, "it never came to that"
        time.sleep(0.02)


def lines_of(run: str) -> int:
    session().rollback()
    return session().exec(select(func.count()).select_from(CheckLine).where(CheckLine.run_id == run)).one()


def lines_with_outcomes(run: str) -> dict[str, object]:
    session().rollback()
    rows = session().exec(select(CheckLine.check, CheckLine.outcome).where(CheckLine.run_id == run)).all()
    assert len(rows) == len({check for check, _ in rows})
    return dict(rows)


def state_of(run: str) -> RunState:
    session().rollback()
    session().expire_all()
    return session().get_one(Run, run).state
