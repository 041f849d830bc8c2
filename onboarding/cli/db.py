"""``flask db``: bring the database to the newest revision, or everything to another database."""

from __future__ import annotations

import time

import click
from flask.cli import AppGroup

from onboarding.backups.refusals import Unusable
from onboarding.engine.schema import migrate_jobs
from onboarding.migrations import HEAD, open_migrations
from onboarding.usecases.relocating import Progress, relocate

db_group = AppGroup("db", help="Bring the database to the newest revision, or move to another one.")


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


@db_group.command()
@click.argument("source")
def move(source: str) -> None:
    """Move everything from the database SOURCE to that of the settings, which has to be upgraded and empty.

    SOURCE is the path of a SQLite file, or an address as in KOPPELBALIE_DATABASE_URL without its password (that
    belongs in ~/.pgpass). Stop the app first. All of it is moved or nothing; SOURCE is only read and stays as it is.
    """
    began = time.monotonic()
    try:
        moved = relocate(source, _Told())
    except Unusable as problem:
        raise click.ClickException(f"nothing was moved: {problem}") from None
    seconds = time.monotonic() - began
    click.echo(f"Moved {moved.rows} rows in {seconds:.0f} s ({moved.records} records in the log, all verified).")
    click.echo(f"Asked for again: {moved.runs} runs of checks, {moved.mails} mails, {moved.webhooks} webhooks.")
    if moved.head is not None:
        click.echo(f"head {moved.head}")
    click.echo("Start the app on this database alone, and remove the other one: it holds every sealed code still.")


class _Told:
    """A line now and then; each says how far it is."""

    def __init__(self) -> None:
        self._next = time.monotonic() + 1

    def __call__(self, state: Progress) -> None:
        if time.monotonic() >= self._next:
            self._next = time.monotonic() + 1
            click.echo(f"{state.rows} of {state.total} rows")


COMMANDS: tuple[click.Command, ...] = (db_group,)
