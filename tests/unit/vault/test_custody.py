"""Secrets are sealed with the change, opened after the log says so, and gone when destroyed."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlmodel import Session, select

from onboarding import vault
from onboarding.accounts.models import Club
from onboarding.audit.models import AuditRecord
from onboarding.clock import now
from onboarding.connections.models import Connection, CredentialVersion
from onboarding.db import db, session
from onboarding.keys import KeyRing, KeyRingProblem
from onboarding.usecases.transaction import change
from onboarding.vault import Binding, Tampered
from onboarding.vault.models import SealedSecret

CODES = {"security_code_1": "made-up-code-1", "security_code_2": "made-up-code-2"}


@dataclass(frozen=True)
class Place:
    """Where a club's secrets are."""

    binding: Binding

    @property
    def version(self) -> int:
        return self.binding.version_id


@pytest.fixture
def ans(in_app: Flask) -> Place:
    return place_of("SV Voorbeeld")


@pytest.fixture
def cor(in_app: Flask) -> Place:
    return place_of("VV Proefstad")


def place_of(name: str) -> Place:
    with change() as writing:
        club = Club(name=name, created_at=now())
        writing.add(club)
        writing.flush()
        connection = Connection(club_id=club.id, package="e-boekhouden", created_at=now())
        writing.add(connection)
        writing.flush()
        version = CredentialVersion(connection_id=connection.id, number=1, created_at=now())
        writing.add(version)
        writing.flush()
        return Place(Binding(club.id, connection.id, version.id))


def seal(place: Place, **values: str) -> None:
    with change() as writing:
        vault.seal(writing, place.version, values, place.binding)


def events() -> list[tuple[str, str]]:
    with Session(db.engine) as own:
        return [(row.event, row.actor) for row in own.exec(select(AuditRecord).order_by(AuditRecord.id)).all()]


def tamper(statement: str, **values: object) -> None:
    with db.engine.begin() as connection:
        connection.execute(sa.text(statement), values)


def test_what_was_sealed_is_opened_again(ans: Place) -> None:
    seal(ans, **CODES)

    assert vault.sealed_fields(session(), ans.version) == frozenset(CODES)
    assert vault.unseal(ans.version, "user:1", "checks") == CODES
    assert vault.unseal(ans.version, "user:1", "checks", ["security_code_2"]) == {"security_code_2": "made-up-code-2"}


def test_nothing_of_a_secret_is_in_the_database(ans: Place, tmp_path: Path) -> None:
    seal(ans, **CODES)
    vault.unseal(ans.version, "user:1", "checks")

    stored = b"".join(path.read_bytes() for path in tmp_path.glob("koppelbalie.sqlite*"))
    assert b"security_code_1" in stored
    assert not any(code.encode() in stored for code in CODES.values())


def test_a_field_is_replaced_and_the_others_stay(ans: Place) -> None:
    seal(ans, **CODES)
    seal(ans, security_code_1="made-up-renewed")

    assert vault.unseal(ans.version, "user:1", "checks") == {**CODES, "security_code_1": "made-up-renewed"}


def test_sealing_nothing_leaves_no_trace(ans: Place) -> None:
    seal(ans)

    assert events() == []


def test_a_change_that_fails_seals_nothing(ans: Place) -> None:
    def fails() -> None:
        with change() as writing:
            vault.seal(writing, ans.version, CODES, ans.binding)
            raise RuntimeError("halfway")

    with pytest.raises(RuntimeError, match="halfway"):
        fails()

    assert vault.sealed_fields(session(), ans.version) == frozenset()
    assert events() == []


def test_a_binding_of_another_version_is_refused(ans: Place, cor: Place) -> None:
    with pytest.raises(ValueError, match="another version"), change() as writing:
        vault.seal(writing, ans.version, CODES, cor.binding)


def test_the_log_says_who_and_why_before_anything_is_opened(ans: Place) -> None:
    seal(ans, **CODES)
    vault.unseal(ans.version, "user:7", "checks")

    with Session(db.engine) as own:
        row = own.exec(select(AuditRecord).where(AuditRecord.event == "secret:unsealed")).one()
    assert (row.actor, row.subject) == ("user:7", f"secret:{ans.version}")
    assert row.data == {"fields": sorted(CODES), "purpose": "checks"}


def test_when_the_log_cannot_be_written_nothing_is_opened(ans: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    seal(ans, **CODES)
    opened: list[str] = []
    monkeypatch.setattr("onboarding.vault.custody.open_up", lambda *_: opened.append("!") or "")
    tamper("CREATE TRIGGER full BEFORE INSERT ON audit_record BEGIN SELECT RAISE(ABORT, 'no room'); END")

    with pytest.raises(sa.exc.IntegrityError):
        vault.unseal(ans.version, "user:1", "checks")

    assert opened == []


def test_a_version_without_secrets_opens_to_nothing(ans: Place) -> None:
    assert vault.unseal(ans.version, "user:1", "checks") == {}
    assert events() == []


def test_opening_inside_a_change_is_refused_at_once(ans: Place) -> None:
    seal(ans, **CODES)

    with pytest.raises(RuntimeError, match="outside of a change"), change():
        vault.unseal(ans.version, "user:1", "checks")


def test_opening_after_reading_is_fine(ans: Place) -> None:
    seal(ans, **CODES)
    session().exec(select(Club)).all()

    assert vault.unseal(ans.version, "user:1", "checks") == CODES


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE sealed_secret SET sealed = substr(sealed, 1, 20) WHERE version_id = :v AND field = 'security_code_1'",
        "UPDATE sealed_secret SET wrapped_key = x'00' WHERE version_id = :v AND field = 'security_code_1'",
        (
            "UPDATE sealed_secret SET sealed = (SELECT sealed FROM sealed_secret WHERE version_id = :other"
            " AND field = 'security_code_1') WHERE version_id = :v AND field = 'security_code_1'"
        ),
        (
            "UPDATE sealed_secret SET (wrapped_key, sealed) = (SELECT wrapped_key, sealed FROM sealed_secret"
            " WHERE version_id = :other AND field = 'security_code_1')"
            " WHERE version_id = :v AND field = 'security_code_1'"
        ),
        (
            "UPDATE credential_version SET connection_id = (SELECT connection_id FROM credential_version"
            " WHERE id = :other), number = 9 WHERE id = :v"
        ),
    ],
    ids=["cut", "short key", "another club's value", "another club's row", "version given to another club"],
)
def test_tampering_is_refused_and_alarmed_and_harms_no_other(ans: Place, cor: Place, statement: str) -> None:
    seal(ans, **CODES)
    seal(cor, security_code_1="made-up-of-cor")
    with db.engine.begin() as connection:
        connection.execute(sa.text(statement), {"v": ans.version, "other": cor.version})

    with pytest.raises(Tampered):
        vault.unseal(ans.version, "user:1", "checks")

    assert ("secret:tampered", "user:1") in events()
    assert vault.unseal(cor.version, "user:2", "checks") == {"security_code_1": "made-up-of-cor"}


def test_swapped_rows_are_refused(ans: Place) -> None:
    seal(ans, **CODES)
    rows = "SELECT wrapped_key, sealed FROM sealed_secret WHERE version_id = :v AND field = :f"
    with db.engine.begin() as connection:
        one, two = (connection.execute(sa.text(rows), {"v": ans.version, "f": field}).one() for field in CODES)
        for field, row in zip(CODES, (two, one), strict=True):
            connection.execute(
                sa.text("UPDATE sealed_secret SET wrapped_key = :k, sealed = :s WHERE version_id = :v AND field = :f"),
                {"k": row[0], "s": row[1], "v": ans.version, "f": field},
            )

    with pytest.raises(Tampered):
        vault.unseal(ans.version, "user:1", "checks")


def test_secrets_move_to_a_new_version_without_leaving_the_vault(ans: Place, cor: Place) -> None:
    seal(ans, **CODES)
    with change() as writing:
        vault.move(writing, ans.binding, cor.binding, actor="user:1", fields=["security_code_1", "not there"])

    assert vault.unseal(cor.version, "user:1", "checks") == {"security_code_1": "made-up-code-1"}
    assert vault.sealed_fields(session(), ans.version) == {"security_code_2"}
    assert ("secret:moved", "user:1") in events()


def test_moving_nothing_leaves_no_trace(ans: Place, cor: Place) -> None:
    with change() as writing:
        vault.move(writing, ans.binding, cor.binding, actor="user:1", fields=["security_code_1"])

    assert events() == []


def test_destroyed_secrets_are_gone_from_the_file_and_the_log_keeps_a_tombstone(ans: Place, tmp_path: Path) -> None:
    seal(ans, **CODES)
    with Session(db.engine) as own:
        rows = own.exec(select(SealedSecret)).all()
    kept = [row.wrapped_key for row in rows]
    with change() as writing:
        vault.destroy(writing, ans.version, actor="user:1", fields=["security_code_1"])
    assert vault.sealed_fields(session(), ans.version) == {"security_code_2"}
    with change() as writing:
        vault.destroy(writing, ans.version)
        vault.destroy(writing, ans.version)

    assert vault.unseal(ans.version, "user:1", "checks") == {}
    assert [event for event, _ in events()] == ["secret:sealed", "secret:destroyed", "secret:destroyed"]
    session().rollback()
    db.engine.dispose()
    with sqlite3.connect(tmp_path / "koppelbalie.sqlite") as direct:
        direct.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    direct.close()
    stored = (tmp_path / "koppelbalie.sqlite").read_bytes()
    assert not any(key in stored for key in kept)


def test_the_right_ring_passes_the_check_at_start(ans: Place, app: Flask) -> None:
    ring: KeyRing = app.extensions["koppelbalie_keys"]
    vault.check_ring(session(), ring)
    seal(ans, **CODES)
    session().rollback()

    vault.check_ring(session(), ring)


def test_a_wrong_key_stops_the_start(ans: Place) -> None:
    seal(ans, **CODES)

    with pytest.raises(KeyRingProblem, match="key k1 is not the one"):
        vault.check_ring(session(), KeyRing(sealing="k1", keys={"k1": b"x" * 32}))


def test_a_missing_key_stops_the_start(ans: Place) -> None:
    seal(ans, **CODES)

    with pytest.raises(KeyRingProblem, match="key k1 is missing"):
        vault.check_ring(session(), KeyRing(sealing="k2", keys={"k2": b"x" * 32}))


def test_a_wrong_key_is_noticed_by_the_log_alone(ans: Place) -> None:
    seal(ans, **CODES)
    with change() as writing:
        vault.destroy(writing, ans.version)

    with pytest.raises(KeyRingProblem, match="audit log"):
        vault.check_ring(session(), KeyRing(sealing="k1", keys={"k1": b"x" * 32}))


def test_one_tampered_row_does_not_stop_the_start(ans: Place, cor: Place, app: Flask) -> None:
    seal(ans, **CODES)
    seal(cor, security_code_1="made-up-of-cor")
    tamper("UPDATE sealed_secret SET sealed = x'00' WHERE version_id = :v", v=cor.version)

    vault.check_ring(session(), app.extensions["koppelbalie_keys"])
