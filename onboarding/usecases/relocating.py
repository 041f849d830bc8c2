"""Use case: everything moves from another database to that of the settings, which may be of the other kind."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import sqlalchemy as sa
from sqlmodel import Session

from onboarding.audit.events import DatabaseMoved
from onboarding.audit.heads import Head
from onboarding.audit.log import record
from onboarding.backups import postgresql, sqlite
from onboarding.backups.refusals import Unusable
from onboarding.backups.transfer import copy_rows, count_rows, go_on_from, next_numbers
from onboarding.db import db
from onboarding.engine.schema import has_jobs
from onboarding.migrations import HEAD, revision_of
from onboarding.tables import METADATA
from onboarding.usecases.asking_again import ask_again
from onboarding.usecases.custody import COMMAND
from onboarding.usecases.transaction import change
from onboarding.usecases.whole_database import (
    beside_database,
    let_go,
    own_words,
    path_of,
    refuse_while_working,
    sound,
    workshop,
)

UPGRADE = "flask --app wsgi db upgrade"
OTHER = "the other database"


@dataclass(frozen=True, slots=True)
class Progress:
    """How many rows were written, of how many."""

    rows: int
    total: int


@dataclass(frozen=True, slots=True)
class Moved:
    """What was moved: rows and tables, records of the log that were verified, its head, and jobs asked for anew."""

    rows: int
    tables: int
    records: int
    head: Head | None
    runs: int
    mails: int
    webhooks: int


def relocate(source: str, say: Callable[[Progress], None] = lambda _: None) -> Moved:
    """Copy the database at ``source`` to that of the settings, in one transaction of it: all of it, or nothing.

    ``source`` is the path of a SQLite file or an address without a password. Nobody may be at work on either. The
    target has to be upgraded and empty, the source at the same revision, and the key ring has to open it. The source
    is only read. Raises ``Unusable``; then the target is as empty as it was.
    """
    tables = METADATA.sorted_tables
    url = _address(source)
    with own_words():
        refuse_while_working(db.engine)
        with db.engine.connect() as connection:
            _refuse_occupied(connection, tables)
        let_go()
        with _opened(url, tables) as old:
            return _moved(old, tables, say)


def _moved(old: sa.Connection, tables: Sequence[sa.Table], say: Callable[[Progress], None]) -> Moved:
    with _about_other(), Session(old) as reading:
        was = sound(reading)
    total = sum(count_rows(old, tables).values())
    if not total:
        raise Unusable(f"there is nothing in {OTHER}")
    with change() as new:
        target = new.connection()
        if target.dialect.name == "postgresql":
            postgresql.hold_still(target, tables)
        _refuse_occupied(target, tables)
        copy_rows(old, target, tables, lambda rows: say(Progress(rows, total)))
        go_on_from(target, tables, next_numbers(old, tables))
        arrived = sound(new)
        if (arrived.head, arrived.records) != (was.head, was.records):
            raise Unusable("the audit log did not arrive as it was")
        asked = ask_again(new)
        record(new, COMMAND, DatabaseMoved(old.dialect.name, record=was.head.record if was.head else 0, rows=total))
    counts = (asked[job] for job in ("run_checklist", "send_mail", "tell_host"))
    return Moved(total, len(tables), was.records, was.head, *counts)


@contextmanager
def _about_other() -> Iterator[None]:
    """What is wrong is wrong with the other database."""
    try:
        yield
    except Unusable as problem:
        raise Unusable(f"of {OTHER}: {problem}") from None


def _address(source: str) -> sa.URL:
    """The address of the other database. Raises ``Unusable``; its words never repeat what was typed."""
    try:
        url = sa.make_url(source) if "://" in source else sa.URL.create("sqlite", database=source)
    except (sa.exc.ArgumentError, ValueError):
        raise Unusable("that is neither a file nor an address such as postgresql+psycopg://user@host/name") from None
    if url.password is not None or "password" in url.query:
        raise Unusable(
            "an address with a password in it shows in the list of processes and stays in the shell's history: leave "
            "the password out and put it in ~/.pgpass"
        )
    match url.get_backend_name():
        case "sqlite":
            return url
        case "postgresql":
            return url.set(drivername="postgresql+psycopg")
    raise Unusable(f"{OTHER} has to be one of SQLite or PostgreSQL")


@contextmanager
def _opened(url: sa.URL, tables: Sequence[sa.Table]) -> Iterator[sa.Connection]:
    """The source as it is at one moment, while nobody else can write to it."""
    opening = _opened_file(url) if url.get_backend_name() == "sqlite" else _opened_server(url, tables)
    with opening as connection:
        yield connection


@contextmanager
def _opened_file(url: sa.URL) -> Iterator[sa.Connection]:
    """A copy of a SQLite file, which nobody can use until the end."""
    if not url.database or not Path(url.database).is_file():
        raise Unusable("there is no such file")
    engine = sa.create_engine(url)
    with ExitStack() as stack:
        copy = stack.enter_context(workshop(beside_database())) / "copy"
        with _about_other():
            refuse_while_working(engine)
            stack.enter_context(sqlite.copied_alone(path_of(engine), copy))
            sqlite.check_copy(copy)
        connection = stack.enter_context(sqlite.engine_on(copy).connect())
        _refuse_revision(revision_of(connection), OTHER)
        yield connection


@contextmanager
def _opened_server(url: sa.URL, tables: Sequence[sa.Table]) -> Iterator[sa.Connection]:
    engine = postgresql.engine_on(url)
    try:
        with _about_other():
            refuse_while_working(engine)
    except sa.exc.OperationalError:
        raise Unusable(f"{OTHER} cannot be reached: is the address right, and the password in ~/.pgpass?") from None
    with engine.connect() as connection:
        _refuse_revision(revision_of(connection), OTHER)
    alone = engine.connect().execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
    with alone as connection, connection.begin():
        postgresql.hold_still(connection, tables)  # before anything is read: what is read is of after that
        yield connection


def _refuse_occupied(connection: sa.Connection, tables: Sequence[sa.Table]) -> None:
    """Raises ``Unusable`` unless the target is upgraded and empty."""
    _refuse_revision(revision_of(connection), "this database")
    jobs = has_jobs(connection)
    if jobs is None:
        raise Unusable(f"this database lacks the tables of the jobs: run {UPGRADE}")
    there = [name for name, rows in count_rows(connection, tables).items() if rows] + ["jobs"] * jobs
    if there:
        raise Unusable(
            f"this database is not empty, there is something in {', '.join(there)}: make a new one and run {UPGRADE}"
        )


def _refuse_revision(found: str | None, which: str) -> None:
    if found != HEAD:
        at = f"at revision {found}" if found else "empty"
        raise Unusable(f"{which} is {at}, and this version needs {HEAD}: run {UPGRADE} with it first")
