"""What goes around every page: security headers, a request id, the access log, and refusal of unreadable input."""

from __future__ import annotations

import re
import secrets
import time

import structlog
from flask import Flask, Response, g, request
from flask_talisman import Talisman
from werkzeug.exceptions import BadRequest, HTTPException, RequestEntityTooLarge

from onboarding.settings import Settings

log = structlog.get_logger("access")

POLICY = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self' data:",
    "font-src": "'self'",
    "connect-src": "'self'",
    "form-action": "'self'",
    "frame-ancestors": "'none'",
    "base-uri": "'none'",
    "manifest-src": "'self'",
}
"""Nothing from elsewhere, nothing inline."""
MOST_FIELDS = 400
_REQUEST_ID = re.compile(r"[A-Za-z0-9_-]{8,64}")


def set_up(app: Flask, settings: Settings) -> None:
    """Register the hooks on ``app``, around all others."""
    app.before_request_funcs.setdefault(None, []).insert(0, _begin)
    app.before_request(_refuse_unreadable)
    app.after_request(_end)
    Talisman(
        app,
        force_https=False,  # the proxy in front does that; here it would break health checks
        strict_transport_security=settings.is_secure,
        content_security_policy=POLICY,
        referrer_policy="same-origin",  # nothing leaves the site, and the check of forms over https has what it needs
        frame_options="DENY",
        session_cookie_secure=settings.is_secure,
        permissions_policy={"geolocation": "()", "camera": "()", "microphone": "()", "browsing-topics": "()"},
    )


def _begin() -> None:
    given = request.headers.get("X-Request-ID", "")
    g.request_id = given if _REQUEST_ID.fullmatch(given) else secrets.token_hex(8)
    g.began = time.perf_counter()
    structlog.contextvars.clear_contextvars()
    structlog.contextvars.bind_contextvars(request_id=g.request_id)


def _refuse_unreadable() -> None:
    """Say no in words to what no field can hold, before any of it is used. Raises 400 or 413."""
    if not _is_clean(request.path):
        raise BadRequest
    try:
        sent = [*request.args.items(multi=True), *request.form.items(multi=True)]
    except HTTPException:
        raise
    except ValueError:  # undecodable, or cut off
        raise BadRequest from None
    if len(sent) > MOST_FIELDS:
        raise RequestEntityTooLarge
    if not all(_is_clean(name) and _is_clean(value) for name, value in sent):
        raise BadRequest


def _is_clean(text: str) -> bool:
    """No NUL, no half of a character, and no sign that bytes were not UTF-8."""
    return not any(sign == "\0" or sign == "\ufffd" or "\ud800" <= sign <= "\udfff" for sign in text)


def _end(response: Response) -> Response:
    response.headers["X-Request-ID"] = g.get("request_id", "")
    if request.endpoint not in ("static", "assets.htmx"):
        response.headers.setdefault("Cache-Control", "no-store")
        ms = round((time.perf_counter() - g.get("began", time.perf_counter())) * 1000)
        where = request.url_rule.rule if request.url_rule is not None else "?"
        log.info("request", method=request.method, rule=where, status=response.status_code, ms=ms)
    return response
