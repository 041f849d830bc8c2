"""OpenID Connect with the host: its discovery document, the question, the exchange, and an identity that is proven."""

from __future__ import annotations

import json
import secrets
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote_plus, urlencode, urlsplit

from flask import current_app

from connectors.kit.identity_token import ALGORITHMS, LEEWAY
from onboarding.calls import Answer, NoAnswer, call
from onboarding.clock import now
from onboarding.settings import Settings, current_settings, is_safe

SECONDS = 10.0
"""How long each call to the host may take: somebody is waiting."""
FRESH = 3600.0
"""Seconds for which its discovery document is taken as read."""
BACK = "/account/oidc/terug"
"""Where the host sends people back to."""


class IssuerAway(Exception):
    """The host's sign-in does not answer as it should; nobody did anything wrong. The message is no text of its own."""


class NotProven(Exception):
    """What came back proves nobody's identity. The message says why and holds no value of it."""


@dataclass(frozen=True, slots=True)
class Issuer:
    """What the discovery document says that is needed here."""

    issuer: str
    authorize: str
    token: str
    keys: str
    userinfo: str
    by_form: bool
    """Whether the client's secret may stand in the form; otherwise it goes in the header."""


@dataclass(frozen=True, slots=True)
class Question:
    """What this browser asked, to be compared with what comes back. Each is used once."""

    state: str
    nonce: str = field(repr=False)
    verifier: str = field(repr=False)


def new_question() -> Question:
    """A question that nobody can guess."""
    return Question(*(secrets.token_urlsafe(32) for _ in range(3)))


def issuer() -> Issuer:
    """The host's sign-in, read when it is first needed. Raises ``IssuerAway``."""
    known: tuple[Issuer, float] | None = current_app.extensions.get("koppelbalie_oidc")
    if known is not None and time.monotonic() - known[1] < FRESH:
        return known[0]
    found = _discovered(current_settings().oidc_issuer)
    current_app.extensions["koppelbalie_oidc"] = (found, time.monotonic())
    return found


def question_address(at: Issuer, asked: Question) -> str:
    """Where a browser goes to sign in there."""
    from authlib.oauth2.rfc6749.parameters import prepare_grant_uri
    from authlib.oauth2.rfc7636 import create_s256_code_challenge

    settings = current_settings()
    address: str = prepare_grant_uri(
        at.authorize,
        settings.oidc_client_id,
        "code",
        redirect_uri=settings.base_url + BACK,
        scope=settings.oidc_scope,
        state=asked.state,
        nonce=asked.nonce,
        code_challenge=create_s256_code_challenge(asked.verifier),
        code_challenge_method="S256",
    )
    return address


def identity(at: Issuer, asked: Question, code: str) -> Mapping[str, Any]:
    """The claims about whoever signed in there, for a code that is used up by this.

    Raises ``IssuerAway``, or ``NotProven``.
    """
    settings = current_settings()
    tokens = _exchanged(at, asked, code, settings)
    claims = _verified(at, asked, tokens, settings)
    wanted = {"email", settings.oidc_club_claim, settings.oidc_role_claim}
    if at.userinfo and wanted - claims.keys():
        return {**_userinfo(at, tokens, claims["sub"]), **claims}
    return claims


def origin(address: str) -> str:
    """Scheme, name and port of an address, as a content policy names them."""
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc}"


def _discovered(address: str) -> Issuer:
    said = _json(_call("GET", f"{address.rstrip('/')}/.well-known/openid-configuration"))
    needed = ("issuer", "authorization_endpoint", "token_endpoint", "jwks_uri")
    values = [said.get(name) for name in needed]
    if not all(isinstance(value, str) and is_safe(value.partition("?")[0]) for value in values):
        raise IssuerAway("the discovery document lacks an address that can be used")
    name, authorize, token, keys = map(str, values)
    if name.rstrip("/") != address.rstrip("/"):
        raise IssuerAway("the discovery document is of another issuer")
    userinfo, methods = said.get("userinfo_endpoint"), said.get("token_endpoint_auth_methods_supported")
    return Issuer(
        issuer=name,
        authorize=authorize,
        token=token,
        keys=keys,
        userinfo=userinfo if isinstance(userinfo, str) else "",
        by_form=isinstance(methods, list) and "client_secret_post" in methods,
    )


def _exchanged(at: Issuer, asked: Question, code: str, settings: Settings) -> Mapping[str, Any]:
    form = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": settings.base_url + BACK,
        "code_verifier": asked.verifier,
    }
    headers = {"Content-Type": "application/x-www-form-urlencoded", "Accept": "application/json"}
    assert settings.oidc_client_secret is not None
    client_id, secret = settings.oidc_client_id, settings.oidc_client_secret.get_secret_value()
    if at.by_form:
        form |= {"client_id": client_id, "client_secret": secret}
    else:
        headers |= _basic(client_id, secret)
    answer = _call("POST", at.token, headers, urlencode(form).encode())
    if answer.status in (400, 401, 403):
        raise NotProven("the code was refused")
    return _json(answer)


def _basic(client_id: str, secret: str) -> dict[str, str]:
    import base64

    pair = f"{quote_plus(client_id)}:{quote_plus(secret)}"  # as RFC 6749 has it, and most secrets stay what they are
    return {"Authorization": f"Basic {base64.b64encode(pair.encode()).decode()}"}


def _verified(at: Issuer, asked: Question, tokens: Mapping[str, Any], settings: Settings) -> Mapping[str, Any]:
    """The claims of a token that is signed by the issuer, for us, of this moment and of our question."""
    from authlib.oidc.core import CodeIDToken
    from joserfc import jwt
    from joserfc.errors import JoseError
    from joserfc.jwk import KeySet

    token, access = tokens.get("id_token"), tokens.get("access_token")
    if not isinstance(token, str):
        raise NotProven("no identity token")
    served = _json(_call("GET", at.keys))
    options: dict[str, Any] = {name: {"essential": True} for name in ("sub", "exp", "iat")}
    options |= {
        name: {"essential": True, "value": value}
        for name, value in (("iss", at.issuer), ("aud", settings.oidc_client_id), ("nonce", asked.nonce))
    }
    try:
        signed = jwt.decode(token, KeySet.import_key_set(dict(served)), algorithms=ALGORITHMS)  # type: ignore[arg-type]
        params = {"nonce": asked.nonce, "client_id": settings.oidc_client_id, "access_token": access}
        claims = CodeIDToken(signed.claims, signed.header, options, params)
        claims.validate(now=int(now().timestamp()), leeway=int(LEEWAY.total_seconds()))
    except (JoseError, ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        raise NotProven(f"the identity token is not in order ({type(error).__name__})") from None
    if not isinstance(claims["sub"], str) or not 0 < len(claims["sub"]) <= 255:
        raise NotProven("the identity token names nobody")
    return dict(claims)


def _userinfo(at: Issuer, tokens: Mapping[str, Any], subject: str) -> Mapping[str, Any]:
    """What the host says beside the identity token, when it is about the same person."""
    access = tokens.get("access_token")
    if not isinstance(access, str) or not access.isascii() or not access.isprintable():
        return {}
    said = _json(_call("GET", at.userinfo, {"Authorization": f"Bearer {access}"}))
    if said.get("sub") != subject:
        raise NotProven("what is said beside the identity token is about somebody else")
    return said


def _call(method: str, url: str, headers: Mapping[str, str] | None = None, content: bytes | None = None) -> Answer:
    try:
        answer = call(method, url, seconds=SECONDS, headers=headers, content=content)
    except NoAnswer as problem:
        raise IssuerAway(str(problem)) from None
    if answer.status >= 500 or answer.status == 429:
        raise IssuerAway(f"status {answer.status}")
    return answer


def _json(answer: Answer) -> Mapping[str, Any]:
    if answer.status != 200:
        raise IssuerAway(f"status {answer.status}")
    try:
        said = json.loads(answer.body)
    except (ValueError, RecursionError):
        said = None
    if not isinstance(said, dict):
        raise IssuerAway("no JSON object")
    return said
