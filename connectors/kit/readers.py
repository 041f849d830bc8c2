"""Readers of pasted input: they accept what people paste, and say beside the field what is odd."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from connectors.kit.text import Text


@dataclass(frozen=True, slots=True)
class Reading:
    """A cleaned value, with a soft hint (goes on) or a hard error (stops)."""

    value: str
    hint: Text | None = None
    error: Text | None = None


Reader = Callable[[str], Reading]

_EDGES = " \t\r\n\u00a0\u2007\u202f\u200b\u200e\u200f\ufeff\"'`\u201c\u201d\u2018\u2019"


def trimmed(raw: str) -> str:
    """Without the white space, quotes and invisible marks that copying leaves at the ends."""
    return raw.strip(_EDGES)


def plain(raw: str) -> Reading:
    """The value with its ends trimmed; case and inner characters are kept."""
    return Reading(trimmed(raw))


def without_label(*labels: str) -> Callable[[str], str]:
    """A cleaner that drops a label pasted along ("Beveiligingscode 1: abc" gives "abc")."""
    names = "|".join(r"\s+".join(map(re.escape, label.split())) for label in sorted(labels, key=len, reverse=True))
    pattern = re.compile(rf"^(?:{names})\s*[:=\t]\s*|^(?:{names})\s*\n\s*", re.IGNORECASE)

    def clean(raw: str) -> str:
        value = trimmed(raw)
        while (shorter := trimmed(pattern.sub("", value, count=1))) != value:
            value = shorter
        return value

    return clean


def labelled(*labels: str) -> Reader:
    """A reader that trims and drops a pasted label."""
    clean = without_label(*labels)

    def read(raw: str) -> Reading:
        return Reading(clean(raw))

    return read
