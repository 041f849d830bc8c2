"""``flask work``: a process that does the jobs and nothing else."""

from __future__ import annotations

import signal
import threading

import click
from flask import Flask, current_app
from flask.cli import with_appcontext

from onboarding.jobs.starting import NotReady, start_working

PATIENCE = 40
"""Seconds that jobs under way get to end; what takes longer is done again by another process."""


@click.command("work")
@with_appcontext
def work() -> None:
    """Do the jobs until the process is told to stop (SIGTERM or Ctrl-C)."""
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]  # noqa: SLF001  (it outlives this context)
    told = threading.Event()
    for sign in (signal.SIGTERM, signal.SIGINT):
        signal.signal(sign, lambda *_: told.set())
    try:
        worker = start_working(app)
    except NotReady as problem:
        raise click.ClickException(str(problem)) from None
    told.wait()
    worker.stop(PATIENCE)
