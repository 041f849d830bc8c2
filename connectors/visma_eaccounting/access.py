"""Calls to Visma with a club's consent, and what comes back: an answer, or the row of the table that it belongs to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from connectors.kit.bearer import Bearing
from connectors.kit.errors import ProviderError, RateLimited
from connectors.kit.http import Answer, Http, retry_after
from connectors.kit.tokens import Tokens
from connectors.visma_eaccounting import bodies
from connectors.visma_eaccounting.answers import PAUSE, Refusal, asked_to_wait, no_consent, raised, row_of

API_HOST = "eaccountingapi.vismaonline.com"
API = f"https://{API_HOST}/v2"
REFUSED = "V10"
"""The row of an access token that Visma does not take."""


@dataclass(frozen=True, slots=True)
class Call:
    """A question to the interface, and the rights of which it takes any one."""

    path: str
    scopes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer, the row of the table that it belongs to (empty for a success) and the error that it means."""

    answer: Answer
    row: str = ""
    error: ProviderError | None = None

    def accepted(self) -> Answer:
        """The answer of a success; raises its error otherwise."""
        if self.error is not None:
            raise self.error
        return self.answer


class Api:
    """Calls to the interface. An access token that is refused is renewed once in a session, by who keeps it."""

    def __init__(self, http: Http) -> None:
        self.consent = Bearing(http, no_consent)
        self._http = http

    def ask(self, call: Call, params: Mapping[str, str] | None = None) -> Reply:
        """What comes back, a refusal too. Raises when no whole answer came, or no token is to be had."""
        answer = self.consent.call(lambda tokens: self._send(tokens, call, params or {}), _is_refused)
        if _is_success(answer):
            return Reply(answer)
        refusal = refusal_of(self._http, call.path, answer)
        row = row_of(refusal)
        error = raised(row, refusal)
        return Reply(answer, row, self._http.hold(API_HOST, error) if isinstance(error, RateLimited) else error)

    def _send(self, tokens: Tokens, call: Call, params: Mapping[str, str]) -> Answer:
        headers = {"Accept": "application/json", "Authorization": f"Bearer {tokens.access_token}"}
        return self._http.call(
            "GET", f"{API}/{call.path}", operation=call.path, shown=params, headers=headers, params=params
        )


def refusal_of(http: Http, operation: str, answer: Answer) -> Refusal:
    """An answer that is no success, in short; the id that Visma's support asks for comes first."""
    fault = bodies.fault(answer)
    told = f"{operation}: status {answer.status}"
    told += f", code {fault.code}" if fault.code is not None else ""
    told += f", ErrorId {fault.id[:80]}" if fault.id else ""
    return Refusal(
        status=answer.status,
        code=fault.code,
        said=fault.said,
        is_page=answer.is_html,
        detail=f"{told}, {http.excerpt(answer) or 'empty'}",
        wait=asked_to_wait(fault.said or answer.text[:500], retry_after(answer, otherwise=PAUSE)),
    )


def _is_success(answer: Answer) -> bool:
    return answer.status == 200 and not answer.is_html


def _is_refused(answer: Answer) -> bool:
    if _is_success(answer):
        return False
    fault = bodies.fault(answer)
    return row_of(Refusal(answer.status, fault.code, fault.said, answer.is_html)) == REFUSED
