"""Rotation: secrets under older keys are sealed anew under the ring's first key, some at a time."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlmodel import Session

from onboarding.audit.log import knows_key
from onboarding.keys import KeyRing, KeyRingProblem
from onboarding.vault import rows
from onboarding.vault.envelope import Envelope, Tampered, close, open_up
from onboarding.vault.rows import Placed

START = (-1, "")
"""In front of every secret."""


@dataclass(frozen=True, slots=True)
class Resealed:
    """Secrets read under older keys: the new envelope of each, and those that were refused."""

    pairs: tuple[tuple[Placed, Envelope], ...]
    refused: tuple[Placed, ...]
    last: tuple[int, str]


def count_older(session: Session, ring: KeyRing) -> int:
    """How many secrets are not under the ring's first key."""
    return sum(count for key_id, count in rows.count_by_key(session).items() if key_id != ring.sealing)


def read_older(session: Session, ring: KeyRing, after: tuple[int, str], limit: int) -> Sequence[Placed]:
    """The next secrets that are not under the ring's first key, beyond ``after``."""
    return rows.under_other_keys(session, ring.sealing, after, limit)


def reseal(session: Session, ring: KeyRing, older: Sequence[Placed]) -> Resealed:
    """New envelopes for what was read, with new data keys. No lock is needed for it, and nothing is written.

    Raises ``KeyRingProblem`` when the ring lacks a key that is needed.
    """
    pairs, refused = [], []
    for row in older:
        try:
            pairs.append((row, _sealed_anew(session, ring, row)))
        except Tampered:
            refused.append(row)
    return Resealed(tuple(pairs), tuple(refused), (older[-1].version_id, older[-1].field))


def exchange(session: Session, pairs: Iterable[tuple[Placed, Envelope]]) -> int:
    """Write new envelopes, in the caller's transaction; how many were still what they were when they were read."""
    return rows.exchange(session, pairs)


def _sealed_anew(session: Session, ring: KeyRing, row: Placed) -> Envelope:
    if row.binding is None:
        raise Tampered
    if row.envelope.key_id not in ring.keys:
        if knows_key(session, row.envelope.key_id):
            raise KeyRingProblem(f"key ring: key {row.envelope.key_id} is missing; put it back beside the newer ones")
        raise Tampered
    return close(ring, open_up(ring, row.envelope, row.binding, row.field), row.binding, row.field)
