"""The server's entry: ``gunicorn wsgi:app``, and ``flask --app wsgi …`` for the commands."""

from __future__ import annotations

import sys

import click

from onboarding import create_app
from onboarding.jobs.starting import NotReady, start_serving
from onboarding.settings import SettingsProblem


def is_serving() -> bool:
    """Whether this process serves pages, and does not carry out one of the ``flask`` commands."""
    command = click.get_current_context(silent=True)
    return command is None or command.info_name == "run"


try:
    app = create_app()
    if is_serving():
        start_serving(app)
except (SettingsProblem, NotReady) as problem:
    print(f"Koppelbalie cannot start:\n{problem}", file=sys.stderr, flush=True)  # noqa: T201  (logs may not be set up yet)
    raise SystemExit(1) from None
