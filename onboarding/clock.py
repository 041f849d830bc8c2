"""The one clock: aware UTC now, which tests and the demo may set."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

_read: Callable[[], datetime] | None = None


def now() -> datetime:
    """The present moment, aware, in UTC."""
    return _read() if _read is not None else datetime.now(UTC)


def set_clock(read: Callable[[], datetime] | None) -> None:
    """Read the time from ``read`` from now on; None brings the real clock back."""
    global _read
    _read = read
