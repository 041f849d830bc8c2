"""Koppelbalie: clubs connect their accounting package, live checks prove it, support activates it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Flask

    from onboarding.settings import Settings


def create_app(settings: Settings | None = None) -> Flask:
    """The app, wired; nothing is started and the database is not touched.

    Without ``settings`` they are read from the environment; raises ``SettingsProblem``.
    """
    from onboarding.wiring import wire  # whoever needs one small module does not pay for the whole app

    return wire(settings)
