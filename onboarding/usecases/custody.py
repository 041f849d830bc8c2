"""Use case: custody that can be shown: keys are rotated, and the log is verified and its head told elsewhere."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

import structlog
from sqlmodel import Session

from onboarding import vault
from onboarding.audit.events import KeyRotationBegan, KeysRotated, SecretsResealed, SecretTampered
from onboarding.audit.heads import TOLD_AS, Head, head_of
from onboarding.audit.log import record, used_keys
from onboarding.audit.verifying import Verdict, verify
from onboarding.db import session
from onboarding.keys import KeyRing, current_ring
from onboarding.usecases.transaction import change, end_reading
from onboarding.vault import factors, hand_overs, rotation, rows
from onboarding.vault.log_keys import keep_log_keys, log_keys

log = structlog.get_logger(__name__)

COMMAND = "command"
"""The log's name for whoever works at the command line."""
AT_A_TIME = 250
"""Secrets that are exchanged in one transaction: few, so that nobody waits long for the lock."""
GIVES_WAY, AT_MOST = 2.0, 0.02
"""Between two transactions it leaves the database alone for so many times as long as the last one took, and no
longer than so many seconds."""
_PASSES = 5


@dataclass(frozen=True, slots=True)
class Rotated:
    """How far a rotation is: secrets done and to do, and the version and field of each that was refused."""

    key_id: str
    done: int
    total: int
    refused: tuple[tuple[int, str], ...] = ()


@dataclass(frozen=True, slots=True)
class KeyUse:
    """A key of the ring, or one that something needs."""

    key_id: str
    is_there: bool
    seals: bool
    secrets: int
    needed_for_log: bool

    @property
    def may_go(self) -> bool:
        """Whether nothing needs it any more."""
        return self.is_there and not (self.seals or self.secrets or self.needed_for_log)


def rotate(say: Callable[[Rotated], None] = lambda _: None) -> Rotated:
    """Seal every secret anew under the ring's first key, while the app works; what was killed goes on where it was.

    The log says so before anything is opened. Raises ``KeyRingProblem`` when the ring is not in order.
    """
    ring = current_ring()
    vault.check_ring(session(), ring)
    with change() as db:
        total = rotation.count_older(db, ring) + _others_older(db, ring)
        keep_log_keys(db, ring, COMMAND)
        if total:
            record(db, COMMAND, KeyRotationBegan(ring.sealing, records=total))
    state = Rotated(ring.sealing, 0, total)
    for _ in range(_PASSES):  # a process that still has the old ring may seal meanwhile
        state = _one_pass(ring, state, say)
        if rotation.count_older(session(), ring) <= len(state.refused):
            break
    end_reading()
    with change() as db:
        others = factors.reseal_factors(db) + hand_overs.reseal_hand_overs(db, COMMAND)
        state = replace(state, done=state.done + others)
    if total:
        with change() as db:
            record(db, COMMAND, KeysRotated(ring.sealing, records=state.done, refused=len(state.refused)))
    return state


def _others_older(db: Session, ring: KeyRing) -> int:
    """How many secrets of second factors and of hand-overs are not under the ring's first key."""
    counts = Counter(factors.count_by_key(db)) + Counter(hand_overs.count_by_key(db))
    return sum(count for key_id, count in counts.items() if key_id != ring.sealing)


def _one_pass(ring: KeyRing, state: Rotated, say: Callable[[Rotated], None]) -> Rotated:
    after, done, refused = rotation.START, state.done, dict.fromkeys(state.refused)
    while older := rotation.read_older(session(), ring, after, AT_A_TIME):
        resealed = rotation.reseal(session(), ring, older)
        end_reading()
        began = time.perf_counter()
        done += _exchange(ring, resealed, known=set(refused))
        time.sleep(min(GIVES_WAY * (time.perf_counter() - began), AT_MOST))
        refused |= dict.fromkeys((row.version_id, row.field) for row in resealed.refused)
        after = resealed.last
        say(Rotated(ring.sealing, done, max(state.total, done + len(refused)), tuple(refused)))
    return Rotated(ring.sealing, done, max(state.total, done + len(refused)), tuple(refused))


def _exchange(ring: KeyRing, resealed: rotation.Resealed, known: set[tuple[int, str]]) -> int:
    """Write what was sealed anew and tell of it; secrets that were refused are alarmed once, and left alone."""
    with change() as db:
        done = rotation.exchange(db, resealed.pairs)
        if done:
            record(db, COMMAND, SecretsResealed(ring.sealing, records=done, last_version=resealed.last[0]))
        for row in resealed.refused:
            if (row.version_id, row.field) not in known:
                log.critical("a sealed value was tampered with", version=row.version_id, field=row.field)
                record(db, COMMAND, SecretTampered(version_id=row.version_id, field=row.field))
    return done


def key_uses() -> tuple[KeyUse, ...]:
    """What needs which key: the ring's in their order, then those that are missing from it."""
    ring, db = current_ring(), session()
    counts = Counter(rows.count_by_key(db)) + Counter(factors.count_by_key(db)) + Counter(hand_overs.count_by_key(db))
    used, verifiable = used_keys(db), log_keys(db, KeyRing(ring.sealing, _first(ring)))
    end_reading()
    missing = ((used & counts.keys()) | (used - verifiable.keys())) - ring.keys.keys()
    return tuple(
        KeyUse(
            key_id,
            is_there=key_id in ring.keys,
            seals=key_id == ring.sealing,
            secrets=counts.get(key_id, 0),
            needed_for_log=key_id in used and key_id not in verifiable,
        )
        for key_id in [*ring.keys, *sorted(missing)]
    )


def _first(ring: KeyRing) -> dict[str, bytes]:
    return {ring.sealing: ring.get(ring.sealing)}


def verify_log(heads: Iterable[Head] = (), say: Callable[[int], None] = lambda _: None) -> Verdict:
    """Read the whole log and compare it with its keys, and with ``heads`` that were told outside of the database."""
    try:
        return verify(session(), log_keys(session(), current_ring()), heads, say)
    finally:
        end_reading()


def tell_head() -> Head | None:
    """Tell the head of the log to the log stream, which leaves this machine: it shows when an end is cut off."""
    try:
        head = head_of(session())
    finally:
        end_reading()
    if head is not None:
        log.info(TOLD_AS, record=head.record, count=head.count, chained=head.chained)
    return head
