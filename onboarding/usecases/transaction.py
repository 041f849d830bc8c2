"""The one way to write: a transaction of its own that ends with a commit, or with nothing at all."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlmodel import Session

from onboarding.db import WRITING, session


@contextmanager
def change() -> Iterator[Session]:
    """A writing transaction; commits at the end, and on any exception nothing was changed.

    What was read before is forgotten first, so that everything inside is read anew. On SQLite it holds the
    one write lock from its start: keep it short, and never call a package or the vault's ``unseal`` inside.
    """
    current = session()
    current.rollback()
    current.expire_all()
    try:
        current.connection(execution_options=WRITING)
        yield current
        current.commit()
    except BaseException:
        current.rollback()
        raise


def end_reading() -> None:
    """End the transaction of what was read so far: none may stay open while something slow goes on."""
    session().rollback()
