"""The declaration of a package, from which everything else is derived."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from connectors.kit.credentials import Credentials
from connectors.kit.errors import Owner
from connectors.kit.guide import Guide
from connectors.kit.outcomes import Verdict
from connectors.kit.text import Text

if TYPE_CHECKING:
    from connectors.kit.http import Http
    from connectors.kit.oauth import OAuth
    from connectors.kit.sandbox import Sandbox


@dataclass(frozen=True, slots=True)
class Check:
    """A claim about a connection. Calling it gives a verdict or raises a ``ProviderError``."""

    key: str
    title: Text
    owner: Owner
    mandatory: bool
    needs: tuple[str, ...]
    daily: bool
    probe: Callable[[Any], Verdict]
    nightly: Callable[[Any], Verdict] | None = None
    """What the daily run asks instead, where that is less."""

    def __call__(self, session: Any) -> Verdict:
        return self.probe(session)


class WaitsFor(Exception):
    """What came in is told by another check, also a later one: this one stays untested until that is in order.

    ``owner`` is who has to act on that one.
    """

    def __init__(self, other: Check, owner: Owner) -> None:
        super().__init__(other.key)
        self.other = other
        self.owner = owner


def check(
    title: Text,
    *,
    owner: Owner,
    mandatory: bool = True,
    needs: tuple[str, ...] = (),
    daily: bool = False,
    nightly: Callable[[Any], Verdict] | None = None,
) -> Callable[[Callable[[Any], Verdict]], Check]:
    """Make a check of a function; its name is the stable key, ``needs`` are keys of earlier checks."""

    def declare(probe: Callable[[Any], Verdict]) -> Check:
        return Check(probe.__name__, title, owner, mandatory, needs, daily, probe, nightly)

    return declare


@dataclass(frozen=True, slots=True)
class Identity:
    """What makes an administration the same one: ``key`` is compared, ``label`` is read by people."""

    key: str
    label: str


def as_it_stands(text: str) -> Identity | None:
    """The identity of an administration that is named by its key."""
    return Identity(key=text.casefold(), label=text) if text else None


def the_same(expected: str, found: str) -> bool:
    """Whether two keys are of the same administration."""
    return expected == found


BY_KEY = Text(nl="de sleutel van de administratie", en="the key of the administration")


@dataclass(frozen=True, slots=True)
class Naming:
    """How people name an administration outside of a session, as in a list of connections made elsewhere.

    ``form`` tells how to write it. ``read`` gives the identity for a text without white space around it, None when
    it names none. ``fits`` compares keys: does the administration that was found fit the one that is expected?
    """

    form: Text = BY_KEY
    read: Callable[[str], Identity | None] = as_it_stands
    fits: Callable[[str, str], bool] = the_same


@dataclass(frozen=True, slots=True)
class Finding:
    """Something odd across fields, found before any call: a hint beside each of ``fields``.

    ``swap`` names two fields whose values can be exchanged on our side.
    """

    fields: tuple[str, ...]
    hint: Text
    swap: tuple[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Halt:
    """When codes are tried no more until they are entered anew: ``check`` failed ``times`` times in a row.

    ``errors`` are the names of the errors that count.
    """

    check: str
    errors: frozenset[str]
    times: int


@dataclass(frozen=True, slots=True)
class RunBudget:
    """How often a checklist may run. ``every`` is the shortest time between two runs that a person starts.

    Details that changed since are not the same question: those may be tested ``when_changed`` times more within it.
    ``halt`` is for a package that blocks a user whose codes were wrong too often.
    """

    every: timedelta = timedelta(0)
    repeats_by_itself: bool = True
    when_changed: int = 2
    halt: Halt | None = None


class EvidenceLevel(StrEnum):
    """Where a fact comes from."""

    DOCUMENTED = "documented"
    SEEN_IN_CLIENTS = "seen in clients"
    INFERRED = "inferred"
    RECORDED = "recorded"
    LIVE = "live"


@dataclass(frozen=True, slots=True)
class Fact:
    """A fact that matters, with where it comes from and when that was read; support sees it."""

    fact: Text
    level: EvidenceLevel
    source: str
    on: date


def nothing_odd(_: Mapping[str, str]) -> tuple[Finding, ...]:
    """No findings across fields."""
    return ()


@dataclass(frozen=True, slots=True)
class Connector:
    """A package. ``key`` is the stable name ("e-boekhouden"); ``version`` changes when a check or reading does.

    ``hosts`` are the provider's real host names, the only ones reachable, but for those below ``family``: a domain
    of the provider's own, where it tells on the way which of its servers to call. ``connect`` opens a session
    without any call where it can, and always closes it. ``opens`` is the check that proves that a session
    is open and readable; once it holds, ``identity`` reads the identity out of the session. ``look_over``
    sees the cleaned text of all fields, secrets included, and returns what is odd across them. ``naming`` is
    for administrations that are known by name before any codes of theirs are. ``oauth`` says how consent is given
    where it can be. A package with ``host_optional`` can be connected without the host's own keys, as far as that goes.
    """

    key: str
    name: str
    version: str
    hosts: tuple[str, ...]
    auth: str
    login: type[Credentials]
    guide: Guide
    summary: Text
    connect: Callable[[Any, Any, Http], AbstractContextManager[Any]]
    checks: tuple[Check, ...]
    identity: Callable[[Any], Identity | None]
    opens: str
    sandbox: Callable[[], Sandbox]
    host: type[Credentials] | None = None
    host_optional: bool = False
    oauth: OAuth | None = None
    look_over: Callable[[Mapping[str, str]], tuple[Finding, ...]] = nothing_odd
    naming: Naming = field(default_factory=Naming)
    budget: RunBudget = field(default_factory=RunBudget)
    facts: tuple[Fact, ...] = ()
    family: str = ""

    def check(self, key: str) -> Check:
        """The check with this key; KeyError when there is none."""
        for candidate in self.checks:
            if candidate.key == key:
                return candidate
        raise KeyError(key)
