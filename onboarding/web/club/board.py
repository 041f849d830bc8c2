"""The P&W board and the packages to choose from."""

from __future__ import annotations

from flask import abort, redirect, render_template, url_for
from werkzeug.wrappers import Response

import connectors
from connectors.kit.connector import Connector
from onboarding.hosts import on_offer
from onboarding.tickets import reading
from onboarding.tickets.lifecycle import CLOSED, Kind, State
from onboarding.usecases import drafts
from onboarding.web.club import club
from onboarding.web.session import current_actor, current_club


@club.get("/p-w/")
def board() -> str:
    """The items of the club: open ones first, whose turn it is, what is next."""
    rows = reading.board((club_id(),), current_actor().user_id)
    return render_template(
        "club/board.html",
        open=[row for row in rows if row.state not in CLOSED],
        closed=[row for row in rows if row.state in CLOSED],
    )


@club.get("/p-w/nieuw")
def choose() -> str:
    """A card per package: what to have at hand and how long it takes."""
    return _cards(tuple(on_offer().values()))


@club.get("/p-w/nieuw/<package>")
def intro(package: str) -> str:
    """The card of one package, to link to from elsewhere; all cards while that one is not on offer."""
    wanted = _package(package)
    return _cards((wanted,), only=True) if wanted.key in on_offer() else choose()


@club.post("/p-w/nieuw/<package>")
def start(package: str) -> Response:
    """Begin a draft, or go on with the one that is open."""
    number = drafts.start(current_actor(), club_id(), _package(package).key)
    return redirect(url_for("club.resume", number=number))


def _cards(packages: tuple[Connector, ...], *, only: bool = False) -> str:
    rows = reading.board((club_id(),), current_actor().user_id)
    open_drafts = {row.package: row.number for row in rows if row.state is State.DRAFT and row.kind is Kind.CONNECT}
    missing = [package.name for key, package in connectors.find().items() if key not in on_offer()]
    return render_template("club/choose.html", packages=packages, drafts=open_drafts, only=only, missing=missing)


def _package(key: str) -> Connector:
    found = connectors.find().get(key)
    if found is None:
        abort(404)
    return found


def club_id() -> int:
    """The club that somebody acts for."""
    ours = current_club()
    if ours is None or ours.id is None:
        abort(403)
    return ours.id
