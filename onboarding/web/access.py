"""Who may open what: one hook before every request, which lets nobody in unless a rule says so."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from typing import Any, TypeVar

from flask import Flask, abort, current_app, flash, make_response, redirect, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from onboarding.web.session import current_actor, is_signed_in, lacks_code

View = TypeVar("View", bound=Callable[..., Any])


class Need(StrEnum):
    """What somebody has to be to open a page."""

    NOTHING = "nothing"
    SIGNED_IN = "signed_in"
    MEMBER = "member"
    STAFF = "staff"
    ADMIN = "admin"


AREAS = (
    ("/support/beheer/", Need.ADMIN),
    ("/support/", Need.STAFF),
    ("/p-w/", Need.MEMBER),
    ("/instellingen/", Need.MEMBER),
)
"""What the addresses below each of these need, the first that fits; everything else needs signing in."""

_PUBLIC = "is_public"
_FILES = ("static",)
"""Endpoints of Flask's own that need nothing."""
SETTING_UP = frozenset(
    {"account.factor", "account.begin_factor", "account.confirm_factor", "account.prove", "account.do_prove"}
)
"""What the help desk's people can open before they have set up the code that they must sign in with."""
_QUIET = frozenset({None, "assets", "operations"})
"""Blueprints whose pages are the same for everybody: who asks is not looked up."""


def public(view: View) -> View:
    """Mark a view as open to strangers."""
    setattr(view, _PUBLIC, True)
    return view


def need_of(app: Flask, endpoint: str, rule: str) -> Need:
    """What the page behind ``rule`` needs."""
    if endpoint in _FILES or getattr(app.view_functions[endpoint], _PUBLIC, False):
        return Need.NOTHING
    return next((need for prefix, need in AREAS if f"{rule}/".startswith(prefix)), Need.SIGNED_IN)


def public_endpoints(app: Flask) -> frozenset[str]:
    """The endpoints that strangers may open."""
    rules = app.url_map.iter_rules()
    return frozenset(rule.endpoint for rule in rules if need_of(app, rule.endpoint, rule.rule) is Need.NOTHING)


def register(app: Flask) -> None:
    """Guard every request, before any other hook: a stranger's form is turned away before it is read."""
    app.before_request_funcs.setdefault(None, []).insert(0, guard)


def guard() -> Response | None:
    """Turn away who may not open the page; None lets the request through."""
    if request.url_rule is None or request.endpoint is None:
        is_signed_in()
        return None  # no such page: 404 for everybody, in their own language
    match need_of(current_app, request.endpoint, request.url_rule.rule):
        case Need.NOTHING:
            if request.blueprint not in _QUIET:
                is_signed_in()  # so that the page speaks their language
        case _ if not is_signed_in():
            return _ask_to_sign_in()
        case Need.ADMIN if not current_actor().is_admin:
            abort(403)
        case Need.STAFF if not current_actor().is_staff:
            abort(403)
        case Need.MEMBER if not current_actor().clubs:
            abort(403)
        case _ if request.endpoint not in SETTING_UP and lacks_code():
            return _lead_to(url_for("account.factor"))
    return None


def _ask_to_sign_in() -> Response:
    if request.method not in {"GET", "HEAD"}:
        flash(
            _("You were signed out meanwhile. Sign in and send it again: what you had just typed is not kept."), "wait"
        )
    return _lead_to(url_for("account.sign_in", next=_way_back()))


def _lead_to(target: str) -> Response:
    """Send somebody to another page first, whoever asked: the browser or a part of a page."""
    if request.headers.get("HX-Request"):
        answer = make_response("", 401)
        answer.headers["HX-Redirect"] = target
        return answer
    return redirect(target, 303)


def _way_back() -> str | None:
    """The page to come back to: this one when it can be opened, else the nearest above it that can."""
    if request.method in {"GET", "HEAD"} and not request.headers.get("HX-Request"):
        return request.full_path.rstrip("?") if request.path != "/" else None
    path = request.path
    while path.strip("/"):
        for page in (path, f"{path}/"):
            if current_app.url_map.bind("").test(page, "GET"):
                return page
        path = path.rpartition("/")[0]
    return None
