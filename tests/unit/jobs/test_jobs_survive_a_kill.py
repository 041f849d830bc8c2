"""A job is done after its commit, once, and again from its start after a kill."""

from __future__ import annotations

import os
import re
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
import sqlalchemy as sa

from onboarding.accounts.models import Club, User
from onboarding.checks.models import Run, RunState
from onboarding.clock import now
from onboarding.connections.models import Connection, CredentialVersion
from onboarding.db import db, session
from onboarding.engine import enqueue
from onboarding.tickets.models import Ticket
from onboarding.usecases.transaction import change
from tests.conftest import BOTH, ROOT, environment_in
from tests.unit.jobs.conftest import started, wait_until

Start = Callable[..., subprocess.Popen[bytes]]
Wait = Callable[..., list[str]]
ON_BOTH = pytest.mark.parametrize("database_url", BOTH, indirect=True)


def ask_for(run_id: str, **more: float) -> None:
    with change() as writing:
        enqueue(writing, "run_checklist", run_id, job_id=run_id, **more)


def test_a_job_is_done_once_and_soon(start_worker: Start, wait_for: Wait) -> None:
    start_worker(takes=0)
    ask_for("warm-up")
    wait_for("end warm-up")

    began = time.monotonic()
    ask_for("run-1")
    wait_for("end run-1")
    took = time.monotonic() - began
    ask_for("run-1")
    ask_for("run-2")
    lines = wait_for("end run-2")

    assert took < 1.5
    assert sum(line.startswith("begin run-1 ") for line in lines) == 1


def test_a_job_that_was_under_way_is_done_again_after_a_restart(start_worker: Start, wait_for: Wait) -> None:
    worker = start_worker(takes=600)
    ask_for("run-1")
    wait_for("begin run-1")

    worker.kill()
    worker.wait()
    start_worker(takes=0)

    lines = wait_for("end run-1")
    assert [line.rsplit(" ", 1)[0] for line in lines] == ["begin run-1", "begin run-1", "end run-1"]


@ON_BOTH
def test_another_worker_picks_up_what_a_killed_one_left(start_worker: Start, wait_for: Wait) -> None:
    first = start_worker(takes=600)
    ask_for("run-1")
    wait_for("begin run-1")
    second = start_worker(takes=0)

    first.kill()
    first.wait()

    assert f"end run-1 {second.pid}" in wait_for("end run-1")


@ON_BOTH
def test_two_workers_never_do_one_job_at_once(start_worker: Start, wait_for: Wait) -> None:
    start_worker(takes=0.5)
    start_worker(takes=0.5)
    for number in range(12):
        ask_for(f"run-{number}")

    lines = wait_for("end run-", times=12)

    assert sorted(line.split()[1] for line in lines if line.startswith("begin")) == sorted(
        f"run-{number}" for number in range(12)
    )


def test_a_job_waits_as_long_as_it_was_told(start_worker: Start, wait_for: Wait) -> None:
    start_worker(takes=0)
    ask_for("later", delay=2)
    began = time.monotonic()
    ask_for("now")

    wait_for("end now")
    assert not any("later" in line for line in wait_for("end now"))
    wait_for("end later")
    assert time.monotonic() - began >= 1.9


def test_what_a_failing_job_said_is_stored_nowhere(start_worker: Start, wait_for: Wait, tmp_path: Path) -> None:
    start_worker(takes=0)
    ask_for("fails")

    wait_for("begin fails", times=3)
    for _ in range(100):
        with closing(sqlite3.connect(tmp_path / "koppelbalie.sqlite")) as direct:
            (status,) = direct.execute("SELECT status FROM workflow_status WHERE workflow_uuid = 'fails'").fetchone()
        if status == "ERROR":
            break
        time.sleep(0.1)

    assert status == "ERROR"
    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert [path.name for path in files if b"made-up-secret" in path.read_bytes()] == []
    assert "ValueError" in (tmp_path / "log").read_text()


@ON_BOTH
def test_a_worker_that_is_told_to_stop_ends_what_it_is_at(start_worker: Start, wait_for: Wait) -> None:
    worker = start_worker(takes=3)
    ask_for("run-1")
    wait_for("begin run-1")

    worker.terminate()

    assert worker.wait(timeout=30) == 0
    assert wait_for("begin")[-1] == f"end run-1 {worker.pid}"


@ON_BOTH
def test_what_takes_longer_than_a_stop_may_is_done_by_another_worker(start_worker: Start, wait_for: Wait) -> None:
    worker = start_worker(takes=600, patience=1)
    ask_for("run-1")
    wait_for("begin run-1")
    other = start_worker(takes=0)

    worker.terminate()

    assert worker.wait(timeout=30) == 0
    assert f"end run-1 {other.pid}" in wait_for("end run-1")


@pytest.mark.parametrize("database_url", BOTH[1:], indirect=True)
def test_a_worker_that_loses_its_lease_stops_its_jobs_and_begins_anew(
    start_worker: Start, wait_for: Wait, tmp_path: Path
) -> None:
    worker = start_worker(takes=600)
    ask_for("run-1")
    wait_for("begin run-1")

    with db.engine.connect() as connection:
        lost = "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND classid = 7040880"
        assert len(connection.execute(sa.text(lost)).all()) == 1

    lines = wait_for("begin run-1", times=2)
    assert lines == [f"begin run-1 {worker.pid}"] * 2
    wait_until(lambda: started(tmp_path / "log") == 2)
    assert "the lease of this worker's slot is lost" in (tmp_path / "log").read_text()
    session().rollback()


def test_a_replacement_takes_the_lowest_free_slot(start_worker: Start, tmp_path: Path) -> None:
    first = start_worker(takes=0)
    start_worker(takes=0)
    first.kill()
    first.wait()

    start_worker(takes=0)

    slots = re.findall(r'"slot": ?(\d)', (tmp_path / "log").read_text())
    assert slots == ["0", "1", "0"]


def test_work_does_not_start_on_an_empty_database(tmp_path: Path) -> None:
    environment = environment_in(tmp_path, database_url=f"sqlite:///{tmp_path / 'empty.sqlite'}")
    done = subprocess.run(
        [sys.executable, "-m", "flask", "--app", "wsgi", "work"],
        cwd=ROOT,
        env=environment | {"PATH": os.environ["PATH"]},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )

    assert done.returncode == 1
    assert "run flask --app wsgi db upgrade" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_run_that_our_own_fault_keeps_from_ending_is_stopped(start_worker: Start, wait_for: Wait) -> None:
    with change() as writing:
        club = Club(name="SV Voorbeeld", created_at=now())
        ans = User(email="ans@example.test", name="Ans", fs_uniquifier="u", created_at=now())
        writing.add_all([club, ans])
        writing.flush()
        connection = Connection(club_id=club.id, package="e-boekhouden", created_at=now())
        writing.add(connection)
        writing.flush()
        version = CredentialVersion(connection_id=connection.id, number=1, created_at=now())
        writing.add(version)
        writing.flush()
        ticket = Ticket(
            club_id=club.id,
            connection_id=connection.id,
            version_id=version.id,
            package="e-boekhouden",
            opened_by=ans.id,
            last_move_at=now(),
            opened_at=now(),
            waiting_since=now(),
        )
        writing.add(ticket)
        writing.flush()
        run = Run(
            id="fails",
            ticket_id=ticket.id,
            version_id=version.id,
            revision=1,
            checker="1",
            state=RunState.RUNNING,
            asked_at=now(),
        )
        writing.add(run)
        enqueue(writing, "run_checklist", "fails", job_id="fails")
    start_worker(takes=0)

    wait_for("begin fails", times=3)
    for _ in range(100):
        session().rollback()
        session().expire_all()
        if session().get_one(Run, "fails").state is RunState.STOPPED:
            break
        time.sleep(0.1)

    assert session().get_one(Run, "fails").state is RunState.STOPPED
