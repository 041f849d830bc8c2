"""``flask backup`` and ``flask restore``: the whole database to a file, and back."""

from __future__ import annotations

from pathlib import Path

import click
from flask.cli import with_appcontext

from onboarding.backups.refusals import Unusable
from onboarding.usecases import backing_up

FILE = click.Path(path_type=Path, dir_okay=False)


@click.command()
@click.argument("file", type=FILE)
@with_appcontext
def backup(file: Path) -> None:
    """Save the whole database to FILE while the app works.

    The codes in it stay sealed: keep the key ring elsewhere, it is not in the file. The audit log and the key are
    checked in the copy before FILE gets its name.
    """
    try:
        saved = backing_up.back_up(file)
    except Unusable as problem:
        raise click.ClickException(f"no back-up was made: {problem}") from None
    click.echo(f"Saved {file} ({saved.manifest.size // 1024} KiB, {saved.records} records in the log, all verified).")
    click.echo(f"head {saved.manifest.head}")


@click.command()
@click.argument("file", type=FILE)
@click.option("--over", is_flag=True, help="What is in the database now may go.")
@click.option("--other-installation", is_flag=True, help="The back-up may be of another installation or address.")
@with_appcontext
def restore(file: Path, *, over: bool, other_installation: bool) -> None:
    """Put the database back from FILE: all of it, or nothing is changed. Stop the app first.

    What waited at the time of the back-up waits again: mails that had not left then will leave.
    """
    try:
        done = backing_up.restore(file, over=over, other_installation=other_installation)
    except Unusable as problem:
        raise click.ClickException(f"nothing was restored from {file}: {problem}") from None
    click.echo(f"The database is as it was on {done.manifest.made} ({done.records} records in the log, all verified).")
    if done.needs_upgrade:
        click.echo("It is of an older version: run flask --app wsgi db upgrade before you start the app.")


COMMANDS = (backup, restore)
