"""Workers in processes of their own, on either database, and the notebook in which their runs write."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask

from tests.conftest import ROOT, environment_in

Start = Callable[..., subprocess.Popen[bytes]]


@pytest.fixture
def notebook(tmp_path: Path) -> Path:
    return tmp_path / "notebook"


@pytest.fixture
def start_worker(in_app: Flask, tmp_path: Path, database_url: str, notebook: Path) -> Iterator[Start]:
    """Starts workers whose runs take so many seconds; returns when they began."""
    yield from workers(tmp_path, database_url, notebook)


def workers(folder: Path, database_url: str, notebook: Path) -> Iterator[Start]:
    begun: list[subprocess.Popen[bytes]] = []
    log = folder / "log"

    def start(takes: float, patience: int = 10) -> subprocess.Popen[bytes]:
        environment = environment_in(folder, database_url=database_url) | {
            "NOTEBOOK": str(notebook),
            "TAKES": str(takes),
            "PATIENCE": str(patience),
        }
        before = started(log)
        with log.open("a") as output:
            command = [sys.executable, "-m", "tests.unit.jobs.working"]
            worker = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=output, stderr=output)
        begun.append(worker)
        wait_until(lambda: started(log) > before or worker.poll() is not None)
        assert worker.poll() is None, log.read_text()
        return worker

    try:
        yield start
    finally:
        for worker in begun:
            worker.kill()
            worker.wait()


def started(log: Path) -> int:
    """How often a worker began."""
    return log.read_text().count("worker started") if log.exists() else 0


def wait_until(holds: Callable[[], bool], seconds: float = 60) -> None:
    """Look again and again until it holds."""
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end, "it never came to that"
        time.sleep(0.05)


@pytest.fixture
def wait_for(notebook: Path) -> Callable[..., list[str]]:
    def wait(line: str, times: int = 1, seconds: float = 60) -> list[str]:
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
