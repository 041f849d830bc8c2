"""Custody of consents that wait to be handed over: sealed for their row, and moved to a version without coming out."""

from __future__ import annotations

import json
import os

import structlog
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlmodel import Session, col, func, select

from onboarding.audit.events import HandOverTampered
from onboarding.audit.log import record
from onboarding.clock import now
from onboarding.keys import KeyRing, KeyRingProblem, current_ring, ring_with
from onboarding.vault import custody
from onboarding.vault.envelope import Binding, Tampered
from onboarding.vault.models import SealedHandOver

PURPOSE = "hand-over"
_NONCE = 12

log = structlog.get_logger(__name__)


def seal_hand_over(session: Session, hand_over_id: int, values: dict[str, str]) -> None:
    """Seal tokens by field for a hand-over, in the caller's writing transaction; what it held before is gone."""
    ring = current_ring()
    row = session.get(SealedHandOver, hand_over_id)
    if row is None:
        row = SealedHandOver(hand_over_id=hand_over_id, key_id="", sealed=b"", sealed_at=now())
    row.key_id, row.sealed, row.sealed_at = ring.sealing, _close(ring, json.dumps(values), hand_over_id), now()
    session.add(row)
    session.flush()


def open_hand_over(session: Session, hand_over_id: int) -> dict[str, str]:
    """What is sealed for a hand-over. The caller has put into the log why, and committed that.

    Raises ``Tampered`` (after an alarm) or ``KeyRingProblem``. Empty when nothing is.
    """
    row = session.get(SealedHandOver, hand_over_id)
    if row is None:
        return {}
    try:
        values: dict[str, str] = json.loads(_open(ring_with(row.key_id), row, hand_over_id))
    except (Tampered, KeyRingProblem):
        log.critical("what is sealed for a hand-over does not open", hand_over=hand_over_id)
        raise
    return values


def move_hand_over(session: Session, hand_over_id: int, field: str, target: Binding, *, actor: str) -> bool:
    """Seal ``field`` of a hand-over anew for a version, in the caller's transaction; what was sealed here goes.

    It never leaves the vault. False when nothing is sealed here (any more). Raises ``Tampered`` or ``KeyRingProblem``.
    """
    value = open_hand_over(session, hand_over_id).get(field)
    if value is None:
        return False
    custody.seal(session, target.version_id, {field: value}, target, actor=actor)
    drop_hand_over(session, hand_over_id)
    return True


def drop_hand_over(session: Session, hand_over_id: int) -> None:
    """Delete what is sealed for a hand-over, in the caller's writing transaction."""
    row = session.get(SealedHandOver, hand_over_id)
    if row is not None:
        session.delete(row)
        session.flush()


def reseal_hand_overs(session: Session, actor: str) -> int:
    """Seal what is under another key anew under the first one; how many were done.

    In the caller's writing transaction: they live for days. One that was tampered with is alarmed, and stays.
    """
    ring = current_ring()
    older = select(SealedHandOver).where(SealedHandOver.key_id != ring.sealing)
    done = 0
    for row in session.exec(older.order_by(col(SealedHandOver.hand_over_id)).with_for_update()).all():
        try:
            values = open_hand_over(session, row.hand_over_id)
        except (Tampered, KeyRingProblem):
            record(session, actor, HandOverTampered(row.hand_over_id))
            continue
        seal_hand_over(session, row.hand_over_id, values)
        done += 1
    return done


def count_by_key(session: Session) -> dict[str, int]:
    """How many are sealed under each key."""
    query = select(SealedHandOver.key_id, func.count()).group_by(col(SealedHandOver.key_id))
    return dict(session.exec(query).all())


def opens_any(session: Session, ring: KeyRing, key_id: str, most: int) -> bool:
    """Whether the ring opens one of the ``most`` that were sealed last under this key of its."""
    newest = select(SealedHandOver).where(SealedHandOver.key_id == key_id)
    found = session.exec(newest.order_by(col(SealedHandOver.sealed_at).desc()).limit(most)).all()
    return any(_opens(ring, row) for row in found)


def _opens(ring: KeyRing, row: SealedHandOver) -> bool:
    try:
        _open(ring, row, row.hand_over_id)
    except Tampered:
        return False
    return True


def _close(ring: KeyRing, content: str, hand_over_id: int) -> bytes:
    nonce = os.urandom(_NONCE)
    key = ring.derive(ring.sealing, PURPOSE)
    return nonce + AESGCM(key).encrypt(nonce, content.encode(), _place(ring.sealing, hand_over_id))


def _open(ring: KeyRing, row: SealedHandOver, hand_over_id: int) -> str:
    try:
        key = ring.derive(row.key_id, PURPOSE)
        place = _place(row.key_id, hand_over_id)
        return AESGCM(key).decrypt(row.sealed[:_NONCE], row.sealed[_NONCE:], place).decode()
    except (InvalidTag, ValueError):  # ValueError: cut so short that there is no nonce
        raise Tampered from None


def _place(key_id: str, hand_over_id: int) -> bytes:
    return json.dumps([PURPOSE, key_id, hand_over_id]).encode()
