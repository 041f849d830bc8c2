"""The checklist of a ticket as people and the gate see it: the latest line of each check, and what people said."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from connectors.kit.connector import Connector
from connectors.kit.errors import Owner
from connectors.kit.outcomes import Outcome
from onboarding.checks.models import CheckLine, Run, RunState
from onboarding.connections.models import Confirmation
from onboarding.tickets.models import Override


class Standing(StrEnum):
    """How an item stands for the gate, in the order in which people look at it."""

    OK = "ok"
    WARNING = "warning"
    OVERRIDDEN = "overridden"
    CONFIRMED = "confirmed"
    NOT_APPLICABLE = "not_applicable"
    FAILED = "failed"
    ASKS_CLUB = "asks_club"
    ASKS_SUPPORT = "asks_support"
    UNTESTED = "untested"
    RUNNING = "running"


@dataclass(frozen=True, slots=True)
class Item:
    """One check. ``line`` is the newest on the current codes and checker, None when there is none yet.

    ``settled`` is what the gate asks: machine passed and fresh, overridden, confirmed or not applicable.
    ``stale`` says that the line is older than 24 hours, or ``ahead``: of a time that is still to come.
    """

    key: str
    title_nl: str
    title_en: str
    mandatory: bool
    owner: Owner
    standing: Standing
    line: CheckLine | None
    statement: Confirmation | None
    confirmation: Confirmation | None
    override: Override | None
    stale: bool
    ahead: bool = False

    @property
    def settled(self) -> bool:
        """Whether the gate has nothing against this item."""
        if not self.mandatory or self.standing in _NOT_BOUND_TO_TIME:
            return True
        return self.standing in _FINE and not self.stale

    @property
    def open_for(self) -> Owner | None:
        """Who has to act on this item; None when nobody has to, or when it just was not tested yet."""
        match self.standing:
            case Standing.FAILED | Standing.UNTESTED if self.line is not None:
                return self.owner
            case Standing.ASKS_CLUB:
                return Owner.CLUB
            case Standing.ASKS_SUPPORT:
                return Owner.SUPPORT
        return None

    @property
    def is_cause(self) -> bool:
        """Whether this item itself has to be solved; an item that waits for another one to be in order is no cause."""
        return self.open_for is not None and (self.standing is not Standing.UNTESTED or self._has_error)

    @property
    def _has_error(self) -> bool:
        return self.line is not None and self.line.error is not None


_FINE = frozenset({Standing.OK, Standing.WARNING, Standing.NOT_APPLICABLE})
_NOT_BOUND_TO_TIME = frozenset({Standing.CONFIRMED, Standing.OVERRIDDEN})


@dataclass(frozen=True, slots=True)
class Checklist:
    """All items of a ticket in the connector's order, and the run that is going on or was last."""

    connector: Connector
    items: tuple[Item, ...]
    run: Run | None

    @property
    def is_live(self) -> bool:
        """Whether a run is queued or under way."""
        return self.run is not None and self.run.state in (RunState.QUEUED, RunState.RUNNING)

    @property
    def outage_until(self) -> datetime | None:
        """When the next attempt is, when the package is down."""
        return self.run.next_at if self.run is not None and self.run.state is RunState.WAITING else None

    @property
    def down_since(self) -> datetime | None:
        """Since when the package is down, also while another attempt is being made; None when it is not."""
        if self.run is None or self.run.state in (RunState.ENDED, RunState.STOPPED):
            return None
        return self.run.down_since

    def open_items(self, owner: Owner | None = None) -> tuple[Item, ...]:
        """Mandatory items that are not settled, all of them or those that ``owner`` has to act on."""
        return tuple(
            item for item in self.items if item.mandatory and not item.settled and owner in (None, item.open_for)
        )

    def causes(self, owner: Owner | None = None) -> tuple[Item, ...]:
        """The open items that have to be solved themselves, all of them or those of ``owner``."""
        return tuple(item for item in self.open_items(owner) if item.is_cause)


def standing_of(
    line: CheckLine | None,
    *,
    statement: Confirmation | None,
    confirmation: Confirmation | None,
    override: Override | None,
    running: bool,
) -> Standing:
    """The one function that decides how an item stands. A person-check is green by support's word alone.

    An override counts for what the machine failed or left untested: it is moot once the machine passes, and
    it never stands for a person's word.
    """
    if line is None:
        return Standing.RUNNING if running else Standing.UNTESTED
    match line.outcome:
        case Outcome.PASSED:
            return Standing.OK
        case Outcome.WARNING:
            return Standing.WARNING
        case Outcome.NOT_APPLICABLE:
            return Standing.NOT_APPLICABLE
        case Outcome.PERSON:
            if confirmation is not None:
                return Standing.CONFIRMED
            asked = "asks_club" in line.texts and statement is None
            return Standing.ASKS_CLUB if asked else Standing.ASKS_SUPPORT
    if override is not None:
        return Standing.OVERRIDDEN
    return Standing.FAILED if line.outcome is Outcome.FAILED else Standing.UNTESTED
