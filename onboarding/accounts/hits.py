"""Counters of the rate limits, kept in the app's database so that all processes count together."""

from __future__ import annotations

import hashlib
import random

import sqlalchemy as sa
from limits.storage import Storage
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import SQLModel

from onboarding.accounts.models import Hit
from onboarding.clock import CLOCKS_DIFFER, now
from onboarding.db import WRITING, db

_HITS: sa.Table = SQLModel.metadata.tables[str(Hit.__tablename__)]
_LONGEST = 200
_SWEPT = 0.01
"""One in so many counts also throws away what is over."""


class HitStorage(Storage):
    """A storage of the ``limits`` library for its fixed windows, chosen by ``koppelbalie://``.

    Each count is a short transaction of its own: it stands whatever becomes of the request.
    """

    STORAGE_SCHEME = ["koppelbalie"]

    @property
    def base_exceptions(self) -> type[Exception]:
        return sa.exc.SQLAlchemyError

    def incr(self, key: str, expiry: float, amount: int = 1) -> int:
        """Count, and begin a new window of ``expiry`` seconds when the last one is over; the count."""
        at = now().timestamp()
        insert = sqlite.insert if db.engine.dialect.name == "sqlite" else postgresql.insert
        # A window that ends later than one that begins now is of before the clock was put back.
        over = sa.or_(_HITS.c.expires_at <= at, _HITS.c.expires_at > at + expiry + CLOCKS_DIFFER.total_seconds())
        count = (
            insert(_HITS)
            .values(key=_short(key), amount=amount, expires_at=at + expiry)
            .on_conflict_do_update(
                index_elements=[_HITS.c.key],
                set_={
                    "amount": sa.case((over, amount), else_=_HITS.c.amount + amount),
                    "expires_at": sa.case((over, at + expiry), else_=_HITS.c.expires_at),
                },
            )
            .returning(_HITS.c.amount)
        )
        with db.engine.connect().execution_options(**WRITING) as connection, connection.begin():
            counted = int(connection.execute(count).scalar_one())
            if random.random() < _SWEPT:  # noqa: S311  (no secret hangs on it)
                connection.execute(sa.delete(_HITS).where(_HITS.c.expires_at <= at))
        return counted

    def get(self, key: str) -> int:
        """The count of the current window."""
        found = self._find(key)
        return found[0] if found is not None else 0

    def get_expiry(self, key: str) -> float:
        """When the current window is over, in seconds since 1970."""
        found = self._find(key)
        return found[1] if found is not None else now().timestamp()

    def check(self) -> bool:
        """Whether the database answers."""
        with db.engine.connect() as connection:
            return connection.execute(sa.select(1)).scalar() == 1

    def reset(self) -> int:
        """Forget every count; how many there were."""
        return self._delete(sa.true())

    def clear(self, key: str) -> None:
        """Forget one count."""
        self._delete(_HITS.c.key == _short(key))

    def _find(self, key: str) -> tuple[int, float] | None:
        query = sa.select(_HITS.c.amount, _HITS.c.expires_at).where(
            _HITS.c.key == _short(key), _HITS.c.expires_at > now().timestamp()
        )
        with db.engine.connect() as connection:
            row = connection.execute(query).first()
        return (int(row[0]), float(row[1])) if row is not None else None

    def _delete(self, which: sa.ColumnElement[bool]) -> int:
        with db.engine.connect().execution_options(**WRITING) as connection, connection.begin():
            return connection.execute(sa.delete(_HITS).where(which)).rowcount


def _short(key: str) -> str:
    """A key that fits its column; what people typed may be in it, and is as long as they like."""
    return key if len(key) <= _LONGEST else f"{key[:100]}…{hashlib.sha256(key.encode()).hexdigest()}"
