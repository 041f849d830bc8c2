"""Databases of the tests' own, on SQLite and on PostgreSQL: empty ones, and whole installations."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask

import connectors
from connectors.kit.sandbox import emulators, serve
from onboarding import create_app
from onboarding.db import db
from tests import postgres
from tests.conftest import BOTH, settings_in
from tests.migrations.installations import Place
from tests.unit.usecases.conftest import EB, Provider


@pytest.fixture(params=BOTH)
def empty(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Flask]:
    """The app on an empty database, inside its context."""
    url = f"sqlite:///{tmp_path / 'koppelbalie.sqlite'}"
    if request.param == "postgresql":
        url = postgres.new_database(request.getfixturevalue("postgres_server"))
    app = create_app(settings_in(tmp_path, database_url=url))
    with app.app_context():
        yield app
        db.session.close()
        db.engine.dispose()
    if request.param == "postgresql":
        postgres.drop(url)


@pytest.fixture(scope="module")
def provider() -> Iterator[Provider]:
    server = serve(emulators((connectors.get(EB),)))
    yield Provider(server.url)
    server.shutdown()


@pytest.fixture
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Callable[..., Place]]:
    """Makes installations at the newest revision with nobody in them."""
    made: list[str] = []

    def make(kind: str, name: str, **more: object) -> Place:
        folder = tmp_path / name
        folder.mkdir()
        if kind == "sqlite":
            file = folder / "koppelbalie.sqlite"
            shutil.copy(request.getfixturevalue("empty_database"), file)
            return Place(create_app(settings_in(folder, **more)), str(file), folder)
        server = request.getfixturevalue("postgres_server")
        url = postgres.new_database(server, request.getfixturevalue("empty_on_postgresql"))
        made.append(url)
        return Place(create_app(settings_in(folder, database_url=url, **more)), url, folder)

    yield make
    for url in made:
        postgres.drop(url)
