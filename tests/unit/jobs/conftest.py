"""Workers in processes of their own, on either database, and the notebook in which their runs write."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask

from onboarding import create_app
from onboarding.db import db
from tests import postgres
from tests.conftest import ROOT, environment_in, settings_in

Start = Callable[..., subprocess.Popen[str]]


@pytest.fixture
def notebook(tmp_path: Path) -> Path:
    return tmp_path / "notebook"


@pytest.fixture
def start_worker(in_app: Flask, tmp_path: Path, notebook: Path) -> Iterator[Start]:
    yield from _workers(tmp_path, notebook, {})


@pytest.fixture
def on_postgresql(tmp_path: Path, notebook: Path) -> Iterator[Start]:
    """Starts workers on a PostgreSQL server of their own, inside an app on the same database."""
    with postgres.server() as address:
        environment = environment_in(tmp_path, database_url=address)
        command = [sys.executable, "-m", "flask", "--app", "wsgi", "db", "upgrade"]
        done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        with create_app(settings_in(tmp_path, database_url=address)).app_context():
            yield from _workers(tmp_path, notebook, {"database_url": address})
            db.session.close()
            db.engine.dispose()


def _workers(folder: Path, notebook: Path, more: dict[str, object]) -> Iterator[Start]:
    begun: list[subprocess.Popen[str]] = []

    def start(takes: float) -> subprocess.Popen[str]:
        environment = environment_in(folder, **more) | {"NOTEBOOK": str(notebook), "TAKES": str(takes)}
        with (folder / "log").open("a") as log:
            worker = subprocess.Popen(
                [sys.executable, "-m", "tests.unit.jobs.working"],
                cwd=ROOT,
                env=environment,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
            )
        begun.append(worker)
        assert worker.stdout is not None
        assert worker.stdout.readline() == "working\n", (folder / "log").read_text()
        return worker

    yield start
    for worker in begun:
        worker.kill()
        worker.communicate()


@pytest.fixture
def wait_for(notebook: Path) -> Callable[..., list[str]]:
    def wait(line: str, times: int = 1, seconds: float = 40) -> list[str]:
        """The lines so far, as soon as ``line`` begins so many of them."""
        end = time.monotonic() + seconds
        lines: list[str] = []
        while time.monotonic() < end:
            lines = notebook.read_text().splitlines() if notebook.exists() else []
            if sum(found.startswith(line) for found in lines) >= times:
                return lines
            time.sleep(0.05)
        raise AssertionError(f"{line!r} is not there {times} times: {lines}")

    return wait
