"""What stands in the body of an answer of Exact Online: rows in one of three envelopes, or an error."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import cast

from connectors.exact_online.answers import unreadable
from connectors.kit.errors import ProviderError
from connectors.kit.http import Answer

LONGEST = 400
"""Characters of an error's message that are looked at."""


@dataclass(frozen=True, slots=True)
class Record:
    """One row of an answer. What should be there and is not, or has another type, is unreadable (X16)."""

    operation: str
    content: Mapping[str, object]

    def text(self, key: str) -> str:
        """The text at ``key`` without the blanks that pad it; empty when it is absent or null."""
        value = self.content.get(key)
        if value is None:
            return ""
        if not isinstance(value, str):
            raise self._wrong(key)
        return value.strip()

    def needed(self, key: str) -> str:
        """The text at ``key``, which has to be there."""
        value = self.text(key)
        if not value:
            raise self._wrong(key)
        return value

    def number(self, key: str) -> int:
        """The whole number at ``key``, which has to be there; long ones come as text."""
        value = self.content.get(key)
        if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) <= 18:
            return int(value)
        if not isinstance(value, int) or isinstance(value, bool):
            raise self._wrong(key)
        return value

    def number_or_none(self, key: str) -> int | None:
        """The whole number at ``key``; None when it is absent or null."""
        return None if self.content.get(key) is None else self.number(key)

    def flag(self, key: str) -> bool:
        """Whether ``key`` is true; absent or null is false."""
        value = self.content.get(key)
        if value is not None and not isinstance(value, bool):
            raise self._wrong(key)
        return bool(value)

    def _wrong(self, key: str) -> ProviderError:
        return unreadable(self.operation, f"no readable {key}")


@dataclass(frozen=True, slots=True)
class Page:
    """Rows of an answer, and the address of those that follow; empty after the last."""

    rows: tuple[Record, ...]
    following: str = ""


def page(operation: str, answer: Answer) -> Page:
    """The rows of an answer: ``d.results`` with ``__next``, ``d`` as a list, or ``d`` as the one row."""
    match _parsed(answer):
        case {"d": {"results": list(rows), "__next": str(following)}}:
            return Page(_records(operation, rows), following)
        case {"d": {"results": list(rows)}} | {"d": list(rows)}:
            return Page(_records(operation, rows))
        case {"d": {"results": _}}:
            raise unreadable(operation, "no list of results")
        case {"d": dict(row)} if row:
            return Page(_records(operation, [row]))
    raise unreadable(operation, "no rows")


def message(answer: Answer) -> str:
    """What an error says, in any of its shapes; the text itself when it has none."""
    match _parsed(answer):
        case {"error": {"message": {"value": str(said)}}} | {"error": {"message": str(said)}}:
            return said.strip()[:LONGEST]
        case {"error": str(name), "error_description": str(said)}:
            return f"{name}: {said}"[:LONGEST]
    return answer.text.strip()[:LONGEST]


def error_name(answer: Answer) -> str:
    """The ``error`` of a refusal as OAuth writes it, in small letters; empty when there is none."""
    match _parsed(answer):
        case {"error": str(name)}:
            return name.strip().casefold()
    return ""


def is_structured(answer: Answer) -> bool:
    """Whether an answer is an error as OData writes it: the package itself had a look at what it was asked."""
    match _parsed(answer):
        case {"error": {"message": _}} | {"odata.error": dict()}:
            return True
    return False


def _parsed(answer: Answer) -> object:
    """The JSON of a body; None for a body that is none."""
    try:
        return cast("object", json.loads(answer.body))
    except (ValueError, RecursionError):
        return None


def _records(operation: str, rows: list[object]) -> tuple[Record, ...]:
    if not all(isinstance(row, dict) for row in rows):
        raise unreadable(operation, "a row that is no object")
    return tuple(Record(operation, cast("Mapping[str, object]", row)) for row in rows)
