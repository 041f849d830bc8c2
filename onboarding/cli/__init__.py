"""The ``flask`` commands."""

from __future__ import annotations

from importlib import import_module

from flask import Flask

PARTS = ("db", "people", "clubs", "connections", "keys", "audit", "backup", "webhooks", "later")
"""Modules of this package: each defines its commands as click commands or groups in ``COMMANDS``."""


def register(app: Flask) -> None:
    """Register every command on ``app``."""
    for name in PARTS:
        for command in import_module(f"{__name__}.{name}").COMMANDS:
            app.cli.add_command(command)
