"""What stands around every page: who is here, for which club, and the menu."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Flask, request, url_for
from flask_babel import gettext as _

from onboarding.accounts.models import Club
from onboarding.accounts.people import Actor
from onboarding.i18n import current_language
from onboarding.web.session import current_actor, current_club, current_clubs, is_signed_in, lacks_code


@dataclass(frozen=True, slots=True)
class Entry:
    """A word of the main menu; ``here`` marks the page that is open."""

    word: str
    url: str
    here: bool


@dataclass(frozen=True, slots=True)
class Frame:
    """The frame of a page; without an actor it is the one that strangers see."""

    language: str
    path: str
    """Where to come back to after another language was chosen."""
    actor: Actor | None = None
    club: Club | None = None
    clubs: tuple[Club, ...] = ()
    entries: tuple[Entry, ...] = ()


def register(app: Flask) -> None:
    """Make ``frame`` known to every page."""
    app.context_processor(lambda: {"frame": frame()})


def frame() -> Frame:
    """The frame for this request."""
    path = request.full_path.rstrip("?") if request.method in {"GET", "HEAD"} else url_for("home.index")
    if not is_signed_in():
        return Frame(current_language(), path)
    actor, club, clubs = current_actor(), current_club(), current_clubs()
    entries = () if lacks_code() else tuple(_entries(actor))
    return Frame(current_language(), path, actor, club, clubs, entries)


def _entries(actor: Actor) -> list[Entry]:
    entries = []
    if actor.is_staff:
        entries.append(_entry(_("Queue"), "support.queue", "/support", but="/support/beheer"))
    if actor.is_admin:
        entries.append(_entry(_("Operations"), "support.operations", "/support/beheer"))
    if actor.clubs:
        entries.append(_entry("P&W", "club.board", "/p-w"))
        entries.append(_entry(_("Settings"), "club.connections", "/instellingen"))
    return entries


def _entry(word: str, endpoint: str, prefix: str, but: str = "//") -> Entry:
    return Entry(word, url_for(endpoint), request.path.startswith(prefix) and not request.path.startswith(but))
