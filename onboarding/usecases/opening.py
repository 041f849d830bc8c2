"""Opens the secrets of a version for a use case; one that was tampered with harms no other."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field

from onboarding import vault


@dataclass(frozen=True, slots=True)
class Opened:
    """Secrets by field, and the fields whose sealed value was refused: they have to be entered again."""

    values: dict[str, str] = field(default_factory=dict, repr=False)
    damaged: frozenset[str] = frozenset()


def open_secrets(version_id: int, actor: str, purpose: str, fields: Collection[str]) -> Opened:
    """Open ``fields`` for ``actor`` ("user:7"); the audit log tells the ``purpose`` first. Never inside a change."""
    if not fields:
        return Opened()
    try:
        return Opened(vault.unseal(version_id, actor, purpose, fields))
    except vault.Tampered:
        return _one_by_one(version_id, actor, purpose, fields)


def _one_by_one(version_id: int, actor: str, purpose: str, fields: Collection[str]) -> Opened:
    values: dict[str, str] = {}
    damaged: set[str] = set()
    for key in sorted(fields):
        try:
            values |= vault.unseal(version_id, actor, purpose, [key])
        except vault.Tampered:
            damaged.add(key)
    return Opened(values, frozenset(damaged))
