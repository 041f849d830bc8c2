"""Everything moves from one kind of database to the other and goes on there; or nothing does."""

from __future__ import annotations

import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

import connectors
from connectors.kit.sandbox import emulators, serve
from onboarding import create_app, vault
from onboarding.backups.refusals import Unusable
from onboarding.checks.models import RunState
from onboarding.db import db, session
from onboarding.engine import QUEUES
from onboarding.engine.slots import take_slot
from onboarding.tables import METADATA
from onboarding.tickets.lifecycle import State
from onboarding.usecases import (
    custody,
    drafts,
    mailing,
    readiness,
    recording,
    relocating,
    reviewing,
    running,
    submitting,
    thread,
)
from onboarding.usecases.asking_again import UNENDED
from onboarding.usecases.relocating import Progress, relocate
from onboarding.usecases.transaction import change
from onboarding.vault import factors
from tests import postgres
from tests.conftest import ROOT, environment_in, settings_in
from tests.unit.custody.conftest import K2, add_clubs, ask, sql, use_ring
from tests.unit.usecases.conftest import EB, Desk, Provider
from tests.unit.usecases.connected import connect, make_ready

ON_POSTGRESQL = pytest.mark.postgresql
BROKEN = {
    "sqlite": ("CREATE TRIGGER no_room BEFORE INSERT ON {table} BEGIN SELECT RAISE(ABORT, 'no room'); END",),
    "postgresql": (
        "CREATE FUNCTION no_room() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'no room'; END $$",
        "CREATE TRIGGER no_room BEFORE INSERT ON {table} FOR EACH STATEMENT EXECUTE FUNCTION no_room()",
    ),
}
"""Per kind: a table that takes nothing more."""
SECRET = "MADEUPMADEUPMADEUPMADEUPMADEUP22"
"""Of somebody's app of codes; made up."""
BIG = 5000
"""A ticket number that was given once; its ticket is gone."""


@dataclass(frozen=True)
class Place:
    """An installation: its app, and the address of its database as ``db move`` takes it."""

    app: Flask
    address: str
    folder: Path

    @property
    def url(self) -> str:
        return str(self.app.extensions["koppelbalie"].database_url)


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


@pytest.mark.parametrize(("source", "target"), [("sqlite", "postgresql"), ("postgresql", "sqlite")])
@ON_POSTGRESQL
def test_everything_is_there_and_goes_on(
    place: Callable[..., Place], provider: Provider, source: str, target: str
) -> None:
    old, new = place(source, "old", at=provider.at), place(target, "new", at=provider.at)
    story = told(old)
    with at(old):
        head = custody.tell_head()
        assert head is not None
    before, steps = rows_in(old), list[Progress]()

    with at(new):
        done = relocate(old.address, steps.append)

    assert rows_in(old) == before
    after = rows_in(new)
    (*_, moved) = after["audit_record"]
    assert after | {"audit_record": after["audit_record"][:-1]} == before
    assert moved[3:6] == ("database:moved", f"database:{source}", {"record": head.record, "rows": done.rows})
    assert done.rows == sum(len(rows) for rows in before.values()) == steps[-1].rows == steps[-1].total
    assert (done.records, done.head, done.runs, done.mails) == (head.count, head, 3, len(before["outgoing_mail"]) - 1)
    with at(new):
        assert readiness.problems() == []
        assert custody.verify_log([head]).broken is None
        _goes_on(story, provider, max(row[0] for row in before["ticket"]))


def _goes_on(story: Story, provider: Provider, last: int) -> None:
    """In the new place: jobs wait, sealed codes open, tests run, a ticket is activated, numbers go on."""
    desk, waiting = story.desk, jobs()
    assert {waiting[story.queued], waiting[f"{story.under_way}-1"]} == {("checks", "ENQUEUED")}
    assert waiting[f"{story.waiting}-1"] == ("checks", "DELAYED")
    assert f"mail-{story.sent}" not in waiting
    assert len(waiting) == 3 + len([mail for mail in desk.mails() if mail.sent_at is None])
    assert ("mail", "DELAYED") in waiting.values(), "the reply can still be undone"

    desk.work()
    assert ask("SELECT count(*) FROM check_run WHERE state IN ('queued', 'running')") == [(0,)]
    reviewing.activate(desk.bram, story.ready, desk.version(story.ready))
    assert desk.ticket(story.ready).state is State.ACTIVATED
    with change() as writing:
        assert factors.open_factor(writing, desk.ans.user_id or 0) == SECRET
    submitting.submit(desk.cor, story.draft, desk.version(story.draft))
    assert drafts.start(desk.cor, desk.other_club_id, EB) == last + 1
    assert custody.verify_log().broken is None


@ON_POSTGRESQL
def test_there_and_back_again_nothing_is_lost(place: Callable[..., Place], provider: Provider) -> None:
    first, second = place("sqlite", "first", at=provider.at), place("postgresql", "second")
    third = place("sqlite", "third")
    told(first)
    with at(first):
        sql("UPDATE sqlite_sequence SET seq = :n WHERE name = 'ticket'", n=BIG)
    with at(second):
        relocate(first.address)
    with at(third):
        relocate(second.address)

    before, after = rows_in(first), rows_in(third)
    (*log, there, back) = after["audit_record"]
    assert (there[3], back[3]) == ("database:moved", "database:moved")
    assert after | {"audit_record": log} == before
    with at(third):
        (binding,) = add_clubs(1)
        assert vault.unseal(binding.version_id, "user:1", "checks")
        assert custody.verify_log().broken is None
        assert ask("SELECT seq FROM sqlite_sequence") == [(BIG,)]
    with at(second):
        assert ask("SELECT nextval('ticket_id_seq')") == [(BIG + 1,)]
        with pytest.raises(sa.exc.DBAPIError, match="append-only"):
            sql("DELETE FROM audit_record")


def test_a_log_whose_key_has_gone_moves_too(place: Callable[..., Place]) -> None:
    old, new = place("sqlite", "old"), place("sqlite", "new", keys=K2)
    with at(old):
        (binding, *_) = add_clubs(2)
        use_ring(old.app, K2, "k1:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=")
        custody.rotate()

    with at(new):
        relocate(old.address)
        assert vault.unseal(binding.version_id, "user:1", "checks")
        assert custody.verify_log().broken is None


def test_every_job_can_be_asked_for_again() -> None:
    assert set(UNENDED) == set(QUEUES)


@ON_POSTGRESQL
def test_a_worker_of_the_new_place_does_what_waited_in_the_old_one(place: Callable[..., Place]) -> None:
    old, new = place("sqlite", "old"), place("postgresql", "new")
    with at(old):
        desk = Desk()
        run = running.request(desk.ans, desk.drafts("leeg"))
        thread_of = desk.files("goed", by=desk.cor)
        reviewing.reject(desk.bram, thread_of, desk.version(thread_of), "Dubbel.")
    with at(new):
        moved = relocate(old.address)
    assert (moved.runs, moved.mails > 0) == (1, True)

    with working(new), at(new):
        end = time.monotonic() + 60
        while time.monotonic() < end and (unsent() or is_live(run)):
            time.sleep(0.2)
        assert not unsent()
        assert not is_live(run)
    assert len(list((new.folder / "mail").glob("*.eml"))) == moved.mails


def unsent() -> list[tuple[object, ...]]:
    return ask("SELECT id FROM outgoing_mail WHERE sent_at IS NULL")


def is_live(run: str) -> bool:
    return ask("SELECT state FROM check_run WHERE id = :run", run=run)[0][0] in ("queued", "running")


@contextmanager
def working(place: Place) -> Iterator[None]:
    """A worker of that installation, and nothing behind its packages' names."""
    nowhere = " ".join(f"{host}=http://127.0.0.1:9" for host in connectors.get(EB).hosts)
    environment = environment_in(place.folder, database_url=place.url, at=nowhere)
    command = [sys.executable, "-m", "flask", "--app", "wsgi", "work"]
    worker = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        yield
    finally:
        worker.send_signal(signal.SIGTERM)
        worker.wait(60)


def assert_empty(place: Place) -> None:
    """Nothing is in it, and its first ticket will be the first."""
    assert {name: len(rows) for name, rows in rows_in(place).items() if rows} == {}
    with at(place):
        assert jobs() == {}
        counter = "SELECT seq + 1 FROM sqlite_sequence WHERE name = 'ticket'"
        if db.engine.dialect.name == "postgresql":
            counter = "SELECT last_value FROM ticket_id_seq WHERE NOT is_called"
        assert ask(counter) == [(1001,)]


KINDS = ["sqlite", pytest.param("postgresql", marks=ON_POSTGRESQL)]


@pytest.mark.parametrize("kind", KINDS)
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


@pytest.mark.parametrize("kind", KINDS)
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


@pytest.mark.parametrize("kind", KINDS)
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


@pytest.mark.parametrize("kind", KINDS)
def test_nothing_is_moved_while_a_worker_is_there(place: Callable[..., Place], kind: str) -> None:
    old, new = place(kind, "old"), place("sqlite", "new")
    with at(old):
        add_clubs(1)
    for busy in (old, new):
        with at(busy):
            slot = take_slot(db.engine)
        try:
            refused(old, new, "the app is at work on this database; stop it first$")
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


@pytest.mark.parametrize("kind", KINDS)
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


def test_the_command_says_what_it_did_and_what_to_do_next(place: Callable[..., Place]) -> None:
    old, new = place("sqlite", "old"), place("sqlite", "new")
    with at(old):
        desk = Desk()
        running.request(desk.ans, desk.drafts())
    runner = new.app.test_cli_runner()

    wrong = runner.invoke(args=["db", "move", "postgresql://k:hunter2@127.0.0.1/k"])
    done = runner.invoke(args=["db", "move", old.address])
    again = runner.invoke(args=["db", "move", old.address])

    assert (wrong.exit_code, done.exit_code, again.exit_code) == (1, 0, 1)
    assert "nothing was moved: an address with a password" in wrong.stderr
    assert "hunter2" not in wrong.output
    assert "records in the log, all verified)." in done.stdout
    assert "Asked for again: 1 runs of checks, 0 mails." in done.stdout
    assert "remove the other one" in done.stdout
    assert "this database is not empty" in again.stderr


def test_progress_is_told_now_and_then(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    from onboarding.cli import db as commands

    moments = iter([0.0, 0.5, 1.5, 1.6])
    monkeypatch.setattr(commands.time, "monotonic", lambda: next(moments))
    told_by = commands._Told()
    told_by(Progress(1000, 5000))
    told_by(Progress(2000, 5000))

    assert capsys.readouterr().out == "2000 of 5000 rows\n"
