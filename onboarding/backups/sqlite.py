"""Copies of a SQLite database, made and put back through SQLite itself, while others use it."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import sqlalchemy as sa

from onboarding.backups.refusals import IN_USE, Unusable

_PATIENCE = 30.0
"""Seconds to wait for a lock."""
_SHORT = 2.0
"""The same when somebody else should not be there at all."""


def copy_out(source: Path, target: Path) -> None:
    """Copy the database to a file of its own, as it is at one moment. Writers go on meanwhile.

    Raises ``Unusable``.
    """
    with _own_words("copied"), closing(sqlite3.connect(source, timeout=_PATIENCE)) as live:
        _copy(live, target)


@contextmanager
def copied_alone(source: Path, target: Path) -> Iterator[None]:
    """The same, when nobody else has the database open; nobody can open it until the block ends.

    Raises ``Unusable``.
    """
    with closing(sqlite3.connect(source, timeout=_SHORT)) as live:
        with _own_words("copied"):
            _keep_others_out(live)
            _copy(live, target)
        yield


def _copy(live: sqlite3.Connection, target: Path) -> None:
    with closing(sqlite3.connect(target)) as copy:
        live.backup(copy)
        copy.execute("PRAGMA journal_mode=DELETE")  # one file, without a log beside it


def _keep_others_out(live: sqlite3.Connection) -> None:
    """Whoever has the database open, at work or not, keeps us from this."""
    live.execute("PRAGMA locking_mode=EXCLUSIVE")
    try:
        live.execute("BEGIN EXCLUSIVE")
    except sqlite3.OperationalError as error:
        if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY:
            raise
        raise Unusable(IN_USE) from None
    live.commit()


@contextmanager
def _own_words(what: str) -> Iterator[None]:
    try:
        yield
    except sqlite3.Error as error:
        raise Unusable(f"the database could not be {what}: {error}") from None


def check_copy(path: Path) -> None:
    """Whether a file is a whole database of SQLite. Raises ``Unusable``."""
    try:
        with closing(sqlite3.connect(f"file:{path}?mode=ro&immutable=1", uri=True)) as copy:
            found = copy.execute("PRAGMA quick_check(1)").fetchone()
    except sqlite3.Error as error:
        raise Unusable(f"the copy is no whole database: {error}") from None
    if found != ("ok",):
        raise Unusable("the copy is no whole database")


def engine_on(path: Path) -> sa.Engine:
    """An engine that only reads a copy, which nobody changes."""
    address = f"file:{path}?mode=ro&immutable=1"
    return sa.create_engine("sqlite://", creator=lambda: sqlite3.connect(address, uri=True), poolclass=sa.NullPool)


def copy_in(source: Path, target: Path) -> None:
    """Put a copy in the place of the database, in one transaction: all of it or nothing. Raises ``Unusable``."""
    with (
        _own_words("replaced"),
        closing(sqlite3.connect(f"file:{source}?mode=ro&immutable=1", uri=True)) as copy,
        closing(sqlite3.connect(target, timeout=_PATIENCE)) as live,
    ):
        live.execute("PRAGMA journal_mode=WAL")
        live.execute("PRAGMA synchronous=FULL")
        live.execute("PRAGMA secure_delete=ON")
        copy.backup(live)
        live.execute("PRAGMA wal_checkpoint(TRUNCATE)")
