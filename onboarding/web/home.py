"""The front door: each person goes to their own first page."""

from __future__ import annotations

from flask import Blueprint, redirect, url_for
from werkzeug.wrappers import Response

from onboarding.web.session import current_actor

home = Blueprint("home", __name__)


@home.get("/")
def index() -> Response:
    """Support goes to the queue, everybody else to the board."""
    actor = current_actor()
    return redirect(url_for("support.queue" if actor.is_staff and not actor.clubs else "club.board"))
