"""Keys, the log and back-ups, on both databases."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask

from onboarding import create_app, vault
from onboarding.audit.events import SignedIn
from onboarding.audit.log import record
from onboarding.audit.verifying import Fault
from onboarding.backups.refusals import Unusable
from onboarding.db import db, session
from onboarding.engine.schema import migrate_jobs
from onboarding.migrations import open_migrations
from onboarding.usecases import backing_up, custody, readiness
from onboarding.usecases.backing_up import back_up, restore
from onboarding.usecases.transaction import change
from tests import postgres
from tests.conftest import settings_in
from tests.unit.custody.conftest import K1, K2, add_clubs, ask, code, sql, use_ring

GUARDS = {
    "sqlite": ("DROP TRIGGER audit_record_is_never_changed", "DROP TRIGGER audit_record_is_never_deleted"),
    "postgresql": ("DROP TRIGGER audit_record_is_append_only ON audit_record",),
}


@pytest.fixture
def migrated(empty: Flask) -> Flask:
    with empty.app_context():
        open_migrations().upgrade()
    migrate_jobs()
    return empty


@pytest.fixture
def elsewhere(request: pytest.FixtureRequest, migrated: Flask, tmp_path: Path) -> Flask:
    """Another machine with an empty database of the same kind."""
    folder = tmp_path / "elsewhere"
    folder.mkdir()
    url = f"sqlite:///{folder / 'koppelbalie.sqlite'}"
    if db.engine.dialect.name == "postgresql":
        url = postgres.new_database(request.getfixturevalue("postgres_server"))
    return create_app(settings_in(folder, database_url=url))


def test_keys_are_rotated_and_the_old_one_may_go(migrated: Flask) -> None:
    bindings = add_clubs(60)
    use_ring(migrated, K2, K1)

    assert custody.rotate().done == 120

    use_ring(migrated, K2)
    assert readiness.problems() == []
    assert custody.verify_log().broken is None
    version = bindings[7].version_id
    assert vault.unseal(version, "user:1", "checks", ["security_code_1"]) == {
        "security_code_1": code(version, "security_code_1")
    }


def test_the_first_bad_record_is_named(migrated: Flask) -> None:
    add_clubs(9)
    head = custody.tell_head()
    assert head is not None
    for guard in GUARDS[db.engine.dialect.name]:
        sql(guard)
    ((last,),) = ask("SELECT max(id) FROM audit_record")
    sql("DELETE FROM audit_record WHERE id = :n", n=last)
    cut = custody.verify_log([head]).broken
    sql("UPDATE audit_record SET actor = 'x' WHERE id = 3")
    changed = custody.verify_log().broken

    assert cut is not None
    assert (cut.fault, cut.record) == (Fault.CUT, last)
    assert changed is not None
    assert (changed.fault, changed.record) == (Fault.CHANGED, 3)


def test_what_was_saved_comes_back(migrated: Flask, elsewhere: Flask, tmp_path: Path) -> None:
    if db.engine.dialect.name == "postgresql":
        assert shutil.which("pg_dump")
    (binding, *_) = add_clubs(3)
    saved = back_up(tmp_path / "saved.backup")
    session().close()

    with elsewhere.app_context():
        done = restore(tmp_path / "saved.backup")
        assert done.manifest == saved.manifest
        assert ask("SELECT count(*) FROM club") == [(3,)]
        assert readiness.problems() == []
        assert vault.unseal(binding.version_id, "user:1", "checks")
        add_clubs(1)
        with pytest.raises(Unusable, match="add --over"):
            restore(tmp_path / "saved.backup")
        restore(tmp_path / "saved.backup", over=True)
        assert ask("SELECT count(*) FROM club") == [(3,)]
        assert custody.verify_log().broken is None
        with pytest.raises(sa.exc.DBAPIError, match="append-only"):
            sql("DELETE FROM audit_record")
        session().close()
        db.engine.dispose()


def test_a_database_that_refuses_is_left_as_it_was(migrated: Flask, elsewhere: Flask, tmp_path: Path) -> None:
    add_clubs(1)
    file = tmp_path / "saved.backup"
    back_up(file)
    content = file.read_bytes()
    file.write_bytes(content[: len(content) // 2])

    with elsewhere.app_context():
        with pytest.raises(Unusable, match="cut off or damaged"):
            restore(file)
        assert sa.inspect(db.engine).get_table_names() == []
        db.engine.dispose()


def test_a_back_up_of_the_first_revision_comes_back_and_is_upgraded(
    empty: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with empty.app_context():
        open_migrations().upgrade("0001")
    with change() as writing:
        record(writing, "user:1", SignedIn(user_id=1, way="link"))
    monkeypatch.setattr(backing_up, "HEAD", "0001")
    back_up(tmp_path / "saved.backup")
    monkeypatch.undo()

    done = restore(tmp_path / "saved.backup", over=True)

    assert done.needs_upgrade
    session().close()
    with empty.app_context():
        open_migrations().upgrade()
    assert readiness.problems() == []
    assert custody.verify_log().broken is None
