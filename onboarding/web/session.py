"""Who is behind this request, and for which club: the signed session cookie, read once."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
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
from onboarding.usecases import proving, second_factor, sessions

T = TypeVar("T")

KEY, SINCE, CLUB, BROWSER, LANGUAGE = "key", "since", "club", "browser", "language"
PROVEN, WITH_CODE, HALF = "proven", "with_code", "half"
"""What the session holds beside what Flask-Security keeps there."""
HALF_LASTS = 10 * 60
"""Seconds in which the second step has to follow the first."""


@dataclass(frozen=True, slots=True)
class Half:
    """The first step of signing in was taken: by whom (their mark), how, and where they were going."""

    mark: str
    way: str
    target: str


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


def enter(user: User, way: str, target: str) -> str:
    """Begin a session of who showed a password or a link, or half of one when the code of their app is still to come.

    Where to go now.
    """
    if not proving.has_factor(user):
        begin(user)
        return target
    mark = browser()
    session.clear()
    session[BROWSER] = mark
    session[HALF] = [user.fs_uniquifier, way, target, int(clock.now().timestamp())]
    _forget()
    return url_for("account.code")


def half() -> Half | None:
    """The first step that this browser took a short time ago, if the second is still to come."""
    match session.get(HALF):
        case [str(mark), str(way), str(target), int(at)] if 0 <= clock.now().timestamp() - at <= HALF_LASTS:
            return Half(mark, way, target)
    return None


def begin(user: User, *, with_code: bool = False) -> None:
    """Begin a session of this person; nothing of the one before it is kept. ``with_code``: they passed both steps."""
    session.clear()
    login_user(user)
    session.permanent = True
    session[KEY] = secrets.token_urlsafe(24)
    session[SINCE] = int(clock.now().timestamp())
    session[WITH_CODE] = with_code
    mark_proven()


def renew(user: User) -> None:
    """Begin anew on this device, after all sessions of the person who is signed in here ended."""
    proven, with_code = session.get(PROVEN), bool(session.get(WITH_CODE))
    begin(user, with_code=with_code)
    session[PROVEN] = proven


def mark_proven() -> None:
    """The person who is signed in showed just now who they are."""
    session[PROVEN] = int(clock.now().timestamp())
    _forget()


def lacks_code() -> bool:
    """Whether somebody of the help desk has to set up an app of codes before anything else."""
    return not session.get(WITH_CODE) and second_factor.is_required(current_actor())


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
    proven = session.get(PROVEN)
    actor = actor_of(current_user, datetime.fromtimestamp(proven, UTC) if isinstance(proven, int) else None)
    speak(actor.language)
    return actor


def _is_over() -> bool:
    since, key = session.get(SINCE), session.get(KEY)
    if not isinstance(since, int) or not isinstance(key, str):
        return True
    age = clock.now().timestamp() - since
    lasts = timedelta(hours=current_settings().session_hours).total_seconds()
    return not -lasts <= age <= lasts or sessions.has_ended(key)  # far ahead: the clock was wrong when it began


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
