"""Slots: each process that does jobs holds one, and its name says whose jobs are whose.

Two processes under one name would do a job twice at once; a name that nobody holds any more leaves its jobs to be
picked up by the others. A lease, and no file that stays behind: the system frees it when the process dies.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

import sqlalchemy as sa

SLOTS = 64
_SPACE = 0x6B6F70
"""The first half of PostgreSQL's advisory lock keys for slots."""


class NoFreeSlot(Exception):
    """So many processes do jobs already that none is left."""


class Slot(Protocol):
    """A held slot."""

    @property
    def number(self) -> int: ...

    def is_held(self) -> bool: ...

    def release(self) -> None: ...


def name_of(number: int) -> str:
    """The executor's name of a slot."""
    return f"slot-{number}"


def number_of(name: str | None) -> int | None:
    """The slot of an executor's name; None when it is not one of ours."""
    digits = (name or "").removeprefix("slot-")
    return int(digits) if digits.isdecimal() else None


def take_slot(engine: sa.Engine) -> Slot:
    """Hold the lowest free slot of this database. Raises ``NoFreeSlot``."""
    for number in range(SLOTS):
        slot = try_slot(engine, number)
        if slot is not None:
            return slot
    raise NoFreeSlot(f"all {SLOTS} slots for processes that do jobs are taken")


def try_slot(engine: sa.Engine, number: int) -> Slot | None:
    """Hold this slot, or None when another process does."""
    if engine.dialect.name == "sqlite":
        return _FileSlot.take(Path(f"{engine.url.database}.slot-{number}"), number)
    return _DatabaseSlot.take(engine, number)


@contextmanager
def abandoned(engine: sa.Engine, numbers: Iterable[int]) -> Iterator[tuple[int, ...]]:
    """Those of ``numbers`` that no process holds; they stay held by us until the block ends."""
    held = [slot for number in numbers if (slot := try_slot(engine, number)) is not None]
    try:
        yield tuple(slot.number for slot in held)
    finally:
        for slot in held:
            slot.release()


class _FileSlot:
    """A lock on a file beside the SQLite file."""

    def __init__(self, descriptor: int, number: int) -> None:
        self._descriptor = descriptor
        self.number = number

    @classmethod
    def take(cls, path: Path, number: int) -> _FileSlot | None:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(descriptor)
            return None
        return cls(descriptor, number)

    def is_held(self) -> bool:
        return True  # the system keeps it as long as this process lives

    def release(self) -> None:
        os.close(self._descriptor)


class _DatabaseSlot:
    """An advisory lock on a connection of its own: with the connection it is lost."""

    def __init__(self, connection: sa.Connection, number: int) -> None:
        self._connection = connection
        self.number = number

    @classmethod
    def take(cls, engine: sa.Engine, number: int) -> _DatabaseSlot | None:
        connection = engine.connect().execution_options(isolation_level="AUTOCOMMIT")
        taken = connection.execute(
            sa.text("SELECT pg_try_advisory_lock(:space, :number)"), {"space": _SPACE, "number": number}
        ).scalar()
        if not taken:
            connection.close()
            return None
        return cls(connection, number)

    def is_held(self) -> bool:
        try:
            return self._connection.execute(sa.text("SELECT 1")).scalar() == 1
        except sa.exc.SQLAlchemyError:
            return False

    def release(self) -> None:
        self._connection.invalidate()  # closes the session, and with it the lock
        self._connection.close()
