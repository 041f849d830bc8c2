"""Use case: can the app do its work; read at start and by whoever watches it."""

from __future__ import annotations

import sqlalchemy as sa

from onboarding.db import db, session
from onboarding.keys import KeyRingProblem, current_ring
from onboarding.migrations import HEAD, revision_of
from onboarding.vault import check_ring


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
