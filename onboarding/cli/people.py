"""``flask people``: the help desk's people, of whom the first one comes in by a mailed invitation too."""

from __future__ import annotations

import click
from flask.cli import with_appcontext

from onboarding.accounts.models import RoleName
from onboarding.accounts.people import SYSTEM
from onboarding.i18n import day, in_language
from onboarding.settings import current_settings
from onboarding.usecases import invitations, second_factor
from onboarding.usecases import people as use_cases
from onboarding.usecases.invitations import Sent
from onboarding.usecases.refusals import NotFound, Wrong

ROLE = click.Choice([role.value for role in RoleName])


@click.group()
def people() -> None:
    """Invite people to the help desk, list them, take a role or an extra code away."""


@people.command()
@click.argument("email")
@click.option("--role", type=ROLE, required=True)
@with_appcontext
def invite(email: str, role: str) -> None:
    """Invite EMAIL to the help desk by mail. Done again it sends a new invitation; the older one ends."""
    with in_language("en"):
        try:
            sent = invitations.invite_staff(SYSTEM, email, RoleName(role))
        except Wrong as wrong:
            raise refused(wrong) from None
        if sent is None:
            click.echo(f"{email} has the role {role} already: nothing to do.")
            return
        click.echo(f"Invited {sent.email} as {role}.")
        click.echo(where_it_went(sent))


@people.command("list")
@with_appcontext
def list_() -> None:
    """Who works for the help desk, with which roles."""
    found = use_cases.colleagues()
    if not found:
        click.echo("Nobody yet. Begin with: flask --app wsgi people invite EMAIL --role admin")
    for one in found:
        closed = "" if one.is_active else "  (closed)"
        code = "" if one.has_code else "  (no extra code yet)"
        click.echo(f"{one.email}  {one.name}  {', '.join(one.roles)}{closed}{code}")


@people.command("take-role")
@click.argument("email")
@click.option("--role", type=ROLE, required=True)
@with_appcontext
def take_role(email: str, role: str) -> None:
    """Take a role away from EMAIL; they are signed out everywhere."""
    with in_language("en"):
        try:
            had_it = use_cases.take_role(SYSTEM, email, RoleName(role))
        except Wrong as wrong:
            raise refused(wrong) from None
        except NotFound:
            raise click.ClickException(f"nobody has the address {email}") from None
    click.echo(f"{email} no longer has the role {role}." if had_it else f"{email} did not have the role {role}.")


@people.command("reset-second-factor")
@click.argument("email")
@with_appcontext
def reset_second_factor(email: str) -> None:
    """Let EMAIL, who lost phone and recovery codes, set up the extra code anew. Make sure first that it is them.

    They are signed out everywhere and get a mail; the log keeps that it was done.
    """
    with in_language("en"):
        try:
            had_it = second_factor.reset(SYSTEM, email)
        except Wrong as wrong:
            raise refused(wrong) from None
        except NotFound:
            raise click.ClickException(f"nobody has the address {email}") from None
    done = f"{email} signs in without an extra code until they set it up anew."
    click.echo(done if had_it else f"{email} had no extra code: nothing to do.")


def refused(wrong: Wrong) -> click.ClickException:
    """A refusal as the command line tells it; exit code 1."""
    return click.ClickException(" ".join(str(text) for text in wrong.errors.values()))


def where_it_went(sent: Sent) -> str:
    """Where the mail with the link is to be found. The link itself is shown nowhere else."""
    settings = current_settings()
    valid = f"The link in it works until {day(sent.until)}."
    if settings.mail_backend == "smtp":
        place = f"The mail leaves by {settings.mail_host} as soon as the app or `flask --app wsgi work` runs."
    else:
        place = (
            f"No mail server is set (KOPPELBALIE_MAIL_BACKEND): as soon as the app or `flask --app wsgi work` runs, "
            f"the mail is a file in {settings.mail_folder}. Open it there and follow its link."
        )
    return f"{place}\n{valid}"


COMMANDS = (people,)
