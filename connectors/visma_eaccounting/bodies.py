"""What stands in the body of an answer of Visma: rows in an envelope, one object, or a refusal."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import cast

from connectors.kit.errors import ProviderError
from connectors.kit.http import Answer
from connectors.visma_eaccounting.answers import unreadable


class NoJson(ValueError):
    """A body that is no JSON; its text is never told."""


@dataclass(frozen=True, slots=True)
class Record:
    """One object of an answer. What should be there and is not, or has another type, is unreadable (V15)."""

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

    def flag(self, key: str) -> bool:
        """Whether ``key`` is true; null is false, and so is absent."""
        value = self.content.get(key)
        if value is not None and not isinstance(value, bool):
            raise self._wrong(key)
        return bool(value)

    def needed_flag(self, key: str) -> bool:
        """Whether ``key`` is true; it has to be there."""
        if self.content.get(key) is None:
            raise self._wrong(key)
        return self.flag(key)

    def day(self, key: str) -> date | None:
        """The date at ``key``, of which the time of day is dropped; None when it is absent or of the year 1."""
        value = self.text(key)
        try:
            return date.fromisoformat(value[:10]) if value and not value.startswith("0001-") else None
        except ValueError:
            raise self._wrong(key) from None

    def needed_day(self, key: str) -> date:
        """The date at ``key``, which has to be there."""
        day = self.day(key)
        if day is None:
            raise self._wrong(key)
        return day

    def within(self, key: str) -> Record:
        """The object at ``key``, which has to be there."""
        return _as_record(self.operation, self.content.get(key))

    def rows(self, key: str) -> tuple[Record, ...]:
        """The list of objects at ``key``, which has to be there."""
        value = self.content.get(key)
        if not isinstance(value, list):
            raise self._wrong(key)
        return tuple(_as_record(self.operation, one) for one in value)

    def _wrong(self, key: str) -> ProviderError:
        return unreadable(self.operation, f"no readable {key}")


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a list, and how many there are."""

    rows: tuple[Record, ...]
    number: int
    of: int


@dataclass(frozen=True, slots=True)
class Fault:
    """What a refusal says: its code (None for none), its words, and the id by which Visma's support finds it."""

    code: int | None = None
    said: str = ""
    id: str = ""


def parsed(answer: Answer) -> object:
    """The JSON of a body; raises ``NoJson``."""
    try:
        return cast("object", json.loads(answer.body))
    except (ValueError, RecursionError):
        raise NoJson from None


def record(operation: str, answer: Answer) -> Record:
    """The object that an answer holds."""
    try:
        return _as_record(operation, parsed(answer))
    except NoJson:
        raise unreadable(operation, "no JSON") from None


def page(operation: str, answer: Answer) -> Page:
    """One page of a list, out of its envelope."""
    whole = record(operation, answer)
    meta = whole.within("Meta")
    return Page(whole.rows("Data"), meta.number("CurrentPage"), meta.number("TotalNumberOfPages"))


def fault(answer: Answer) -> Fault:
    """What a refusal says; nothing for a body that is empty, no JSON or of another shape."""
    named = _named(answer)
    said = [text for key in ("developererrormessage", "message", "errors") if (text := _words(named.get(key)))]
    code, id_ = named.get("errorcode"), named.get("errorid")
    return Fault(_code(code), " ".join(said), id_ if isinstance(id_, str) else "")


def error_name(answer: Answer) -> str:
    """The ``error`` of a refusal of the token endpoint, in small letters; empty when there is none to read."""
    error = _named(answer).get("error")
    return error.strip().casefold() if isinstance(error, str) else ""


def scopes_in(access_token: str) -> frozenset[str] | None:
    """The rights that an access token names itself, read without verifying it; None when it can't be read."""
    match access_token.split("."):
        case [_, payload, _]:
            try:
                claims = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
            except (binascii.Error, ValueError, RecursionError):
                return None
            scope = claims.get("scope") if isinstance(claims, dict) else None
            words = scope.split() if isinstance(scope, str) else scope
            if isinstance(words, list) and words and all(isinstance(word, str) for word in words):
                return frozenset(words)
    return None


def _named(answer: Answer) -> Mapping[str, object]:
    try:
        content = parsed(answer)
    except NoJson:
        return {}
    return {str(key).casefold(): value for key, value in content.items()} if isinstance(content, dict) else {}


def _code(value: object) -> int | None:
    match value:
        case int() if not isinstance(value, bool):
            return value
        case str() if value.strip().isascii() and value.strip().isdigit() and len(value) < 12:
            return int(value)
    return None


def _words(value: object) -> str:
    match value:
        case str():
            return value
        case list():
            return " ".join(map(_words, value))
        case dict():
            return " ".join(map(_words, value.values()))
    return ""


def _as_record(operation: str, content: object) -> Record:
    if not isinstance(content, dict):
        raise unreadable(operation, "no object")
    return Record(operation, cast("Mapping[str, object]", content))
