"""Keys of the log that outlive the ring's: sealed under a newer key, kept in the log itself.

A key may leave the ring when no secret needs it. The records that were chained under it stay, and so does the key
derived from it that chained them: it opens nothing, and only a newer key of the ring brings it back.
"""

from __future__ import annotations

from base64 import b64decode, b64encode

from sqlmodel import Session, col, select

from onboarding.audit.chain import chain_keys
from onboarding.audit.events import LogKeyKept
from onboarding.audit.log import record
from onboarding.audit.models import AuditRecord
from onboarding.keys import KeyRing
from onboarding.vault.envelope import Binding, Envelope, Tampered, close, open_up

_NOWHERE = Binding(club_id=0, connection_id=0, version_id=0)
"""They belong to no club."""


def log_keys(session: Session, ring: KeyRing) -> dict[str, bytes]:
    """The keys that verify the log, by id: those of the ring, and those that were kept under a key of the ring."""
    found = chain_keys(ring)
    for key_id, envelope in _kept(session):
        if key_id not in found and envelope.key_id in ring.keys:
            try:
                found[key_id] = bytes.fromhex(open_up(ring, envelope, _NOWHERE, _field(key_id)))
            except (Tampered, ValueError):  # the record was changed: verifying will name it
                continue
    return found


def keep_log_keys(session: Session, ring: KeyRing, actor: str) -> int:
    """Keep every older key of the log under the ring's first key, in the caller's transaction; how many were new."""
    there = {key_id for key_id, envelope in _kept(session) if envelope.key_id == ring.sealing}
    missing = {key_id: key for key_id, key in log_keys(session, ring).items() if key_id not in there | {ring.sealing}}
    for key_id, key in sorted(missing.items()):
        kept = close(ring, key.hex(), _NOWHERE, _field(key_id))
        wrapped, sealed = (b64encode(part).decode() for part in (kept.wrapped_key, kept.sealed))
        record(session, actor, LogKeyKept(key_id, by=ring.sealing, wrapped=wrapped, sealed=sealed))
    return len(missing)


def _kept(session: Session) -> list[tuple[str, Envelope]]:
    query = select(AuditRecord.subject, AuditRecord.data).where(AuditRecord.event == LogKeyKept.name)
    found = []
    for subject, data in session.exec(query.order_by(col(AuditRecord.id).desc())).all():
        try:
            envelope = Envelope(str(data["by"]), b64decode(data["wrapped"]), b64decode(data["sealed"]))
        except (KeyError, ValueError, TypeError):
            continue
        found.append((subject.partition(":")[2], envelope))
    return found


def _field(key_id: str) -> str:
    return f"log key {key_id}"
