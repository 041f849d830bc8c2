"""The rows of sealed secrets, read so that no value that was tampered with stops the reading of another."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col

from onboarding.clock import now
from onboarding.vault.envelope import Binding, Envelope
from onboarding.vault.models import SealedSecret

# Of the tables above this layer only these columns are known here: the binding is that of the rows as they are now.
_VERSION = sa.table("credential_version", sa.column("id"), sa.column("connection_id"))
_CONNECTION = sa.table("connection", sa.column("id"), sa.column("club_id"))
_SECRET: sa.Table = SealedSecret.__table__  # type: ignore[attr-defined]
_BYTES = sa.LargeBinary()


@dataclass(frozen=True, slots=True)
class Placed:
    """An envelope and where it lies; without a binding when its version or connection is not there."""

    version_id: int
    field: str
    envelope: Envelope
    binding: Binding | None


def of(session: Session, version_id: int, fields: Collection[str] | None) -> dict[str, Envelope]:
    """The envelopes of a version by field, all or those of ``fields``, in order."""
    query = sa.select(*_columns()).where(_SECRET.c.version_id == version_id).order_by(_SECRET.c.field)
    if fields is not None:
        query = query.where(_SECRET.c.field.in_(fields))
    return {_text(field): _envelope(parts) for field, *parts in session.execute(query)}


def fields_of(session: Session, version_id: int) -> frozenset[str]:
    """The fields of a version that have an envelope."""
    query = sa.select(sa.cast(_SECRET.c.field, _BYTES)).where(_SECRET.c.version_id == version_id)
    return frozenset(_text(field) for field in session.execute(query).scalars())


def binding_of(session: Session, version_id: int) -> Binding:
    """The club, connection and version to which the secrets of a version are bound now."""
    found = session.execute(
        sa.select(_CONNECTION.c.club_id, _CONNECTION.c.id)
        .join_from(_VERSION, _CONNECTION, _VERSION.c.connection_id == _CONNECTION.c.id)
        .where(_VERSION.c.id == version_id)
    ).one()
    return Binding(club_id=found[0], connection_id=found[1], version_id=version_id)


def put(session: Session, version_id: int, envelopes: Mapping[str, Envelope]) -> None:
    """Write envelopes by field; what those fields held before is gone, whatever it was."""
    remove(session, version_id, envelopes)
    session.execute(
        sa.insert(_SECRET),
        [
            {"version_id": version_id, "field": field, "sealed_at": now()} | _stored(envelope)
            for field, envelope in envelopes.items()
        ],
    )


def remove(session: Session, version_id: int, fields: Collection[str] | None) -> None:
    """Delete the rows of a version, all or those of ``fields``."""
    statement = sa.delete(_SECRET).where(_SECRET.c.version_id == version_id)
    if fields is not None:
        statement = statement.where(_SECRET.c.field.in_(list(fields)))
    session.execute(statement)


def count_by_key(session: Session) -> dict[str, int]:
    """How many secrets are sealed under each key."""
    query = sa.select(sa.cast(_SECRET.c.key_id, _BYTES), sa.func.count()).group_by(_SECRET.c.key_id)
    return {_text(key_id): count for key_id, count in session.execute(query)}


def newest(session: Session, key_id: str, limit: int) -> Sequence[Placed]:
    """The secrets that were sealed last under a key."""
    query = _placed().where(_SECRET.c.key_id == key_id).order_by(_SECRET.c.sealed_at.desc()).limit(limit)
    return [_place(row) for row in session.execute(query)]


def under_other_keys(session: Session, key_id: str, after: tuple[int, str], limit: int) -> Sequence[Placed]:
    """Secrets that are not sealed under ``key_id``, in the order of version and field, beyond ``after``."""
    query = (
        _placed()
        .where(_SECRET.c.key_id != key_id)
        .where(sa.tuple_(_SECRET.c.version_id, _SECRET.c.field) > sa.tuple_(*after))
        .order_by(_SECRET.c.version_id, _SECRET.c.field)
        .limit(limit)
    )
    return [_place(row) for row in session.execute(query)]


def exchange(session: Session, pairs: Iterable[tuple[Placed, Envelope]]) -> int:
    """Put new envelopes in the place of old ones, of which some may be gone or renewed by now: those are left alone."""
    statement = (
        sa.update(_SECRET)
        .where(_SECRET.c.version_id == sa.bindparam("at_version"))
        .where(_SECRET.c.field == sa.bindparam("at_field"))
        .where(_SECRET.c.wrapped_key == sa.bindparam("was", type_=_BYTES))
        .values(**{name: sa.bindparam(f"new_{name}") for name in ("key_id", "wrapped_key", "sealed")})
    )
    values = [
        {"at_version": old.version_id, "at_field": old.field, "was": old.envelope.wrapped_key}
        | {f"new_{name}": value for name, value in _stored(new).items()}
        for old, new in pairs
    ]
    return int(session.connection().execute(statement, values).rowcount) if values else 0


def _columns() -> list[sa.ColumnElement[Any]]:
    """The columns as bytes: SQLite hands out no text that is none any more, and no blob that became text."""
    table = _SECRET.c
    return [sa.cast(column, _BYTES) for column in (table.field, table.key_id, table.wrapped_key, table.sealed)]


def _placed() -> sa.Select[Any]:
    return (
        sa.select(col(SealedSecret.version_id), _CONNECTION.c.club_id, _CONNECTION.c.id, *_columns())
        .outerjoin_from(_SECRET, _VERSION, _VERSION.c.id == _SECRET.c.version_id)
        .outerjoin(_CONNECTION, _CONNECTION.c.id == _VERSION.c.connection_id)
    )


def _place(row: Sequence[Any]) -> Placed:
    version_id, club_id, connection_id, field, key_id, wrapped_key, sealed = row
    binding = None if connection_id is None else Binding(club_id, connection_id, version_id)
    return Placed(version_id, _text(field), _envelope((key_id, wrapped_key, sealed)), binding)


def _envelope(parts: Sequence[bytes]) -> Envelope:
    key_id, wrapped_key, sealed = parts
    return Envelope(key_id=_text(key_id), wrapped_key=wrapped_key, sealed=sealed)


def _stored(envelope: Envelope) -> dict[str, str | bytes]:
    return {"key_id": envelope.key_id, "wrapped_key": envelope.wrapped_key, "sealed": envelope.sealed}


def _text(value: bytes) -> str:
    return value.decode("utf-8", "replace")
