"""The emulator of auth.snelstart.nl: a token for a known key, and refusals as OAuth writes them."""

from __future__ import annotations

import json
import secrets
import threading
from collections.abc import Mapping
from dataclasses import dataclass

from werkzeug.exceptions import MethodNotAllowed, NotFound
from werkzeug.wrappers import Request, Response

from connectors.kit import faults
from connectors.kit.ailments import Ailments
from connectors.snelstart.made_up import NAMES

UNKNOWN = frozenset({"onbekend", "onbekend401", "echo", "geknipt", "verkeerde"})
"""Clubs whose key is refused."""
LIFETIME = 3599


@dataclass(frozen=True, slots=True)
class Granted:
    """A token that was given out; an unsound one is refused at its first use."""

    club: str
    sound: bool = True


class TokenSide:
    """Answers the token call, and knows whose token is whose."""

    def __init__(self, ailments: Ailments) -> None:
        self._ailments = ailments
        self._granted: dict[str, Granted] = {}
        self._lost: set[str] = set()
        self._guard = threading.Lock()

    def __call__(self, request: Request) -> Response:
        if request.path != "/b2b/token":
            raise NotFound
        if request.method != "POST":
            raise MethodNotAllowed
        asked = request.form.to_dict(flat=False)
        key = asked.get("clientkey", [""])[0]
        if (
            request.mimetype != "application/x-www-form-urlencoded"
            or set(asked) != {"grant_type", "clientkey"}
            or not key
        ):
            return _refuse("invalid_request", "grant_type and clientkey are needed, as a form.")
        if asked["grant_type"] != ["clientkey"]:
            return _refuse("unsupported_grant_type", "This grant is not supported.")
        return self._answer(key)

    def club_of(self, token: str) -> str | None:
        """The club of a token; None for one that was never given out, or is lost."""
        with self._guard:
            granted = self._granted.get(token)
            if granted is not None and not granted.sound:
                del self._granted[token]
                self._lost.add(granted.club)
                return None
            return granted.club if granted is not None else None

    def _answer(self, key: str) -> Response:
        club = NAMES.get(key)
        ails = self._ailments.of(club) if club is not None else ""
        if ails == "storing":
            return faults.outage()
        if club is None or ails in UNKNOWN:
            said = f"The client key {key} is not known." if ails == "echo" else "The client key is not known."
            return _refuse("invalid_grant", said, 401 if ails == "onbekend401" else 400)
        return json_answer({"access_token": self._grant(club), "token_type": "bearer", "expires_in": LIFETIME})

    def _grant(self, club: str) -> str:
        token = secrets.token_urlsafe(48)
        with self._guard:
            sound = self._ailments.of(club) != "verlopen" or club in self._lost
            self._lost.discard(club)
            self._granted[token] = Granted(club, sound)
        return token


def json_answer(body: object, status: int = 200) -> Response:
    """An answer in JSON."""
    return Response(json.dumps(body), status, content_type="application/json; charset=utf-8")


def _refuse(error: str, description: str, status: int = 400) -> Response:
    body: Mapping[str, str] = {"error": error, "error_description": description}
    return json_answer(body, status)
