"""The audit log: events go in, in the transaction of what they tell of, each chained to the one before."""

from __future__ import annotations

import hmac
from collections.abc import Sequence

import sqlalchemy as sa
from sqlmodel import Session, col, select

from onboarding.audit.chain import ChainKeys, Content, chain_key, chained
from onboarding.audit.events import Event
from onboarding.audit.models import AuditRecord
from onboarding.clock import now
from onboarding.keys import KeyRingProblem, current_ring

_LOCK = 0x6B6F7070
"""PostgreSQL's advisory lock that puts the writers of the chain in a row; SQLite has one writer by itself."""


def record(session: Session, actor: str, event: Event) -> None:
    """Add ``event`` to the log in the caller's transaction, which has to be a writing one.

    ``actor`` is who did it: a user's id as ``user:7``, ``system`` or ``command``.
    """
    session.flush()  # locks on rows come first and the one on the log last, for everybody: no two wait for each other
    if session.get_bind().dialect.name == "postgresql":
        session.execute(sa.text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
    ring = current_ring()
    content = Content(now(), actor, event.name, event.subject, event.data, ring.sealing)
    row = AuditRecord(
        at=content.at,
        actor=actor,
        event=event.name,
        subject=event.subject,
        data=event.data,
        key_id=ring.sealing,
        chained=chained(chain_key(ring, ring.sealing), _newest(session), content),
    )
    session.add(row)
    session.flush()


def fits_ends(session: Session, keys: ChainKeys) -> bool:
    """Whether the first and the newest record were chained with ``keys``; True for an empty log.

    Raises ``KeyRingProblem`` when a key is missing.
    """
    order = col(AuditRecord.id)
    newest = session.exec(select(AuditRecord).order_by(order.desc()).limit(2)).all()
    first = session.exec(select(AuditRecord).order_by(order).limit(1)).all()
    return _fits(newest, keys) and _fits(first, keys)


def proves(session: Session, keys: ChainKeys, key_id: str) -> bool:
    """Whether the newest record under ``key_id`` was chained with the key that ``keys`` holds for it."""
    last = select(AuditRecord.id).where(AuditRecord.key_id == key_id).order_by(col(AuditRecord.id).desc()).limit(1)
    found = session.exec(last).first()
    if found is None:
        return False
    two = select(AuditRecord).where(col(AuditRecord.id) <= found).order_by(col(AuditRecord.id).desc()).limit(2)
    return _fits(session.exec(two).all(), keys)


def knows_key(session: Session, key_id: str) -> bool:
    """Whether any record was written while ``key_id`` sealed. No secret is sealed without a record under its key."""
    return session.exec(select(AuditRecord.id).where(AuditRecord.key_id == key_id).limit(1)).first() is not None


def used_keys(session: Session) -> frozenset[str]:
    """The ids of all keys under which records were written. Reads the whole log."""
    return frozenset(session.exec(select(AuditRecord.key_id).distinct()).all())


def _fits(newest_first: Sequence[AuditRecord], keys: ChainKeys) -> bool:
    """Whether the first of one or two neighbours follows from the second; a single one has none before it."""
    if not newest_first:
        return True
    row, before = newest_first[0], newest_first[1].chained if len(newest_first) == 2 else ""
    key = keys.get(row.key_id)
    if key is None:
        raise KeyRingProblem(missing_for_log(row.key_id))
    content = Content(row.at, row.actor, row.event, row.subject, row.data, row.key_id)
    return hmac.compare_digest(row.chained, chained(key, before, content))


def missing_for_log(key_id: str) -> str:
    """What to do when the log was chained under a key that is not there."""
    return (
        f"key ring: key {key_id} is missing, and the audit log needs it; put it back beside the newer ones and run "
        "flask --app wsgi keys rotate, after which it may go"
    )


def _newest(session: Session) -> str:
    found = session.exec(select(AuditRecord.chained).order_by(col(AuditRecord.id).desc()).limit(1)).first()
    return found or ""
