"""Sending a browser to the page where consent is given, and what this browser keeps until it is back."""

from __future__ import annotations

from flask import redirect, session
from werkzeug.wrappers import Response

from onboarding.clock import now
from onboarding.web.session import own_path

SHOWN = 60 * 60
"""Seconds in which a code to hand over is shown again in the browser that brought it."""
BACK, SAID, STATE, DONE = "consent_back", "consent_said", "consent_state", "consent_done"
"""What the session holds: where to try again, what the package said, which code to show again, what was done."""


def leave(address: str, back: str) -> Response:
    """To the page of the package; ``back`` is where to try again when nothing comes of it."""
    session[BACK] = back
    return redirect(address, 303)


def way_back() -> str:
    """Where this browser set out the last time, else the front door."""
    return own_path(session.get(BACK))


def show_again(state: str) -> None:
    """The code to hand over follows from ``state``, in this browser alone: it can be shown again and is not kept."""
    session[STATE] = [state, int(now().timestamp())]


def state_to_show() -> str | None:
    """That ``state``, for an hour."""
    match session.get(STATE):
        case [str(state), int(at)] if 0 <= now().timestamp() - at <= SHOWN:
            return state
    return None
