"""What stands in the body of an answer of SnelStart: rows to read, or a refusal in one of its many shapes."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import cast

from connectors.kit.errors import ProviderError
from connectors.kit.http import Answer
from connectors.snelstart.answers import unreadable

CODE = re.compile(r"\b[A-Z]{3}-[0-9]{4}\b")


class NoJson(ValueError):
    """A body that is no JSON; its text is never told."""


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong, as a 400 says it: a code (XXX-0000, or empty) and words."""

    code: str
    message: str


@dataclass(frozen=True, slots=True)
class Record:
    """One object of an answer. What should be there and is not, or has another type, is unreadable (S15)."""

    operation: str
    content: Mapping[str, object]

    def text(self, key: str) -> str:
        """The text at ``key``; empty when it is absent or null."""
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
        """The whole number at ``key``, which has to be there."""
        value = self.content.get(key)
        if not isinstance(value, int) or isinstance(value, bool):
            raise self._wrong(key)
        return value

    def amount(self, key: str) -> float:
        """The number at ``key``, which has to be there."""
        value = self.content.get(key)
        if not isinstance(value, int | float) or isinstance(value, bool):
            raise self._wrong(key)
        return float(value)

    def flag(self, key: str) -> bool:
        """Whether ``key`` is true; absent or null is false."""
        value = self.content.get(key)
        if value is not None and not isinstance(value, bool):
            raise self._wrong(key)
        return bool(value)

    def day(self, key: str) -> date | None:
        """The date at ``key``, of which the time of day is dropped; None when it is absent, or of the year 1."""
        value = self.text(key)
        try:
            return date.fromisoformat(value[:10]) if value and not value.startswith("0001-") else None
        except ValueError:
            raise self._wrong(key) from None

    def _wrong(self, key: str) -> ProviderError:
        return unreadable(self.operation, f"no readable {key}")


def parsed(answer: Answer) -> object:
    """The JSON of a body; raises ``NoJson``."""
    try:
        return cast("object", json.loads(answer.body))
    except (ValueError, RecursionError):
        raise NoJson from None


def record(operation: str, answer: Answer) -> Record:
    """The object that an answer holds."""
    return _as_record(operation, _content(operation, answer))


def records(operation: str, answer: Answer) -> tuple[Record, ...]:
    """The rows that an answer holds: a bare list."""
    content = _content(operation, answer)
    if not isinstance(content, list):
        raise unreadable(operation, "no list")
    return tuple(_as_record(operation, row) for row in content)


def error_name(answer: Answer) -> str:
    """The ``error`` of a refusal of the token call, in small letters; empty when there is none to read."""
    try:
        match parsed(answer):
            case {"error": str(name)}:
                return name.strip().casefold()
    except NoJson:
        pass
    return ""


def faults(answer: Answer) -> tuple[Fault, ...]:
    """What a 400 says is wrong, in any of its shapes: a list of codes, ``message`` with ``modelState``,
    ``Message``, ``message``; nothing for a body that is empty or no JSON."""
    try:
        content = parsed(answer)
    except NoJson:
        return ()
    return tuple(_faults(content))


def codes(found: tuple[Fault, ...]) -> tuple[str, ...]:
    """The codes of faults, also those that stand in the words alone."""
    return tuple(
        dict.fromkeys(code for fault in found for code in ([fault.code] if fault.code else CODE.findall(fault.message)))
    )


def _faults(content: object) -> Iterator[Fault]:
    match content:
        case list():
            for one in content:
                yield from _faults(one) if isinstance(one, dict) else ()
        case dict():
            named = {str(key).casefold(): value for key, value in content.items()}
            code, message = named.get("errorcode"), named.get("message")
            if isinstance(code, str) or isinstance(message, str):
                yield Fault(code.strip() if isinstance(code, str) else "", message if isinstance(message, str) else "")
            yield from _model_faults(named.get("modelstate"))


def _model_faults(state: object) -> Iterator[Fault]:
    if isinstance(state, dict):
        for field, messages in state.items():
            for message in messages if isinstance(messages, list) else [messages]:
                yield Fault("", f"{field}: {message}")


def _content(operation: str, answer: Answer) -> object:
    try:
        return parsed(answer)
    except NoJson:
        raise unreadable(operation, "no JSON") from None


def _as_record(operation: str, content: object) -> Record:
    if not isinstance(content, dict):
        raise unreadable(operation, "no object")
    return Record(operation, cast("Mapping[str, object]", content))
