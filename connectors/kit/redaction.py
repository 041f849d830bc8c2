"""Redaction by value: whatever form a secret takes in a text, it becomes dots."""

from __future__ import annotations

import base64
import html
import json
from collections.abc import Iterable
from urllib.parse import quote, quote_plus

DOTS = "••••••"
SHORTEST = 3
"""Values shorter than this many characters are not searched for: they would eat ordinary text."""


class Redactor:
    """Knows the secrets in play and takes them out of any text."""

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        self._forms: tuple[str, ...] = ()
        self._secrets: set[str] = set()
        self.learn(*secrets)

    def learn(self, *secrets: str) -> None:
        """Know these values too (a session id, an access token)."""
        self._secrets.update(secret for secret in secrets if len(secret) >= SHORTEST)
        forms = {form for secret in self._secrets for form in spellings(secret)}
        self._forms = tuple(sorted(forms, key=len, reverse=True))

    def __call__(self, text: str) -> str:
        """``text`` without any known secret in any of its spellings."""
        for form in self._forms:
            text = text.replace(form, DOTS)
        return text

    def excerpt(self, text: str, most: int, *, cut: bool = False) -> str:
        """The redacted start of ``text``; with ``cut``, its own end may hold half a secret and is dropped."""
        clean = self(text)
        if cut:
            clean = clean[: -max(map(len, self._forms), default=0) or None]
        return clean[:most]


def spellings(secret: str) -> frozenset[str]:
    """The forms in which a secret may show up: literal, JSON, repr, XML, URL, base64 and hex."""
    raw = secret.encode("utf-8", "surrogatepass")
    encoded = base64.b64encode(raw).decode()
    return frozenset(
        {
            secret,
            json.dumps(secret)[1:-1],
            json.dumps(secret, ensure_ascii=False)[1:-1],
            repr(secret)[1:-1],
            html.escape(secret),
            html.escape(secret, quote=False),
            quote(raw, safe=""),
            quote(raw),
            quote_plus(raw),
            encoded,
            encoded.rstrip("="),
            base64.urlsafe_b64encode(raw).decode(),
            raw.hex(),
        }
    )
