"""Custody of secrets: sealed in the caller's transaction, opened only after the log says who and why."""

from __future__ import annotations

from collections.abc import Collection, Mapping

import structlog
from sqlmodel import Session

from onboarding.audit.events import SecretDestroyed, SecretMoved, SecretSealed, SecretTampered, SecretUnsealed
from onboarding.audit.log import knows_key, record
from onboarding.db import WRITING, db, session
from onboarding.keys import KeyRing, KeyRingProblem, current_ring, ring_with
from onboarding.vault import rows
from onboarding.vault.envelope import Binding, Envelope, Tampered, close, open_up

log = structlog.get_logger(__name__)


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
    rows.put(session, version_id, {field: close(ring, value, binding, field) for field, value in values.items()})
    record(session, actor, SecretSealed(version_id=version_id, fields=tuple(sorted(values)), key_id=ring.sealing))


def sealed_fields(session: Session, version_id: int) -> frozenset[str]:
    """The fields of a version that hold a sealed value."""
    return rows.fields_of(session, version_id)


def unseal(version_id: int, actor: str, purpose: str, fields: Collection[str] | None = None) -> dict[str, str]:
    """The secrets of a version by field, all of them or those in ``fields`` that are there.

    First the audit event is committed, in a transaction of its own; when that fails, nothing is opened. Must be
    called outside of a writing transaction. Raises ``Tampered`` (after an alarm in the log) or ``KeyRingProblem``.
    """
    _refuse_inside_change()
    with Session(db.engine) as own:
        own.connection(execution_options=WRITING)
        envelopes = rows.of(own, version_id, fields)
        if not envelopes:
            return {}
        binding = rows.binding_of(own, version_id)
        record(own, actor, SecretUnsealed(version_id=version_id, fields=tuple(sorted(envelopes)), purpose=purpose))
        own.commit()
    return {field: _open_or_alarm(envelope, binding, field, actor) for field, envelope in envelopes.items()}


def move(session: Session, source: Binding, target: Binding, *, actor: str, fields: Collection[str]) -> None:
    """Seal the secrets of ``fields`` anew for another version, in the caller's transaction; the old ones go.

    They never leave the vault. Raises ``Tampered`` or ``KeyRingProblem``, and then the caller has to roll back.
    """
    ring, moved = current_ring(), {}
    for field, envelope in rows.of(session, source.version_id, fields).items():
        value = open_up(ring_with(envelope.key_id), envelope, source, field)
        moved[field] = close(ring, value, target, field)
    if moved:
        rows.put(session, target.version_id, moved)
        rows.remove(session, source.version_id, moved)
        event = SecretMoved(source.version_id, fields=tuple(sorted(moved)), to_version=target.version_id)
        record(session, actor, event)


def destroy(session: Session, version_id: int, *, actor: str = "system", fields: Collection[str] | None = None) -> None:
    """Delete the secrets of a version with their data keys, all or those of ``fields``; the log keeps a tombstone."""
    there = rows.fields_of(session, version_id)
    gone = there if fields is None else there & frozenset(fields)
    if gone:
        rows.remove(session, version_id, None if fields is None else gone)
        record(session, actor, SecretDestroyed(version_id, fields=tuple(sorted(gone))))


def _open_or_alarm(envelope: Envelope, binding: Binding, field: str, actor: str) -> str:
    try:
        return open_up(_ring_for(envelope.key_id), envelope, binding, field)
    except Tampered:
        log.critical("a sealed value was tampered with", version=binding.version_id, field=field)
        with Session(db.engine) as own:
            own.connection(execution_options=WRITING)
            record(own, actor, SecretTampered(version_id=binding.version_id, field=field))
            own.commit()
        raise


def _ring_for(key_id: str) -> KeyRing:
    """The ring with this key. Raises ``KeyRingProblem`` when it is missing, ``Tampered`` when it never was."""
    ring = ring_with(key_id)
    if key_id not in ring.keys:
        with Session(db.engine) as own:
            if not knows_key(own, key_id):
                raise Tampered
        raise KeyRingProblem(f"key ring: key {key_id} is missing; put it back beside the newer ones")
    return ring


def _refuse_inside_change() -> None:
    """Its event has a transaction of its own, which would wait for the caller's until both give up."""
    current = session()
    if current.in_transaction() and current.connection().get_execution_options().get("koppelbalie_writing"):
        raise RuntimeError("unseal is called outside of a change, never inside")
