"""The audit log: events go in, in the transaction of what they tell of, each chained to the one before."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Iterator

import sqlalchemy as sa
from sqlmodel import Session, col, select

from onboarding.audit.events import Event
from onboarding.audit.models import AuditRecord
from onboarding.clock import now
from onboarding.keys import KeyRing, current_ring

PURPOSE = "audit"
_LOCK = 0x6B6F7070
"""PostgreSQL's advisory lock that puts the writers of the chain in a row; SQLite has one writer by itself."""


def record(session: Session, actor: str, event: Event) -> None:
    """Add ``event`` to the log in the caller's transaction, which has to be a writing one.

    ``actor`` is who did it: a user's id as ``user:7``, ``system`` or ``command``.
    """
    if session.get_bind().dialect.name == "postgresql":
        session.execute(sa.text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
    session.flush()
    ring = current_ring()
    row = AuditRecord(
        at=now(),
        actor=actor,
        event=event.name,
        subject=event.subject,
        data=event.data,
        key_id=ring.sealing,
        chained="",
    )
    row.chained = _chain(ring, _newest(session), row)
    session.add(row)
    session.flush()


def broken(session: Session, ring: KeyRing) -> Iterator[int]:
    """The numbers of records that do not follow from the one before them, oldest first."""
    before = ""
    for row in session.exec(select(AuditRecord).order_by(col(AuditRecord.id)).execution_options(yield_per=500)):
        if not hmac.compare_digest(row.chained, _chain(ring, before, row)):
            yield row.id or 0
        before = row.chained


def opens_newest(session: Session, ring: KeyRing) -> bool:
    """Whether the newest record was chained with the ring's key of that id; True for an empty log.

    Raises ``KeyRingProblem`` when the ring lacks the key.
    """
    rows = session.exec(select(AuditRecord).order_by(col(AuditRecord.id).desc()).limit(2)).all()
    if not rows:
        return True
    before = rows[1].chained if len(rows) == 2 else ""
    return hmac.compare_digest(rows[0].chained, _chain(ring, before, rows[0]))


def _newest(session: Session) -> str:
    found = session.exec(select(AuditRecord.chained).order_by(col(AuditRecord.id).desc()).limit(1)).first()
    return found or ""


def _chain(ring: KeyRing, before: str, row: AuditRecord) -> str:
    content = {
        "before": before,
        "at": row.at.isoformat(timespec="microseconds"),
        "actor": row.actor,
        "event": row.event,
        "subject": row.subject,
        "data": row.data,
        "key_id": row.key_id,
    }
    canonical = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    return hmac.new(ring.derive(row.key_id, PURPOSE), canonical.encode(), hashlib.sha256).hexdigest()
