"""Refreshes under way in this process: one thread a consent does the work, the others wait for what it brings."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Generic, TypeVar

T = TypeVar("T")


@dataclass
class _Flight(Generic[T]):
    landed: threading.Event = field(default_factory=threading.Event)
    waiting: list[str] = field(default_factory=list)
    brought: T | None = None


class Flights(Generic[T]):
    """One piece of work a key at a time; whoever asks meanwhile shares what it brings."""

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._flying: dict[object, _Flight[T]] = {}

    def join(
        self, key: object, who: str, work: Callable[[], T], tell: Callable[[T, tuple[str, ...]], None], patience: float
    ) -> T | None:
        """What ``work`` brings, done by us or by somebody else in this process; None when that took too long.

        ``tell`` hears who else shares it, before they get it; ``who`` is how it names us.
        """
        with self._guard:
            flight = self._flying.get(key)
            if flight is not None:
                flight.waiting.append(who)
            else:
                ours = self._flying[key] = _Flight()
        if flight is not None:
            return flight.brought if flight.landed.wait(patience) else None
        try:
            brought = work()
            self._end(key, ours)
            if ours.waiting:
                tell(brought, tuple(ours.waiting))
            ours.brought = brought
            return brought
        finally:
            self._end(key, ours)
            ours.landed.set()

    def _end(self, key: object, ours: _Flight[T]) -> None:
        """Nobody joins ours any more; the next one may be in the air already."""
        with self._guard:
            if self._flying.get(key) is ours:
                del self._flying[key]
