"""The queue, sorted by whose turn it is, and the page about its keys."""

from __future__ import annotations

from datetime import datetime, timedelta

from flask import render_template, request
from flask.typing import ResponseReturnValue

from onboarding.clock import now
from onboarding.i18n import clock, day
from onboarding.tickets import reading
from onboarding.web.session import current_actor

SEARCH_MOST = 100


def queue() -> ResponseReturnValue:
    """All groups, or one of them by page; ``q`` looks for a club, a number or words in the thread."""
    search = request.args.get("q", "").strip()[:SEARCH_MOST]
    group = request.args.get("groep")
    page = max(request.args.get("pagina", 1, type=int), 1)
    actor = current_actor()
    shown = reading.queue(actor.user_id, search=search, group=group, page=page)
    return render_template("support/queue.html", queue=shown, search=search, group=group, since=_since, many=_many)


def keys() -> ResponseReturnValue:
    """Which keys do what; with a script the same stands in a dialog."""
    return render_template("support/keys.html")


def _since(moment: datetime) -> str:
    """The hour alone while nobody can take it for another day's."""
    return clock(moment) if now() - moment < timedelta(hours=12) else day(moment)


def _many(count: int) -> str:
    """A count as people read it: what is more than was counted says so."""
    return str(count) if count <= reading.MOST else f"{reading.MOST}+"
