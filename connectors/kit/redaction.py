"""Redaction by value: whatever form a secret takes in a text, it becomes dots."""

from __future__ import annotations

import base64
import html
import json
import re
from collections.abc import Iterable
from urllib.parse import quote, quote_plus

DOTS = "••••••"
SHORTEST = 3
"""Values shorter than this many characters are not searched for: they would eat ordinary text."""
LONG_ENOUGH = 8
"""Characters that a piece of base64 has at least before it is searched for: shorter ones turn up by chance."""
_URL_SAFE = str.maketrans("+/", "-_")


class Redactor:
    """Knows the secrets in play and takes them out of any text."""

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        self._forms: tuple[str, ...] = ()
        self._secrets: set[str] = set()
        self.learn(*secrets)

    def learn(self, *secrets: str) -> None:
        """Know these values too (a session id, an access token)."""
        new = {secret for secret in secrets if len(secret) >= SHORTEST} - self._secrets
        if new:
            self._secrets |= new
            forms = set(self._forms).union(*map(spellings, new))
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
    urls = {quote(raw, safe=""), quote(raw), quote_plus(raw)}
    forms = {
        secret,
        repr(secret)[1:-1],
        ascii(secret)[1:-1],
        repr(f'"{secret}')[2:-1],
        repr(raw)[2:-1],
        *_as_json(secret),
        *_as_markup(secret),
        *urls,
        *(_lower_escapes(url) for url in urls),
        encoded,
        encoded.rstrip("="),
        base64.urlsafe_b64encode(raw).decode(),
        base64.urlsafe_b64encode(raw).decode().rstrip("="),
        *_inside_base64(raw),
        raw.hex(),
        raw.hex().upper(),
    }
    return frozenset(forms)


def _as_json(secret: str) -> set[str]:
    """As JSON writers of several languages spell it, also within a string that is JSON itself."""
    plain = {json.dumps(secret)[1:-1], json.dumps(secret, ensure_ascii=False)[1:-1]}
    slashed = {form.replace("/", "\\/") for form in plain}
    careful = json.dumps(secret)[1:-1]
    for character in "<>&'+":
        careful = careful.replace(character, f"\\u{ord(character):04x}")
    return plain | slashed | {careful, json.dumps(json.dumps(secret)[1:-1])[1:-1]}


def _as_markup(secret: str) -> set[str]:
    escaped = {html.escape(secret), html.escape(secret, quote=False), html.escape(secret).replace("&#x27;", "&apos;")}
    return escaped | {form.encode("ascii", "xmlcharrefreplace").decode() for form in escaped}


def _lower_escapes(url: str) -> str:
    return re.sub(r"%[0-9A-F]{2}", lambda match: match[0].lower(), url)


def _inside_base64(raw: bytes) -> set[str]:
    """What stays the same of the secret within the base64 of something longer ("name:secret"), at each alignment."""
    cores = set()
    for before in range(3):
        encoded = base64.b64encode(b"\0" * before + raw).decode()
        core = encoded[-(-before * 8 // 6) : (before + len(raw)) * 8 // 6]
        if len(core) >= LONG_ENOUGH:
            cores |= {core, core.translate(_URL_SAFE)}
    return cores
