"""A signed identity token, verified with the keys that its issuer serves."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from connectors.kit.errors import Unavailable, UnexpectedAnswer
from connectors.kit.http import OURS, UNREACHABLE, Http
from connectors.kit.oauth import Endpoints, mapped

if TYPE_CHECKING:
    from joserfc.jwk import KeySet

ALGORITHMS = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512"]
"""Those with a key pair: a shared secret or no signature at all proves nothing here."""
LEEWAY = timedelta(minutes=5)
"""How far apart two clocks may be."""


@dataclass(frozen=True, slots=True)
class Expected:
    """What a token has to say: who it is for, and ``is_nonce`` knows the nonce that went out.

    ``at`` maps hosts as for calls: a server that stands in for the package may give its own name or the real one.
    """

    client_id: str
    is_nonce: Callable[[str], bool]
    endpoints: Endpoints = field(repr=False)
    at: Mapping[str, str] = field(default_factory=dict)


def verified(id_token: str, expected: Expected, http: Http, at: datetime) -> Mapping[str, Any]:
    """The claims of a token that is signed, for us, of the moment ``at`` when it came in, and of our question.

    Raises ``UnexpectedAnswer`` for any other one: it is never the club's fault. ``Unavailable`` when the keys
    cannot be had now, whatever stands in their place: that says nothing of the token.
    """
    from joserfc import jwt  # brings cryptography: loaded where it is used
    from joserfc.errors import JoseError

    http.redact.learn(id_token)
    keys = _keys(expected.endpoints.keys, http)
    try:
        claims = jwt.decode(id_token, keys, algorithms=ALGORITHMS).claims
    except (JoseError, ValueError, TypeError, KeyError, RecursionError) as error:
        raise _refused(f"not verified ({type(error).__name__})") from None
    _compare(claims, expected, at)
    return claims


def _keys(address: str, http: Http) -> KeySet:
    answer = http.call("GET", address, operation="keys", headers={"Accept": "application/json"})
    why = f"status {answer.status}"
    if answer.status == 200:
        try:
            found = _signing(json.loads(answer.body))
        except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
            why = type(error).__name__
        else:
            if found.keys:
                return found
            why = "none for signatures"
    raise Unavailable(UNREACHABLE.format(name=http.name), detail=f"keys: {why}")


def _signing(served: Any) -> KeySet:
    """The keys for signatures in a set. Whatever else stands in it, also what nobody here can read, is passed over."""
    from joserfc.errors import JoseError
    from joserfc.jwk import KeySet

    found = []
    for one in served["keys"]:
        with suppress(JoseError, ValueError, TypeError, KeyError, AttributeError):
            found += KeySet.import_key_set({"keys": [one]}).keys if one.get("use", "sig") == "sig" else []
    return KeySet(found)


def _compare(claims: Mapping[str, Any], expected: Expected, at: datetime) -> None:
    for_whom = claims.get("aud")
    if claims.get("iss") not in (expected.endpoints.issuer, mapped(expected.endpoints.issuer, expected.at)):
        raise _refused("of another issuer")
    if expected.client_id not in (for_whom if isinstance(for_whom, list) else [for_whom]):
        raise _refused("for another client")
    until = claims.get("exp")
    if not isinstance(until, int | float) or until < (at - LEEWAY).timestamp():
        raise _refused("no longer valid")
    since = claims.get("nbf", claims.get("iat", 0))
    if not isinstance(since, int | float) or since > (at + LEEWAY).timestamp():
        raise _refused("not valid yet")
    nonce = claims.get("nonce")
    if not isinstance(nonce, str) or not expected.is_nonce(nonce):
        raise _refused("with another nonce")


def _refused(why: str) -> UnexpectedAnswer:
    return UnexpectedAnswer(OURS, detail=f"id_token: {why}")
