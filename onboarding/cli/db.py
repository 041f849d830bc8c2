"""``flask db``: bring the database to the newest revision."""

from __future__ import annotations

import click
from flask.cli import AppGroup

from onboarding.engine.schema import migrate_jobs
from onboarding.migrations import HEAD, open_migrations

db_group = AppGroup("db", help="Bring the database to the newest revision, or look at it.")


@db_group.command()
def upgrade() -> None:
    """Bring the database to the newest revision; does nothing when it is there already."""
    open_migrations().upgrade()
    migrate_jobs()
    click.echo(f"database at revision {HEAD}")


@db_group.command()
@click.argument("message")
def revision(message: str) -> None:
    """Write a new revision from the difference between the tables and the database (for developers)."""
    open_migrations().revision(message, branch="")


COMMANDS: tuple[click.Command, ...] = (db_group,)
