"""Which commands there are."""

from __future__ import annotations

from flask import Flask

OURS = {"audit", "backup", "clubs", "connections", "db", "keys", "people", "recheck", "restore", "webhooks", "work"}


def test_the_commands_are_ours_alone(in_app: Flask) -> None:
    assert set(in_app.cli.commands) == OURS
