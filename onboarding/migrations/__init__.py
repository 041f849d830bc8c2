"""The schema's history: revisions in order, and whether a database is at the newest."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

import sqlalchemy as sa
from flask import Flask, current_app
from sqlmodel.sql.sqltypes import AutoString

from onboarding.db import WRITING, Moment, db
from onboarding.tables import METADATA

if TYPE_CHECKING:
    from alembic.autogenerate.api import AutogenContext
    from flask_alembic import Alembic

HEAD = "0006"
"""The newest revision."""


def open_migrations() -> Alembic:
    """Alembic on the database of the current app; it is heavy, so only the ``db`` commands and tests load it."""
    from flask_alembic import Alembic

    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]  # noqa: SLF001  (it keeps weak references)
    if "alembic" not in app.extensions:
        app.config["ALEMBIC_CONTEXT"] = {
            "transactional_ddl": True,
            "compare_type": True,
            "include_object": _is_ours,
            "render_item": _render,
            "render_as_batch": True,
        }
        engine = db.engine.execution_options(**WRITING)
        alembic = Alembic(run_mkdir=False, command_name="", metadatas=METADATA, engines=engine)
        alembic.rev_id = lambda: f"{int(HEAD) + 1:04}"  # type: ignore[method-assign]
        alembic.init_app(app)
    opened: Alembic = app.extensions["alembic"]
    return opened


def revision_of(connection: sa.Connection) -> str | None:
    """The revision that the database is at; None when it was never migrated."""
    if not sa.inspect(connection).has_table("alembic_version"):
        return None
    found = connection.execute(sa.text("SELECT version_num FROM alembic_version")).scalar()
    return None if found is None else str(found)


def _is_ours(thing: Any, name: str | None, kind: str, reflected: bool, compare_to: Any) -> bool:
    """The engine of the jobs keeps tables in the same SQLite file; they are none of ours."""
    return not (kind == "table" and reflected and name not in METADATA.tables)


def _render(kind: str, thing: Any, context: AutogenContext) -> str | Literal[False]:
    """Revisions name plain SQLAlchemy types, so that they outlive our classes."""
    match thing:
        case AutoString():
            return f"sa.String(length={thing.length})"
        case Moment():
            return "sa.DateTime(timezone=True)"
        case sa.Enum():
            return f"sa.String(length={thing.length})"
    return False
