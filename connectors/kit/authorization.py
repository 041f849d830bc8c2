"""A consent as it is handed in from outside: a code with its redirect address, or tokens."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from connectors.kit.bearer import Bearer, Held, exchanged
from connectors.kit.credentials import Credentials, Secret
from connectors.kit.tokens import Tokens, read_tokens

if TYPE_CHECKING:
    from connectors.kit.connector import Connector
    from connectors.kit.http import Http
    from connectors.kit.oauth import Client

CONSENT = "authorization"
"""The key of the field that stands for a consent, in every package that has one."""
OF_A_CODE = {"code", "redirect_uri"}
OF_TOKENS = {"access_token", "refresh_token", "obtained_at", "expires_at", "scope"}


def as_text(handed: object) -> str | None:
    """The object as the text that a login holds; None when it is neither a code nor tokens."""
    if not isinstance(handed, dict) or not all(isinstance(one, str | None) for one in handed.values()):
        return None
    keys, filled = set(handed), {key for key, value in handed.items() if value}
    if keys <= OF_A_CODE and filled == OF_A_CODE:
        return json.dumps(handed)
    if keys <= OF_TOKENS and "access_token" in filled:
        try:
            read_tokens(json.dumps(handed), datetime.now(UTC))
        except ValueError:
            return None
        return json.dumps(handed)
    return None


def handed_in(
    connector: Connector,
    login: Credentials,
    host: Credentials | None,
    http: Http,
    keep: Callable[[Tokens], None] | None = None,
    kept: Tokens | None = None,
) -> Bearer | None:
    """The consent that a login holds; None when it holds none. ``kept`` are tokens that are known to be newer.

    Refreshed only when ``keep`` stores the new pair, which it does before anything else.
    """
    given = getattr(login, CONSENT, None)
    if connector.oauth is None or host is None or not (kept or isinstance(given, Secret)):
        return None
    owner: Client = host  # type: ignore[assignment]
    if kept is not None:
        return Held(connector.oauth, owner, http, kept, _now, keep)
    assert given is not None
    body = _loaded(given.reveal())
    if "code" in body:
        return exchanged(connector.oauth, owner, http, str(body["code"]), str(body.get("redirect_uri")), _now, keep)
    try:
        tokens = read_tokens(given.reveal(), _now())
    except ValueError:
        return None
    http.redact.learn(*tokens.secrets())
    return Held(connector.oauth, owner, http, tokens, _now, keep)


def _loaded(text: str) -> dict[str, Any]:
    try:
        body = json.loads(text)
    except ValueError:
        return {}
    return body if isinstance(body, dict) else {}


def _now() -> datetime:
    return datetime.now(UTC)
