"""Custody of secrets: sealed in the caller's transaction, opened only after the log says who and why."""

from __future__ import annotations

from collections.abc import Collection, Mapping

import sqlalchemy as sa
import structlog
from sqlmodel import Session, col, select

from onboarding.audit.events import SecretDestroyed, SecretMoved, SecretSealed, SecretTampered, SecretUnsealed
from onboarding.audit.log import record
from onboarding.clock import now
from onboarding.db import WRITING, db, session
from onboarding.keys import current_ring
from onboarding.vault.envelope import Binding, Envelope, Tampered, close, open_up
from onboarding.vault.models import SealedSecret

log = structlog.get_logger(__name__)

# Of the tables above this layer only these columns are known here: the binding is that of the rows as they are now.
_VERSION = sa.table("credential_version", sa.column("id"), sa.column("connection_id"))
_CONNECTION = sa.table("connection", sa.column("id"), sa.column("club_id"))


def seal(
    session: Session, version_id: int, values: Mapping[str, str], binding: Binding, *, actor: str = "system"
) -> None:
    """Seal ``values`` by field for a version of credentials, in the caller's writing transaction.

    What those fields held before is gone; other fields stay as they are.
    """
    if version_id != binding.version_id:
        raise ValueError("the binding is of another version")
    if not values:
        return
    ring = current_ring()
    for field, value in values.items():
        _store(session, version_id, field, close(ring, value, binding, field))
    record(session, actor, SecretSealed(version_id=version_id, fields=tuple(sorted(values)), key_id=ring.sealing))


def sealed_fields(session: Session, version_id: int) -> frozenset[str]:
    """The fields of a version that hold a sealed value."""
    return frozenset(session.exec(select(SealedSecret.field).where(SealedSecret.version_id == version_id)).all())


def unseal(version_id: int, actor: str, purpose: str, fields: Collection[str] | None = None) -> dict[str, str]:
    """The secrets of a version by field, all of them or those in ``fields`` that are there.

    First the audit event is committed, in a transaction of its own; when that fails, nothing is opened. Must be
    called outside of a writing transaction. Raises ``Tampered`` (after an alarm in the log) or ``KeyRingProblem``.
    """
    _refuse_inside_change()
    with Session(db.engine) as own:
        own.connection(execution_options=WRITING)
        rows = _rows(own, version_id, fields)
        if not rows:
            return {}
        binding = binding_of(own, version_id)
        envelopes = {row.field: envelope_of(row) for row in rows}
        record(own, actor, SecretUnsealed(version_id=version_id, fields=tuple(sorted(envelopes)), purpose=purpose))
        own.commit()
    return {field: _open_or_alarm(envelope, binding, field, actor) for field, envelope in envelopes.items()}


def move(session: Session, source: Binding, target: Binding, *, actor: str, fields: Collection[str]) -> None:
    """Seal the secrets of ``fields`` anew for another version, in the caller's transaction; the old ones go.

    They never leave the vault. Raises ``Tampered`` or ``KeyRingProblem``, and then the caller has to roll back.
    """
    ring = current_ring()
    moved = []
    for row in _rows(session, source.version_id, fields):
        value = open_up(ring, envelope_of(row), source, row.field)
        _store(session, target.version_id, row.field, close(ring, value, target, row.field))
        session.delete(row)
        moved.append(row.field)
    if moved:
        event = SecretMoved(source.version_id, fields=tuple(sorted(moved)), to_version=target.version_id)
        record(session, actor, event)


def destroy(session: Session, version_id: int, *, actor: str = "system", fields: Collection[str] | None = None) -> None:
    """Delete the secrets of a version with their data keys, all or those of ``fields``; the log keeps a tombstone."""
    rows = _rows(session, version_id, fields)
    for row in rows:
        session.delete(row)
    if rows:
        record(session, actor, SecretDestroyed(version_id, fields=tuple(sorted(row.field for row in rows))))


def _store(session: Session, version_id: int, field: str, envelope: Envelope) -> None:
    row = session.get(SealedSecret, (version_id, field))
    if row is None:
        row = SealedSecret(version_id=version_id, field=field, key_id="", wrapped_key=b"", sealed=b"", sealed_at=now())
    row.key_id, row.wrapped_key, row.sealed = envelope.key_id, envelope.wrapped_key, envelope.sealed
    row.sealed_at = now()
    session.add(row)


def _rows(session: Session, version_id: int, fields: Collection[str] | None) -> list[SealedSecret]:
    query = select(SealedSecret).where(SealedSecret.version_id == version_id).order_by(SealedSecret.field)
    if fields is not None:
        query = query.where(col(SealedSecret.field).in_(fields))
    return list(session.exec(query).all())


def binding_of(session: Session, version_id: int) -> Binding:
    found = session.execute(
        sa.select(_CONNECTION.c.club_id, _CONNECTION.c.id)
        .join_from(_VERSION, _CONNECTION, _VERSION.c.connection_id == _CONNECTION.c.id)
        .where(_VERSION.c.id == version_id)
    ).one()
    return Binding(club_id=found[0], connection_id=found[1], version_id=version_id)


def envelope_of(row: SealedSecret) -> Envelope:
    return Envelope(key_id=row.key_id, wrapped_key=row.wrapped_key, sealed=row.sealed)


def _open_or_alarm(envelope: Envelope, binding: Binding, field: str, actor: str) -> str:
    try:
        return open_up(current_ring(), envelope, binding, field)
    except Tampered:
        log.critical("a sealed value was tampered with", version=binding.version_id, field=field)
        with Session(db.engine) as own:
            own.connection(execution_options=WRITING)
            record(own, actor, SecretTampered(version_id=binding.version_id, field=field))
            own.commit()
        raise


def _refuse_inside_change() -> None:
    """Its event has a transaction of its own, which would wait for the caller's until both give up."""
    current = session()
    if current.in_transaction() and current.connection().get_execution_options().get("koppelbalie_writing"):
        raise RuntimeError("unseal is called outside of a change, never inside")
