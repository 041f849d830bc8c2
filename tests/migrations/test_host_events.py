"""Revision 0004 brings what the host hears of connections; what waits to be told moves along and comes back."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlmodel import select

from onboarding.accounts.models import Club
from onboarding.clock import now
from onboarding.connections.models import Connection
from onboarding.db import db, session
from onboarding.notify.models import HostEvent, HostNews
from onboarding.usecases.backing_up import back_up, restore
from onboarding.usecases.delivering import deliver
from onboarding.usecases.host_events import tell_host
from onboarding.usecases.relocating import relocate
from onboarding.usecases.transaction import change
from tests.migrations.installations import Place, jobs
from tests.migrations.installations import at as inside
from tests.migrations.test_revisions import at, migrations

TOLD = {"webhook_url": "http://127.0.0.1:9/hook", "webhook_key": "made-up-webhook-key-not-a-real-one"}
"""A host at whose address nobody listens."""


def columns(table: str) -> set[str]:
    inspector = sa.inspect(db.engine)
    return {column["name"] for column in inspector.get_columns(table)} if inspector.has_table(table) else set()


def tell(occasion: object = 1) -> int:
    """An event about a new connection; its number."""
    with change() as writing:
        club = Club(name=f"SV Voorbeeld {occasion}", created_at=now())
        writing.add(club)
        writing.flush()
        connection = Connection(club_id=club.id or 0, package="e-boekhouden", created_at=now())
        writing.add(connection)
        writing.flush()
        tell_host(writing, connection, HostNews.ACTIVATED, occasion)
        return writing.exec(select(HostEvent.id).order_by(sa.desc("id"))).first() or 0


def test_clubs_are_kept_and_can_be_known_by_the_host(empty: Flask) -> None:
    with migrations(empty) as alembic:
        alembic.upgrade("0003")
    clubs = sa.table("club", sa.column("name"), sa.column("created_at", sa.DateTime(timezone=True)))
    with db.engine.begin() as connection:
        connection.execute(sa.insert(clubs).values(name="SV Voorbeeld", created_at=now()))
        connection.execute(sa.insert(clubs).values(name="VV Proefstad", created_at=now()))

    with migrations(empty) as alembic:
        alembic.upgrade("0004")

    with change() as writing:
        first, second = writing.exec(select(Club).order_by(Club.name)).all()
        assert (first.host_id, second.host_id) == (None, None)
        first.host_id = "club-0042"
        made = Connection(club_id=first.id or 0, package="e-boekhouden", created_at=now())
        writing.add(made)
        writing.flush()
        event = {"event_id": "evt_1", "kind": "connection.activated", "once": "1", "created_at": now()}
        writing.add(HostEvent(connection_id=made.id or 0, data={"ticket": None}, next_at=now(), **event))
    found = session().exec(select(HostEvent)).one()
    assert (found.data, found.next_at is not None and found.next_at.tzinfo is not None) == ({"ticket": None}, True)
    session().rollback()
    with pytest.raises(sa.exc.IntegrityError), change() as writing:
        writing.get_one(Club, second.id).host_id = "club-0042"

    with migrations(empty) as alembic:
        alembic.downgrade("0003")

    assert (at(), columns("host_event")) == ("0003", set())
    assert "host_id" not in columns("club")
    with db.engine.connect() as connection:
        assert connection.execute(sa.select(clubs.c.name).order_by("name")).scalars().all() == [
            "SV Voorbeeld",
            "VV Proefstad",
        ]


@pytest.mark.parametrize(("source", "target"), [("sqlite", "postgresql"), ("postgresql", "sqlite")])
@pytest.mark.postgresql
def test_what_waits_to_be_told_moves_along(place: Callable[..., Place], source: str, target: str) -> None:
    old, new = place(source, "old", **TOLD), place(target, "new", **TOLD)
    with inside(old):
        fresh, tried = tell(1), tell(2)
        deliver(tried)
        before = dict(session().exec(select(HostEvent.event_id, HostEvent.attempts)).all())
        session().rollback()

    with inside(new):
        moved = relocate(old.address)
        assert moved.webhooks == 2
        assert dict(session().exec(select(HostEvent.event_id, HostEvent.attempts)).all()) == before
        waiting = {job: status for job, (queue, status) in jobs().items() if queue == "webhooks"}
        assert waiting == {f"webhook-{fresh}": "ENQUEUED", f"webhook-{tried}-1": "DELAYED"}


def test_after_a_restore_a_new_event_is_not_taken_for_one_that_was_told(
    place: Callable[..., Place], tmp_path: Path
) -> None:
    here = place("sqlite", "here", **TOLD)
    saved = tmp_path / "saved.backup"
    with inside(here):
        tell(1)
        back_up(saved)
        number = tell(2)
        told = session().get_one(HostEvent, number).event_id
        session().rollback()
    with inside(here):
        restore(saved, over=True)
    with inside(here):
        again = tell(2)
        assert again == number
        assert session().get_one(HostEvent, again).event_id != told
