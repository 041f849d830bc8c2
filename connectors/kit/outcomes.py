"""What a check can say, and the line that a run yields for it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from connectors.kit.errors import Owner
from connectors.kit.text import Text

Evidence = Mapping[str, str | int | tuple[str, ...]]
"""Named facts read at the package, never a secret; support sees them, and what ``says`` tells the club."""


@dataclass(frozen=True, slots=True)
class Passed:
    """The claim holds. ``says`` is one sentence for the club ("128 rekeningen gevonden")."""

    says: Text | None = None
    evidence: Evidence = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Warned:
    """The claim holds well enough to go on; ``problem`` and ``remedy`` say what to look at."""

    problem: Text
    remedy: Text | None = None
    fields: tuple[str, ...] = ()
    path: tuple[str, ...] = ()
    evidence: Evidence = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class NeedsPerson:
    """No machine can tell; support answers ``question`` with a note.

    With ``asks_club`` the club is asked for that statement first (tick, name, date); it alone never
    makes the check green.
    """

    question: Text
    says: Text | None = None
    asks_club: Text | None = None
    evidence: Evidence = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class NotApplicable:
    """Nothing to prove here, for this reason."""

    reason: Text
    evidence: Evidence = field(default_factory=dict)


Verdict = Passed | Warned | NeedsPerson | NotApplicable


class Outcome(StrEnum):
    """How a line ended."""

    PASSED = "passed"
    FAILED = "failed"
    WARNING = "warning"
    PERSON = "person"
    NOT_APPLICABLE = "not_applicable"
    UNTESTED = "untested"


@dataclass(frozen=True, slots=True)
class Exchange:
    """One call to the package, redacted by value before it was built; for support's eyes.

    ``request`` and ``answer`` are short readable summaries, at most 2,000 characters each;
    ``status`` is None when no answer came; ``ms`` is the duration of the whole call.
    """

    method: str
    host: str
    path: str
    operation: str
    request: str
    status: int | None
    answer: str
    ms: int
    at: datetime


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a checklist, as ``run()`` yields it. Holds no secret."""

    check: str
    title: Text
    outcome: Outcome
    owner: Owner
    mandatory: bool
    error: str | None = None
    """Name of the error class, or None."""
    problem: Text | None = None
    remedy: Text | None = None
    fields: tuple[str, ...] = ()
    path: tuple[str, ...] = ()
    says: Text | None = None
    question: Text | None = None
    asks_club: Text | None = None
    detail: str = ""
    retry_after: float | None = None
    """Seconds that the package asked us to wait, when it did."""
    evidence: Evidence = field(default_factory=dict)
    ms: int = 0
    exchanges: tuple[Exchange, ...] = ()
