"""The database as a whole, as one saves, puts back or moves it: is it sound, whose is it, is anybody at work on it."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import sqlalchemy as sa
from sqlmodel import Session, col, select

from onboarding import vault
from onboarding.audit.heads import Head
from onboarding.audit.models import AuditRecord
from onboarding.audit.verifying import verify
from onboarding.backups import postgresql
from onboarding.backups.refusals import IN_USE, Unusable
from onboarding.db import db, session
from onboarding.engine.slots import abandoned
from onboarding.keys import KeyRingProblem, current_ring
from onboarding.migrations import revision_of

_ID = 32
"""Characters of the first record's hash that name an installation."""


@dataclass(frozen=True, slots=True)
class Sound:
    """A database whose log and key are right: whose it is, the end of its log, how many records, its revision."""

    installation: str
    head: Head | None
    records: int
    revision: str


def sound(own: Session) -> Sound:
    """What ``own`` reads, when log and key are right in it. Raises ``Unusable``."""
    try:
        vault.check_ring(own, current_ring())
    except KeyRingProblem as problem:
        raise Unusable(str(problem)) from None
    verdict = verify(own, vault.log_keys(own, current_ring()))
    if verdict.broken is not None:
        raise Unusable(f"the audit log breaks at record {verdict.broken.record}: run flask --app wsgi audit verify")
    return Sound(installation_of(own), verdict.head, verdict.count, revision_of(own.connection()) or "")


def installation_of(own: Session) -> str:
    """The name of an installation: the start of its log, which no two share; empty while it has none."""
    first = own.exec(select(AuditRecord.chained).order_by(col(AuditRecord.id)).limit(1)).first()
    return (first or "")[:_ID]


def refuse_while_working(engine: sa.Engine) -> None:
    """Raises ``Unusable`` when a worker holds a slot (SQLite), or when anybody else is connected (PostgreSQL)."""
    if engine.dialect.name == "sqlite":
        path = path_of(engine)
        prefix = f"{path.name}.slot-"
        slots = [int(found.name.removeprefix(prefix)) for found in path.parent.glob(f"{prefix}*")]
        with abandoned(engine, slots) as free:
            working = len(free) < len(slots)
    else:
        let_go()
        with engine.connect() as connection:
            working = postgresql.others_on(connection) > 0
    if working:
        raise Unusable(IN_USE)


def let_go() -> None:
    """Close what this process has open on the app's database."""
    session().close()
    db.engine.dispose()


def path_of(engine: sa.Engine) -> Path:
    """The file of a SQLite database."""
    path = engine.url.database
    assert path is not None
    return Path(path)


def beside_database() -> Path | None:
    """The folder of the app's own database; None when it is not a file."""
    return path_of(db.engine).parent if db.engine.dialect.name == "sqlite" else None


@contextmanager
def workshop(folder: Path | None) -> Iterator[Path]:
    """A folder for the owner alone, in ``folder`` or where the system keeps such things; gone at the end."""
    made = Path(tempfile.mkdtemp(prefix=".koppelbalie-", dir=folder))
    try:
        yield made
    finally:
        shutil.rmtree(made, ignore_errors=True)


@contextmanager
def own_words() -> Iterator[None]:
    """What the disk or the database refuses, as ``Unusable``."""
    try:
        yield
    except OSError as error:
        raise Unusable(f"{error.filename or 'the disk'}: {error.strerror}") from None
    except sa.exc.SQLAlchemyError as error:
        raise Unusable(f"the database refused: {type(error).__name__}") from None
