"""Keys are rotated while the app works; what was killed goes on; an old key goes when nothing needs it."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask

from onboarding import vault
from onboarding.accounts.models import User
from onboarding.clock import now
from onboarding.db import db, session
from onboarding.keys import KeyRingProblem, current_ring, ring_with
from onboarding.usecases import custody, readiness
from onboarding.usecases.transaction import change
from onboarding.vault.factors import open_factor, seal_factor
from tests.conftest import settings_in
from tests.unit.custody.conftest import K1, K2, K3, add_clubs, app_with, ask, code, events, sql, use_ring


def opens(binding: vault.Binding) -> bool:
    opened = vault.unseal(binding.version_id, "user:1", "checks")
    return opened == {field: code(binding.version_id, field) for field in ("security_code_1", "security_code_2")}


def keys_in_use() -> set[object]:
    return {row[0] for row in ask("SELECT DISTINCT key_id FROM sealed_secret")}


def test_every_secret_is_sealed_anew_under_the_first_key(in_app: Flask) -> None:
    bindings = add_clubs(3)
    before = ask("SELECT wrapped_key FROM sealed_secret ORDER BY version_id, field")
    use_ring(in_app, K2, K1)

    done = custody.rotate()

    assert (done.done, done.total, done.refused) == (6, 6, ())
    assert keys_in_use() == {"k2"}
    assert not set(before) & set(ask("SELECT wrapped_key FROM sealed_secret"))
    use_ring(in_app, K2)
    assert all(opens(binding) for binding in bindings)


def test_the_log_says_so_before_and_after(in_app: Flask) -> None:
    add_clubs(1)
    use_ring(in_app, K2, K1)
    custody.rotate()

    assert events("keys:%")[1:] == [
        ("keys:rotation_began", {"records": 2}),
        ("keys:resealed", {"records": 2, "last_version": 1}),
        ("keys:rotated", {"records": 2, "refused": 0}),
    ]
    assert custody.verify_log().broken is None


def test_when_the_log_cannot_be_written_nothing_is_rotated(in_app: Flask) -> None:
    add_clubs(1)
    use_ring(in_app, K2, K1)
    sql("CREATE TRIGGER full BEFORE INSERT ON audit_record BEGIN SELECT RAISE(ABORT, 'no room'); END")

    with pytest.raises(Exception, match="no room"):
        custody.rotate()

    assert keys_in_use() == {"k1"}


def test_a_second_time_there_is_nothing_to_do(in_app: Flask) -> None:
    add_clubs(2)
    use_ring(in_app, K2, K1)
    custody.rotate()
    told = len(events())

    assert custody.rotate().total == 0
    assert len(events()) == told


def test_the_old_key_may_go_and_the_log_can_still_be_verified(in_app: Flask) -> None:
    add_clubs(2)
    use_ring(in_app, K2, K1)
    custody.rotate()
    assert [(use.key_id, use.may_go) for use in custody.key_uses()] == [("k2", False), ("k1", True)]

    use_ring(in_app, K2)
    assert readiness.problems() == []
    assert custody.verify_log().broken is None

    use_ring(in_app, K3, K2)
    custody.rotate()
    use_ring(in_app, K3)
    verdict = custody.verify_log()
    assert verdict.broken is None
    assert verdict.count == len(events())
    assert [use.key_id for use in custody.key_uses()] == ["k3"]


def test_the_kept_key_of_the_log_opens_no_secret(in_app: Flask) -> None:
    add_clubs(1)
    old = current_ring()
    use_ring(in_app, K2, K1)
    custody.rotate()

    kept = vault.log_keys(session(), use_ring(in_app, K2))["k1"]

    assert kept == old.derive("k1", "audit")
    assert kept not in (old.get("k1"), old.derive("k1", "vault"))


def test_a_key_that_went_too_early_stops_the_start_and_says_what_needs_it(in_app: Flask) -> None:
    add_clubs(2)
    use_ring(in_app, K2)

    (problem,) = readiness.problems()

    assert "key k1 is missing, and 4 secrets need it; put it back" in problem
    with pytest.raises(KeyRingProblem, match="key k1 is missing"):
        custody.rotate()
    assert [(use.key_id, use.is_there, use.secrets) for use in custody.key_uses()] == [
        ("k2", True, 0),
        ("k1", False, 4),
    ]


def test_a_key_that_only_the_log_needs_stops_the_start_too(in_app: Flask) -> None:
    add_clubs(1)
    use_ring(in_app, K2, K1)
    sql("DELETE FROM sealed_secret")
    use_ring(in_app, K2)

    assert "the audit log needs it" in readiness.problems()[0]


def test_a_secret_that_was_tampered_with_is_refused_and_harms_no_other(in_app: Flask) -> None:
    first, second, third = add_clubs(3)
    sql(
        "UPDATE sealed_secret SET sealed = x'00' WHERE version_id = :v AND field = 'security_code_1'",
        v=second.version_id,
    )
    use_ring(in_app, K2, K1)

    done = custody.rotate()

    assert (done.done, done.refused) == (5, ((second.version_id, "security_code_1"),))
    assert [name for name, _ in events("secret:tampered")] == ["secret:tampered"]
    assert opens(first)
    assert opens(third)
    assert vault.unseal(second.version_id, "user:1", "checks", ["security_code_2"])
    assert custody.rotate().refused == done.refused


def test_codes_entered_meanwhile_are_left_alone(in_app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    (binding,) = add_clubs(1)
    use_ring(in_app, K2, K1)
    reseal = custody.rotation.reseal

    def meanwhile(*args: object) -> object:
        done = reseal(*args)  # type: ignore[arg-type]
        session().rollback()
        with custody.change() as writing:
            vault.seal(writing, binding.version_id, {"security_code_1": "made-up-renewed"}, binding)
        return done

    monkeypatch.setattr(custody.rotation, "reseal", meanwhile)
    custody.rotate()

    opened = vault.unseal(binding.version_id, "user:1", "checks")
    assert opened["security_code_1"] == "made-up-renewed"
    assert keys_in_use() == {"k2"}


@pytest.fixture
def old_ring_in_file(tmp_path: Path, in_app: Flask) -> Path:
    """The app runs with the old ring, which it read from a file."""
    file = tmp_path / "keys"
    file.write_text(K1)
    in_app.extensions["koppelbalie"] = settings_in(tmp_path, keys=None, keys_file=file)
    return file


def test_a_process_with_the_old_ring_reads_its_file_anew(tmp_path: Path, old_ring_in_file: Path) -> None:
    (binding,) = add_clubs(1)
    old_ring_in_file.write_text(f"{K2},{K1}")
    with app_with(tmp_path, K2, K1).app_context():
        custody.rotate()

    assert opens(binding)
    assert current_ring().sealing == "k2"


def test_it_does_so_for_a_second_factor_too(tmp_path: Path, old_ring_in_file: Path) -> None:
    with change() as writing:
        person = User(email="bram@voorbeeld.example", name="Bram", fs_uniquifier="u", created_at=now())
        writing.add(person)
        writing.flush()
        seal_factor(writing, person.id or 0, "MADEUPSECRET")
    old_ring_in_file.write_text(f"{K2},{K1}")
    with app_with(tmp_path, K2, K1).app_context():
        assert custody.rotate().done == 1
        db.engine.dispose()

    session().rollback()
    session().expire_all()
    assert open_factor(session(), person.id or 0) == "MADEUPSECRET"


def test_a_file_that_became_unreadable_is_told_and_the_ring_stays(old_ring_in_file: Path) -> None:
    ring_file = old_ring_in_file
    for content in ("no ring at all", f"{K1},{K1}"):
        ring_file.write_text(content)
        assert ring_with("k2") is current_ring()
    ring_file.unlink()
    assert ring_with("k2") is current_ring()


def test_the_command_says_how_far_it_is_and_which_key_may_go(in_app: Flask, run) -> None:  # type: ignore[no-untyped-def]
    add_clubs(2)
    assert run("keys", "rotate") == (0, "All is under the first key.\nk1: seals what is new\n")
    use_ring(in_app, K2, K1)

    status, said = run("keys", "rotate")

    assert status == 0
    assert "4 codes are sealed anew under k2." in said
    assert "k1: nothing needs it; it may go" in said


def test_the_command_fails_when_something_was_refused_or_a_key_is_missing(in_app: Flask, run) -> None:  # type: ignore[no-untyped-def]
    add_clubs(1)
    sql("UPDATE sealed_secret SET sealed = x'00' WHERE field = 'security_code_1'")
    use_ring(in_app, K2, K1)
    status, said = run("keys", "rotate")
    assert status == 1
    assert "refused: security_code_1 of version 1 was tampered with" in said

    use_ring(in_app, K2)
    status, said = run("keys", "check")
    assert status == 1
    assert "k1: MISSING, needed by 1 codes: put it back" in said
    status, said = run("keys", "rotate")
    assert status == 1
    assert "key k1 is missing" in said
