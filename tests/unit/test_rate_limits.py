"""Hits are counted for all processes together, in windows that end."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask

from onboarding import create_app
from onboarding.accounts.hits import HitStorage
from onboarding.clock import set_clock
from onboarding.db import db
from onboarding.tables import METADATA
from tests import postgres
from tests.conftest import settings_in

START = datetime(2026, 7, 8, 12, 0, tzinfo=UTC)


class Watch:
    """A clock that a test moves."""

    def __init__(self) -> None:
        self.at = START

    def passes(self, seconds: float) -> None:
        self.at += timedelta(seconds=seconds)


@pytest.fixture
def watch() -> Iterator[Watch]:
    held = Watch()
    set_clock(lambda: held.at)
    yield held
    set_clock(None)


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def counting(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Flask]:
    """The app with the counters' table alone, inside its context."""
    if request.param == "sqlite":
        yield from _app(tmp_path, f"sqlite:///{tmp_path / 'hits.sqlite'}")
        return
    with postgres.server() as address:
        yield from _app(tmp_path, address)


def _app(folder: Path, url: str) -> Iterator[Flask]:
    app = create_app(settings_in(folder, database_url=url))
    with app.app_context():
        METADATA.tables["rate_limit_hit"].create(db.engine)
        yield app
        db.engine.dispose()


def test_hits_are_counted_until_their_window_ends(counting: Flask, watch: Watch) -> None:
    storage = HitStorage()

    assert [storage.incr("ans", 60), storage.incr("ans", 60), storage.incr("ben", 60, amount=5)] == [1, 2, 5]
    assert storage.get("ans") == 2
    assert storage.get_expiry("ans") == START.timestamp() + 60
    watch.passes(59)
    assert storage.incr("ans", 60) == 3
    watch.passes(1)
    assert storage.get("ans") == 0
    assert storage.incr("ans", 60) == 1
    assert storage.get_expiry("ans") == START.timestamp() + 120


def test_hits_of_many_at_once_are_all_counted(counting: Flask) -> None:
    storage = HitStorage()

    def hit(_: int) -> int:
        with counting.app_context():
            return storage.incr("ans", 60)

    with ThreadPoolExecutor(8) as threads:
        counted = list(threads.map(hit, range(40)))

    assert sorted(counted) == list(range(1, 41))


def test_counts_can_be_forgotten(counting: Flask) -> None:
    storage = HitStorage()
    for key in ("ans", "ben", "cor"):
        storage.incr(key, 60)

    storage.clear("ans")
    assert storage.get("ans") == 0
    assert storage.reset() == 2
    assert storage.get("ben") == 0
    assert storage.get_expiry("ben") > 0
    assert storage.check()


def test_what_is_over_is_thrown_away(counting: Flask, watch: Watch, monkeypatch: pytest.MonkeyPatch) -> None:
    storage = HitStorage()
    monkeypatch.setattr("onboarding.accounts.hits.random.random", lambda: 0.0)
    storage.incr("ans", 60)
    watch.passes(61)

    storage.incr("ben", 60)

    with db.engine.connect() as connection:
        assert connection.execute(sa.text("SELECT key FROM rate_limit_hit")).scalars().all() == ["ben"]


@pytest.mark.parametrize("key", ["x" * 5_000, "é" * 300, "'; DROP TABLE rate_limit_hit; --"])
def test_a_key_may_be_anything(counting: Flask, key: str) -> None:
    storage = HitStorage()

    assert [storage.incr(key, 60), storage.incr(key, 60), storage.incr(f"{key}y", 60)] == [1, 2, 1]
