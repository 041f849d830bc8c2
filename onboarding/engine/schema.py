"""The tables of the job engine, in the same database."""

from __future__ import annotations

from onboarding.settings import current_settings


def migrate_jobs() -> None:
    """Make or renew the engine's tables; part of ``flask db upgrade``."""
    from dbos import DBOS  # heavy: loaded where it is used

    DBOS.migrate(current_settings().database_url)
