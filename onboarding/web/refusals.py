"""What a page says when something cannot be done: each refusal and each HTTP error, calm, with a next step."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import cast

from flask import Flask, Response, current_app, make_response, render_template, request, url_for
from flask_babel import gettext as _
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException

from onboarding.i18n import clock
from onboarding.usecases import readiness
from onboarding.usecases.refusals import (
    Changed,
    GateClosed,
    LooksLikeSecret,
    NotAllowed,
    NotFound,
    NotNow,
    ProveAgain,
    Refusal,
    TooSoon,
    Wrong,
)

Answer = tuple[str, int]
AWAY = 30
"""Seconds after which a program may try again when the database cannot be reached."""


@dataclass(frozen=True, slots=True)
class Told:
    """An error page: what is the matter, what to do, and more lines if there are any."""

    status: int
    title: str
    text: str
    lines: tuple[object, ...] = ()
    back: str | None = None
    back_word: str = ""


def register(app: Flask) -> None:
    """Answer every refusal and HTTP error with its page."""
    app.register_error_handler(Refusal, cast("Callable[[Exception], Answer]", _refused))
    app.register_error_handler(HTTPException, cast("Callable[[Exception], Answer]", _http))
    app.register_error_handler(500, _broken)


def told(refusal: Refusal) -> Told:
    """The page for a refusal that no form showed in place."""
    match refusal:
        case NotFound():
            return _not_found()
        case NotAllowed():
            return _not_allowed()
        case Changed():
            return _changed(refusal)
        case ProveAgain():
            return _prove_again()
        case NotNow():
            return Told(
                409,
                _("This is not possible now"),
                _("The item is in another state than when you opened the page. Nothing was changed."),
                back=_here(),
                back_word=_("See how it stands"),
            )
        case TooSoon():
            return Told(
                429,
                _("Just a moment"),
                _("This package allows the next test from %(time)s. Your data are kept.", time=clock(refusal.until)),
                back=_here(),
                back_word=_("Back"),
            )
        case Wrong():
            lines = tuple(refusal.errors.values())
            return Told(422, _("Something is not right yet"), _("Nothing was changed."), lines, _here(), _("Back"))
        case LooksLikeSecret():
            return Told(
                422,
                _("This looks like a code"),
                _("Codes belong in the form, where they are locked away. Your message was not sent and not stored."),
                back=_here(),
                back_word=_("Back"),
            )
        case GateClosed():
            return Told(
                409, _("Something is still open"), _("Nothing was changed."), refusal.reasons, _here(), _("Back")
            )
    return Told(409, _("This is not possible now"), _("Nothing was changed."), back=_here(), back_word=_("Back"))


def answer(page: Told) -> Answer:
    """The page itself with its status."""
    return render_template("errors/error.html", page=page), page.status


def _refused(refusal: Refusal) -> Answer:
    return answer(told(refusal))


def _http(error: HTTPException) -> Answer | Response | HTTPException:
    if error.code is None or error.code < 400:
        return error  # a redirect
    if isinstance(error, CSRFError):
        return answer(_stale_form())
    makers = {403: _not_allowed, 404: _not_found, 405: _not_found_method, 413: _too_large, 429: _too_many}
    if error.code >= 500:
        return _broken(error)
    maker = makers.get(error.code)
    return answer(maker() if maker is not None else _unreadable(error.code))


def _broken(error: Exception) -> Answer | Response:
    """Must not need anything that may be what is broken: a page without frame, database or session."""
    if not readiness.is_outage(getattr(error, "original_exception", None)):
        return _bare("errors/broken.html"), 500
    page = make_response(_bare("errors/away.html"), 503)
    page.headers["Retry-After"] = str(AWAY)
    return page


def _bare(template: str) -> str:
    """A page without what every other one is given: that begins with who is signed in, which is in the database."""
    return current_app.jinja_env.get_template(template).render()


def _not_found() -> Told:
    return Told(
        404,
        _("This page does not exist"),
        _("Perhaps the address was cut off, or this belongs to another club. Look on your own board."),
    )


def _not_found_method() -> Told:
    text = _("This address can't be opened this way. Start at the beginning.")
    return Told(405, _("This page does not exist"), text, back=_here(), back_word=_("Back"))


def _not_allowed() -> Told:
    return Told(
        403,
        _("You can't do this"),
        _("This is for other people. If you think that you should be able to, ask the person who invited you."),
    )


def _prove_again() -> Told:
    return Told(
        403,
        _("Show first that it is you"),
        _("This is weighty, and you signed in a while ago. Nothing was changed yet. Afterwards, send it once more."),
        back=url_for("account.prove", next=_here()),
        back_word=_("Show that it is you"),
    )


def _stale_form() -> Told:
    return Told(
        400,
        _("This page was open too long"),
        _("For your safety nothing was changed. Go back, load the page again and send once more."),
        back=_here(),
        back_word=_("Load the page again"),
    )


def _unreadable(status: int) -> Told:
    return Told(
        status,
        _("We could not read that"),
        _("What you sent holds characters that we can't use. Nothing was changed. Go back and try again."),
    )


def _too_large() -> Told:
    return Told(
        413,
        _("That is too much at once"),
        _("Copy only the value itself into a field. Nothing was changed. Go back and try again."),
    )


def _too_many() -> Told:
    return Told(
        429, _("Just a moment"), _("You went a bit fast for us. Wait a minute and try again. Nothing was lost.")
    )


def _changed(refusal: Changed) -> Told:
    return Told(
        409,
        _("Somebody was just before you"),
        _("The item changed while this page was open, so nothing was done yet. See what changed and try again."),
        tuple(refusal.moves),
        _here(),
        _("See how it stands"),
    )


def _here() -> str:
    """A page to go back to: the item that the request was about, else the front door."""
    found = re.match(r"/p-w/([0-9]{1,9})/", request.path)
    number = found[1] if found else (request.view_args or {}).get("number")
    if number is None:
        return url_for("home.index")
    endpoint = "support.ticket" if request.blueprint == "support" else "club.ticket"
    return url_for(endpoint, number=number)
