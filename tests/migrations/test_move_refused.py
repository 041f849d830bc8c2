"""A move is refused in time, or breaks off: then the new database is as empty as it was, and the old one as it was."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from onboarding.backups.refusals import Unusable
from onboarding.db import db
from onboarding.engine.slots import take_slot
from onboarding.usecases import (
    relocating,
    running,
)
from onboarding.usecases.relocating import relocate
from tests import postgres
from tests.conftest import BOTH
from tests.migrations.installations import Place, assert_empty, at, rows_in, told
from tests.unit.custody.conftest import K2, add_clubs, ask, sql
from tests.unit.usecases.conftest import Desk, Provider

ON_POSTGRESQL = pytest.mark.postgresql
BROKEN = {
    "sqlite": ("CREATE TRIGGER no_room BEFORE INSERT ON {table} BEGIN SELECT RAISE(ABORT, 'no room'); END",),
    "postgresql": (
        "CREATE FUNCTION no_room() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'no room'; END $$",
        "CREATE TRIGGER no_room BEFORE INSERT ON {table} FOR EACH STATEMENT EXECUTE FUNCTION no_room()",
    ),
}
"""Per kind: a table that takes nothing more."""


@pytest.mark.parametrize("kind", BOTH)
@pytest.mark.parametrize("table", ["club", "check_line", "audit_record"])
def test_a_database_that_refuses_halfway_is_as_empty_as_before(
    place: Callable[..., Place], provider: Provider, kind: str, table: str
) -> None:
    old, new = place("sqlite", "old", at=provider.at), place(kind, "new")
    told(old)
    before = rows_in(old)
    with at(new):
        for statement in BROKEN[kind]:
            sql(statement.format(table=table))
        with pytest.raises(Unusable, match=f"something in the table {table} cannot be taken over"):
            relocate(old.address)

    assert_empty(new)
    assert rows_in(old) == before


@pytest.mark.parametrize("kind", BOTH)
def test_a_stop_at_the_last_moment_leaves_nothing(
    place: Callable[..., Place], kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    old, new = place("sqlite", "old"), place(kind, "new")
    with at(old):
        Desk().drafts()

    def stopped(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(relocating, "record", stopped)
    with at(new), pytest.raises(KeyboardInterrupt):
        relocate(old.address)
    assert_empty(new)
    monkeypatch.undo()
    with at(new):
        relocate(old.address)
        assert ask("SELECT count(*) FROM ticket") == [(1,)]


@ON_POSTGRESQL
@pytest.mark.parametrize(
    "damage",
    [
        "UPDATE connection SET package = printf('%050d', 0)",
        "UPDATE ticket SET state = 'nonsense'",
        "UPDATE ticket SET summary = '{'",
    ],
    ids=["too long", "no such state", "no JSON"],
)
def test_a_row_that_cannot_be_taken_over_is_named_by_its_table(place: Callable[..., Place], damage: str) -> None:
    old, new = place("sqlite", "old"), place("postgresql", "new")
    with at(old):
        Desk().drafts()
        sql(damage)

    with at(new), pytest.raises(Unusable, match=r"in the table (connection|ticket) cannot be taken"):
        relocate(old.address)
    assert_empty(new)


@ON_POSTGRESQL
def test_a_log_that_does_not_arrive_as_it_was_is_refused(
    place: Callable[..., Place], monkeypatch: pytest.MonkeyPatch
) -> None:
    old, new = place("sqlite", "old"), place("postgresql", "new")
    with at(old):
        add_clubs(3)

    def cut(source: sa.Connection, target: sa.Connection, *more: Any) -> None:
        copying(source, target, *more)
        target.execute(sa.text("ALTER TABLE audit_record DISABLE TRIGGER ALL"))
        target.execute(sa.text("DELETE FROM audit_record WHERE id = 3"))
        target.execute(sa.text("ALTER TABLE audit_record ENABLE TRIGGER ALL"))

    copying = relocating.copy_rows
    monkeypatch.setattr(relocating, "copy_rows", cut)
    with at(new), pytest.raises(Unusable, match="did not arrive as it was"):
        relocate(old.address)
    assert_empty(new)


# --- refused before anything is read


def refused(source: Place | str, new: Place, why: str) -> None:
    with at(new), pytest.raises(Unusable, match=why):
        relocate(source if isinstance(source, str) else source.address)


@pytest.mark.parametrize("kind", BOTH)
def test_a_database_with_something_in_it_is_refused(place: Callable[..., Place], kind: str) -> None:
    old, new = place("sqlite", "old"), place(kind, "new")
    with at(old):
        add_clubs(1)
    with at(new):
        desk = Desk()
        running.request(desk.ans, desk.drafts())
    before = rows_in(new)

    refused(old, new, "not empty, there is something in .*user.*jobs: make a new one")

    assert rows_in(new) == before


def test_a_database_that_is_not_upgraded_is_refused_on_either_side(place: Callable[..., Place], tmp_path: Path) -> None:
    old, new = place("sqlite", "old"), place("sqlite", "new")
    with at(old):
        add_clubs(1)
        sql("UPDATE alembic_version SET version_num = '0001'")
    refused(old, new, "the other database is at revision 0001, and this version needs")
    with at(new):
        sql("DROP TABLE workflow_status")
    refused(old, new, "lacks the tables of the jobs: run flask --app wsgi db upgrade")
    with at(new):
        sql("DROP TABLE alembic_version")
    refused(old, new, "this database is empty, and this version needs")


@ON_POSTGRESQL
def test_an_old_or_empty_database_of_postgresql_is_refused(place: Callable[..., Place], postgres_server: str) -> None:
    old, new = place("postgresql", "old"), place("sqlite", "new")
    refused(old, new, "there is nothing in the other database")
    bare = postgres.new_database(postgres_server)
    refused(bare, new, "the other database is empty, and this version needs")
    postgres.drop(bare)
    assert_empty(new)


@pytest.mark.parametrize(
    ("source", "why"),
    [
        ("nowhere.sqlite", "there is no such file"),
        ("", "there is no such file"),
        ("sqlite://", "there is no such file"),
        ("mysql://host/name", "one of SQLite or PostgreSQL"),
        ("postgresql://host:port/name", "neither a file nor an address"),
        ("://", "neither a file nor an address"),
        ("postgresql+psycopg://k:hunter2@127.0.0.1/k", r"put it in ~/\.pgpass"),
        ("postgresql://127.0.0.1/k?password=hunter2", r"put it in ~/\.pgpass"),
        ("postgresql://k@127.0.0.1:9/k", "cannot be reached"),
    ],
)
def test_an_address_that_is_none_is_refused(
    place: Callable[..., Place], source: str, why: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    new = place("sqlite", "new")

    refused(source, new, why)

    assert_empty(new)
    assert [path.name for path in tmp_path.iterdir()] == ["new"]


def test_what_is_no_database_or_has_nothing_in_it_is_refused(place: Callable[..., Place], tmp_path: Path) -> None:
    old, new, text = place("sqlite", "old"), place("sqlite", "new"), tmp_path / "text"
    text.write_text("no database at all\n" * 100)
    refused(str(text), new, "could not be copied: file is not a database")
    refused(old, new, "there is nothing in the other database")
    refused(new, new, "there is nothing in the other database")
    assert_empty(new)


def test_the_wrong_key_is_refused(place: Callable[..., Place]) -> None:
    old = place("sqlite", "old")
    with at(old):
        add_clubs(1)
    other, same_name = place("sqlite", "other", keys=K2), place("sqlite", "same", keys=K2.replace("k2:", "k1:"))

    refused(old, other, "of the other database: key ring: key k1 is missing")
    refused(old, same_name, "of the other database: key ring: key k1 is not the one")

    assert_empty(other)
    assert_empty(same_name)


def test_a_log_that_was_changed_is_refused(place: Callable[..., Place]) -> None:
    old, new = place("sqlite", "old"), place("sqlite", "new")
    with at(old):
        add_clubs(2)
        sql("DROP TRIGGER audit_record_is_never_changed")
        sql("UPDATE audit_record SET actor = 'x' WHERE id = 2")

    refused(old, new, "of the other database: the audit log breaks at record 2")
    assert_empty(new)


@pytest.mark.parametrize("kind", BOTH)
def test_nothing_is_moved_while_a_worker_is_there(place: Callable[..., Place], kind: str) -> None:
    old, new = place(kind, "old"), place("sqlite", "new")
    with at(old):
        add_clubs(1)
    for busy in (old, new):
        with at(busy):
            slot = take_slot(db.engine)
        try:
            refused(old, new, "the app is at work on the database; stop it first$")
        finally:
            slot.release()
    assert_empty(new)
    with at(new):
        assert relocate(old.address).records == 1


def test_nothing_is_moved_while_anybody_has_the_file_open(place: Callable[..., Place]) -> None:
    old, new = place("sqlite", "old"), place("sqlite", "new")
    with at(old):
        add_clubs(1)
        ask("SELECT 1 FROM club")  # its connection waits in the pool, as that of a web process does
        with new.app.app_context(), pytest.raises(Unusable, match="stop it first"):
            relocate(old.address)
        add_clubs(1)
    assert_empty(new)
    with at(new):
        assert relocate(old.address).records == 2


@pytest.mark.parametrize("kind", BOTH)
def test_nobody_writes_to_the_old_place_meanwhile(
    place: Callable[..., Place], kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    old, new = place(kind, "old"), place("sqlite", "new")
    with at(old):
        add_clubs(1)
    soon = {"options": "-c lock_timeout=200"} if kind == "postgresql" else {"timeout": 0.2}
    late = sa.create_engine(old.url, poolclass=sa.NullPool, connect_args=soon)

    def rename() -> None:
        with late.begin() as connection:
            connection.execute(sa.text("UPDATE club SET name = 'Late'"))

    def write(*arguments: Any) -> None:
        with pytest.raises(sa.exc.OperationalError, match="lock"):
            rename()
        copying(*arguments)

    copying = relocating.copy_rows
    monkeypatch.setattr(relocating, "copy_rows", write)
    with at(new):
        relocate(old.address)
        assert ask("SELECT count(*) FROM club WHERE name = 'Late'") == [(0,)]
