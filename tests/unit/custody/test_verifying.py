"""The log is verified: the first bad record is named, whatever was done to the table."""

from __future__ import annotations

import json
import logging
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlmodel import select

from onboarding.audit.chain import Content, chain_key, chained
from onboarding.audit.events import SignedIn, TicketMoved
from onboarding.audit.heads import Head, heads_in, parse_head
from onboarding.audit.log import record
from onboarding.audit.models import AuditRecord
from onboarding.audit.verifying import Break, Fault
from onboarding.db import db, session
from onboarding.jobs import starting
from onboarding.keys import current_ring
from onboarding.usecases import custody
from onboarding.usecases.transaction import change
from tests.unit.custody.conftest import ask, sql

COUNT = 9


@pytest.fixture
def log(in_app: Flask) -> list[Head]:
    """A log of nine records without its guards; its head after each of them."""
    heads = []
    for number in range(COUNT):
        with change() as writing:
            record(writing, f"user:{number}", SignedIn(number, way="link"))
        head = custody.tell_head()
        assert head is not None
        heads.append(head)
    sql("DROP TRIGGER audit_record_is_never_changed")
    sql("DROP TRIGGER audit_record_is_never_deleted")
    return heads


def found(*heads: Head) -> Break | None:
    session().rollback()
    return custody.verify_log(heads).broken


def rebuild(start: int) -> None:
    """Write the chain anew from a record on, as only somebody with the key can."""
    key = chain_key(current_ring(), "k1")
    (before,) = ask("SELECT chained FROM audit_record WHERE id < :n ORDER BY id DESC LIMIT 1", n=start) or [("",)]
    session().rollback()
    for row in session().exec(select(AuditRecord).where(AuditRecord.id >= start).order_by(AuditRecord.id)).all():
        content = Content(row.at, row.actor, row.event, row.subject, row.data, row.key_id)
        before = (chained(key, str(before[0]), content),)
        sql("UPDATE audit_record SET chained = :c WHERE id = :n", c=before[0], n=row.id)


def test_an_untouched_log_is_whole_and_its_heads_agree(log: list[Head]) -> None:
    verdict = custody.verify_log(log)

    assert verdict.broken is None
    assert (verdict.count, verdict.compared) == (COUNT, COUNT)
    assert str(verdict.head) == str(log[-1])


def test_an_empty_log_is_whole_and_has_no_head(in_app: Flask) -> None:
    assert custody.verify_log().head is None
    assert custody.tell_head() is None


@pytest.mark.parametrize("column", ["actor", "event", "subject", "chained"])
@pytest.mark.parametrize("number", [1, 5, COUNT])
def test_an_edit_is_named(log: list[Head], column: str, number: int) -> None:
    sql(f"UPDATE audit_record SET {column} = 'x' || substr({column}, 2) || 'y' WHERE id = :n", n=number)

    broken = found()

    assert broken is not None
    assert (broken.record, broken.fault, broken.good) == (number, Fault.CHANGED, number - 1)


@pytest.mark.parametrize(
    ("change_", "fault"),
    [
        ("at = '2020-01-01 00:00:00.000000'", Fault.CHANGED),
        ('data = \'{"way": "password"}\'', Fault.CHANGED),
        ("data = '{}'", Fault.CHANGED),
        ("data = 'no json'", Fault.UNREADABLE),
        ("at = 'no moment'", Fault.UNREADABLE),
        ("actor = x'ff'", Fault.UNREADABLE),
        ("actor = x'75'", Fault.CHANGED),
        ("actor = CAST(x'ff' AS TEXT)", Fault.UNREADABLE),
        ("key_id = 'k9'", Fault.NO_KEY),
    ],
)
def test_every_column_is_part_of_the_chain(log: list[Head], change_: str, fault: Fault) -> None:
    sql(f"UPDATE audit_record SET {change_} WHERE id = 4")

    broken = found()

    assert broken is not None
    assert (broken.record, broken.fault, broken.good) == (4, fault, 3)


@pytest.mark.parametrize(("gone", "named"), [("id = 1", 2), ("id = 5", 6), ("id BETWEEN 3 AND 6", 7)])
def test_a_delete_is_named(log: list[Head], gone: str, named: int) -> None:
    sql(f"DELETE FROM audit_record WHERE {gone}")

    broken = found()

    assert broken is not None
    assert (broken.record, broken.fault) == (named, Fault.MISSING)


def test_an_insert_is_named(log: list[Head]) -> None:
    sql("UPDATE audit_record SET id = id + 1000 WHERE id > 5")
    sql(
        "INSERT INTO audit_record (id, at, actor, event, subject, data, key_id, chained)"
        " SELECT 6, at, 'user:99', event, subject, data, key_id, chained FROM audit_record WHERE id = 5"
    )

    broken = found()

    assert broken is not None
    assert (broken.record, broken.fault, broken.good) == (6, Fault.CHANGED, 5)


def test_another_order_is_named(log: list[Head]) -> None:
    sql("UPDATE audit_record SET id = CASE id WHEN 3 THEN -7 ELSE id END WHERE id = 3")
    sql("UPDATE audit_record SET id = 3 WHERE id = 7")
    sql("UPDATE audit_record SET id = 7 WHERE id = -7")

    broken = found()

    assert broken is not None
    assert (broken.record, broken.fault) == (3, Fault.CHANGED)


@pytest.mark.parametrize("left", [0, 1, 6])
def test_a_cut_end_is_named_with_a_head_that_was_told(log: list[Head], left: int) -> None:
    sql("DELETE FROM audit_record WHERE id > :left", left=left)

    assert found() is None
    broken = found(log[7])
    assert broken is not None
    assert (broken.record, broken.fault, broken.good) == (left + 1, Fault.CUT, left)


def test_an_end_that_was_cut_and_grew_again_is_named(log: list[Head]) -> None:
    sql("DELETE FROM audit_record WHERE id > 6")
    for _ in range(4):
        with change() as writing:
            record(writing, "system", TicketMoved(1001, "take", "submitted", "in_review"))

    assert found() is None
    broken = found(*log)
    assert broken is not None
    assert (broken.record, broken.fault, broken.good) == (7, Fault.REBUILT, 6)


@pytest.mark.parametrize("start", [1, 4])
def test_a_rebuild_with_the_key_is_named_with_a_head_that_was_told(log: list[Head], start: int) -> None:
    sql("UPDATE audit_record SET actor = 'nobody' WHERE id = :n", n=start)
    rebuild(start)

    assert found() is None
    broken = found(*log)
    assert broken is not None
    assert (broken.record, broken.fault, broken.good) == (start, Fault.REBUILT, start - 1)


def test_a_rebuild_without_the_record_of_a_head_is_named(log: list[Head]) -> None:
    sql("DELETE FROM audit_record WHERE id = 4")
    rebuild(5)

    assert found() is None
    broken = found(log[3])
    assert broken is not None
    assert (broken.record, broken.fault, broken.good) == (4, Fault.REBUILT, 3)


def test_two_heads_of_one_record_cannot_both_be_right(log: list[Head]) -> None:
    other = Head(4, "0" * 64)

    for heads in ([log[3], other], [other, log[3]]):
        broken = found(*heads)
        assert broken is not None
        assert (broken.record, broken.fault) == (4, Fault.REBUILT)


def test_a_rebuild_without_the_key_is_named_by_itself(log: list[Head]) -> None:
    sql("UPDATE audit_record SET actor = 'nobody', chained = '" + "0" * 64 + "' WHERE id >= 1")

    broken = found()

    assert broken is not None
    assert (broken.record, broken.good) == (1, 0)


def test_heads_are_found_in_a_log_whatever_stands_around_them(log: list[Head]) -> None:
    line = {"event": "audit_head", "record": 3, "count": 3, "chained": log[2].chained}
    lines = [
        "2026-01-01T00:00:00 host app[7]: " + json.dumps(line),
        '{"event": "request", "rule": "/audit_head"}',
        "audit_head {no json",
        '{"event": "audit_head", "record": "x", "chained": 3}',
        "",
    ]

    assert list(heads_in(lines)) == [Head(3, log[2].chained)]


@pytest.mark.parametrize("text", ["", "7", "7:", "7:abc", f"x:{'0' * 64}", f"7:{'0' * 64}0", f"-1:{'0' * 64}"])
def test_what_is_no_head_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="NUMBER:VALUE"):
        parse_head(text)


def test_the_head_is_told_to_the_log_stream(log: list[Head], caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO):
        custody.tell_head()

    told = [line.msg for line in caplog.records if isinstance(line.msg, dict) and line.msg["event"] == "audit_head"]
    assert [(line["record"], line["count"], line["chained"]) for line in told] == [(COUNT, COUNT, log[-1].chained)]


def test_the_command_says_that_all_is_well_and_what_it_cannot_see(log: list[Head], run, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    status, said = run("audit", "verify")
    assert status == 0
    assert f"{COUNT} records, each as it was written. No head told earlier was given" in said
    assert said.endswith(f"head {log[-1]}\n")

    stream = tmp_path / "app.log"
    stream.write_text(json.dumps({"event": "audit_head", "record": 9, "chained": log[8].chained}) + "\n")
    status, said = run("audit", "verify", "--log", str(stream), "--head", str(log[2]))
    assert status == 0
    assert "2 heads told earlier agree" in said


def test_the_command_names_the_first_bad_record_and_fails(log: list[Head], run, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    sql("DELETE FROM audit_record WHERE id > 7")
    status, said = run("audit", "verify", "--head", str(log[8]))
    assert status == 1
    assert "record 8 is missing: the end of the log was cut off (record 9 was there)" in said
    assert "Everything up to record 7 is as it was written." in said

    sql("UPDATE audit_record SET actor = 'x' WHERE id = 1")
    status, said = run("audit", "verify")
    assert status == 1
    assert "record 1 (user:signed_in) was changed, put in, or stands in another order" in said


@pytest.mark.parametrize("arguments", [["--head", "no head"], ["--log", "empty"], ["--log", "not there"]])
def test_the_command_refuses_what_it_cannot_compare_with(run, tmp_path: Path, arguments: list[str]) -> None:  # type: ignore[no-untyped-def]
    (tmp_path / "empty").write_text("")
    option, value = arguments
    status, _said = run("audit", "verify", option, str(tmp_path / value) if option == "--log" else value)

    assert status == 2


def test_verifying_leaves_no_transaction_open(log: list[Head]) -> None:
    custody.verify_log()

    assert not session().in_transaction()
    with db.engine.begin() as connection:
        connection.execute(sa.text("SELECT 1"))


def test_the_head_is_told_at_each_start_and_every_hour(
    log: list[Head], app: Flask, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO):
        starting.start_serving(app)
        starting._hourly()

    told = [line.msg for line in caplog.records if isinstance(line.msg, dict) and line.msg["event"] == "audit_head"]
    assert [line["record"] for line in told] == [COUNT, COUNT]
