"""Scripts of others, served from where they are installed."""

from __future__ import annotations

from functools import cache
from importlib.util import find_spec
from pathlib import Path

from flask import Blueprint, Response, send_file

from onboarding.web.access import public

assets = Blueprint("assets", __name__, url_prefix="/static/vendor")


@cache
def _htmx_file() -> Path:
    """htmx 2 as django-htmx ships it; Django itself is never imported."""
    found = find_spec("django_htmx")
    if found is None or not found.submodule_search_locations:
        raise FileNotFoundError("django-htmx is not installed: run make install")
    return Path(found.submodule_search_locations[0]) / "static" / "django_htmx" / "htmx-2.min.js"


@assets.get("/htmx.js")
@public
def htmx() -> Response:
    """The script that makes a list live."""
    return send_file(_htmx_file(), mimetype="text/javascript", max_age=86400, conditional=True)
