"""The way into SnelStart: a bearer for the club's key, and calls with the host's subscription key beside it."""

from __future__ import annotations

import re
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from connectors.kit.errors import ProviderError, RateLimited
from connectors.kit.http import Answer, Http, retry_after
from connectors.snelstart import bodies
from connectors.snelstart.answers import PAUSE, Refusal, raised, row_of, row_of_token, unreadable
from connectors.snelstart.readers import halves

if TYPE_CHECKING:
    from connectors.snelstart.login import Host

AUTH_HOST = "auth.snelstart.nl"
API_HOST = "b2bapi.snelstart.nl"
TOKEN = f"https://{AUTH_HOST}/b2b/token"
API = f"https://{API_HOST}/v2"
JSON = {"Accept": "application/json"}
MARGIN = 60.0
"""Seconds by which a bearer is given up before its lifetime ends."""
LIFETIME = 600.0
"""Seconds that a bearer is kept when the answer does not say how long it lives."""
WORDY = 16
"""Letters that half a key has before it is redacted by itself: a shorter word would eat ordinary text."""
ODD_ENOUGH = 8
"""The same for a half that is no word."""


@dataclass(frozen=True, slots=True)
class Call:
    """A question to the interface, and the right that it takes."""

    path: str
    scope: str


class Bearer:
    """The token of one run: asked for at the first call, kept in memory alone, never used beyond its lifetime."""

    def __init__(self, key: str, http: Http) -> None:
        self._key = key
        self._http = http
        self._token = ""
        self._until = 0.0
        http.redact.learn(*_recognisable(key))

    def token(self) -> str:
        """The bearer. Raises the ``ProviderError`` that a refusal means."""
        if not self._token or time.monotonic() >= self._until:
            self._ask()
        return self._token

    def forget(self) -> None:
        """Ask for a new one at the next call."""
        self._token = ""

    def _ask(self) -> None:
        answer = self._http.call(
            "POST",
            TOKEN,
            operation="token",
            shown={"grant_type": "clientkey"},
            headers={"Content-Type": "application/x-www-form-urlencoded", **JSON},
            content=urlencode({"grant_type": "clientkey", "clientkey": self._key}).encode(),
        )
        # also out of an answer that is cut short or spelt in another way
        self._http.redact.learn(*re.findall(r'"access_token[^"]*"\s*:\s*"([^"]+)', answer.text))
        if answer.status != 200:
            refusal = refusal_of(self._http, "token", answer)
            row = row_of_token(refusal, bodies.error_name(answer))
            raise _held(self._http, AUTH_HOST, row, refusal)
        granted = bodies.record("token", answer)
        token = granted.needed("access_token")
        if not token.isascii() or not token.isprintable() or " " in token:
            raise unreadable("token", "no readable access_token")
        self._token = token
        self._until = time.monotonic() + _lifetime(granted) - MARGIN


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer, the row of the table that it belongs to (empty for a success) and the error that it means."""

    answer: Answer
    row: str = ""
    error: ProviderError | None = None

    @property
    def lets_us_in(self) -> bool:
        """Whether SnelStart itself answered, and did not refuse the host's own key."""
        is_elsewhere = self.answer.is_html or 300 <= self.answer.status < 400
        return self.row not in ("S3", "S16") and not is_elsewhere

    def accepted(self) -> Answer:
        """The answer of a success; raises its error otherwise."""
        if self.error is not None:
            raise self.error
        return self.answer


class Api:
    """Calls to the interface. A refused subscription key is tried once more with the second one, a refused
    bearer with a new one."""

    def __init__(self, bearer: Bearer, host: Host, http: Http) -> None:
        self._bearer = bearer
        self._http = http
        self._key = host.subscription_key.reveal()
        self._spare = host.second_subscription_key.reveal() if host.second_subscription_key else ""
        self._renewed = False

    def ask(self, call: Call, params: Mapping[str, str] | None = None) -> Reply:
        """What comes back, a refusal too. Raises when no whole answer came, or no bearer is to be had."""
        while True:
            answer = self._send(call, params or {})
            if answer.status == 200 and not answer.is_html:
                return Reply(answer)
            refusal = refusal_of(self._http, f"{call.path} ({call.scope})", answer)
            row = row_of(refusal, looked_up=call.path.startswith("relaties/"))
            if row == "S3" and self._spare:
                self._key, self._spare = self._spare, ""
            elif row == "S4" and not self._renewed:
                self._renewed = True
                self._bearer.forget()
            else:
                return Reply(answer, row, _held(self._http, API_HOST, row, refusal))

    def _send(self, call: Call, params: Mapping[str, str]) -> Answer:
        headers = {**JSON, "Authorization": f"Bearer {self._bearer.token()}", "Ocp-Apim-Subscription-Key": self._key}
        return self._http.call(
            "GET", f"{API}/{call.path}", operation=call.path, shown=params, headers=headers, params=params
        )


def refusal_of(http: Http, operation: str, answer: Answer) -> Refusal:
    """An answer that is no success, in short."""
    found = bodies.faults(answer) if answer.status == 400 else ()
    detail = f"{operation}: status {answer.status}, {http.excerpt(answer) or 'empty'}"
    return Refusal(
        status=answer.status,
        said=answer.text,
        codes=bodies.codes(found),
        is_page=answer.is_html,
        detail=detail,
        wait=retry_after(answer, otherwise=PAUSE),
    )


def _held(http: Http, host: str, row: str, refusal: Refusal) -> ProviderError:
    """The error of a refusal; one that asks us to wait makes later calls of this run wait too."""
    error = raised(row, refusal)
    return http.hold(host, error) if isinstance(error, RateLimited) else error


def _lifetime(granted: bodies.Record) -> float:
    match granted.content.get("expires_in"):
        case int() | float() as seconds:
            return float(seconds)
    return LIFETIME


def _recognisable(key: str) -> tuple[str, ...]:
    """What a refusal might repeat of a key besides the key itself: its decoded text, and halves that are no
    ordinary words."""
    both = halves(key)
    if both is None:
        return ()
    telling = (half for half in both if len(half) >= (WORDY if half.isalpha() else ODD_ENOUGH))
    return (":".join(both), *telling)
