"""The chain: each record holds a keyed hash over itself and the one before it."""

from __future__ import annotations

import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from onboarding.keys import KeyRing

PURPOSE = "audit"
ChainKeys = Mapping[str, bytes]
"""The keys that chain the log, by id. They open nothing else: each is derived from a key of the ring."""
_canonical = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=True).encode


@dataclass(frozen=True, slots=True)
class Content:
    """What a record tells, as it is hashed."""

    at: datetime
    actor: str
    event: str
    subject: str
    data: Mapping[str, Any]
    key_id: str


def chain_key(ring: KeyRing, key_id: str) -> bytes:
    """The key that chains records under ``key_id``. Raises ``KeyRingProblem`` when the ring lacks it."""
    return ring.derive(key_id, PURPOSE)


def chain_keys(ring: KeyRing) -> dict[str, bytes]:
    """The keys for the log of every key in the ring."""
    return {key_id: chain_key(ring, key_id) for key_id in ring.keys}


def chained(key: bytes, before: str, content: Content) -> str:
    """The hash of a record in hex; ``before`` is that of the record in front of it, empty for the first."""
    told = {
        "before": before,
        "at": content.at.isoformat(timespec="microseconds"),
        "actor": content.actor,
        "event": content.event,
        "subject": content.subject,
        "data": content.data,
        "key_id": content.key_id,
    }
    return hmac.digest(key, _canonical(told).encode(), "sha256").hex()
