"""``flask work``: a process that does the jobs and nothing else."""

from __future__ import annotations

import os
import signal
import sys
import threading
import time

import click
import structlog
from flask import Flask, current_app
from flask.cli import with_appcontext

from onboarding.jobs.starting import NotReady, start_working
from onboarding.usecases import readiness

log = structlog.get_logger(__name__)

PATIENCE = 40
"""Seconds that jobs under way get to end; what takes longer is done again by another process."""
DATABASE = 300.0
"""Seconds that a database that cannot be reached gets to come back."""


@click.command("work")
@with_appcontext
def work() -> None:
    """Do the jobs until the process is told to stop (SIGTERM or Ctrl-C)."""
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]  # noqa: SLF001  (it outlives this context)
    told = threading.Event()
    for sign in (signal.SIGTERM, signal.SIGINT):
        signal.signal(sign, lambda *_: told.set())
    _wait_for_database(told)
    try:
        worker = start_working(app, lost=_begin_anew)
    except NotReady as problem:
        raise click.ClickException(str(problem)) from None
    told.wait()
    worker.stop(PATIENCE)
    _end()


def _wait_for_database(told: threading.Event) -> None:
    """Return when the database can be reached, when it took too long, or when told to stop."""
    end = time.monotonic() + DATABASE
    while not readiness.is_reachable() and time.monotonic() < end:
        log.warning("the database cannot be reached; waiting for it")
        if told.wait(2.0):
            return


def _begin_anew() -> None:
    """Become a new process with the same command: every job of this one stops at once, as in a kill."""
    sys.stdout.flush()
    sys.stderr.flush()
    os.execv(sys.executable, [sys.executable, *sys.orig_argv[1:]])  # noqa: S606  (our own command line, no shell)


def _end() -> None:
    """End now: a job that is still going on would keep the process, while another one has to do it again."""
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(0)
