"""Passwords: which will do, and the one way to check one."""

from __future__ import annotations

import unicodedata
from functools import lru_cache
from itertools import pairwise

from flask import current_app
from flask_babel import lazy_gettext as _l
from flask_security.utils import hash_password, verify_password

from onboarding.accounts.models import User

SHORTEST, LONGEST = 10, 128
"""In characters. The upper bound keeps a long one from costing seconds."""

SHORT: object = _l("Take at least %(n)s characters. A few words in a row work well.", n=SHORTEST)
LONG: object = _l("Take at most %(n)s characters.", n=LONGEST)
SIMPLE: object = _l("This one is guessed first. Take a few words that have nothing to do with each other.")
OWN: object = _l("Your own name or address is guessed first. Take a few words that have nothing to do with each other.")

GUESSED = ("wachtwoord", "password", "welkom", "welcome", "qwerty", "azerty", "penningmeester", "koppelbalie", "geheim")


def problem_with(password: str, email: str, name: str) -> object | None:
    """What is wrong with a new password, as a lazy text; None when it will do."""
    plain = normalize(password)
    if len(plain) < SHORTEST:
        return SHORT
    if len(plain) > LONGEST:
        return LONG
    bare = "".join(ch for ch in plain.lower() if ch.isalpha())
    if _is_own(plain.lower(), email, name):
        return OWN
    if len(set(plain.lower())) < 5 or bare in GUESSED or _is_row(plain.lower()):
        return SIMPLE
    return None


def normalize(password: str) -> str:
    """The one form of a password, however the keyboard composes its letters (NFKD)."""
    return unicodedata.normalize("NFKD", password)


def hashed(password: str) -> str:
    """The argon2 hash to keep; takes its time on purpose."""
    value: str = hash_password(normalize(password))
    return value


def matches(user: User | None, password: str) -> bool:
    """Whether ``password`` is the user's.

    Takes the same time when there is no such user or they have no password, so that the time tells nothing.
    """
    plain = normalize(password)
    if len(plain) > LONGEST:
        return False
    known = user.password if user is not None and user.active else None
    fits = bool(verify_password(plain, known or _nobodys_hash(current_app.name, _cost())))
    return fits and known is not None


def is_outdated(user: User) -> bool:
    """Whether the kept hash is of another cost than the settings ask now."""
    context = current_app.extensions["security"].pwd_context
    return user.password is not None and bool(context.needs_update(user.password))


def _cost() -> str:
    return str(current_app.config.get("SECURITY_PASSWORD_HASH_PASSLIB_OPTIONS"))


@lru_cache(maxsize=4)
def _nobodys_hash(app: str, cost: str) -> str:
    """A hash that costs what a real one costs; made once per process and cost."""
    return hashed("nobody has this one: " + app + cost)


def _is_own(plain: str, email: str, name: str) -> bool:
    parts = [email, email.partition("@")[0], name.replace(" ", ""), name]
    bare = plain.replace(" ", "")
    return any(len(part) > 3 and bare.strip("0123456789!.-_") == part.lower().replace(" ", "") for part in parts)


def _is_row(plain: str) -> bool:
    """Whether it only counts up or down: 0123456789, abcdefghij."""
    steps = {ord(b) - ord(a) for a, b in pairwise(plain)}
    return steps <= {1, -9} or steps <= {-1, 9}
