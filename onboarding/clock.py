"""The one clock: aware UTC now, which tests and the demo may set."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

_read: Callable[[], datetime] | None = None

CLOCKS_DIFFER = timedelta(minutes=1)
"""How far the clocks of our machines may be apart. What is further ahead was written before the clock was put back."""


def now() -> datetime:
    """The present moment, aware, in UTC."""
    return _read() if _read is not None else datetime.now(UTC)


def is_ahead(moment: datetime) -> bool:
    """Whether this is still to come although it was written as past: the clock was put back since."""
    return moment - now() > CLOCKS_DIFFER


def was_within(moment: datetime, lasts: timedelta) -> bool:
    """Whether it is no longer ago than ``lasts``, and not ahead: nobody can say how long ago that was."""
    return now() - moment <= lasts and not is_ahead(moment)


def set_clock(read: Callable[[], datetime] | None) -> None:
    """Read the time from ``read`` from now on; None brings the real clock back."""
    global _read
    _read = read
