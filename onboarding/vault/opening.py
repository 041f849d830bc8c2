"""The check at start: the key ring opens what is in the database, or the app does not start."""

from __future__ import annotations

from sqlmodel import Session, col, select

from onboarding.audit.log import opens_newest
from onboarding.keys import KeyRing, KeyRingProblem
from onboarding.vault.custody import binding_of, envelope_of
from onboarding.vault.envelope import Tampered, open_up
from onboarding.vault.models import SealedSecret

_SAMPLE = 5
"""Rows tried per key: one that was tampered with is no sign of a wrong key."""


def check_ring(session: Session, ring: KeyRing) -> None:
    """Try the ring on the newest values of each key in use. Raises ``KeyRingProblem`` with what to mend."""
    for key_id in session.exec(select(SealedSecret.key_id).distinct()).all():
        ring.get(key_id)
        newest = select(SealedSecret).where(SealedSecret.key_id == key_id).order_by(col(SealedSecret.sealed_at).desc())
        if not any(_opens(session, ring, row) for row in session.exec(newest.limit(_SAMPLE)).all()):
            raise KeyRingProblem(_wrong(key_id))
    if not opens_newest(session, ring):
        raise KeyRingProblem(_wrong("of the audit log"))


def _opens(session: Session, ring: KeyRing, row: SealedSecret) -> bool:
    try:
        open_up(ring, envelope_of(row), binding_of(session, row.version_id), row.field)
    except Tampered:
        return False
    return True


def _wrong(key_id: str) -> str:
    return f"key ring: key {key_id} is not the one with which this database was sealed; put the right one back"
