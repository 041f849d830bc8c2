"""Heads: what the end of the log looked like at a moment, told outside of the database."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import sqlalchemy as sa
from sqlmodel import Session, col, select

from onboarding.audit.models import AuditRecord

TOLD_AS = "audit_head"
"""The name of the line in the log stream that holds a head."""
_HEAD = re.compile(r"(\d{1,18}):([0-9a-f]{64})")


@dataclass(frozen=True, slots=True)
class Head:
    """The newest record of the log at a moment: its number, its hash, and how many records there were."""

    record: int
    chained: str
    count: int | None = None

    def __str__(self) -> str:
        return f"{self.record}:{self.chained}"


def head_of(session: Session) -> Head | None:
    """The head of the log as it is now; None while it is empty."""
    query = select(AuditRecord.id, AuditRecord.chained).order_by(col(AuditRecord.id).desc()).limit(1)
    found = session.execute(query).one_or_none()
    if found is None:
        return None
    count: int = session.execute(sa.select(sa.func.count()).select_from(AuditRecord)).scalar_one()
    return Head(found[0], found[1], count)


def parse_head(text: str) -> Head:
    """A head from ``NUMBER:VALUE``. ValueError says what it should look like."""
    found = _HEAD.fullmatch(text.strip())
    if found is None:
        raise ValueError("a head is NUMBER:VALUE, the value being 64 characters of 0-9 and a-f")
    return Head(int(found[1]), found[2])


def heads_in(lines: Iterable[str]) -> Iterator[Head]:
    """The heads in the lines of a log; a line may have something before its JSON, and any other line is passed over."""
    for line in lines:
        start = line.find("{")
        if start < 0 or TOLD_AS not in line:
            continue
        try:
            told = json.loads(line[start:])
            if told.get("event") == TOLD_AS:
                yield parse_head(f"{told.get('record')}:{told.get('chained')}")
        except (ValueError, AttributeError):
            continue
