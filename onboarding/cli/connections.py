"""``flask connections``: take over connections that were made before Koppelbalie."""

from __future__ import annotations

from pathlib import Path

import click
from flask.cli import with_appcontext

from onboarding.accounts.people import SYSTEM
from onboarding.i18n import in_language
from onboarding.usecases.connection_lists import BadList
from onboarding.usecases.importing import import_connections

MOST_TOLD = 50
"""Lines that are told at once."""
FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.group()
def connections() -> None:
    """Take over connections that were made elsewhere."""


@connections.command("import")
@click.argument("file", type=FILE)
@click.option("--dry-run", is_flag=True, help="Say what would be done, and do nothing.")
@click.option("--create-clubs", is_flag=True, help="Add the clubs that are not there yet.")
@with_appcontext
def import_(file: Path, *, dry_run: bool, create_clubs: bool) -> None:
    """Take over the connections in FILE: a CSV file whose first line is club,package,identity.

    They become active with codes unknown; each club enters its codes under Boekhouding. All lines are taken over,
    or none: what is wrong is told by line, and the exit code is 1.
    """
    with in_language("en"):
        try:
            done = import_connections(SYSTEM, file.read_bytes(), create_clubs=create_clubs, dry_run=dry_run)
        except BadList as bad:
            _tell(bad)
            raise click.exceptions.Exit(1) from None
    clubs = f" and {done.new_clubs} new clubs" if done.new_clubs else ""
    click.echo(f"{'Would take' if dry_run else 'Took'} over {done.connections} connections{clubs}.")


def _tell(bad: BadList) -> None:
    for error in bad.errors[:MOST_TOLD]:
        click.echo(f"line {error.line}: {error.problem}" if error.line else error.problem, err=True)
    if len(bad.errors) > MOST_TOLD:
        click.echo(f"and {len(bad.errors) - MOST_TOLD} more", err=True)
    click.echo("Nothing was taken over.", err=True)


COMMANDS = (connections,)
