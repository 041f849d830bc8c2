"""Custody of second factors: the secret of a person's app, sealed under a key for that purpose and bound to them."""

from __future__ import annotations

import json
import os
from base64 import urlsafe_b64decode, urlsafe_b64encode

import structlog
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlmodel import Session, col, func, select

from onboarding.clock import now
from onboarding.keys import KeyRing, KeyRingProblem, current_ring, ring_with
from onboarding.vault.envelope import Tampered
from onboarding.vault.models import SealedFactor

PURPOSE = "second-factor"
_NONCE = 12
_IN_FORM, _AT_REST = "form", "rest"
"""What is sealed for a form opens nothing at rest, and the other way round."""

log = structlog.get_logger(__name__)


def seal_factor(session: Session, user_id: int, secret: str) -> None:
    """Seal the secret of a person's app in the caller's writing transaction; the one before it is gone."""
    ring = current_ring()
    row = session.get(SealedFactor, user_id)
    if row is None:
        row = SealedFactor(user_id=user_id, key_id="", sealed=b"", sealed_at=now())
    row.key_id, row.sealed, row.sealed_at = ring.sealing, _close(ring, secret, user_id, _AT_REST), now()
    session.add(row)
    session.flush()


def open_factor(session: Session, user_id: int) -> str | None:
    """The secret of a person's app; None when they have none. The caller has put into the log why, and committed that.

    Raises ``Tampered`` (after an alarm) or ``KeyRingProblem``.
    """
    row = session.get(SealedFactor, user_id)
    if row is None:
        return None
    try:
        return _open(ring_with(row.key_id), row.key_id, row.sealed, user_id, _AT_REST)
    except (Tampered, KeyRingProblem):
        log.critical("the sealed secret of a second factor does not open", user=user_id)
        raise


def drop_factor(session: Session, user_id: int) -> None:
    """Delete what is sealed for a person, in the caller's writing transaction."""
    row = session.get(SealedFactor, user_id)
    if row is not None:
        session.delete(row)


def reseal_factors(session: Session) -> int:
    """Seal the secrets that are under another key anew under the first one; how many were done.

    In the caller's writing transaction: there are few. One that was tampered with is alarmed, and stays as it is.
    """
    ring = current_ring()
    older = select(SealedFactor).where(SealedFactor.key_id != ring.sealing).order_by(col(SealedFactor.user_id))
    done = 0
    for row in session.exec(older.with_for_update()).all():
        try:
            secret = open_factor(session, row.user_id)
        except (Tampered, KeyRingProblem):
            continue
        if secret is not None:
            seal_factor(session, row.user_id, secret)
            done += 1
    return done


def count_by_key(session: Session) -> dict[str, int]:
    """How many secrets are sealed under each key."""
    query = select(SealedFactor.key_id, func.count()).group_by(col(SealedFactor.key_id))
    return dict(session.exec(query).all())


def opens_any(session: Session, ring: KeyRing, key_id: str, most: int) -> bool:
    """Whether the ring opens one of the ``most`` secrets that were sealed last under this key of its."""
    newest = select(SealedFactor).where(SealedFactor.key_id == key_id).order_by(col(SealedFactor.sealed_at).desc())
    return any(_opens(ring, row) for row in session.exec(newest.limit(most)).all())


def wrap_for_form(user_id: int, secret: str) -> str:
    """The secret as a form of this person's may carry it between two pages: sealed, with the moment in it."""
    ring = current_ring()
    content = json.dumps([secret, int(now().timestamp())])
    sealed = urlsafe_b64encode(_close(ring, content, user_id, _IN_FORM)).decode()
    return f"{ring.sealing}:{sealed}"


def unwrap_from_form(user_id: int, wrapped: str, lasts: int) -> str | None:
    """The secret that a form brought back within ``lasts`` seconds; None for anything else."""
    key_id, _, sealed = wrapped.partition(":")
    try:
        content = _open(current_ring(), key_id, urlsafe_b64decode(sealed.encode()), user_id, _IN_FORM)
    except (Tampered, KeyRingProblem, ValueError):  # ValueError: no base64
        return None
    secret, at = json.loads(content)
    return str(secret) if 0 <= now().timestamp() - at <= lasts else None


def _opens(ring: KeyRing, row: SealedFactor) -> bool:
    try:
        _open(ring, row.key_id, row.sealed, row.user_id, _AT_REST)
    except Tampered:
        return False
    return True


def _close(ring: KeyRing, content: str, user_id: int, where: str) -> bytes:
    nonce = os.urandom(_NONCE)
    key = ring.derive(ring.sealing, PURPOSE)
    return nonce + AESGCM(key).encrypt(nonce, content.encode(), _place(ring.sealing, user_id, where))


def _open(ring: KeyRing, key_id: str, sealed: bytes, user_id: int, where: str) -> str:
    try:
        key = ring.derive(key_id, PURPOSE)
        return AESGCM(key).decrypt(sealed[:_NONCE], sealed[_NONCE:], _place(key_id, user_id, where)).decode()
    except (InvalidTag, ValueError):  # ValueError: cut so short that there is no nonce
        raise Tampered from None


def _place(key_id: str, user_id: int, where: str) -> bytes:
    return json.dumps([PURPOSE, where, key_id, user_id]).encode()
