"""``flask webhooks``: what the host was told, and telling it once more."""

from __future__ import annotations

import click
from flask.cli import with_appcontext

from onboarding.accounts.people import SYSTEM
from onboarding.usecases import host_log
from onboarding.usecases.refusals import NotFound


@click.group()
def webhooks() -> None:
    """Look at what the host was told, and tell it once more."""


@webhooks.command("list")
@click.option("--page", type=click.IntRange(min=1), default=1, help="50 events each, newest first.")
@with_appcontext
def list_(page: int) -> None:
    """What the host was told, newest first."""
    log = host_log.host_log(SYSTEM, page)
    if not log.host:
        click.echo("The host is told nothing: KOPPELBALIE_WEBHOOK_URL is not set.")
    for event in log.events:
        answer = f"status {event.status}" if event.status is not None else event.problem
        words = [f"{event.number}", f"{event.created_at:%Y-%m-%dT%H:%M:%SZ}", event.news, event.club, event.delivery]
        click.echo("  ".join([*words, *([answer] if answer else [])]))
    if log.goes_on:
        click.echo(f"More: --page {log.page + 1}")


@webhooks.command()
@click.argument("number", type=int)
@with_appcontext
def redeliver(number: int) -> None:
    """Have event NUMBER, as the list has it, delivered once more."""
    try:
        event_id = host_log.redeliver(SYSTEM, number)
    except NotFound:
        raise click.ClickException(f"there is no event {number}") from None
    click.echo(f"{event_id} goes out once more, as soon as the app or `flask --app wsgi work` runs.")


COMMANDS = (webhooks,)
