"""Whatever is done to a sealed row in a copy of the database, it is refused, alarmed, and harms no other."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from onboarding import create_app, vault
from onboarding.db import db, session
from onboarding.usecases import custody, readiness
from onboarding.usecases.opening import open_secrets
from onboarding.usecases.transaction import change
from tests.conftest import settings_in
from tests.unit.custody.conftest import K1, K2, add_clubs, code, events, use_ring

FIELDS = ("security_code_1", "security_code_2")
COLUMNS = ("version_id", "field", "key_id", "wrapped_key", "sealed", "sealed_at")


class Original:
    """A database with the codes of two clubs, of which each test changes a copy."""

    def __init__(self, folder: Path, empty: Path) -> None:
        self.folder = folder
        shutil.copy(empty, folder / "koppelbalie.sqlite")
        with create_app(settings_in(folder)).app_context():
            self.ans, self.cor = add_clubs(2)
            db.engine.dispose()
        self.copies = 0

    @contextmanager
    def changed(self, statement: str, *values: object) -> Iterator[Flask]:
        """The app on a copy in which ``statement`` was carried out behind its back."""
        self.copies += 1
        folder = self.folder / f"copy-{self.copies}"
        folder.mkdir()
        with closing(sqlite3.connect(self.folder / "koppelbalie.sqlite")) as source:
            path = folder / "koppelbalie.sqlite"
            with closing(sqlite3.connect(path)) as copy:
                source.backup(copy)
                copy.execute(statement, values)
                copy.commit()
        app = create_app(settings_in(folder))
        with app.app_context():
            yield app
            session().close()
            db.engine.dispose()
        shutil.rmtree(folder)


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory, empty_database: Path) -> Original:
    return Original(tmp_path_factory.mktemp("original"), empty_database)


def secrets_of(binding: vault.Binding) -> dict[str, str]:
    return {field: code(binding.version_id, field) for field in FIELDS}


def holds(original: Original) -> None:
    """What must be so after any tampering with the first code of Ans."""
    assert vault.unseal(original.cor.version_id, "user:2", "checks") == secrets_of(original.cor)
    opened = open_secrets(original.ans.version_id, "user:1", "checks", FIELDS)
    right = secrets_of(original.ans)
    assert opened.values.items() <= right.items()
    assert opened.values.get("security_code_2") == right["security_code_2"]
    assert readiness.problems() == []
    assert custody.verify_log().broken is None


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(column=st.sampled_from(COLUMNS), at=st.integers(0, 10_000))
def test_a_flipped_bit_in_any_column_gives_no_wrong_code_and_harms_no_other(
    original: Original, column: str, at: int
) -> None:
    with closing(sqlite3.connect(original.folder / "koppelbalie.sqlite")) as direct:
        where = (original.ans.version_id, FIELDS[0])
        row = direct.execute(
            f"SELECT CAST({column} AS BLOB) FROM sealed_secret WHERE version_id = ? AND field = ?", where
        ).fetchone()
    content = bytearray(row[0])
    content[at // 8 % len(content)] ^= 1 << at % 8
    kind = {"version_id": "INTEGER", "wrapped_key": "BLOB", "sealed": "BLOB"}.get(column, "TEXT")
    statement = f"UPDATE sealed_secret SET {column} = CAST(? AS {kind}) WHERE version_id = ? AND field = ?"

    with original.changed(statement, bytes(content), *where):
        holds(original)
        opened = open_secrets(original.ans.version_id, "user:1", "checks", [FIELDS[0]])
        if column in ("key_id", "wrapped_key", "sealed"):
            assert opened.damaged == {FIELDS[0]}
            assert ("secret:tampered", {"field": FIELDS[0]}) in events("secret:tampered")


@pytest.mark.parametrize("column", ["key_id", "wrapped_key", "sealed"])
@pytest.mark.parametrize("value", [b"", b"\x00", b"\xff" * 200, "text", "k2", 7])
def test_a_column_with_something_else_in_it_is_refused(original: Original, column: str, value: object) -> None:
    statement = f"UPDATE sealed_secret SET {column} = ? WHERE version_id = ? AND field = ?"
    with original.changed(statement, value, original.ans.version_id, FIELDS[0]):
        holds(original)
        assert open_secrets(original.ans.version_id, "user:1", "checks", [FIELDS[0]]).damaged == {FIELDS[0]}


def swap(columns: str) -> str:
    """Put those columns of Cor's first code in the row of Ans."""
    return (
        f"UPDATE sealed_secret SET ({columns}) = (SELECT {columns} FROM sealed_secret WHERE version_id = ?2 AND"
        " field = 'security_code_1') WHERE version_id = ?1 AND field = 'security_code_1'"
    )


@pytest.mark.parametrize(
    "statement",
    [
        swap("sealed"),
        swap("wrapped_key"),
        swap("wrapped_key, sealed"),
        swap("key_id, wrapped_key, sealed, sealed_at"),
        "UPDATE sealed_secret SET sealed = wrapped_key WHERE version_id = ?1 AND field = 'security_code_1' AND ?2",
        (
            "UPDATE sealed_secret SET (wrapped_key, sealed) = (sealed, wrapped_key)"
            " WHERE version_id = ?1 AND field = 'security_code_1' AND ?2"
        ),
        (
            "UPDATE sealed_secret SET (wrapped_key, sealed) = (SELECT wrapped_key, sealed FROM sealed_secret WHERE"
            " version_id = ?1 AND field = 'security_code_2') WHERE version_id = ?1 AND field = 'security_code_1' AND ?2"
        ),
    ],
)
def test_what_was_swapped_between_clubs_columns_or_fields_is_refused(original: Original, statement: str) -> None:
    with original.changed(statement, original.ans.version_id, original.cor.version_id):
        holds(original)
        assert open_secrets(original.ans.version_id, "user:1", "checks", [FIELDS[0]]).damaged == {FIELDS[0]}


def test_codes_given_to_another_club_do_not_open_there(original: Original) -> None:
    statement = "UPDATE credential_version SET connection_id = ?, number = 9 WHERE id = ?"
    with original.changed(statement, original.cor.connection_id, original.ans.version_id):
        opened = open_secrets(original.ans.version_id, "user:2", "checks", FIELDS)
        assert opened.values == {}
        assert opened.damaged == frozenset(FIELDS)
        assert vault.unseal(original.cor.version_id, "user:2", "checks") == secrets_of(original.cor)


def test_a_damaged_code_is_entered_again_and_all_is_well(original: Original) -> None:
    statement = (
        "UPDATE sealed_secret SET key_id = CAST(x'ff' AS TEXT), sealed = 'x', sealed_at = 'never' WHERE version_id = ?"
    )
    with original.changed(statement, original.ans.version_id):
        assert open_secrets(original.ans.version_id, "user:1", "checks", FIELDS).damaged == frozenset(FIELDS)
        with change() as writing:
            vault.seal(writing, original.ans.version_id, secrets_of(original.ans), original.ans)

        assert vault.unseal(original.ans.version_id, "user:1", "checks") == secrets_of(original.ans)


def test_damaged_codes_can_be_destroyed(original: Original) -> None:
    statement = "UPDATE sealed_secret SET sealed = x'00', sealed_at = 'never' WHERE version_id = ?"
    with original.changed(statement, original.ans.version_id):
        with change() as writing:
            vault.destroy(writing, original.ans.version_id)

        assert vault.sealed_fields(session(), original.ans.version_id) == frozenset()


def test_rotation_passes_over_what_was_tampered_with(original: Original) -> None:
    statement = "UPDATE sealed_secret SET key_id = 'k9' WHERE version_id = ? AND field = 'security_code_1'"
    with original.changed(statement, original.ans.version_id) as app:
        use_ring(app, K2, K1)
        done = custody.rotate()
        assert (done.done, done.refused) == (3, ((original.ans.version_id, "security_code_1"),))
        use_ring(app, K2)
        holds(original)
