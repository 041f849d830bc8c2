"""The cast in a database of each test's own, with the emulated package behind it."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from demo.cast import ANS, COR
from demo.seed import seed_people
from onboarding import create_app
from onboarding.db import db
from tests.conftest import settings_in
from tests.web.club.treasurer import Treasurer, emulated


@pytest.fixture(scope="session")
def package_at() -> Iterator[str]:
    """The emulated package; the setting that leads to it."""
    server: Any
    server, at = emulated()
    yield at
    server.shutdown()


@pytest.fixture(scope="session")
def people(tmp_path_factory: pytest.TempPathFactory, empty_database: Path) -> Path:
    """A database with the cast in it; copy it."""
    folder = tmp_path_factory.mktemp("people")
    shutil.copy(empty_database, folder / "koppelbalie.sqlite")
    with create_app(settings_in(folder)).app_context():
        seed_people()
        db.session.rollback()
        db.engine.dispose()  # the last connection brings everything into the one file
    return folder / "koppelbalie.sqlite"


@pytest.fixture
def club_app(people: Path, tmp_path: Path, package_at: str) -> Flask:
    """The app with the cast and no items."""
    shutil.copy(people, tmp_path / "koppelbalie.sqlite")
    return create_app(settings_in(tmp_path, at=package_at))


@pytest.fixture
def ans(club_app: Flask) -> Treasurer:
    return Treasurer(club_app, ANS)


@pytest.fixture
def cor(club_app: Flask) -> Treasurer:
    return Treasurer(club_app, COR)
