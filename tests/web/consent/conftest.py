"""The cast, with emulated packages that give consent behind the app."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

import connectors
from connectors.kit.sandbox import at_sandbox, emulators, serve
from demo.cast import ANS, BEN, COR
from demo.seed import seed_people
from onboarding import create_app
from onboarding.db import db
from tests.conftest import settings_in
from tests.web.consent.consenting import PACKAGES, Asker
from tests.web.stage import set_host_keys


@pytest.fixture(scope="session")
def packages_at() -> Iterator[str]:
    """The emulated packages; the setting that leads to them."""
    found = [connectors.get(key) for key in PACKAGES]
    server = serve(emulators(found))
    yield " ".join(f"{host}={url}" for host, url in at_sandbox(found, server.url).items())
    server.shutdown()


@pytest.fixture(scope="session")
def cast(tmp_path_factory: pytest.TempPathFactory, empty_database: Path) -> Path:
    """A database with the cast in it; copy it."""
    folder = tmp_path_factory.mktemp("cast")
    shutil.copy(empty_database, folder / "koppelbalie.sqlite")
    with create_app(settings_in(folder)).app_context():
        seed_people()
        db.session.rollback()
        db.engine.dispose()  # the last connection brings everything into the one file
    return folder / "koppelbalie.sqlite"


@pytest.fixture
def host_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    """The host's own keys that the emulated packages accept."""
    set_host_keys(monkeypatch, *PACKAGES)


@pytest.fixture
def consent_app(cast: Path, tmp_path: Path, packages_at: str, host_keys: None) -> Flask:
    """The app with the cast, no items, and the host's keys."""
    shutil.copy(cast, tmp_path / "koppelbalie.sqlite")
    return create_app(settings_in(tmp_path, at=packages_at))


@pytest.fixture
def ans(consent_app: Flask) -> Asker:
    return Asker(consent_app, ANS)


@pytest.fixture
def ben(consent_app: Flask) -> Asker:
    return Asker(consent_app, BEN)


@pytest.fixture
def cor(consent_app: Flask) -> Asker:
    return Asker(consent_app, COR)
