"""The ``flask`` commands."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from importlib import import_module
from typing import Any

import click
from flask import Flask

from onboarding.usecases import readiness

PARTS = ("db", "people", "clubs", "connections", "keys", "audit", "backup", "webhooks", "later")
"""Modules of this package: each defines its commands as click commands or groups in ``COMMANDS``."""


def register(app: Flask) -> None:
    """Register every command on ``app``."""
    for name in PARTS:
        for command in import_module(f"{__name__}.{name}").COMMANDS:
            _tell_outages(command)
            app.cli.add_command(command)


def _tell_outages(command: click.Command) -> None:
    """Have it, and the commands in it, say in one line that the database cannot be used."""
    if isinstance(command, click.Group):
        for inner in command.commands.values():
            _tell_outages(inner)
    elif command.callback is not None and not hasattr(command.callback, "tells_outages"):
        command.callback = _telling(command.callback)


def _telling(callback: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(callback)
    def told(*args: Any, **more: Any) -> Any:
        try:
            return callback(*args, **more)
        except Exception as error:
            if not readiness.is_outage(error):
                raise
            kind = type(getattr(error, "orig", None) or error).__name__  # its text may hold an address
            raise click.ClickException(
                f"the database of KOPPELBALIE_DATABASE_URL cannot be used ({kind}): is it there, and does it let us in?"
            ) from None

    told.tells_outages = True  # type: ignore[attr-defined]  # commands outlive an app: they are wrapped once
    return told
