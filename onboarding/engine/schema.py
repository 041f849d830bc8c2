"""The tables of the job engine, in the same database."""

from __future__ import annotations

import sqlalchemy as sa

from onboarding.settings import current_settings


def migrate_jobs() -> None:
    """Make or renew the engine's tables; part of ``flask db upgrade``."""
    from dbos import DBOS  # heavy: loaded where it is used

    DBOS.migrate(current_settings().database_url)


def has_jobs(connection: sa.Connection) -> bool | None:
    """Whether the database knows of any job, ended ones too; None when the engine's tables are not there."""
    schema = "dbos" if connection.dialect.name == "postgresql" else None
    if not sa.inspect(connection).has_table("workflow_status", schema=schema):
        return None
    jobs = sa.table("workflow_status", schema=schema)
    return connection.execute(sa.select(sa.literal(1)).select_from(jobs).limit(1)).first() is not None
