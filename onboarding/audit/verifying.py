"""Verifying the log: from the first record to the last, against its keys and against heads told elsewhere."""

from __future__ import annotations

import hmac
import json
from collections.abc import Callable, Generator, Iterable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col

from onboarding.audit.chain import ChainKeys, Content, chained
from onboarding.audit.heads import Head
from onboarding.audit.models import AuditRecord

_AT_A_TIME = 2000
_TOLD_EVERY = 50_000
_COLUMNS = (
    AuditRecord.at,
    AuditRecord.data,
    AuditRecord.actor,
    AuditRecord.event,
    AuditRecord.subject,
    AuditRecord.key_id,
    AuditRecord.chained,
)


class Fault(StrEnum):
    """What is wrong at the first record that is not as it was written."""

    CHANGED = "changed"
    """It was edited, put in, or stands in another order."""
    MISSING = "missing"
    """Records in front of it were taken away."""
    UNREADABLE = "unreadable"
    NO_KEY = "no key"
    CUT = "cut"
    """The end of the log is gone: a head is known of a record that is not there."""
    REBUILT = "rebuilt"
    """It fits the key, but is not the record whose head was told: the log was written anew."""


@dataclass(frozen=True, slots=True)
class Break:
    """The first record that is not as it was written. ``good`` is the last one before it that is, 0 for none."""

    record: int
    fault: Fault
    good: int
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Verdict:
    """The outcome: how many records are as they were written, the last of them, and where it breaks, if it does."""

    count: int
    head: Head | None
    broken: Break | None
    compared: int = 0
    """How many heads were compared, and were right."""


@dataclass(frozen=True, slots=True)
class _Row:
    record: int
    content: Content
    chained: str


def verify(
    session: Session, keys: ChainKeys, heads: Iterable[Head] = (), say: Callable[[int], None] = lambda _: None
) -> Verdict:
    """Read the whole log, a part at a time, until its end or the first bad record.

    ``heads`` are those told outside of the database: without one, a cut end cannot be seen. ``say`` hears now
    and then how many records were read.
    """
    known: dict[int, set[str]] = {}
    for head in sorted(heads, key=lambda head: head.record):
        known.setdefault(head.record, set()).add(head.chained)
    before, last, count, compared = "", 0, 0, 0
    with closing(_rows(session)) as rows:
        for row in rows:
            if row is None:
                return _verdict(count, last, before, Break(last + 1, Fault.UNREADABLE, last), compared)
            found = _fault(row, before, last, keys) or _against(known, row, last)
            if found is not None:
                return _verdict(count, last, before, found, compared)
            compared += row.record in known
            before, last, count = row.chained, row.record, count + 1
            if count % _TOLD_EVERY == 0:
                say(count)
    beyond = next((number for number in known if number > last), None)
    cut = None if beyond is None else Break(last + 1, Fault.CUT, last, f"record {beyond} was there")
    return _verdict(count, last, before, cut, compared)


def _verdict(count: int, last: int, before: str, found: Break | None, compared: int) -> Verdict:
    return Verdict(count, Head(last, before, count) if count else None, found, compared)


def _fault(row: _Row, before: str, last: int, keys: ChainKeys) -> Break | None:
    key = keys.get(row.content.key_id)
    if key is None:
        return Break(row.record, Fault.NO_KEY, last, row.content.key_id)
    if hmac.compare_digest(row.chained.encode(), chained(key, before, row.content).encode()):
        return None
    gone = row.record > last + 1
    return Break(row.record, Fault.MISSING if gone else Fault.CHANGED, last, row.content.event)


def _against(known: Mapping[int, set[str]], row: _Row, last: int) -> Break | None:
    """Whether heads of this record, or of records between the last one and this, say something else."""
    if row.record > last + 1:
        gone = next((number for number in known if last < number < row.record), None)
        if gone is not None:
            return Break(gone, Fault.REBUILT, last)
    if known.get(row.record, {row.chained}) != {row.chained}:
        return Break(row.record, Fault.REBUILT, last)
    return None


def _rows(session: Session) -> Generator[_Row | None, None, None]:
    """The records in order; None, and nothing after it, in place of one that cannot be read."""
    plain = session.get_bind().dialect.name == "sqlite"  # which lets a column hold anything: read it as bytes
    columns = [_as_it_is(column) if plain else col(column) for column in _COLUMNS]
    query = sa.select(col(AuditRecord.id), *columns).order_by(col(AuditRecord.id))
    try:
        with session.execute(query.execution_options(yield_per=_AT_A_TIME)) as result:
            for number, at, told, *texts in result:
                if plain:
                    moment = datetime.fromisoformat(at.decode()).replace(tzinfo=UTC)
                    yield _row(number, moment, json.loads(told), [text.decode() for text in texts])
                else:
                    yield _row(number, at, told, texts)
    except (sa.exc.DBAPIError, ValueError, AttributeError):  # a value was changed to one that is none of its kind
        yield None


def _as_it_is(column: Any) -> sa.ColumnElement[Any]:
    """A column as the bytes that lie in the file, without any reading of them."""
    return sa.type_coerce(sa.cast(col(column), sa.LargeBinary), sa.types.NullType())


def _row(number: int, at: datetime, told: dict[str, Any], texts: Sequence[str]) -> _Row:
    actor, event, subject, key_id, value = texts
    return _Row(number, Content(at, actor, event, subject, told, key_id), value)
