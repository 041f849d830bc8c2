"""``flask clubs``: the clubs of an installation and their first member."""

from __future__ import annotations

import click
from flask.cli import with_appcontext

from onboarding.accounts.people import SYSTEM
from onboarding.cli.people import refused, where_it_went
from onboarding.i18n import in_language
from onboarding.usecases import clubs as use_cases
from onboarding.usecases.refusals import NotFound, Wrong


@click.group()
def clubs() -> None:
    """Add clubs, and keep what the host knows them by."""


@clubs.command()
@click.argument("name")
@click.option("--treasurer", metavar="EMAIL", required=True, help="Who is invited as the club's first member.")
@click.option("--again", is_flag=True, help="Send a new invitation although one is open; the older one ends.")
@with_appcontext
def add(name: str, treasurer: str, *, again: bool) -> None:
    """Add the club NAME and invite its treasurer by mail. What was done before is not done twice."""
    with in_language("en"):
        try:
            added = use_cases.add(SYSTEM, name, treasurer, again=again)
        except Wrong as wrong:
            raise refused(wrong) from None
        click.echo(f"Added the club {name}." if added.is_new else f"The club {name} is there already.")
        if added.sent is not None:
            click.echo(f"Invited {added.sent.email}.\n{where_it_went(added.sent)}")
        elif added.is_member:
            click.echo(f"{treasurer} is a member of it: nothing to do.")
        else:
            click.echo(f"{treasurer} was invited and did not come in yet. With --again a new invitation is sent.")


@clubs.command()
@click.argument("name")
@click.argument("host_id")
@with_appcontext
def know(name: str, host_id: str) -> None:
    """Keep that the host knows the club NAME by HOST_ID, as its sign-in says it; "" takes it away."""
    with in_language("en"):
        try:
            is_new = use_cases.know(SYSTEM, name, host_id)
        except Wrong as wrong:
            raise refused(wrong) from None
        except NotFound:
            raise click.ClickException(f"there is no club {name}") from None
    click.echo(f"{name} is known by that id now." if is_new else "It was so already: nothing to do.")


COMMANDS = (clubs,)
