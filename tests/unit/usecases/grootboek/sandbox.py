"""The server of Grootboek Online, as strict as the standards. Every key here is made up. It does what its knobs say."""

from __future__ import annotations

import base64
import hashlib
import json
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from joserfc import jwt
from joserfc.jwk import RSAKey
from werkzeug.wrappers import Request, Response

from connectors.kit.oauth import ClientAuth
from connectors.kit.oauth_sandbox import Consents, Redeemed, Rules, Trouble, consent_page, sent_back
from connectors.kit.outcomes import Outcome
from connectors.kit.sandbox import MadeUpClub, Sandbox
from connectors.kit.text import Text
from onboarding import clock

from . import HOST

RULES = Rules("made-up-client", "made-up-client-secret", ClientAuth.BASIC, code_lives=180, access_lives=3600)
HOST_INPUT = {"client_id": RULES.client_id, "client_secret": RULES.client_secret}
CLUBS = tuple(
    MadeUpClub(name, {"division": "1"}, {"token_alive": Outcome.PASSED}, Text(nl=name, en=name), featured=True)
    for name in ("goed", "tweede")
)


@dataclass
class Knobs:
    """What the server does: ``slow`` seconds at the token endpoint, ``faults`` by grant, and what it signs."""

    slow: float = 0.0
    faults: dict[str, Callable[[], Response | None]] = field(default_factory=dict)
    claims: dict[str, Any] = field(default_factory=dict)
    earliest: float = 0.0
    keys_away: bool = False
    books_away: bool = False
    scope: str | None = None
    on_token: Callable[[str], None] = lambda _: None
    tokens: list[str] = field(default_factory=list)
    revoked: list[str] = field(default_factory=list)
    at_once: int = 0
    most_at_once: int = 0


class Server:
    """One Grootboek Online."""

    def __init__(self) -> None:
        self.knobs = Knobs()
        self.consents = Consents("grootboek", [club.name for club in CLUBS], RULES, _seconds, prefix="gb_")
        self._challenges: dict[str, str] = {}
        self._key = RSAKey.generate_key(2048, {"kid": "made-up"})
        self._guard = threading.Lock()

    def __call__(self, request: Request) -> Response:
        match request.path:
            case "/authorize":
                return self._authorize(request)
            case "/token":
                return self._token(request)
            case "/revoke":
                self.knobs.revoked.append(request.form["token"])
                self.consents.revoke(request.form["token"])
                return Response("", 200)
            case "/keys":
                body = {"keys": [self._key.as_dict(private=False)]}
                return Response("", 503) if self.knobs.keys_away else _json(body)
            case "/books":
                return self._books(request)
        return Response("", 404)

    def _authorize(self, request: Request) -> Response:
        if request.method == "GET":
            return consent_page(request, "Grootboek Online", CLUBS)
        asked, chosen = request.args, request.form.get("club")
        assert asked["response_type"] == "code"
        assert asked["code_challenge_method"] == "S256"
        if chosen is None:
            return sent_back(request, error=request.form.get("refuse", "access_denied"))
        code = self.consents.code_for(chosen, asked["redirect_uri"], nonce=asked["nonce"], scope=asked["scope"])
        self._challenges[code] = asked["code_challenge"]
        return sent_back(request, code=code)

    def _token(self, request: Request) -> Response:
        grant = request.form["grant_type"]
        with self._guard:
            self.knobs.tokens.append(grant)
            self.knobs.at_once += 1
            self.knobs.most_at_once = max(self.knobs.most_at_once, self.knobs.at_once)
        try:
            time.sleep(self.knobs.slow)
            fault = self.knobs.faults.get(grant, lambda: None)()
            return fault if fault is not None else self._answer(request, grant)
        finally:
            self.knobs.on_token(grant)
            with self._guard:
                self.knobs.at_once -= 1

    def _answer(self, request: Request, grant: str) -> Response:
        if not self.consents.is_client(request):
            return _json({"error": "invalid_client"}, 401)
        if grant == "refresh_token":
            return self._refreshed(request.form["refresh_token"])
        code = request.form["code"]
        redeemed = self.consents.redeem(code, request.form["redirect_uri"])
        challenge = self._challenges.pop(code, None)
        if not isinstance(redeemed, Redeemed) or not _verifies(request.form.get("code_verifier", ""), challenge):
            return _json({"error": "invalid_grant"}, 400)
        pair = self.consents.pair_for(redeemed.club, redeemed.scope)
        return _json(self._pair(pair.access, pair.refresh) | {"id_token": self._identity(redeemed.nonce)})

    def _refreshed(self, refresh: str) -> Response:
        pair = self.consents.renew(refresh, self.knobs.earliest)
        if isinstance(pair, Trouble):
            return _json({"error": "too_early" if pair is Trouble.EARLY else "invalid_grant"}, 400)
        return _json(self._pair(pair.access, pair.refresh))

    def _pair(self, access: str, refresh: str) -> dict[str, Any]:
        body = {"access_token": access, "refresh_token": refresh, "expires_in": 3600, "token_type": "Bearer"}
        return body | ({"scope": self.knobs.scope} if self.knobs.scope is not None else {})

    def _identity(self, nonce: str) -> str:
        at = int(_seconds())
        claims = {"iss": f"https://{HOST}", "aud": RULES.client_id, "sub": "7", "iat": at, "exp": at + 600}
        return jwt.encode({"alg": "RS256", "kid": "made-up"}, claims | {"nonce": nonce} | self.knobs.claims, self._key)

    def _books(self, request: Request) -> Response:
        if self.knobs.books_away:
            return Response("", 503)
        pair = self.consents.bearer_of(request)
        if pair is None:
            return _json({"error": "invalid_token"}, 401)
        return _json([{"id": "1", "name": f"SV {pair.club.title()}"}, {"id": "2", "name": "Stichting Kantine"}])


def _seconds() -> float:
    """Time on the app's clock, which tests move."""
    return clock.now().timestamp()


def _verifies(verifier: str, challenge: str | None) -> bool:
    """PKCE: of a code that no browser of ours asked for there is no challenge, and then no verifier comes."""
    made = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).decode().rstrip("=")
    return made == challenge if challenge is not None else not verifier


def _json(body: object, status: int = 200) -> Response:
    return Response(json.dumps(body), status, content_type="application/json")


SERVER = Server()
"""The server of this process."""


def sandbox() -> Sandbox:
    """The emulator: one a process, so that tests can turn its knobs."""
    return Sandbox({HOST: SERVER}, CLUBS, HOST_INPUT)
