"""A process starts only when it can do its work, and says in words why it does not."""

from __future__ import annotations

import os
import subprocess
import sys
from base64 import b64encode
from pathlib import Path

import pytest
from flask import Flask

from onboarding.audit.events import SignedIn
from onboarding.audit.log import record
from onboarding.usecases.transaction import change
from tests.conftest import ROOT, environment_in

SERVE = "import wsgi; print('serving', wsgi.app.name)"


def run(command: list[str], environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *command], cwd=ROOT, env=environment, capture_output=True, text=True, timeout=60, check=False
    )


@pytest.fixture
def bare() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if not name.startswith("KOPPELBALIE_")}


def test_without_settings_it_says_what_to_set(bare: dict[str, str]) -> None:
    done = run(["-c", SERVE], bare)

    assert done.returncode == 1
    assert "KOPPELBALIE_SECRET_KEY" in done.stderr
    assert "Traceback" not in done.stderr


def test_on_an_empty_database_it_says_what_to_run(tmp_path: Path) -> None:
    done = run(["-c", SERVE], environment_in(tmp_path))

    assert done.returncode == 1
    assert "run flask --app wsgi db upgrade" in done.stderr
    assert "Traceback" not in done.stderr


def test_with_everything_there_it_serves(in_app: Flask, tmp_path: Path) -> None:
    done = run(["-c", SERVE], environment_in(tmp_path))

    assert (done.returncode, done.stdout) == (0, "serving onboarding\n")


def test_with_another_key_it_does_not_start(in_app: Flask, tmp_path: Path) -> None:
    with change() as writing:
        record(writing, "user:1", SignedIn(user_id=1, way="link"))
    other = f"k1:{b64encode(b'x' * 32).decode()}"

    done = run(["-c", SERVE], environment_in(tmp_path, keys=other))

    assert done.returncode == 1
    assert "put the right one back" in done.stderr
    assert other not in done.stderr
    assert "Traceback" not in done.stderr


def test_a_command_starts_no_worker(in_app: Flask, tmp_path: Path) -> None:
    done = run(["-m", "flask", "--app", "wsgi", "db", "upgrade"], environment_in(tmp_path, embedded_worker=True))

    assert done.returncode == 0
    assert "worker started" not in done.stderr
    assert list(tmp_path.glob("*.slot-*")) == []


def test_the_web_process_has_its_worker_inside_when_the_settings_say_so(in_app: Flask, tmp_path: Path) -> None:
    done = run(["-c", SERVE], environment_in(tmp_path, embedded_worker=True))

    assert done.returncode == 0, done.stderr
    assert "worker started" in done.stderr
    assert [path.name for path in tmp_path.glob("*.slot-*")] == ["koppelbalie.sqlite.slot-0"]
