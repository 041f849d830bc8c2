"""An OpenID Connect issuer to try with: discovery, a page with made-up people, signed identity tokens, its keys."""

from __future__ import annotations

import base64
import hashlib
import hmac
import html
import os
import secrets
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote_plus, urlencode

from flask import Flask, Response, jsonify, redirect, request
from joserfc import jwt
from joserfc.jwk import RSAKey

from demo.cast import EVERYBODY, host_id

CLIENT_ID = "koppelbalie-demo"
CLIENT_SECRET = "made-up-client-secret-of-the-demo"
NINA: dict[str, Any] = {
    "email": "nina@nieuwland.example",
    "email_verified": True,
    "name": "Nina de Boer",
    "clubs": [{"id": "hv-nieuwland", "name": "HV Nieuwland"}],
}
"""A treasurer whom only the host knows."""
CODE_LIVES = 60.0
"""Seconds that a code can be exchanged."""
PAGE = """<!doctype html>
<html lang="nl"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>Club-assistent (proef)</title>
<style>body{{font:16px/1.5 system-ui,sans-serif;max-width:40rem;margin:2rem auto;padding:0 1rem}}
button{{font:inherit;display:block;width:100%;text-align:left;padding:.6rem .8rem;margin:.4rem 0}}
p.note{{background:#fff3cd;color:#333;padding:.6rem .8rem}}</style></head>
<body><p class="note">Dit is een nagebouwde pagina om te proberen: hier hoeft geen wachtwoord.</p>
<h1>Inloggen bij Club-assistent (proef)</h1><p>Als wie?</p><form method="post">{people}
<button name="refuse" value="1">Niemand: breek het af</button></form></body></html>"""


@dataclass(frozen=True, slots=True)
class Somebody:
    """A made-up person: what the issuer says of them beside the usual, and what the button says."""

    subject: str
    claims: Mapping[str, Any]
    says: str = ""


@dataclass(frozen=True, slots=True)
class _Code:
    subject: str
    asked: Mapping[str, str]
    at: float
    spent: list[bool] = field(default_factory=list)


class Issuer:
    """What an issuer remembers. ``address`` is where it stands, and ``people`` are who can sign in.

    ``forge`` makes the identity token out of its claims; tests put another one there.
    """

    def __init__(self, address: str, people: Iterable[Somebody], clock: Callable[[], float] = time.time) -> None:
        self.address = address
        self.people = {one.subject: one for one in people}
        self.key = RSAKey.generate_key(2048, {"kid": secrets.token_hex(4), "use": "sig", "alg": "RS256"})
        self.clock = clock
        self.forge: Callable[[dict[str, Any]], str] = self.signed
        self.methods = ["client_secret_basic", "client_secret_post"]
        self.in_token: frozenset[str] | None = None
        """Which claims stand in the identity token; None is all, and the rest is told by userinfo."""
        self.authorize = f"{address}/authorize"
        self._codes: dict[str, _Code] = {}
        self._access: dict[str, str] = {}

    def signed(self, claims: dict[str, Any]) -> str:
        """An identity token as it should be."""
        return jwt.encode({"alg": "RS256", "kid": self.key.kid or ""}, claims, self.key)

    def document(self) -> dict[str, Any]:
        """The discovery document."""
        return {
            "issuer": self.address,
            "authorization_endpoint": self.authorize,
            "token_endpoint": f"{self.address}/token",
            "jwks_uri": f"{self.address}/keys",
            "userinfo_endpoint": f"{self.address}/userinfo",
            "response_types_supported": ["code"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["RS256"],
            "code_challenge_methods_supported": ["S256"],
            "token_endpoint_auth_methods_supported": self.methods,
        }

    def code_for(self, subject: str, asked: Mapping[str, str]) -> str:
        """A code for whoever chose to be this person."""
        code = secrets.token_urlsafe(24)
        self._codes[code] = _Code(subject, dict(asked), self.clock())
        return code

    def redeem(self, form: Mapping[str, str]) -> dict[str, Any] | str:
        """Tokens for a code, or the error of the protocol."""
        known = self._codes.get(form.get("code", ""))
        if known is None or known.spent or self.clock() - known.at > CODE_LIVES:
            return "invalid_grant"
        known.spent.append(True)
        verifier = form.get("code_verifier", "")
        challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()
        if challenge != known.asked.get("code_challenge") or form.get("redirect_uri") != known.asked["redirect_uri"]:
            return "invalid_grant"
        access = secrets.token_urlsafe(24)
        self._access[access] = known.subject
        token = self.forge(self._claims(known.subject, known.asked.get("nonce", "")))
        return {"access_token": access, "token_type": "Bearer", "expires_in": 300, "id_token": token}

    def told_of(self, access: str) -> dict[str, Any] | None:
        """What userinfo says to who bears this token."""
        subject = self._access.get(access)
        return None if subject is None else {"sub": subject, **self.people[subject].claims}

    def _claims(self, subject: str, nonce: str) -> dict[str, Any]:
        at = int(self.clock())
        said = self.people[subject].claims
        kept = {name: value for name, value in said.items() if self.in_token is None or name in self.in_token}
        usual = {"iss": self.address, "sub": subject, "aud": CLIENT_ID, "exp": at + 300, "iat": at, "nonce": nonce}
        return usual | kept


def is_client() -> bool:
    """Whether the call shows id and secret of the product, in the header or in the form."""
    given = (request.form.get("client_id", ""), request.form.get("client_secret", ""))
    scheme, _, pair = request.headers.get("Authorization", "").partition(" ")
    if scheme == "Basic":
        name, _, secret = base64.b64decode(pair).decode().partition(":")
        given = (unquote_plus(name), unquote_plus(secret))
    return hmac.compare_digest(":".join(given), f"{CLIENT_ID}:{CLIENT_SECRET}")


def create_issuer(issuer: Issuer) -> Flask:
    """The issuer as a small app."""
    app = Flask("issuer", static_folder=None)

    @app.get("/.well-known/openid-configuration")
    def discovery() -> Response:
        return jsonify(issuer.document())

    @app.get("/keys")
    def keys() -> Response:
        return jsonify(keys=[issuer.key.as_dict(private=False)])

    @app.get("/authorize")
    def page() -> str | tuple[str, int]:
        if request.args.get("client_id") != CLIENT_ID or "redirect_uri" not in request.args:
            return "unknown client", 400
        buttons = [
            f'<button name="sub" value="{html.escape(one.subject)}">{html.escape(one.says or one.subject)}</button>'
            for one in issuer.people.values()
        ]
        return PAGE.format(people="\n".join(buttons))

    @app.post("/authorize")
    def chosen() -> Any:
        asked = request.args.to_dict()
        answer = {"state": asked.get("state", ""), "iss": issuer.address}
        if "refuse" in request.form:
            answer["error"] = "access_denied"
        else:
            answer["code"] = issuer.code_for(request.form["sub"], asked)
        return redirect(f"{asked['redirect_uri']}?{urlencode(answer)}", 303)

    @app.post("/token")
    def token() -> tuple[Response, int]:
        if not is_client():
            return jsonify(error="invalid_client"), 401
        done = issuer.redeem(request.form)
        return (jsonify(error=done), 400) if isinstance(done, str) else (jsonify(done), 200)

    @app.get("/userinfo")
    def userinfo() -> tuple[Response, int]:
        said = issuer.told_of(request.headers.get("Authorization", "").removeprefix("Bearer "))
        return (jsonify(error="invalid_token"), 401) if said is None else (jsonify(said), 200)

    return app


def settings(address: str) -> dict[str, str]:
    """What the product is told of an issuer at this address, without the prefix."""
    return {
        "OIDC_ISSUER": address,
        "OIDC_CLIENT_ID": CLIENT_ID,
        "OIDC_CLIENT_SECRET": CLIENT_SECRET,
        "OIDC_NAME": "Club-assistent (proef)",
    }


def everybody() -> list[Somebody]:
    """The cast, as the host knows them, and somebody who was never here."""
    people = [
        Somebody(
            subject=f"u-{person.first_name}",
            says=f"{person.name}, {person.comes_to}",
            claims={
                "email": person.email,
                "email_verified": True,
                "name": person.name,
                "locale": person.language,
                "clubs": [{"id": host_id(club), "name": club} for club in person.clubs],
                "role": person.role or "member",
            },
        )
        for person in EVERYBODY
    ]
    return [*people, Somebody("u-nina", NINA, "Nina de Boer, penningmeester van HV Nieuwland, voor het eerst hier")]


def create_issuer_here() -> Flask:
    """The issuer of the place that the environment names."""
    return create_issuer(Issuer(os.environ["KOPPELBALIE_OIDC_ISSUER"], everybody()))
