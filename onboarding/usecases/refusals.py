"""Why a use case says no; each has its page or message, and none changes anything."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from connectors.kit.text import Text


class Refusal(Exception):
    """A use case did not happen, and nothing was changed."""


class NotFound(Refusal):
    """It does not exist, or is another club's: nobody can tell which (404)."""


class NotAllowed(Refusal):
    """The actor sees it but may not do this (403)."""


class ProveAgain(Refusal):
    """It is too long ago that the actor showed who they are: once more, and then this (403)."""


class Changed(Refusal):
    """Somebody else was first. ``moves`` says what changed meanwhile, newest first (409)."""

    def __init__(self, moves: tuple[str, ...] = ()) -> None:
        super().__init__("changed meanwhile")
        self.moves = moves


class NotNow(Refusal):
    """The state of the ticket does not admit this move (409)."""


class Wrong(Refusal):
    """Input that cannot be used, by field; ``""`` is the form as a whole (422). Values are lazy or plain texts."""

    def __init__(self, errors: Mapping[str, object]) -> None:
        super().__init__("wrong input")
        self.errors = dict(errors)


class TooSoon(Refusal):
    """The run budget of the package is used; ``until`` says when it is free again."""

    def __init__(self, until: datetime) -> None:
        super().__init__("run budget used")
        self.until = until


class LooksLikeSecret(Refusal):
    """A message seems to hold a code: it was not stored. ``field`` is the field it may belong to, when one fits."""

    def __init__(self, field: str | None, label: Text | None) -> None:
        super().__init__("looks like a code")
        self.field = field
        self.label = label


class GateClosed(Refusal):
    """The gate lets nothing through: ``reasons`` are sentences, one per open point."""

    def __init__(self, reasons: tuple[object, ...]) -> None:
        super().__init__("gate closed")
        self.reasons = reasons
