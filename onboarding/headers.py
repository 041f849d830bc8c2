"""What goes around every page: security headers, a request id, the access log, and refusal of unreadable input."""

from __future__ import annotations

import re
import secrets
import time
from collections.abc import Collection
from itertools import chain
from urllib.parse import unquote_to_bytes

import structlog
from flask import Flask, Response, g, request, request_started
from flask_talisman import Talisman
from werkzeug.exceptions import BadRequest, RequestEntityTooLarge

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
REPLACED = "\ufffd"
"""What the framework puts in an address where bytes were no text."""
_REQUEST_ID = re.compile(r"[A-Za-z0-9_-]{8,64}")


def set_up(app: Flask, settings: Settings, led_to: Collection[str] = ()) -> None:
    """Register the hooks on ``app``; called before any other part, so that they stand around them all.

    ``led_to`` are origins that a form of ours may lead to.
    """
    request_started.connect(_begin, app)
    app.before_request(_refuse_unreadable)
    app.after_request(_end)
    Talisman(
        app,
        force_https=False,  # the proxy in front does that; here it would break health checks
        strict_transport_security=settings.is_secure,
        content_security_policy=policy(led_to),
        referrer_policy="same-origin",  # nothing leaves the site, and the check of forms over https has what it needs
        frame_options="DENY",
        session_cookie_secure=settings.is_secure,
        permissions_policy={"geolocation": "()", "camera": "()", "microphone": "()", "browsing-topics": "()"},
    )


def policy(led_to: Collection[str]) -> dict[str, str]:
    """The content policy. Browsers ask it of where a form is sent, and of where the answer leads from there."""
    return POLICY | {"form-action": " ".join([POLICY["form-action"], *sorted(led_to)])}


def _begin(_app: Flask, **_: object) -> None:
    given = request.headers.get("X-Request-ID", "")
    g.request_id = given if _REQUEST_ID.fullmatch(given) else secrets.token_hex(8)
    g.began = time.perf_counter()
    structlog.contextvars.clear_contextvars()
    structlog.contextvars.bind_contextvars(request_id=g.request_id)


def _refuse_unreadable() -> None:
    """Say no in words to what no field can hold, before any of it is used. Raises 400 or 413."""
    if REPLACED in request.path or not _is_utf8(request.query_string):
        raise BadRequest
    if request.mimetype == "application/x-www-form-urlencoded" and not _is_utf8(request.get_data()):
        raise BadRequest
    sent = [*request.args.items(multi=True), *request.form.items(multi=True)]
    if len(sent) > MOST_FIELDS:
        raise RequestEntityTooLarge
    if any("\0" in text for text in (request.path, *chain.from_iterable(sent))):
        raise BadRequest


def _is_utf8(encoded: bytes) -> bool:
    """Whether percent-encoded bytes are text; the framework would quietly make something else of them."""
    try:
        unquote_to_bytes(encoded).decode()
    except UnicodeDecodeError:
        return False
    return True


def _end(response: Response) -> Response:
    response.headers["X-Request-ID"] = g.get("request_id", "")
    if request.endpoint not in ("static", "assets.htmx"):
        response.headers.setdefault("Cache-Control", "no-store")
        ms = round((time.perf_counter() - g.get("began", time.perf_counter())) * 1000)
        where = request.url_rule.rule if request.url_rule is not None else "?"
        log.info("request", method=request.method, rule=where, status=response.status_code, ms=ms)
    return response
