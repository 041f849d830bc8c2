"""Everything moves from one kind of database to the other and goes on there."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
import sqlalchemy as sa

import connectors
from onboarding import vault
from onboarding.engine import QUEUES
from onboarding.tickets.lifecycle import State
from onboarding.usecases import (
    custody,
    drafts,
    readiness,
    reviewing,
    running,
    submitting,
)
from onboarding.usecases.asking_again import UNENDED
from onboarding.usecases.relocating import Progress, relocate
from onboarding.usecases.transaction import change
from onboarding.vault import factors
from tests.conftest import ROOT, environment_in
from tests.migrations.installations import SECRET, Place, Story, at, jobs, rows_in, told
from tests.unit.custody.conftest import K2, add_clubs, ask, sql, use_ring
from tests.unit.usecases.conftest import EB, Desk, Provider
from tests.unit.usecases.connected import row

ON_POSTGRESQL = pytest.mark.postgresql
BIG = 5000
"""A ticket number that was given once; its ticket is gone."""


@pytest.mark.parametrize(("source", "target"), [("sqlite", "postgresql"), ("postgresql", "sqlite")])
@ON_POSTGRESQL
def test_everything_is_there_and_goes_on(
    place: Callable[..., Place], provider: Provider, source: str, target: str
) -> None:
    old, new = place(source, "old", at=provider.at), place(target, "new", at=provider.at)
    story = told(old)
    with at(old):
        head = custody.tell_head()
        assert head is not None
    before, steps = rows_in(old), list[Progress]()

    with at(new):
        done = relocate(old.address, steps.append)

    assert rows_in(old) == before
    after = rows_in(new)
    (*_, moved) = after["audit_record"]
    assert after | {"audit_record": after["audit_record"][:-1]} == before
    assert moved[3:6] == ("database:moved", f"database:{source}", {"record": head.record, "rows": done.rows})
    assert done.rows == sum(len(rows) for rows in before.values()) == steps[-1].rows == steps[-1].total
    assert (done.records, done.head, done.runs, done.mails) == (head.count, head, 3, len(before["outgoing_mail"]) - 1)
    with at(new):
        assert readiness.problems() == []
        assert custody.verify_log([head]).broken is None
        _goes_on(story, provider, max(row[0] for row in before["ticket"]))


def _goes_on(story: Story, provider: Provider, last: int) -> None:
    """In the new place: jobs wait, sealed codes open, tests run, a ticket is activated, numbers go on."""
    desk, waiting = story.desk, jobs()
    assert {waiting[story.queued], waiting[f"{story.under_way}-1"]} == {("checks", "ENQUEUED")}
    assert waiting[f"{story.waiting}-1"] == ("checks", "DELAYED")
    assert f"mail-{story.sent}" not in waiting
    assert len(waiting) == 3 + len([mail for mail in desk.mails() if mail.sent_at is None])
    assert ("mail", "DELAYED") in waiting.values(), "the reply can still be undone"

    desk.work()
    assert ask("SELECT count(*) FROM check_run WHERE state IN ('queued', 'running')") == [(0,)]
    reviewing.activate(desk.bram, story.ready, desk.version(story.ready))
    assert desk.ticket(story.ready).state is State.ACTIVATED
    live = row(story.connection).live_version_id
    opened = vault.unseal(live or 0, "user:1", "checks")
    assert opened.items() <= desk.codes().items()
    assert opened
    with change() as writing:
        assert factors.open_factor(writing, desk.ans.user_id or 0) == SECRET
    submitting.submit(desk.cor, story.draft, desk.version(story.draft))
    assert drafts.start(desk.cor, desk.other_club_id, EB) == last + 1
    assert custody.verify_log().broken is None


@ON_POSTGRESQL
def test_there_and_back_again_nothing_is_lost(place: Callable[..., Place], provider: Provider) -> None:
    first, second = place("sqlite", "first", at=provider.at), place("postgresql", "second")
    third = place("sqlite", "third")
    told(first)
    with at(first):
        sql("UPDATE sqlite_sequence SET seq = :n WHERE name = 'ticket'", n=BIG)
    with at(second):
        relocate(first.address)
    with at(third):
        relocate(second.address)

    before, after = rows_in(first), rows_in(third)
    (*log, there, back) = after["audit_record"]
    assert (there[3], back[3]) == ("database:moved", "database:moved")
    assert after | {"audit_record": log} == before
    with at(third):
        (binding,) = add_clubs(1)
        assert vault.unseal(binding.version_id, "user:1", "checks")
        assert custody.verify_log().broken is None
        assert ask("SELECT seq FROM sqlite_sequence") == [(BIG,)]
    with at(second):
        assert ask("SELECT nextval('ticket_id_seq')") == [(BIG + 1,)]
        with pytest.raises(sa.exc.DBAPIError, match="append-only"):
            sql("DELETE FROM audit_record")


def test_a_log_whose_key_has_gone_moves_too(place: Callable[..., Place]) -> None:
    old, new = place("sqlite", "old"), place("sqlite", "new", keys=K2)
    with at(old):
        (binding, *_) = add_clubs(2)
        use_ring(old.app, K2, "k1:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=")
        custody.rotate()

    with at(new):
        relocate(old.address)
        assert vault.unseal(binding.version_id, "user:1", "checks")
        assert custody.verify_log().broken is None


def test_every_job_can_be_asked_for_again() -> None:
    assert set(UNENDED) == set(QUEUES)


@ON_POSTGRESQL
def test_a_worker_of_the_new_place_does_what_waited_in_the_old_one(place: Callable[..., Place]) -> None:
    old, new = place("sqlite", "old"), place("postgresql", "new")
    with at(old):
        desk = Desk()
        run = running.request(desk.ans, desk.drafts("leeg"))
        thread_of = desk.files("goed", by=desk.cor)
        reviewing.reject(desk.bram, thread_of, desk.version(thread_of), "Dubbel.")
    with at(new):
        moved = relocate(old.address)
    assert (moved.runs, moved.mails > 0) == (1, True)

    with working(new), at(new):
        end = time.monotonic() + 60
        while time.monotonic() < end and (unsent() or is_live(run)):
            time.sleep(0.2)
        assert not unsent()
        assert not is_live(run)
    assert len(list((new.folder / "mail").glob("*.eml"))) == moved.mails


def unsent() -> list[tuple[object, ...]]:
    return ask("SELECT id FROM outgoing_mail WHERE sent_at IS NULL")


def is_live(run: str) -> bool:
    return ask("SELECT state FROM check_run WHERE id = :run", run=run)[0][0] in ("queued", "running")


@contextmanager
def working(place: Place) -> Iterator[None]:
    """A worker of that installation, and nothing behind its packages' names."""
    nowhere = " ".join(f"{host}=http://127.0.0.1:9" for host in connectors.get(EB).hosts)
    environment = environment_in(place.folder, database_url=place.url, at=nowhere)
    command = [sys.executable, "-m", "flask", "--app", "wsgi", "work"]
    worker = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        yield
    finally:
        worker.send_signal(signal.SIGTERM)
        worker.wait(60)


def test_the_command_says_what_it_did_and_what_to_do_next(place: Callable[..., Place]) -> None:
    old, new = place("sqlite", "old"), place("sqlite", "new")
    with at(old):
        desk = Desk()
        running.request(desk.ans, desk.drafts())
    runner = new.app.test_cli_runner()

    wrong = runner.invoke(args=["db", "move", "postgresql://k:hunter2@127.0.0.1/k"])
    done = runner.invoke(args=["db", "move", old.address])
    again = runner.invoke(args=["db", "move", old.address])

    assert (wrong.exit_code, done.exit_code, again.exit_code) == (1, 0, 1)
    assert "nothing was moved: an address with a password" in wrong.stderr
    assert "hunter2" not in wrong.output
    assert "records in the log, all verified)." in done.stdout
    assert "Asked for again: 1 runs of checks, 0 mails, 0 webhooks." in done.stdout
    assert "remove the other one" in done.stdout
    assert "this database is not empty" in again.stderr


def test_progress_is_told_now_and_then(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    from onboarding.cli import db as commands

    moments = iter([0.0, 0.5, 1.5, 1.6])
    monkeypatch.setattr(commands.time, "monotonic", lambda: next(moments))
    told_by = commands._Told()
    told_by(Progress(1000, 5000))
    told_by(Progress(2000, 5000))

    assert capsys.readouterr().out == "2000 of 5000 rows\n"
