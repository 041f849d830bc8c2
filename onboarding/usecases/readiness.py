"""Use case: can the app do its work; read at start and by whoever watches it."""

from __future__ import annotations

import sqlalchemy as sa

from onboarding.db import db, session
from onboarding.keys import KeyRingProblem, current_ring
from onboarding.migrations import HEAD, revision_of
from onboarding.vault import check_ring

_AWAY = frozenset({"SQLITE_BUSY", "SQLITE_LOCKED", "SQLITE_FULL", "SQLITE_IOERR", "SQLITE_CANTOPEN", "SQLITE_READONLY"})
"""What SQLite says when its file cannot be used at the moment; a name may go on after it."""


def is_reachable() -> bool:
    """Whether the database answers."""
    try:
        with db.engine.connect() as connection:
            connection.execute(sa.text("SELECT 1"))
    except sa.exc.SQLAlchemyError:
        return False
    return True


def is_outage(error: BaseException | None) -> bool:
    """Whether this error means that the database could not be used at the moment, and not that we did it wrong."""
    match error:
        case sa.exc.TimeoutError():
            return True  # no connection came free in time
        case sa.exc.DBAPIError(connection_invalidated=True):
            return True
        case sa.exc.OperationalError():
            name = getattr(error.orig, "sqlite_errorname", None)
            return name is None or any(str(name).startswith(word) for word in _AWAY)
    return False


def problems() -> list[str]:
    """What stands in the way, in words for operations; empty when nothing does."""
    try:
        with db.engine.connect() as connection:
            found = revision_of(connection)
        if found != HEAD:
            at = f"at revision {found}" if found else "empty"
            return [f"the database is {at}; this version needs {HEAD}: run flask --app wsgi db upgrade"]
        check_ring(session(), current_ring())
    except sa.exc.SQLAlchemyError as error:
        return [f"the database cannot be reached: {type(error).__name__}"]
    except KeyRingProblem as problem:
        return [str(problem)]
    finally:
        session().rollback()
    return []
