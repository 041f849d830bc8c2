"""The emulator of consent at login.twinfield.com: asking, codes, tokens, looking a token up, and signed identities."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Mapping
from functools import cached_property
from typing import Any

from werkzeug.exceptions import BadRequest, MethodNotAllowed, NotFound
from werkzeug.wrappers import Request, Response

from connectors.kit.ailments import Ailments
from connectors.kit.oauth import Grant
from connectors.kit.oauth_sandbox import Consents, Pair, Redeemed, Trouble, consent_page, is_address, sent_back
from connectors.kit.sandbox import address_of
from connectors.twinfield.cluster import LOGIN_HOST
from connectors.twinfield.consent import SCOPE
from connectors.twinfield.made_up import CLIENT_ID, CODE_GOOD, CONSENTING, organisation_of
from connectors.twinfield.sandbox_cluster import BY_TOKEN

BASE = "/auth/authentication"
LIFE = 3600
ASKED = {"client_id", "redirect_uri", "response_type", "scope", "state", "nonce"}
LITTLE = "openid offline_access"
"""The scope of a consent that covers too little."""


class Signer:
    """Signs identity tokens with a key of its own, which is made when it is first needed."""

    def __init__(self) -> None:
        self._guard = threading.Lock()

    @cached_property
    def _key(self) -> Any:
        from joserfc.jwk import RSAKey  # brings cryptography: loaded where it is used

        return RSAKey.generate_key(2048, {"kid": "made-up-key", "use": "sig", "alg": "RS256"}, private=True)

    def signed(self, claims: dict[str, Any]) -> str:
        """A token with these claims."""
        from joserfc import jwt

        with self._guard:
            key = self._key
        return jwt.encode({"alg": "RS256", "kid": "made-up-key"}, claims, key)

    def keys(self) -> Mapping[str, Any]:
        """The public half, as it is served."""
        with self._guard:
            key = self._key
        return {"keys": [key.as_dict(private=False)]}


class ConsentSide:
    """Answers below /auth/authentication."""

    def __init__(self, consents: Consents, ailments: Ailments) -> None:
        self._consents = consents
        self._ailments = ailments
        self._signer = Signer()
        self._good = True

    def __call__(self, request: Request) -> Response:
        match request.path.removeprefix(BASE), request.method:
            case "/connect/authorize", "GET" | "POST":
                return self._authorize(request)
            case "/connect/token", "POST":
                return self._token(request)
            case "/connect/accesstokenvalidation", "GET":
                return self._validated(request)
            case "/.well-known/jwks", "GET":
                return _json(self._signer.keys())
            case (("/connect/token" | "/connect/accesstokenvalidation"), _):
                raise MethodNotAllowed
        raise NotFound

    def _authorize(self, request: Request) -> Response:
        asked = request.args
        if asked.get("client_id") != CLIENT_ID or not is_address(asked.get("redirect_uri", "")):
            raise BadRequest("client_id and redirect_uri have to be those that were registered")
        if set(asked) - ASKED or asked.get("response_type") != "code" or not asked.get("nonce"):
            return sent_back(request, error="invalid_request")
        if "openid" not in asked.get("scope", "").split() or set(asked["scope"].split()) - set(SCOPE.split()):
            return sent_back(request, error="invalid_scope")
        if request.method == "GET":
            return consent_page(request, "Toegang tot Twinfield", CONSENTING, "Log in als:")
        club = request.form.get("club", "")
        if club not in {one.name for one in CONSENTING}:
            return sent_back(request, error="access_denied")
        code = self._consents.code_for(club, asked["redirect_uri"], nonce=asked["nonce"], scope=asked["scope"])
        return sent_back(request, code=code)

    def _token(self, request: Request) -> Response:
        if request.mimetype != "application/x-www-form-urlencoded":
            return _refused("invalid_request")
        if not self._consents.is_client(request):
            return _refused("invalid_client")
        match request.form.to_dict():
            case {"grant_type": Grant.CODE.value, "code": code, "redirect_uri": back, **rest} if not rest:
                return self._exchanged(request, code, back)
            case {"grant_type": Grant.REFRESH.value, "refresh_token": renewing, **rest} if not rest:
                came = self._consents.renew(renewing)
                if isinstance(came, Trouble) or self._ailments.of(came.club) == "ingetrokken":
                    return _refused("invalid_grant")
                return _json(_granted(came))
            case {"grant_type": Grant.CODE.value | Grant.REFRESH.value}:
                return _refused("invalid_request")
        return _refused("unsupported_grant_type")

    def _exchanged(self, request: Request, code: str, back: str) -> Response:
        came = self._redeemed(code, back)
        if isinstance(came, Trouble):
            return _refused("invalid_grant")
        granted = _granted(self._consents.pair_for(came.club, came.scope))
        if "offline_access" not in came.scope.split():
            del granted["refresh_token"]
        return _json({**granted, "id_token": self._signer.signed(_claims(request, came.club, came.nonce))})

    def _redeemed(self, code: str, back: str) -> Redeemed | Trouble:
        """What a code stands for; one of them is known beforehand, and good once as any other."""
        if code != CODE_GOOD:
            return self._consents.redeem(code, back)
        was_good, self._good = self._good, False
        return Redeemed("toestemming", "", SCOPE) if was_good and is_address(back) else Trouble.USED

    def _validated(self, request: Request) -> Response:
        if request.headers.get("Authorization") and not self._consents.is_client(request):
            return _json({"error": "invalid_client"}, 401)
        pair = self._consents.alive(request.args.get("token", ""))
        ails = self._ailments.of(pair.club) if pair is not None else ""
        if pair is None or ails == "ingetrokken":
            return _json({"Message": "invalid_token"}, 400)
        scope = (LITTLE if ails == "scope" else pair.scope or SCOPE).split()
        claims = _claims(request, pair.club) | {"client_id": CLIENT_ID, "scope": scope}
        if "twf.organisation" in scope:
            claims |= {
                "twf.organisationCode": organisation_of(pair.club),
                "twf.clusterUrl": address_of(request, BY_TOKEN),
            }
        if "twf.organisationUser" in scope:
            claims["twf.organisationUserCode"] = pair.club.upper()
        return _json(claims)


def _claims(request: Request, club: str, nonce: str = "") -> dict[str, Any]:
    now = int(time.time())
    claims = {
        "iss": address_of(request, LOGIN_HOST) + BASE,
        "aud": CLIENT_ID,
        "sub": f"made-up-{club}",
        "iat": now,
        "nbf": now,
        "exp": now + LIFE,
    }
    return claims | ({"nonce": nonce} if nonce else {})


def _granted(pair: Pair) -> dict[str, Any]:
    return {
        "access_token": pair.access,
        "token_type": "Bearer",
        "expires_in": LIFE,
        "refresh_token": pair.refresh,
    }


def _refused(error: str) -> Response:
    return _json({"error": error}, 400)


def _json(body: object, status: int = 200) -> Response:
    return Response(json.dumps(body), status, content_type="application/json; charset=utf-8")
