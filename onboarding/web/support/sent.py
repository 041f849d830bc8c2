"""A form as support sent it, and how it is answered: gone on with, or shown again with what is wrong beside it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from flask import abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from onboarding.usecases.refusals import (
    Changed,
    GateClosed,
    LooksLikeSecret,
    NotNow,
    ProveAgain,
    Refusal,
    TooSoon,
    Wrong,
)
from onboarding.web.forms import LARGEST_NUMBER

STATUS: dict[type[Refusal], int] = {Changed: 409, NotNow: 409, GateClosed: 409, TooSoon: 429}
"""HTTP status of a refusal that is told on the page itself; 422 for the others."""

ONCE_MOST = 40


@dataclass(frozen=True, slots=True)
class Sent:
    """What a form brought. ``name`` says which form of the page it was; ``check`` which item it stood in."""

    name: str
    version: int
    once: str
    check: str
    text: str


@dataclass(frozen=True, slots=True)
class Trouble:
    """A form that was refused, with what was typed in it."""

    sent: Sent
    refusal: Refusal

    @property
    def kind(self) -> str:
        """Which sentence the page says: changed, not_now, gate, too_soon, secret, prove or wrong."""
        match self.refusal:
            case Changed():
                return "changed"
            case NotNow():
                return "not_now"
            case GateClosed():
                return "gate"
            case TooSoon():
                return "too_soon"
            case LooksLikeSecret():
                return "secret"
            case ProveAgain():
                return "prove"
        return "wrong"


Show = Callable[[int, Trouble], str]


def read(name: str) -> Sent:
    """The form of this request; 400 when what every form of ours carries is not there."""
    version = request.form.get("version", type=int)
    if version is None or abs(version) > LARGEST_NUMBER:
        abort(400)
    return Sent(
        name=name,
        version=version,
        once=request.form.get("once", "")[:ONCE_MOST],
        check=request.form.get("check", "")[:60],
        text=request.form.get("text", "").replace("\r\n", "\n"),
    )


def answered(
    number: int, name: str, act: Callable[[Sent], object], show: Show, *, said: str = "", at: str = ""
) -> ResponseReturnValue:
    """Do what the form asks and go on to the ticket (303), or ``show`` the page again with the trouble in its place.

    Refusals that are no matter of the page (not found, not allowed) go on to the error pages.
    """
    sent = read(name)
    try:
        act(sent)
    except (Changed, NotNow, GateClosed, TooSoon, LooksLikeSecret, ProveAgain, Wrong) as refusal:
        return show(number, Trouble(sent, refusal)), STATUS.get(type(refusal), 422)
    if said:
        flash(said)
    return redirect(url_for("support.ticket", number=number, _anchor=at or None), 303)
