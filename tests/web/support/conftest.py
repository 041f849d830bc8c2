"""The help desk of these tests: made once, copied for each."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from demo.cast import BRAM, CARLA, DANA
from demo.seed import seed_people
from onboarding import create_app
from onboarding.settings import Settings
from tests.web.support.helpdesk import Agent, Place, build, copied


@pytest.fixture(scope="session")
def helpdesk(tmp_path_factory: pytest.TempPathFactory, empty_database: Path) -> Iterator[Place]:
    """The place and what lies on the desk."""
    folder = tmp_path_factory.mktemp("helpdesk")
    shutil.copy(empty_database, folder / "koppelbalie.sqlite")
    yield from build(folder)


@pytest.fixture
def extra() -> dict[str, object]:
    """Settings that a test wants otherwise: parametrize it."""
    return {}


@pytest.fixture
def desk_app(helpdesk: Place, tmp_path: Path, extra: dict[str, object]) -> Flask:
    """The app with a desk of its own."""
    return create_app(copied(helpdesk, tmp_path, **extra))


@pytest.fixture
def empty_desk_app(settings: Settings) -> Flask:
    """The app with people and no ticket."""
    app = create_app(settings)
    with app.app_context():
        seed_people()
    return app


@pytest.fixture
def bram(desk_app: Flask) -> Agent:
    return Agent(desk_app, BRAM)


@pytest.fixture
def carla(desk_app: Flask) -> Agent:
    return Agent(desk_app, CARLA)


@pytest.fixture
def dana(desk_app: Flask) -> Agent:
    return Agent(desk_app, DANA)
