"""Finds what looks like a code in a message, so that it is caught before it is stored."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from connectors.kit.connector import Connector
from connectors.kit.credentials import FieldSpec

LONG = 32
"""Letters and digits in one run, of both kinds, that no word, number or reference has."""
MIXED = 20
"""Characters of a token that changes between capitals, small letters and digits all the time: one in three at least."""
GROUPS = 3
"""Groups with a hyphen between them, each of letters and digits, that make a licence-like code."""

_INVISIBLE = re.compile(r"[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff]")
_GUID = re.compile(r"(?<![0-9a-z])\{?[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\}?(?![0-9a-z])", re.IGNORECASE)
_ADDRESS = re.compile(r"(?:https?://|www\.)[^\s<>\"]+", re.IGNORECASE)
_MAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_TELLING = re.compile(
    r"[?&#;](?:code|token|access_token|refresh_token|id_token|key|api_?key|secret|client_secret|sleutel|session(?:_?id)?)=([^&#\s]{6,})",
    re.IGNORECASE,
)
_IBAN = re.compile(r"(?<![0-9A-Za-z])[A-Z]{2}\d{2}(?:[ ]?[A-Z0-9]{1,4}){3,8}(?![0-9A-Za-z])", re.IGNORECASE)
_RUN = re.compile(rf"[0-9A-Za-z]{{{LONG},}}")
_TOKEN = re.compile(rf"[0-9A-Za-z+/=_-]{{{MIXED},}}")
_GROUPED = re.compile(r"(?<![0-9A-Za-z-])[0-9A-Za-z]{4,12}(?:-[0-9A-Za-z]{4,12}){2,}(?![0-9A-Za-z-])")
_WORDS = (
    "wachtwoord",
    "password",
    "beveiligingscode",
    "security code",
    "token",
    "api-token",
    "sleutel",
    "api key",
    "api-key",
)
_VALUE = r"[\s\"'“”‘’`({]*(?P<value>[^\s\"'“”‘’`,;)}]{5,})"


@dataclass(frozen=True, slots=True)
class Suspect:
    """Something that looks like a code; ``field`` is the field of the form that it seems to belong to, if one does."""

    field: FieldSpec | None


def find_secret(text: str, connector: Connector) -> Suspect | None:
    """The first thing in ``text`` that looks like a code of this package or of any; None when there is none."""
    text = _INVISIBLE.sub("", text)
    secrets = [spec for spec in connector.login.fields() if spec.secret]
    for spec in secrets:
        if _follows_label(text, (spec.label.nl, spec.label.en)):
            return Suspect(spec)
    if _follows_label(text, _WORDS):
        return Suspect(secrets[0] if len(secrets) == 1 else None)
    for token in _odd_tokens(text):
        return Suspect(_fitting(token, secrets))
    return None


def _follows_label(text: str, labels: tuple[str, ...]) -> bool:
    """Whether a label stands in the text with something behind it that is a code rather than a word."""
    names = "|".join(r"[\s_-]*".join(map(re.escape, label.split())) for label in labels)
    pattern = re.compile(rf"(?<!\w)(?:{names})(?:\s*\d)?(?:\s*(?:is|luidt|=|:)\s*|\s*\n\s*)+{_VALUE}", re.IGNORECASE)
    return any(_is_code(match["value"]) for match in pattern.finditer(text))


def _is_code(value: str) -> bool:
    """Digits among letters, or a mark that words do not have inside: "Welkom1" and "a!b" are, "onbekend." is not."""
    value = value.rstrip(".,:;!?…")
    if _ADDRESS.match(value) or len(value) < 5:
        return False
    has_letter = any(character.isalpha() for character in value)
    has_digit = any(character.isdigit() for character in value)
    has_mark = bool(re.search(r"\w[!@#$%^&*+=~\\|<>]\w|[!@#$%^&*+=~]{2,}", value))
    return (has_digit and (has_letter or len(value) >= 8)) or has_mark


def _odd_tokens(text: str) -> Iterator[str]:
    """Tokens that no Dutch or English sentence has. Addresses are looked at for their telling parameters alone."""
    for found in _TELLING.finditer(text):
        yield found[1]
    text = _MAIL.sub(" ", _ADDRESS.sub(" ", text))
    for guid in _GUID.finditer(text):
        yield guid[0]
    text = _IBAN.sub(lambda found: " " if _is_iban(found[0]) else found[0], text)
    for run in _RUN.finditer(text):
        if _has_both(run[0]):
            yield run[0]
    for token in _TOKEN.finditer(text):
        if _has_both(token[0]) and 3 * _changes(token[0]) >= len(token[0]):
            yield token[0]
    for grouped in _GROUPED.finditer(text):
        if sum(_has_both(group) for group in grouped[0].split("-")) >= GROUPS:
            yield grouped[0]


def _has_both(run: str) -> bool:
    return any(map(str.isdigit, run)) and any(map(str.isalpha, run))


def _changes(token: str) -> int:
    """How often a token changes between capitals, small letters and digits."""
    kinds = [(character.isdigit(), character.isupper()) for character in token if character.isalnum()]
    return sum(before != after for before, after in pairwise(kinds))


def _is_iban(text: str) -> bool:
    plain = text.replace(" ", "").upper()
    if not 15 <= len(plain) <= 34:
        return False
    return int("".join(str(int(character, 36)) for character in plain[4:] + plain[:4])) % 97 == 1


def _fitting(token: str, secrets: list[FieldSpec]) -> FieldSpec | None:
    """The field whose reader finds nothing odd in the token, when that is one alone; required ones go first."""
    if len(secrets) == 1:
        return secrets[0]
    read = [(spec, spec.reader(token)) for spec in secrets]
    fitting = [spec for spec, reading in read if reading.error is None and reading.hint is None]
    required = [spec for spec in fitting if spec.required]
    return next((found[0] for found in (required, fitting) if len(found) == 1), None)
