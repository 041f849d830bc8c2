"""A pair of tokens, as it is kept: one JSON text that is sealed as a whole."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any


@dataclass(frozen=True, slots=True)
class Tokens:
    """What stands for a consent. Moments are aware; ``expires_at`` is that of the access token, None when unknown.

    ``scope`` is what was granted as the package says it, None when it said nothing.
    """

    access_token: str = field(repr=False)
    refresh_token: str | None = field(repr=False)
    obtained_at: datetime
    expires_at: datetime | None = None
    scope: str | None = None

    def secrets(self) -> tuple[str, ...]:
        """What must show up nowhere."""
        return (self.access_token, *([self.refresh_token] if self.refresh_token else []))

    def as_text(self) -> str:
        """All of it, to be sealed or written to a file that others cannot read."""
        return json.dumps(
            {
                "access_token": self.access_token,
                "refresh_token": self.refresh_token,
                "obtained_at": self.obtained_at.isoformat(),
                "expires_at": self.expires_at.isoformat() if self.expires_at is not None else None,
                "scope": self.scope,
            }
        )


def read_tokens(text: str, at: datetime) -> Tokens:
    """Tokens out of a text; one without ``obtained_at`` was obtained ``at``. ValueError when they are none."""
    try:
        return _read(json.loads(text), at)
    except (TypeError, RecursionError):
        raise ValueError("no tokens") from None


def _read(body: Any, at: datetime) -> Tokens:
    if not isinstance(body, dict):
        raise ValueError("no tokens")  # noqa: TRY004  (whatever is wrong with it, it is one kind of error)
    access, renewing, scope = body.get("access_token"), body.get("refresh_token"), body.get("scope")
    if not isinstance(access, str) or not access or not isinstance(renewing, str | None):
        raise ValueError("no tokens")
    expires = _moment(body.get("expires_at"))
    return Tokens(access, renewing or None, _moment(body.get("obtained_at")) or at, expires, scope or None)


def _moment(text: object) -> datetime | None:
    if text is None:
        return None
    moment = datetime.fromisoformat(str(text))
    if moment.tzinfo is None:
        raise ValueError("a moment needs a time zone")
    return moment
