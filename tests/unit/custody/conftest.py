"""Clubs with sealed codes, and key rings to go from one to the next."""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlmodel import Session

from onboarding import create_app, vault
from onboarding.accounts.models import Club
from onboarding.clock import now
from onboarding.connections.models import Connection, CredentialVersion
from onboarding.db import db
from onboarding.keys import KeyRing
from onboarding.usecases.transaction import change
from onboarding.vault import Binding
from tests.conftest import KEYS, settings_in

K1 = KEYS
K2 = f"k2:{b64encode(b'2' * 32).decode()}"
K3 = f"k3:{b64encode(b'3' * 32).decode()}"
"""Made-up keys."""


def code(version: int, field: str) -> str:
    """The made-up code of a version of credentials."""
    return f"made-up-{field}-{version}"


def add_clubs(count: int, fields: tuple[str, ...] = ("security_code_1", "security_code_2")) -> list[Binding]:
    """That many clubs, each with a version of credentials with sealed codes."""
    bindings = []
    with change() as writing:
        for number in range(count):
            club = Club(name=f"Club {number} {now().timestamp()}", created_at=now())
            writing.add(club)
            writing.flush()
            connection = Connection(club_id=club.id, package="e-boekhouden", created_at=now())
            writing.add(connection)
            writing.flush()
            version = CredentialVersion(connection_id=connection.id, number=1, created_at=now())
            writing.add(version)
            writing.flush()
            binding = Binding(club.id or 0, connection.id or 0, version.id or 0)
            vault.seal(writing, binding.version_id, {name: code(binding.version_id, name) for name in fields}, binding)
            bindings.append(binding)
    return bindings


def use_ring(app: Flask, *keys: str) -> KeyRing:
    """Have the app work with these keys from now on."""
    ring = KeyRing.parse(",".join(keys))
    app.extensions["koppelbalie_keys"] = ring
    return ring


def sql(statement: str, **values: object) -> None:
    """Change the database behind the app's back."""
    with db.engine.begin() as connection:
        connection.execute(sa.text(statement), values)


def ask(query: str, **values: object) -> list[tuple[object, ...]]:
    with db.engine.connect() as connection:
        return [tuple(row) for row in connection.execute(sa.text(query), values)]


def events(name: str = "%") -> list[tuple[str, dict[str, object]]]:
    """The records of the log by name, oldest first."""
    rows = ask("SELECT event, data FROM audit_record WHERE event LIKE :name ORDER BY id", name=name)
    return [(str(event), json.loads(str(data)) if isinstance(data, str) else data) for event, data in rows]  # type: ignore[misc]


@pytest.fixture
def own_session(in_app: Flask) -> Iterator[Session]:
    with Session(db.engine) as own:
        yield own


@pytest.fixture
def run(app: Flask) -> Callable[..., tuple[int, str]]:
    """Run one of the commands; its exit code and everything it said."""

    def invoke(*args: str) -> tuple[int, str]:
        result = app.test_cli_runner().invoke(args=list(args))
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            raise result.exception
        return result.exit_code, result.output

    return invoke


def app_with(folder: Path, *keys: str) -> Flask:
    """An app on the database in ``folder`` with these keys."""
    return create_app(settings_in(folder, keys=",".join(keys)))
