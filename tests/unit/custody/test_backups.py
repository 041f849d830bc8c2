"""A back-up is whole or not there, says whose it is, holds no key, and comes back as it was or not at all."""

from __future__ import annotations

import json
import os
import resource
import shutil
import sqlite3
import stat
import subprocess
import sys
import threading
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask

from onboarding import create_app, vault
from onboarding.accounts.models import Club
from onboarding.audit.events import ClubAdded
from onboarding.audit.log import record
from onboarding.backups import postgresql, sqlite
from onboarding.backups.refusals import Unusable
from onboarding.clock import now
from onboarding.db import db, session
from onboarding.engine.slots import take_slot
from onboarding.settings import Settings
from onboarding.usecases import backing_up, custody
from onboarding.usecases.backing_up import back_up, restore
from onboarding.usecases.transaction import change
from tests.conftest import KEYS, ROOT, environment_in, settings_in
from tests.stories.spellings import found_in
from tests.unit.custody.conftest import K2, add_clubs, ask, code, events, sql, use_ring

Elsewhere = Callable[..., Flask]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "saved.backup"


@pytest.fixture
def elsewhere(tmp_path: Path, empty_database: Path) -> Elsewhere:
    """Another machine, with an empty database or none."""

    def make(name: str = "elsewhere", *, migrated: bool = True, **more: object) -> Flask:
        folder = tmp_path / name
        folder.mkdir()
        if migrated:
            shutil.copy(empty_database, folder / "koppelbalie.sqlite")
        return create_app(settings_in(folder, **more))

    return make


def content_of_tables() -> list[str]:
    """Every row of the app's tables, without what making and restoring back-ups writes."""
    session().rollback()
    with sqlite3.connect(str(db.engine.url.database)) as direct:
        lines = [line for line in direct.iterdump() if "backup:" not in line]
    direct.close()
    return lines


def change_manifest(file: Path, **values: object) -> None:
    with zipfile.ZipFile(file) as archive:
        content, manifest = archive.read("database"), json.loads(archive.read("manifest.json"))
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("database", content)
        archive.writestr("manifest.json", json.dumps(manifest | values))


@pytest.mark.parametrize("migrated", [True, False], ids=["empty database", "no database"])
def test_what_was_saved_comes_back_on_another_machine(
    in_app: Flask, file: Path, elsewhere: Elsewhere, migrated: bool
) -> None:
    bindings = add_clubs(3)
    saved = back_up(file)
    before = content_of_tables()

    with elsewhere(migrated=migrated).app_context():
        done = restore(file)

        assert done.manifest == saved.manifest
        assert not done.needs_upgrade
        assert content_of_tables() == before
        assert [name for name, _ in events("backup:%")] == ["backup:made", "backup:restored"]
        opened = vault.unseal(bindings[1].version_id, "user:1", "checks", ["security_code_1"])
        assert opened == {"security_code_1": code(bindings[1].version_id, "security_code_1")}
        assert custody.verify_log().broken is None


def test_the_file_says_what_it_is_and_is_for_its_owner_alone(in_app: Flask, file: Path) -> None:
    add_clubs(1)
    saved = back_up(file)

    with zipfile.ZipFile(file) as archive:
        manifest = json.loads(archive.read("manifest.json"))
    head = ask("SELECT id, chained FROM audit_record ORDER BY id DESC LIMIT 1")[0]
    assert manifest["head"] == f"{head[0]}:{head[1]}"
    assert manifest["database"] == "sqlite"
    assert manifest["installation"] == str(ask("SELECT chained FROM audit_record WHERE id = 1")[0][0])[:32]
    assert manifest["version"] != "unknown"
    assert saved.records == head[0]
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert sorted(path.name for path in file.parent.iterdir() if "sqlite" not in path.name) == ["saved.backup"]


def test_there_is_no_key_and_no_secret_in_it(in_app: Flask, file: Path, settings: Settings) -> None:
    (binding,) = add_clubs(1)
    back_up(file)

    with zipfile.ZipFile(file) as archive:
        content = b"".join(archive.read(name) for name in archive.namelist())
    planted = {
        "a code": code(binding.version_id, "security_code_1"),
        "the key": KEYS.partition(":")[2],
        "the key that signs sessions": settings.secret,
    }
    assert found_in(content, planted) == []
    assert found_in(content, {"what is no secret": "security_code_1"}) != []
    assert in_app.extensions["koppelbalie_keys"].derive("k1", "vault") not in content


def test_it_is_made_while_others_write(in_app: Flask, file: Path, elsewhere: Elsewhere) -> None:
    add_clubs(20)
    stop, written, failed = threading.Event(), [0], []

    def write() -> None:
        with in_app.app_context():
            while not stop.is_set():
                try:
                    with change() as writing:
                        writing.add(Club(name=f"Meanwhile {written[0]}", created_at=now()))
                        record(writing, "system", ClubAdded(written[0]))
                    written[0] += 1
                except Exception as error:  # noqa: BLE001  (whatever it is, the test tells)
                    failed.append(error)

    writer = threading.Thread(target=write)
    writer.start()
    try:
        for number in range(5):
            back_up(file.with_name(f"{number}.backup"))
    finally:
        stop.set()
        writer.join()

    assert failed == []
    assert written[0] > 5
    with elsewhere().app_context():
        restore(file.with_name("3.backup"))
        ((clubs,),) = ask("SELECT count(*) FROM club WHERE name LIKE 'Meanwhile%'")
        ((told,),) = ask("SELECT count(*) FROM audit_record WHERE event = 'club:added'")
        assert clubs == told


def test_a_file_that_is_there_is_not_overwritten(in_app: Flask, file: Path) -> None:
    file.write_text("something of mine")

    with pytest.raises(Unusable, match="there already"):
        back_up(file)

    assert file.read_text() == "something of mine"
    with pytest.raises(Unusable, match="No such file"):
        back_up(file.parent / "nowhere" / "file")


def test_a_database_whose_log_or_key_is_not_right_is_not_saved(in_app: Flask, file: Path) -> None:
    add_clubs(1)
    sql("DROP TRIGGER audit_record_is_never_changed")
    sql("UPDATE audit_record SET actor = 'x' WHERE id = 1")
    with pytest.raises(Unusable, match="the audit log breaks at record 1"):
        back_up(file)
    use_ring(in_app, K2)
    with pytest.raises(Unusable, match="key k1 is missing"):
        back_up(file)

    assert not file.exists()


def test_a_database_that_was_never_migrated_is_not_saved(elsewhere: Elsewhere, file: Path) -> None:
    with elsewhere(migrated=False).app_context(), pytest.raises(Unusable, match="db upgrade"):
        back_up(file)


@pytest.mark.parametrize("part", [0.0, 0.1, 0.5, 0.9, 0.999])
def test_a_cut_file_is_refused_and_changes_nothing(
    in_app: Flask, file: Path, elsewhere: Elsewhere, part: float
) -> None:
    add_clubs(1)
    back_up(file)
    os.truncate(file, int(file.stat().st_size * part))

    with elsewhere().app_context():
        before = content_of_tables()
        with pytest.raises(Unusable, match="cut off or damaged"):
            restore(file)
        assert content_of_tables() == before


def test_a_flipped_byte_is_refused_or_means_nothing(in_app: Flask, file: Path, elsewhere: Elsewhere) -> None:
    add_clubs(1)
    back_up(file)
    saved, whole = content_of_tables(), file.read_bytes()
    refused = 0
    with elsewhere().app_context():
        empty = content_of_tables()
        for at in range(0, len(whole), max(1, len(whole) // 40)):
            file.write_bytes(whole[:at] + bytes([whole[at] ^ 0x10]) + whole[at + 1 :])
            try:
                restore(file, over=True)
            except Unusable:
                refused += 1
                assert content_of_tables() in (empty, saved)
            else:  # a date in the wrapping, which nobody reads
                assert content_of_tables() == saved

    assert refused > 30


@pytest.mark.parametrize(
    "values",
    [{"sha256": "0" * 64}, {"size": 1}, {"installation": "x"}, {"head": ""}, {"signature": "0" * 64}, {"made": 7}],
    ids=lambda values: next(iter(values)),
)
def test_a_changed_manifest_is_refused(
    in_app: Flask, file: Path, elsewhere: Elsewhere, values: dict[str, object]
) -> None:
    add_clubs(1)
    back_up(file)
    change_manifest(file, **values)

    with elsewhere().app_context(), pytest.raises(Unusable, match="manifest was changed"):
        restore(file)


def test_what_is_no_back_up_is_refused(in_app: Flask, file: Path) -> None:
    with pytest.raises(Unusable, match="no such file"):
        restore(file)
    file.write_text("hello")
    with pytest.raises(Unusable, match="no back-up"):
        restore(file)
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("other", "x")
    with pytest.raises(Unusable, match="no back-up"):
        restore(file)
    for manifest in ("[]", "{}", "no json", '{"signature": 1, "key_id": "k1"}', " " * 100_000):
        with zipfile.ZipFile(file, "w") as archive:
            archive.writestr("manifest.json", manifest)
        with pytest.raises(Unusable, match="manifest is damaged"):
            restore(file)


def test_the_wrong_key_is_refused(in_app: Flask, file: Path, elsewhere: Elsewhere) -> None:
    add_clubs(1)
    back_up(file)

    with elsewhere("one", keys=K2).app_context(), pytest.raises(Unusable, match="key k1, which the key ring does not"):
        restore(file)
    other = K2.replace("k2:", "k1:")
    with elsewhere("two", keys=other).app_context(), pytest.raises(Unusable, match="k1 is not the key"):
        restore(file)


def test_another_installations_back_up_is_refused_unless_meant(in_app: Flask, file: Path, elsewhere: Elsewhere) -> None:
    add_clubs(1)
    back_up(file)
    with elsewhere("one").app_context():
        add_clubs(2)
        with pytest.raises(Unusable, match="of another installation"):
            restore(file, over=True)
        restore(file, over=True, other_installation=True)
        assert ask("SELECT count(*) FROM club") == [(1,)]
    with elsewhere("two", base_url="https://try.example").app_context():
        with pytest.raises(Unusable, match=r"made at http://127.0.0.1:5000, and this is https://try.example"):
            restore(file)
        restore(file, other_installation=True)


def test_what_is_there_stays_unless_it_may_go(in_app: Flask, file: Path) -> None:
    add_clubs(1)
    back_up(file)
    add_clubs(1)

    with pytest.raises(Unusable, match="add --over"):
        restore(file)
    assert ask("SELECT count(*) FROM club") == [(2,)]
    restore(file, over=True)

    assert ask("SELECT count(*) FROM club") == [(1,)]
    assert custody.verify_log().broken is None


def test_nothing_is_restored_under_an_app_at_work(in_app: Flask, file: Path) -> None:
    add_clubs(1)
    back_up(file)
    slot = take_slot(db.engine)
    try:
        with pytest.raises(Unusable, match="stop it first"):
            restore(file, over=True)
    finally:
        slot.release()

    restore(file, over=True)


def test_a_back_up_of_another_database_or_a_newer_version_is_refused(
    in_app: Flask, file: Path, elsewhere: Elsewhere, monkeypatch: pytest.MonkeyPatch
) -> None:
    add_clubs(1)
    monkeypatch.setattr(backing_up, "HEAD", "9999")
    sql("UPDATE alembic_version SET version_num = '9999'")
    back_up(file)
    monkeypatch.undo()

    with elsewhere().app_context(), pytest.raises(Unusable, match="a newer version made it"):
        restore(file)


def test_an_older_back_up_says_that_it_needs_an_upgrade(
    in_app: Flask, file: Path, elsewhere: Elsewhere, monkeypatch: pytest.MonkeyPatch
) -> None:
    add_clubs(1)
    back_up(file)
    monkeypatch.setattr(backing_up, "HEAD", "9999")

    with elsewhere().app_context():
        assert restore(file).needs_upgrade


def test_a_full_disk_leaves_no_file_and_says_so(in_app: Flask, file: Path, tmp_path: Path) -> None:
    add_clubs(5)
    command = [sys.executable, "-m", "flask", "--app", "wsgi", "backup", str(file)]

    def little_room() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (50_000, 50_000))

    done = subprocess.run(
        command, cwd=ROOT, env=environment_in(tmp_path), capture_output=True, text=True, preexec_fn=little_room
    )

    assert done.returncode == 1
    assert "no back-up was made" in done.stderr
    assert "Saved" not in done.stdout
    assert [path.name for path in tmp_path.iterdir() if "sqlite" not in path.name] == []


def test_a_full_disk_at_restore_changes_nothing(in_app: Flask, file: Path, elsewhere: Elsewhere) -> None:
    add_clubs(30)
    back_up(file)
    target = elsewhere()
    folder = Path(str(target.extensions["koppelbalie"].database_url).removeprefix("sqlite:///")).parent
    with target.app_context():
        before = content_of_tables()
        db.engine.dispose()

    def little_room() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))

    command = [sys.executable, "-m", "flask", "--app", "wsgi", "restore", str(file)]
    done = subprocess.run(
        command, cwd=ROOT, env=environment_in(folder), capture_output=True, text=True, preexec_fn=little_room
    )

    assert done.returncode == 1, done.stdout
    assert "nothing was restored" in done.stderr
    with target.app_context():
        assert content_of_tables() == before


def test_the_commands_say_what_they_did(in_app: Flask, file: Path, run) -> None:  # type: ignore[no-untyped-def]
    add_clubs(1)
    status, said = run("backup", str(file))
    assert status == 0
    assert f"Saved {file}" in said
    assert "2 records in the log, all verified" in said

    status, said = run("restore", str(file))
    assert status == 1
    assert "nothing was restored" in said
    status, said = run("restore", str(file), "--over")
    assert status == 0
    assert "The database is as it was on" in said
    assert run("backup", str(file))[0] == 1


def test_a_program_that_is_missing_or_fails_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    url = sa.make_url("postgresql+psycopg://nobody:made-up-password@127.0.0.1:1/nothing")
    (tmp_path / "pg_dump").write_text("#!/bin/sh\necho 'first' >&2\necho 'no such server' >&2\nexit 1\n")
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(Unusable, match="pg_dump is not installed"):
        postgresql.copy_out(url, tmp_path / "copy", "snapshot")
    (tmp_path / "pg_dump").chmod(0o700)
    with pytest.raises(Unusable, match="pg_dump failed: no such server"):
        postgresql.copy_out(url, tmp_path / "copy", "snapshot")


def test_a_file_that_is_no_database_is_neither_copied_nor_put_in_place(tmp_path: Path) -> None:
    (tmp_path / "broken").write_bytes(b"no database" * 1000)
    for copying in (
        lambda: sqlite.copy_out(tmp_path / "broken", tmp_path / "copy"),
        lambda: sqlite.check_copy(tmp_path / "broken"),
        lambda: sqlite.copy_in(tmp_path / "broken", tmp_path / "target"),
    ):
        with pytest.raises(Unusable, match=r"database could not be|no whole database"):
            copying()
