"""Asking the club to put something right: the text, filled in from what failed, and how the club will see it."""

from __future__ import annotations

import secrets

from flask import render_template, request
from flask.typing import ResponseReturnValue

from onboarding.usecases import pages, reviewing
from onboarding.web.session import current_actor
from onboarding.web.support.sent import Sent, Trouble, answered, read
from onboarding.web.support.workspace import page

FROM_PAGE = "pagina"
"""The field that tells that the form was sent from the page of its own, and not from the box of the workspace."""


def ask(number: int) -> ResponseReturnValue:
    """The page to write on, with the text ready."""
    return _page(number)


def ask_club(number: int) -> ResponseReturnValue:
    """Send it: it arrives at once, and it is the club's turn."""

    def act(sent: Sent) -> object:
        return reviewing.ask_club(current_actor(), number, sent.version, sent.text, sent.once)

    return answered(number, "ask_club", act, _page if FROM_PAGE in request.form else page)


def preview(number: int) -> ResponseReturnValue:
    """How the club will see it; nothing is kept."""
    return _page(number, text=read("preview").text)


def _page(number: int, trouble: Trouble | None = None, text: str | None = None) -> str:
    desk = pages.workspace(current_actor(), number)
    written = trouble.sent.text if trouble is not None else text
    return render_template(
        "support/ask.html",
        w=desk,
        trouble=trouble,
        text=desk.ask_text if written is None else written,
        items=[item for item in desk.checklist.items if item.key in desk.asks],
        once=secrets.token_hex(16),
    )
