"""Use case: the whole database is saved to a file while the app works, and put back from one."""

from __future__ import annotations

import tomllib
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import sqlalchemy as sa
from sqlmodel import Session

from onboarding.audit.events import BackupMade, BackupRestored
from onboarding.audit.heads import parse_head
from onboarding.audit.log import record
from onboarding.backups import archive, postgresql, sqlite
from onboarding.backups.manifest import Manifest, read_manifest, write_manifest
from onboarding.backups.refusals import Unusable
from onboarding.clock import now
from onboarding.db import db
from onboarding.keys import current_ring
from onboarding.migrations import HEAD, revision_of
from onboarding.settings import ROOT, current_settings
from onboarding.usecases.custody import COMMAND
from onboarding.usecases.transaction import change
from onboarding.usecases.whole_database import (
    Sound,
    beside_database,
    installation_of,
    let_go,
    own_words,
    path_of,
    refuse_while_working,
    sound,
    workshop,
)


@dataclass(frozen=True, slots=True)
class Saved:
    """A back-up that was made, or put back: what it is, and how many records of the log were verified in it."""

    manifest: Manifest
    records: int

    @property
    def needs_upgrade(self) -> bool:
        """Whether the schema in it is older than this version's."""
        return self.manifest.revision != HEAD


def back_up(file: Path) -> Saved:
    """Save the database to ``file``, which must not be there yet, while the app works.

    The copy is as the database was at one moment; its log and key are checked before the file gets its name.
    Raises ``Unusable``; then there is no file.
    """
    if file.exists():
        raise Unusable("a file of that name is there already")
    made = now().isoformat(timespec="seconds")
    with own_words(), workshop(file.parent) as folder:
        with db.engine.connect() as connection:
            _refuse_unless_ours(connection)
        with change() as writing:
            record(writing, COMMAND, BackupMade(made))
        copy = folder / "copy"
        found = _copied(copy)
        size, sha256 = archive.measure(copy)
        manifest = Manifest(
            made=made,
            version=_version(),
            revision=found.revision,
            database=db.engine.dialect.name,
            installation=found.installation,
            address=current_settings().base_url,
            head=str(found.head or ""),
            size=size,
            sha256=sha256,
        )
        archive.write_archive(file, copy, write_manifest(manifest, current_ring()))
    return Saved(manifest, found.records)


def restore(file: Path, *, over: bool = False, other_installation: bool = False) -> Saved:
    """Put the database back from ``file``, all of it or nothing.

    ``over``: what is in the database now may go. ``other_installation``: the back-up may be somebody else's, or made
    at another address. Raises ``Unusable``; then nothing was changed.
    """
    with own_words():
        manifest = read_manifest(archive.read_archive(file), current_ring())
        _refuse_target(manifest, over=over, other_installation=other_installation)
        with workshop(beside_database()) as folder:
            copy = folder / "copy"
            archive.extract(file, copy, manifest.size, manifest.sha256)
            records = _put_back(copy, manifest)
    with change() as writing:
        last = parse_head(manifest.head).record if manifest.head else 0
        record(writing, COMMAND, BackupRestored(manifest.made, record=last))
    return Saved(manifest, records)


def _copied(copy: Path) -> Sound:
    """Copy the database to a file; what is in the copy."""
    if db.engine.dialect.name == "sqlite":
        sqlite.copy_out(path_of(db.engine), copy)
        sqlite.check_copy(copy)
        engine = sqlite.engine_on(copy)
        with Session(engine) as own:
            return sound(own)
    with db.engine.connect().execution_options(isolation_level="REPEATABLE READ") as connection:
        postgresql.copy_out(db.engine.url, copy, postgresql.export_snapshot(connection))
        with Session(connection) as own:
            return sound(own)


def _put_back(copy: Path, manifest: Manifest) -> int:
    """Check the copy and put it in place; how many records its log has."""
    if db.engine.dialect.name == "sqlite":
        sqlite.check_copy(copy)
        with Session(sqlite.engine_on(copy)) as own:
            records = _agreeing(own, manifest)
        let_go()
        sqlite.copy_in(copy, path_of(db.engine))
        return records
    let_go()
    postgresql.copy_in(copy, db.engine.url)
    with Session(db.engine) as own:
        return _agreeing(own, manifest)


def _agreeing(own: Session, manifest: Manifest) -> int:
    found = sound(own)
    if str(found.head or "") != manifest.head:
        raise Unusable("its audit log does not end where the manifest says")
    return found.records


def _refuse_target(manifest: Manifest, *, over: bool, other_installation: bool) -> None:
    """Raises ``Unusable`` when the back-up does not belong here, or when something that is there would go."""
    here = db.engine.dialect.name
    if manifest.database != here:
        raise Unusable(f"it is a back-up of {manifest.database}, and this installation uses {here}")
    if manifest.revision > HEAD:
        raise Unusable(f"a newer version made it (revision {manifest.revision}); this one knows up to {HEAD}")
    address = current_settings().base_url
    if manifest.address != address and not other_installation:
        raise Unusable(
            f"it was made at {manifest.address}, and this is {address}: mails that wait in it would leave from here. "
            "If that is meant, add --other-installation"
        )
    occupant = _occupant()
    if occupant is None:
        return
    if not over:
        raise Unusable("there is something in this database; if it may go, add --over")
    if occupant != manifest.installation and not other_installation:
        raise Unusable("it is the back-up of another installation; if that is meant, add --other-installation")
    refuse_while_working(db.engine)


def _occupant() -> str | None:
    """Which installation is in the database now; None when nobody and nothing is."""
    with Session(db.engine) as own:
        inspector = sa.inspect(own.connection())
        there = [name for name in ("audit_record", "user", "club") if inspector.has_table(name)]
        if not any(
            own.execute(sa.select(sa.literal(1)).select_from(sa.table(name)).limit(1)).first() for name in there
        ):
            return None
        return installation_of(own)


def _refuse_unless_ours(connection: sa.Connection) -> None:
    found = revision_of(connection)
    if found != HEAD:
        raise Unusable(
            f"the database is at revision {found}, and this version needs {HEAD}: flask --app wsgi db upgrade"
        )


def _version() -> str:
    with suppress(OSError, KeyError), (ROOT / "pyproject.toml").open("rb") as file:
        return str(tomllib.load(file)["project"]["version"])
    return "unknown"
