"""For those who run the app: is the process up, and can it do its work."""

from __future__ import annotations

from flask import Blueprint, jsonify
from flask.typing import ResponseReturnValue

from onboarding.usecases import readiness
from onboarding.web.access import public

operations = Blueprint("operations", __name__)


@operations.get("/healthz")
@public
def health() -> ResponseReturnValue:
    """The process answers."""
    return jsonify(status="ok")


@operations.get("/readyz")
@public
def ready() -> ResponseReturnValue:
    """200 when everything that the app needs is there, else 503 with what is not."""
    problems = readiness.problems()
    return jsonify(status="not ready" if problems else "ready", problems=problems), 503 if problems else 200
