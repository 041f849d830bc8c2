"""The stage of the stories: emulators, a running product, a browser, and the cast."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

from demo.processes import free_port
from demo.seed import seed_people
from tests import postgres
from tests.conftest import BOTH, CHROMIUM
from tests.stories.people import Member, Support
from tests.stories.stand import Stand, copy_of, emulators_at

ARGUMENTS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Every story is told on SQLite and on PostgreSQL."""
    if "database_url" in metafunc.fixturenames:
        metafunc.parametrize("database_url", BOTH, indirect=True)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """One browser for all; everybody gets a context of their own."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def emulators(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of the emulated packages."""
    port = free_port()
    process = emulators_at(port, tmp_path_factory.mktemp("emulators"), os.environ)
    yield f"http://127.0.0.1:{port}"
    process.stop()


@pytest.fixture(scope="session")
def with_the_cast(tmp_path_factory: pytest.TempPathFactory, emulators: str) -> Path:
    """A place in which everybody has an account; copy it."""
    return _cast_in(tmp_path_factory.mktemp("cast") / "place", emulators).place.folder


@pytest.fixture(scope="session")
def with_the_cast_on_postgresql(
    tmp_path_factory: pytest.TempPathFactory, emulators: str, postgres_server: str
) -> Stand:
    """The same with its database on PostgreSQL."""
    url = postgres.new_database(postgres_server)
    return _cast_in(tmp_path_factory.mktemp("cast") / "place", emulators, DATABASE_URL=url)


def _cast_in(folder: Path, emulators: str, **more: str) -> Stand:
    stand = Stand(folder, emulators, **more)
    stand.prepare()
    with stand.inside():
        seed_people()
    return stand


@pytest.fixture
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The database of a place of this story's own, with the cast in it: SQLite, or what ``BOTH`` says."""
    if getattr(request, "param", "sqlite") == "sqlite":
        copy_of(request.getfixturevalue("with_the_cast"), tmp_path / "place")
        yield f"sqlite:///{tmp_path / 'place' / 'koppelbalie.sqlite'}"
        return
    original: Stand = request.getfixturevalue("with_the_cast_on_postgresql")
    copy_of(original.place.folder, tmp_path / "place")
    url = postgres.new_database(request.getfixturevalue("postgres_server"), original.database_url)
    yield url
    postgres.drop(url)


@pytest.fixture
def stand(tmp_path: Path, database_url: str, emulators: str, request: pytest.FixtureRequest) -> Iterator[Stand]:
    """The running product with the cast in it; ``parametrize("stand", [{…}], indirect=True)`` sets settings."""
    stand = Stand(tmp_path / "place", emulators, **{"DATABASE_URL": database_url, **getattr(request, "param", {})})
    with stand.running():
        yield stand


@pytest.fixture
def ans(stand: Stand, chromium: Browser) -> Iterator[Member]:
    """Treasurer of SV Voorbeeld."""
    yield from Member.enters("ans", stand, chromium)


@pytest.fixture
def ben(stand: Stand, chromium: Browser) -> Iterator[Member]:
    """Of the same club, and of TC Testdam."""
    yield from Member.enters("ben", stand, chromium)


@pytest.fixture
def cor(stand: Stand, chromium: Browser) -> Iterator[Member]:
    """Treasurer of another club."""
    yield from Member.enters("cor", stand, chromium)


@pytest.fixture
def bram(stand: Stand, chromium: Browser) -> Iterator[Support]:
    """Support."""
    yield from Support.enters("bram", stand, chromium)


@pytest.fixture
def carla(stand: Stand, chromium: Browser) -> Iterator[Support]:
    """Lead of support."""
    yield from Support.enters("carla", stand, chromium)


@pytest.fixture
def dana(stand: Stand, chromium: Browser) -> Iterator[Support]:
    """Operations."""
    yield from Support.enters("dana", stand, chromium)
