"""``flask keys``: rotate the keys of the vault, and see which key is still needed."""

from __future__ import annotations

import time

import click
from flask.cli import with_appcontext

from onboarding.keys import KeyRingProblem
from onboarding.usecases import custody
from onboarding.usecases.custody import KeyUse, Rotated


@click.group()
def keys() -> None:
    """Rotate the keys that seal codes, and see which are still needed."""


@keys.command()
@with_appcontext
def rotate() -> None:
    """Seal every code anew under the first key of the ring, while the app works.

    Put the new key in front of the old ones in the ring's file and run this. It can be stopped at any moment: run
    again, it goes on where it was. Exits 1 when codes were refused because somebody tampered with them.
    """
    progress = _Progress()
    try:
        done = custody.rotate(progress)
    except KeyRingProblem as problem:
        raise click.ClickException(str(problem)) from None
    click.echo(
        f"{done.done} codes are sealed anew under {done.key_id}." if done.total else "All is under the first key."
    )
    for version, field in done.refused:
        click.echo(f"refused: {field} of version {version} was tampered with; the club has to enter it again", err=True)
    _show()
    if done.refused:
        raise click.exceptions.Exit(1)


@keys.command()
@with_appcontext
def check() -> None:
    """Which keys are needed, and which may go. Exits 1 when one is missing."""
    if any(not use.is_there for use in _show()):
        raise click.exceptions.Exit(1)


class _Progress:
    """A line now and then; each says how far it is."""

    def __init__(self) -> None:
        self._next = time.monotonic() + 1

    def __call__(self, state: Rotated) -> None:
        if time.monotonic() >= self._next:
            self._next = time.monotonic() + 1
            click.echo(f"{state.done} of {state.total}")


def _show() -> tuple[KeyUse, ...]:
    uses = custody.key_uses()
    for use in uses:
        click.echo(f"{use.key_id}: {_said(use)}")
    return uses


def _said(use: KeyUse) -> str:
    if use.may_go:
        return "nothing needs it; it may go from the ring, when no process runs with it in front any more"
    needs = [f"{use.secrets} codes"] if use.secrets else []
    needs += ["the audit log"] if use.needed_for_log else []
    first = "seals what is new" if use.seals else "needed by " + " and ".join(needs)
    return first if use.is_there else f"MISSING, {first}: put it back"


COMMANDS = (keys,)
