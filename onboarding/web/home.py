"""The front door: each person goes to their own first page."""

from __future__ import annotations

from flask import Blueprint, redirect, url_for
from werkzeug.wrappers import Response

from onboarding.web.session import current_actor

home = Blueprint("home", __name__)


@home.get("/")
def index() -> Response:
    """A member goes to the board, support to the queue; who is neither yet reads how to become one."""
    actor = current_actor()
    if actor.clubs:
        return redirect(url_for("club.board"))
    return redirect(url_for("support.queue" if actor.is_staff else "account.mine"))
