"""The exchanges of a run, kept raw until they are asked for and redacted with every secret known by then."""

from __future__ import annotations

from dataclasses import dataclass, replace

from connectors.kit.outcomes import Exchange
from connectors.kit.redaction import Redactor

EXCERPT = 2_000
"""Characters of a request or an answer that evidence keeps, after redaction."""
KEPT = 8_000
"""Bytes of an answer that are kept until its exchange is asked for."""


@dataclass(frozen=True, slots=True)
class _Noted:
    exchange: Exchange
    cut: bool
    """Whether the answer was longer than what is kept of it."""


class Trace:
    """What was said between us and a package since it was last asked for."""

    def __init__(self, redact: Redactor) -> None:
        self._redact = redact
        self._noted: list[_Noted] = []

    def note(self, exchange: Exchange, body: bytes | None) -> None:
        """Keep an exchange; ``body`` is the answer's, None when there was none."""
        if body is None:
            self._noted.append(_Noted(exchange, cut=False))
        else:
            self._noted.append(_Noted(replace(exchange, answer=start_of(body)), cut=len(body) > KEPT))

    def take(self) -> tuple[Exchange, ...]:
        """The exchanges since the last time, redacted, session ids that were learnt since included."""
        noted, self._noted = self._noted, []
        return tuple(self._told(one) for one in noted)

    def _told(self, noted: _Noted) -> Exchange:
        one = noted.exchange
        return replace(
            one,
            path=self._redact(one.path),
            request=self._redact.excerpt(one.request, EXCERPT),
            answer=self._redact.excerpt(one.answer, EXCERPT, cut=noted.cut),
        )


def start_of(body: bytes) -> str:
    """The start of an answer as text; bytes that are no UTF-8 are replaced."""
    return body[:KEPT].decode("utf-8", "replace")
