"""Each test here has an empty database of its own, on SQLite and on PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from onboarding import create_app
from onboarding.db import db
from tests import postgres
from tests.conftest import BOTH, settings_in


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
