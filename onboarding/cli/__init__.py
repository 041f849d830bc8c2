"""The ``flask`` commands."""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec

import click
from flask import Flask

PARTS = ("db", "people", "clubs", "later")
"""Modules of this package: each defines its commands as click commands or groups in ``COMMANDS``."""


def register(app: Flask) -> None:
    """Register every command on ``app``."""
    for name in PARTS:
        if find_spec(f"{__name__}.{name}") is None:
            continue
        for command in _commands(f"{__name__}.{name}"):
            app.cli.add_command(command)


def _commands(module: str) -> tuple[click.Command, ...]:
    try:
        commands: tuple[click.Command, ...] = import_module(module).COMMANDS
    except ImportError as error:
        if not (error.name or "").startswith("onboarding"):
            raise
        return ()
    return commands
