"""Who is behind this request, and for which club: the signed session cookie, read once."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from datetime import timedelta
from typing import TypeVar
from urllib.parse import urlsplit

from flask import Flask, abort, g, session, url_for
from flask_security import current_user
from flask_security.utils import login_user, logout_user

from onboarding import clock
from onboarding.accounts import security
from onboarding.accounts.models import Club, User
from onboarding.accounts.people import Actor, actor_of, clubs_of
from onboarding.i18n import speak
from onboarding.settings import current_settings
from onboarding.usecases import sessions

T = TypeVar("T")

KEY, SINCE, CLUB, BROWSER, LANGUAGE = "key", "since", "club", "browser", "language"
"""What the session holds beside what Flask-Security keeps there."""


def register(app: Flask) -> None:
    """Let Flask-Security keep the sessions."""
    security.set_up(app, app.extensions["koppelbalie"])


def is_signed_in() -> bool:
    """Whether somebody is signed in: their session is not ended, not too old, and their account open."""
    return _once("koppelbalie_actor", _find_actor) is not None


def current_actor() -> Actor:
    """Who acts. Only for pages behind sign-in: 401 when nobody is signed in."""
    actor: Actor | None = _once("koppelbalie_actor", _find_actor)
    if actor is None:
        abort(401)
    return actor


def current_clubs() -> tuple[Club, ...]:
    """The clubs of the one who acts, by name."""
    clubs: tuple[Club, ...] = _once("koppelbalie_clubs", lambda: clubs_of(current_actor()))
    return clubs


def current_club() -> Club | None:
    """The club that they act for now: the one they chose, else the first by name; None without a club."""
    clubs = current_clubs()
    chosen = session.get(CLUB)
    return next((club for club in clubs if club.id == chosen), clubs[0] if clubs else None)


def choose_club(club_id: int) -> bool:
    """Act for this club from now on; False when it is not one of theirs."""
    if club_id not in current_actor().clubs:
        return False
    session[CLUB] = club_id
    return True


def begin(user: User) -> None:
    """Begin a session of this person; nothing of the one before it is kept."""
    session.clear()
    login_user(user)
    session.permanent = True
    session[KEY] = secrets.token_urlsafe(24)
    session[SINCE] = int(clock.now().timestamp())
    _forget()


def end() -> None:
    """End this session, the copies of its cookie too."""
    if is_signed_in():
        sessions.sign_out(current_actor(), session[KEY])
    _leave()


def browser() -> str:
    """This browser's own mark, for telling a double click on a mailed link from a second use."""
    if BROWSER not in session:
        session[BROWSER] = secrets.token_urlsafe(24)
    return str(session[BROWSER])


def own_path(target: str | None) -> str:
    """``target`` when it is a path of this app, else the front door: nobody is sent elsewhere after signing in."""
    home = url_for("home.index")
    if not target or not target.startswith("/") or target[1:2] in {"/", "\\"} or not target.isprintable():
        return home
    parts = urlsplit(target)
    return home if parts.scheme or parts.netloc or "\\" in target else target


def _find_actor() -> Actor | None:
    if "_user_id" not in session:
        return None
    if not current_user.is_authenticated or _is_over():
        _leave()
        return None
    actor = actor_of(current_user)
    speak(actor.language)
    return actor


def _is_over() -> bool:
    since, key = session.get(SINCE), session.get(KEY)
    if not isinstance(since, int) or not isinstance(key, str):
        return True
    age = clock.now().timestamp() - since
    return age > timedelta(hours=current_settings().session_hours).total_seconds() or sessions.has_ended(key)


def _leave() -> None:
    logout_user()
    session.clear()
    _forget()


def _forget() -> None:
    for name in ("koppelbalie_actor", "koppelbalie_clubs"):
        g.pop(name, None)


def _once(name: str, find: Callable[[], T]) -> T:
    if name not in g:
        setattr(g, name, find())
    found: T = getattr(g, name)
    return found
