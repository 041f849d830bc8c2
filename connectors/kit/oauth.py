"""OAuth 2 as packages speak it: what one declares, and the calls of the protocol. Nothing is kept here."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlencode, urlsplit

from connectors.kit.credentials import Credentials, Option, Secret, ask
from connectors.kit.errors import Owner, ProviderError, UnexpectedAnswer
from connectors.kit.http import OURS, Answer, Http, is_loopback
from connectors.kit.readers import Reading, trimmed
from connectors.kit.text import Text
from connectors.kit.tokens import Tokens

if TYPE_CHECKING:
    from connectors.kit.connector import Connector

DEADLINE = 60.0
"""Seconds that a call to a token endpoint may take: cut off too early, a token that was used is lost."""
AN_HOUR = timedelta(hours=1)


class Grant(StrEnum):
    """What is handed in for tokens; the values are those of the protocol."""

    CODE = "authorization_code"
    REFRESH = "refresh_token"


class ClientAuth(StrEnum):
    """How the host shows at the token endpoint who it is: in the ``Authorization`` header, or in the form."""

    BASIC = "basic"
    FORM = "form"


@dataclass(frozen=True, slots=True)
class Endpoints:
    """The real https addresses; ``issuer`` and ``keys`` (a JWK set) where signed identity tokens are verified."""

    authorize: str
    token: str
    revoke: str = ""
    issuer: str = ""
    keys: str = ""


class StillYoung(ProviderError):
    """The package refuses to refresh tokens that are this young: the ones that are kept are to be used."""

    blame = Owner.US


@dataclass(frozen=True, slots=True)
class OAuth:
    """How a package gives consent. What a reader could not know stands in the package's own facts.

    ``endpoints`` gives the addresses for the host's own keys, ``refused`` reads what a token endpoint answered
    instead of tokens (``StillYoung`` for a refresh that came too early). ``code_lives`` is how long a code can be
    exchanged, ``lives`` how long an access token is good when the answer does not say. Tokens are refreshed when
    less than ``margin`` of their life is left, and while they live never within ``earliest`` of the last time. A pair
    that nobody used is refreshed once it is older than ``keep_alive``, as its refresh token ends after
    ``refresh_lives``.
    ``lists`` gives the administrations that a consent covers, with names; ``chooses`` is the field that takes one,
    empty when the administration is chosen at the package. ``extra`` goes along to the page where consent is given.
    """

    endpoints: Callable[[Any], Endpoints]
    client: ClientAuth
    code_lives: timedelta
    refused: Callable[[Grant, Answer, Http], ProviderError]
    scope: str = ""
    extra: Mapping[str, str] = field(default_factory=dict)
    nonce: bool = False
    pkce: bool = False
    lives: timedelta = AN_HOUR
    margin: timedelta = timedelta(seconds=60)
    earliest: timedelta = timedelta(0)
    keep_alive: timedelta | None = None
    refresh_lives: timedelta | None = None
    lists: Callable[[Any, Http], tuple[Option, ...]] | None = None
    chooses: str = ""

    def is_due(self, tokens: Tokens, at: datetime) -> bool:
        """Whether tokens are to be refreshed before they are used again."""
        return tokens.expires_at is not None and tokens.expires_at - at <= self.margin

    def may_refresh(self, tokens: Tokens, at: datetime) -> bool:
        """Whether the package takes a refresh now, as far as we know."""
        return tokens.refresh_token is not None and at >= self.not_before(tokens)

    def not_before(self, tokens: Tokens) -> datetime:
        """From when a refresh is taken: what has run out may be refreshed, however young it is."""
        allowed = tokens.obtained_at + self.earliest
        return allowed if tokens.expires_at is None else min(allowed, tokens.expires_at)


def _redirect(raw: str) -> Reading:
    value = trimmed(raw)
    parts = urlsplit(value)
    sound = parts.scheme == "https" or (parts.scheme == "http" and is_loopback(parts.hostname or ""))
    if value and not (sound and parts.hostname):
        return Reading(value, error=Text(nl="Dit is geen https-adres.", en="This is no https address."))
    return Reading(value)


class Client(Credentials):
    """What the host owns at a package that gives consent."""

    client_id: str = ask(
        Text(nl="Client-id", en="Client id"),
        help=Text(nl="Uit de registratie van de app bij het pakket.", en="From the registration of the app there."),
    )
    client_secret: Secret = ask(
        Text(nl="Client-secret", en="Client secret"),
        help=Text(nl="Uit de registratie van de app bij het pakket.", en="From the registration of the app there."),
    )
    pasted_redirect_uri: str | None = ask(
        Text(nl="Adres waar codes getoond worden", en="Address that shows codes"),
        help=Text(
            nl="Alleen als daar codes staan die clubs overnemen; anders leeg.",
            en="Only where codes are shown that clubs copy; empty otherwise.",
        ),
        example="https://www.example.nl/code",
        reader=_redirect,
    )


@dataclass(frozen=True, slots=True)
class Granted:
    """What came for a code: tokens to seal before anything else, and the identity token to verify after that."""

    tokens: Tokens
    id_token: str = field(default="", repr=False)


def consent_address(
    connector: Connector,
    host: Client,
    *,
    redirect_uri: str,
    state: str,
    nonce: str = "",
    challenge: str = "",
    at: Mapping[str, str] | None = None,
) -> str:
    """Where a browser goes to give consent; ``at`` maps the package's host as it does for calls."""
    oauth = declared(connector)
    asked = {"client_id": host.client_id, "redirect_uri": redirect_uri, "response_type": "code"}
    asked |= {"scope": oauth.scope} if oauth.scope else {}
    asked |= {"state": state, **oauth.extra}
    asked |= {"nonce": nonce} if oauth.nonce else {}
    asked |= {"code_challenge": challenge, "code_challenge_method": "S256"} if oauth.pkce else {}
    return f"{mapped(oauth.endpoints(host).authorize, at or {})}?{urlencode(asked)}"


def mapped(address: str, at: Mapping[str, str]) -> str:
    """An address of a package as the map of hosts has it."""
    parts = urlsplit(address)
    elsewhere = at.get((parts.hostname or "").lower())
    return address if elsewhere is None else elsewhere.rstrip("/") + parts.path


def origin_of_consent(connector: Connector, host: Client, at: Mapping[str, str]) -> str:
    """Scheme, name and port of the page where consent is given, as a content policy names them."""
    parts = urlsplit(mapped(declared(connector).endpoints(host).authorize, at))
    return f"{parts.scheme}://{parts.netloc}"


def declared(connector: Connector) -> OAuth:
    """How a package gives consent; TypeError when it does not."""
    if connector.oauth is None:
        raise TypeError(f"{connector.key} gives no consent")
    return connector.oauth


def exchange(
    oauth: OAuth, host: Client, http: Http, *, code: str, redirect_uri: str, at: datetime, verifier: str = ""
) -> Granted:
    """Tokens for a code, which is used up whatever comes back.

    ``at`` is now; ``verifier`` that of PKCE. Raises what ``refused`` reads, ``Unavailable`` or ``UnexpectedAnswer``.
    """
    http.redact.learn(code)
    form = {"code": code, "redirect_uri": redirect_uri} | ({"code_verifier": verifier} if verifier else {})
    body, tokens = _ask(oauth, host, http, Grant.CODE, form, at)
    id_token = body.get("id_token")
    return Granted(tokens, id_token if isinstance(id_token, str) else "")


def refresh(oauth: OAuth, host: Client, http: Http, tokens: Tokens, at: datetime) -> Tokens:
    """A new pair for the refresh token, which may be used up whatever comes back.

    Where the answer brings no new refresh token, the old one goes on. Raises as ``exchange`` does.
    """
    assert tokens.refresh_token is not None
    http.redact.learn(tokens.refresh_token, tokens.access_token)
    _, new = _ask(oauth, host, http, Grant.REFRESH, {"refresh_token": tokens.refresh_token}, at)
    scope = tokens.scope if new.scope is None else new.scope
    return replace(new, refresh_token=new.refresh_token or tokens.refresh_token, scope=scope)


def revoke(oauth: OAuth, host: Client, http: Http, tokens: Tokens) -> bool:
    """Have the package forget a consent; whether it did. False where it offers no such thing."""
    address = oauth.endpoints(host).revoke
    if not address or tokens.refresh_token is None:
        return False
    http.redact.learn(tokens.refresh_token, tokens.access_token)
    form = {"token": tokens.refresh_token, "token_type_hint": "refresh_token"}
    return _post(oauth, host, http, address, "revocation", form).status == 200


def _ask(
    oauth: OAuth, host: Client, http: Http, grant: Grant, form: Mapping[str, str], at: datetime
) -> tuple[Mapping[str, Any], Tokens]:
    address = oauth.endpoints(host).token
    answer = _post(oauth, host, http, address, "token", {"grant_type": grant.value, **form}, shown=grant.value)
    # also out of an answer that is cut short or spelt in another way
    http.redact.learn(*re.findall(r'"(?:access|refresh|id)_token[^"]*"\s*:\s*"([^"]+)', answer.text))
    if answer.status != 200:
        raise oauth.refused(grant, answer, http)
    body = _object(answer)
    if "access_token" not in body and "error" in body:  # some refuse with status 200
        raise oauth.refused(grant, answer, http)
    return body, _tokens(oauth, body, at)


def _post(
    oauth: OAuth, host: Client, http: Http, address: str, operation: str, form: Mapping[str, str], shown: str = ""
) -> Answer:
    http.redact.learn(host.client_secret.reveal())

    def send(headers: Mapping[str, str], more: Mapping[str, str]) -> Answer:
        return http.call(
            "POST",
            address,
            operation=operation,
            shown={"grant_type": shown} if shown else {},
            headers={"Content-Type": "application/x-www-form-urlencoded", "Accept": "application/json", **headers},
            content=urlencode({**form, **more}).encode(),
            deadline=DEADLINE,
        )

    first, *others = _shown_by(oauth, host, http)
    answer = send(*first)
    return send(*others[0]) if others and _is_unknown_client(answer) else answer


def _shown_by(oauth: OAuth, host: Client, http: Http) -> list[tuple[dict[str, str], dict[str, str]]]:
    """What says who the host is, as header and form: one way, or two in the order in which they are tried.

    Packages document id and secret as they are; the standard has both encoded before they are joined (RFC 6749,
    2.3.1). A server that does not know who calls has spent nothing, so it is asked again where that differs.
    """
    known, secret = host.client_id, host.client_secret.reveal()
    if oauth.client is ClientAuth.FORM:
        return [({}, {"client_id": known, "client_secret": secret})]
    spelt = dict.fromkeys((f"{known}:{secret}", f"{quote(known, safe='')}:{quote(secret, safe='')}"))
    pairs = [base64.b64encode(one.encode()).decode() for one in spelt]
    http.redact.learn(quote(secret, safe=""), *pairs)
    return [({"Authorization": f"Basic {pair}"}, {}) for pair in pairs]


def _is_unknown_client(answer: Answer) -> bool:
    if answer.status not in (400, 401):
        return False
    try:
        body = json.loads(answer.body)
    except (ValueError, RecursionError):
        return False
    return isinstance(body, dict) and body.get("error") == "invalid_client"


def _object(answer: Answer) -> Mapping[str, Any]:
    try:
        body = json.loads(answer.body)
    except (ValueError, RecursionError):
        body = None
    if not isinstance(body, dict):
        raise UnexpectedAnswer(OURS, detail="token: status 200, but no JSON object", in_doubt=True)
    return body


def _tokens(oauth: OAuth, body: Mapping[str, Any], at: datetime) -> Tokens:
    access, renewing, scope = body.get("access_token"), body.get("refresh_token"), body.get("scope")
    if not isinstance(access, str) or not access.isascii() or not access.isprintable() or " " in access:
        raise UnexpectedAnswer(OURS, detail="token: status 200, but no readable access_token", in_doubt=True)
    return Tokens(
        access_token=access,
        refresh_token=renewing if isinstance(renewing, str) and renewing else None,
        obtained_at=at,
        expires_at=at + _life(oauth, body.get("expires_in")),
        scope=_scope(scope),
    )


def _scope(said: object) -> str | None:
    """Words in a text or in a list; None when nothing was said. What is no word is left out."""
    words = said if isinstance(said, list) else said.split() if isinstance(said, str) else None
    if words is None:
        return None
    return " ".join(word for word in words if isinstance(word, str) and word.isprintable())


def _life(oauth: OAuth, said: object) -> timedelta:
    """Seconds as a number, or in a text as one package sends them."""
    match said:
        case int() | float() if not isinstance(said, bool) and 0 < said < 10**9:
            return timedelta(seconds=said)
        case str() if said.isascii() and said.isdigit() and len(said) < 10 and int(said) > 0:
            return timedelta(seconds=int(said))
    return oauth.lives
