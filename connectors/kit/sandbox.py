"""Emulators of packages: the provider's wire format, made-up clubs, and faults."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from connectors.kit.outcomes import Outcome
from connectors.kit.text import Text

if TYPE_CHECKING:
    from wsgiref.types import StartResponse, WSGIEnvironment

    from werkzeug.wrappers import Request, Response

Handler = Callable[["Request"], "Response"]


@dataclass(frozen=True, slots=True)
class MadeUpClub:
    """A club of the sandbox.

    ``input`` is what ``--input`` takes; ``expected`` maps every check to its outcome; ``says`` tells what
    the club is for. ``featured`` clubs are offered to people who try the demo.
    """

    name: str
    input: Mapping[str, str]
    expected: Mapping[str, Outcome]
    says: Text
    featured: bool = False


@dataclass(frozen=True, slots=True)
class Sandbox:
    """An emulator: a handler per real host name, its made-up clubs, and host keys that it accepts.

    ``handlers`` map a host name to a WSGI-like function of a werkzeug request, whose ``path`` is the
    provider's own.
    """

    handlers: Mapping[str, Handler]
    clubs: tuple[MadeUpClub, ...]
    host_input: Mapping[str, str] = field(default_factory=dict)

    def club(self, name: str) -> MadeUpClub:
        """The made-up club with this name; KeyError when there is none."""
        return next((club for club in self.clubs if club.name == name), None) or _no_club(name)


def _no_club(name: str) -> MadeUpClub:
    raise KeyError(name)
