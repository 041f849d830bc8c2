"""The two processes of a demo: the emulated packages, and the product."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Mapping, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


class DidNotStart(Exception):
    """A process ended, or did not answer in time; the message holds the end of its log."""


class Process:
    """A process of ours with its log; ``stop`` ends it and whatever it started."""

    def __init__(self, command: Sequence[str], environment: Mapping[str, str], log: Path) -> None:
        self.log = log
        with log.open("ab") as output:
            self._process = subprocess.Popen(
                command, cwd=ROOT, env=dict(environment), stdout=output, stderr=output, start_new_session=True
            )

    @property
    def pid(self) -> int:
        """Its id, which is also that of its group."""
        return self._process.pid

    @property
    def is_running(self) -> bool:
        """Whether it has not ended."""
        return self._process.poll() is None

    def wait_for(self, url: str, seconds: float = 30.0) -> None:
        """Return when ``url`` answers 200; raises ``DidNotStart``."""
        end = time.monotonic() + seconds
        while not _answers(url):
            if not self.is_running or time.monotonic() > end:
                raise DidNotStart(f"{url} does not answer\n{_tail(self.log)}")
            time.sleep(0.05)

    def stop(self, how: signal.Signals = signal.SIGTERM) -> None:
        """End it, and kill it when it takes longer than ten seconds; one that ended already is no error."""
        if not self.is_running:
            return
        os.killpg(self.pid, how)
        try:
            self._process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            os.killpg(self.pid, signal.SIGKILL)
            self._process.wait()


def start_emulators(port: int, environment: Mapping[str, str], log: Path, *, latency: int = 0) -> Process:
    """All emulated packages on one port; ``latency`` in milliseconds a call."""
    command = [sys.executable, "-m", "connectors", "sandbox", "--port", str(port), "--latency", str(latency)]
    return Process(command, environment, log)


def start_product(port: int, environment: Mapping[str, str], log: Path, *, app: str = "wsgi:app") -> Process:
    """The product as ``app`` under gunicorn, with its jobs inside."""
    gunicorn = [sys.executable, "-m", "gunicorn", "--worker-class", "gthread", "--threads", "16", "--no-control-socket"]
    return Process([*gunicorn, "--bind", f"127.0.0.1:{port}", app], environment, log)


def run_to_end(command: Sequence[str], environment: Mapping[str, str]) -> None:
    """One command of ours to its end; raises ``DidNotStart`` with what it said."""
    done = subprocess.run(command, cwd=ROOT, env=dict(environment), capture_output=True, text=True, check=False)
    if done.returncode:
        raise DidNotStart(f"{' '.join(command)}\n{done.stdout[-2000:]}{done.stderr[-2000:]}")


def free_port() -> int:
    """A port that nobody uses at the moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def is_taken(port: int) -> bool:
    """Whether somebody listens on this port."""
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=5) as answer:  # noqa: S310 an address of ours
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False


def _tail(log: Path) -> str:
    return log.read_text(encoding="utf-8", errors="replace")[-2000:] if log.exists() else ""
