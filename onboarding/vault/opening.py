"""The check at start: the key ring opens what is in the database, or the app does not start."""

from __future__ import annotations

from collections import Counter
from types import ModuleType

import sqlalchemy as sa
import structlog
from sqlmodel import Session

from onboarding.audit.log import fits_ends, knows_key, proves
from onboarding.keys import KeyRing, KeyRingProblem
from onboarding.vault import factors, hand_overs, rows
from onboarding.vault.envelope import Tampered, open_up
from onboarding.vault.log_keys import log_keys
from onboarding.vault.models import SealedFactor, SealedHandOver

log = structlog.get_logger(__name__)

_SAMPLE = 5
"""Rows tried per key: one that was tampered with is no sign of a wrong key."""


def check_ring(session: Session, ring: KeyRing) -> None:
    """Try the ring on the newest values of each key in use. Raises ``KeyRingProblem`` with what to mend."""
    keys, opened = log_keys(session, ring), False
    counts = Counter(rows.count_by_key(session))
    for part in _others(session):
        counts += Counter(part.count_by_key(session))
    for key_id, count in counts.items():
        if key_id not in ring.keys:
            _refuse_missing(session, key_id, count)
        elif _opens_any(session, ring, key_id):
            opened = True
        elif knows_key(session, key_id) and not proves(session, keys, key_id):
            raise KeyRingProblem(_wrong(key_id))
        else:
            log.critical("none of the sealed values that were tried opens, though the key is right", id=key_id)
    if not fits_ends(session, keys):
        if not opened:
            raise KeyRingProblem(_wrong("of the audit log"))
        log.critical("the audit log was changed: run flask --app wsgi audit verify")


def _refuse_missing(session: Session, key_id: str, count: int) -> None:
    """A key that is missing stops the start; the name of one that never was is a row that was tampered with."""
    if not knows_key(session, key_id):
        log.critical("sealed values name a key that never was; they are refused when they are opened", count=count)
        return
    needed = "1 secret needs it" if count == 1 else f"{count} secrets need it"
    raise KeyRingProblem(
        f"key ring: key {key_id} is missing, and {needed}; put it back beside the newer ones and run "
        "flask --app wsgi keys rotate, after which it may go"
    )


def _opens_any(session: Session, ring: KeyRing, key_id: str) -> bool:
    secrets = any(_opens(ring, row) for row in rows.newest(session, key_id, _SAMPLE))
    if secrets:
        return True
    return any(part.opens_any(session, ring, key_id, _SAMPLE) for part in _others(session))


def _others(session: Session) -> list[ModuleType]:
    """What is sealed besides the secrets of versions; a back-up may be older than that."""
    there = set(sa.inspect(session.connection()).get_table_names())
    parts = {SealedFactor.__tablename__: factors, SealedHandOver.__tablename__: hand_overs}
    return [part for table, part in parts.items() if table in there]


def _opens(ring: KeyRing, row: rows.Placed) -> bool:
    if row.binding is None:
        return False
    try:
        open_up(ring, row.envelope, row.binding, row.field)
    except Tampered:
        return False
    return True


def _wrong(key_id: str) -> str:
    return f"key ring: key {key_id} is not the one with which this database was sealed; put the right one back"
