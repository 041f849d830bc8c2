"""The screens: parse, call a use case, answer."""

from __future__ import annotations

from importlib import import_module

from flask import Blueprint, Flask
from flask_wtf import CSRFProtect

PARTS = (
    "limits",
    "operations",
    "assets",
    "session",
    "access",
    "frame",
    "proof",
    "refusals",
    "home",
    "account",
    "club",
    "consent",
    "support",
)
"""Modules of this package with pages: each has a blueprint, a ``register(app)``, or both."""


def register(app: Flask) -> None:
    """Register every part's blueprint and hooks on ``app``."""
    CSRFProtect(app)
    for name in PARTS:
        module = import_module(f"{__name__}.{name}")
        if hasattr(module, "register"):
            module.register(app)
        for thing in vars(module).values():
            if isinstance(thing, Blueprint) and thing.import_name == module.__name__:
                app.register_blueprint(thing)
