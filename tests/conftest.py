"""What every test can ask for, and the one place that decides what is left out."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from onboarding import clock
from onboarding.settings import Settings
from tests import postgres

ROOT = Path(__file__).resolve().parent.parent
BROWSERS = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
"""By what they cost: the first has no window to draw, and opens a place to look from in half of the time."""
CHROMIUM = next(filter(None, map(shutil.which, BROWSERS)), None)
CONTRACTS = ROOT.parent / "shared" / "contracts"
LIVE = bool(os.environ.get("KOPPELBALIE_LIVE"))
KEYS = "k1:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="
"""A key ring for tests alone: 32 zero bytes."""
BOTH = ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)]
"""The databases, for ``pytest.mark.parametrize("database_url", BOTH, indirect=True)``."""
MEASURED = ("tests/unit", "tests/connectors/contract")
"""Folders of tests that must cover by themselves what ``tests/rules/coverage_floors.py`` lists."""
_left_out: dict[str, int] = {}


def pytest_addoption(parser: pytest.Parser) -> None:
    """``--part``: ``measured`` are the tests that coverage is measured on, ``others`` all the others; both make all."""
    parser.addoption("--part", choices=("measured", "others"))


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what this machine cannot do, and remember how to get it."""
    kept, gone = [], []
    part = config.getoption("part")
    items[:] = [item for item in items if part is None or _is_measured(item) is (part == "measured")]
    for item in items:
        reason = _cannot(item)
        (gone if reason else kept).append(item)
        if reason:
            _left_out[reason] = _left_out.get(reason, 0) + 1
    if gone:
        config.hook.pytest_deselected(items=gone)
        items[:] = kept


def pytest_sessionfinish(session: pytest.Session) -> None:
    """A process that tests beside others tells the first one what it left out."""
    told = getattr(session.config, "workeroutput", None)
    if told is not None:
        told["left_out"] = _left_out


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    """Each of those processes leaves out the same."""
    _left_out.update(getattr(node, "workeroutput", {}).get("left_out", {}))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say what was left out."""
    for reason, count in _left_out.items():
        terminalreporter.write_line(f"left out: {count} tests: {reason}")


def _is_measured(item: pytest.Item) -> bool:
    """On one database is enough: measuring makes what is tested half as slow again."""
    is_ours = any(item.path.is_relative_to(ROOT / folder) for folder in MEASURED)
    return is_ours and item.get_closest_marker("postgresql") is None


def _cannot(item: pytest.Item) -> str:
    fixtures = getattr(item, "fixturenames", ())
    if CHROMIUM is None and "chromium" in fixtures:
        return "no Chromium here; on Debian and Ubuntu: apt-get install chromium"
    if postgres.BINARIES is None and item.get_closest_marker("postgresql"):
        return "no PostgreSQL here; on Debian and Ubuntu: apt-get install postgresql"
    if not CONTRACTS.is_dir() and "published" in fixtures:
        return "no published contracts here; they belong in ../shared/contracts"
    if not LIVE and item.get_closest_marker("live"):
        return "they call real providers; opt in as tests/live/README.md says"
    return ""


def settings_in(folder: Path, **more: object) -> Settings:
    """Settings for a place of a test's own: SQLite, mails in a folder, passwords that cost little."""
    values: dict[str, object] = {
        "secret_key": "made-up-" * 5,
        "keys": KEYS,
        "database_url": f"sqlite:///{folder / 'koppelbalie.sqlite'}",
        "mail_folder": folder / "mail",
        "password_rounds": 1,
        "password_memory": 64,
        "embedded_worker": False,
        "sign_in_limit": "100000 per minute",
        "link_limit": "100000 per minute",
        "request_limit": "100000 per minute",
        "second_factor": "offered",
        **more,
    }
    return Settings(**values)  # type: ignore[arg-type]


def environment_in(folder: Path, **more: object) -> dict[str, str]:
    """The same settings for a process of its own."""
    outside = {name: value for name, value in os.environ.items() if not name.startswith("KOPPELBALIE_")}
    chosen = settings_in(folder, **more).model_dump(exclude_unset=True)
    plain = {name: getattr(value, "get_secret_value", lambda value=value: value)() for name, value in chosen.items()}
    return outside | {f"KOPPELBALIE_{name.upper()}": str(value) for name, value in plain.items()}


def upgraded(environment: dict[str, str]) -> None:
    """Bring the database of these settings to the newest revision, as an operator does."""
    command = [sys.executable, "-m", "flask", "--app", "wsgi", "db", "upgrade"]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


@pytest.fixture(scope="session")
def empty_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database at the newest revision with nobody in it; copy it."""
    folder = tmp_path_factory.mktemp("empty")
    upgraded(environment_in(folder))
    return folder / "koppelbalie.sqlite"


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """The address of a PostgreSQL server for all tests; each makes databases of its own."""
    with postgres.server() as address:
        yield address


@pytest.fixture(scope="session")
def empty_on_postgresql(postgres_server: str, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The same on PostgreSQL; copy it."""
    url = postgres.new_database(postgres_server)
    upgraded(environment_in(tmp_path_factory.mktemp("empty"), database_url=url))
    return url


@pytest.fixture
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A database of this test's own at the newest revision: SQLite, or what ``BOTH`` says."""
    if getattr(request, "param", "sqlite") == "sqlite":
        shutil.copy(request.getfixturevalue("empty_database"), tmp_path / "koppelbalie.sqlite")
        yield f"sqlite:///{tmp_path / 'koppelbalie.sqlite'}"
        return
    server = request.getfixturevalue("postgres_server")
    url = postgres.new_database(server, request.getfixturevalue("empty_on_postgresql"))
    yield url
    postgres.drop(url)


@pytest.fixture
def settings(tmp_path: Path, database_url: str) -> Settings:
    """Settings with a database of this test's own."""
    return settings_in(tmp_path, database_url=database_url)


@pytest.fixture
def app(settings: Settings) -> Iterator[Flask]:
    """The whole app; jobs wait in its database until a test performs them."""
    from onboarding import create_app
    from onboarding.db import db

    app = create_app(settings)
    yield app
    with app.app_context():
        db.engine.dispose()


@pytest.fixture
def in_app(app: Flask) -> Iterator[Flask]:
    """The app, inside its context."""
    with app.app_context():
        yield app


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A stranger's browser."""
    return app.test_client()


@pytest.fixture
def later() -> Iterator[Callable[[timedelta], None]]:
    """Let so much time pass on the app's clock, which stands still otherwise."""
    begun, passed = clock.now(), [timedelta()]

    def let_pass(time: timedelta) -> None:
        passed[0] += time

    clock.set_clock(lambda: begun + passed[0])
    yield let_pass
    clock.set_clock(None)
