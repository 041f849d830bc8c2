"""Installations to move from and to, on either database, and a story with something of everything in it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from flask import Flask

from onboarding.checks.models import RunState
from onboarding.db import db, session
from onboarding.tables import METADATA
from onboarding.usecases import (
    mailing,
    recording,
    reviewing,
    running,
    thread,
)
from onboarding.usecases.transaction import change
from onboarding.vault import factors
from tests.unit.custody.conftest import ask
from tests.unit.usecases.conftest import Desk
from tests.unit.usecases.connected import connect, make_ready

SECRET = "MADEUPMADEUPMADEUPMADEUPMADEUP22"
"""Of somebody's app of codes; made up."""


@dataclass(frozen=True)
class Place:
    """An installation: its app, and the address of its database as ``db move`` takes it."""

    app: Flask
    address: str
    folder: Path

    @property
    def url(self) -> str:
        return str(self.app.extensions["koppelbalie"].database_url)


@contextmanager
def at(place: Place) -> Iterator[None]:
    """Inside that installation; at the end it lets go of its database."""
    with place.app.app_context():
        try:
            yield
        finally:
            session().close()
            db.engine.dispose()


def rows_in(place: Place) -> dict[str, list[tuple[Any, ...]]]:
    """Every row of the app's tables, as the code reads it."""
    engine = sa.create_engine(place.url, poolclass=sa.NullPool)
    with engine.connect() as connection:
        return {
            table.name: [tuple(row) for row in connection.execute(sa.select(table).order_by(*table.primary_key))]
            for table in METADATA.sorted_tables
        }


def jobs() -> dict[str, tuple[str, str]]:
    """The jobs of the current installation by id: queue and status."""
    schema = "dbos." if db.engine.dialect.name == "postgresql" else ""
    found = ask(f"SELECT workflow_uuid, queue_name, status FROM {schema}workflow_status")
    return {str(job): (str(queue), str(status)) for job, queue, status in found}


@dataclass(frozen=True)
class Story:
    """What went on in an installation when it was stopped: people, and tickets by what is the matter with them."""

    desk: Desk
    connection: int
    ready: int
    draft: int
    queued: str
    under_way: str
    waiting: str
    sent: int


def tell() -> Story:
    """A story with something of everything, in the current installation."""
    desk = Desk()
    ans, bram = desk.ans, desk.bram
    activated = connect(desk)
    ready = make_ready(desk, "zondertoken")
    asked = desk.files("geensjabloon")
    reviewing.ask_club(bram, asked, desk.version(asked), "Zet het sjabloon klaar.", "1")
    thread.club_message(ans, asked, "Doe ik; vanavond, beloofd – è ✓.", "2")
    thread.reply(bram, asked, "Fijn.", "3")
    waits = desk.files("storing")
    under_way = running.request(ans, desk.drafts("leeg"))
    assert recording.begin(under_way) is not None
    draft = desk.drafts("geendeb", by=desk.cor)
    queued = running.request(desk.cor, draft)
    session().rollback()
    (first, *_) = desk.mails()
    assert first.id is not None
    mailing.deliver(first.id)
    with change() as writing:
        assert ans.user_id is not None
        factors.seal_factor(writing, ans.user_id, SECRET)
    (waiting,) = desk.runs(waits)
    assert waiting.state is RunState.WAITING
    return Story(desk, activated, ready, draft, queued, under_way, waiting.id, first.id)


def told(place: Place) -> Story:
    with at(place):
        return tell()


def assert_empty(place: Place) -> None:
    """Nothing is in it, and its first ticket will be the first."""
    assert {name: len(rows) for name, rows in rows_in(place).items() if rows} == {}
    with at(place):
        assert jobs() == {}
        counter = "SELECT seq + 1 FROM sqlite_sequence WHERE name = 'ticket'"
        if db.engine.dialect.name == "postgresql":
            counter = "SELECT last_value FROM ticket_id_seq WHERE NOT is_called"
        assert ask(counter) == [(1001,)]
