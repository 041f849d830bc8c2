"""The lock on an address after wrong passwords, the same whether it is somebody's or not."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session

from onboarding import clock
from onboarding.accounts.addresses import mark_of
from onboarding.accounts.models import WrongPasswords

FORGOTTEN_AFTER = timedelta(hours=24)
"""Wrong passwords longer ago than this do not count."""


def take_try(db: Session, email: str, allowed: int, lasts: timedelta) -> datetime | None:
    """Count one try before the password is looked at, so that tries at the same time count too.

    The end of the lock when there is one, else None: the try may go on.
    """
    at = clock.now()
    insert = sqlite.insert if db.get_bind().dialect.name == "sqlite" else postgresql.insert
    first = insert(WrongPasswords).values(address=mark_of(email), tries=0, last_at=at)
    # An update of nothing locks the row: one that was merely there could be forgotten before it is read.
    db.connection().execute(
        first.on_conflict_do_update(index_elements=["address"], set_={"address": first.excluded.address})
    )
    row = db.get_one(WrongPasswords, mark_of(email), with_for_update=True)
    if row.locked_until is not None and row.locked_until > at + lasts:  # the clock was put back since
        row.locked_until = at + lasts
        db.add(row)
    if row.locked_until is not None and row.locked_until > at:
        return row.locked_until
    if row.locked_until is not None or row.last_at + FORGOTTEN_AFTER <= at:
        row.tries, row.locked_until = 0, None
    row.last_at = at
    if row.tries >= allowed:
        row.locked_until = at + lasts
    else:
        row.tries += 1
    db.add(row)
    return row.locked_until


def lock_if_used_up(db: Session, email: str, allowed: int, lasts: timedelta) -> datetime | None:
    """After a wrong password: the end of the lock that starts now, or None while tries are left."""
    row = db.get(WrongPasswords, mark_of(email), with_for_update=True)
    if row is None or row.tries < allowed or row.locked_until is not None:
        return None
    row.locked_until = clock.now() + lasts
    db.add(row)
    return row.locked_until


def forget(db: Session, email: str) -> None:
    """Count from zero again: somebody showed that the address is theirs."""
    row = db.get(WrongPasswords, mark_of(email), with_for_update=True)
    if row is not None:
        db.delete(row)
