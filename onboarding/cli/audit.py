"""``flask audit``: verify the log of what happened."""

from __future__ import annotations

from collections.abc import Iterable
from io import TextIOWrapper

import click
from flask.cli import with_appcontext

from onboarding.audit.heads import Head, heads_in, parse_head
from onboarding.audit.verifying import Break, Fault, Verdict
from onboarding.usecases import custody


@click.group()
def audit() -> None:
    """Verify the audit log."""


@audit.command()
@click.option(
    "--head", "told", metavar="NUMBER:VALUE", multiple=True, help="A head that was told earlier (repeatable)."
)
@click.option("--log", "stream", type=click.File("r", errors="replace"), help="A log of the app, with its heads.")
@with_appcontext
def verify(told: tuple[str, ...], stream: TextIOWrapper | None) -> None:
    """Read the whole log: is every record as it was written, in its place, and is the end there?

    Every start of the app, and every hour, tells the head of the log to the log stream as audit_head. Compare with
    one of those (--head, --log): only that shows when the end was cut off, or everything was written anew.
    Exits 1 and names the first bad record when something is wrong.
    """
    heads = [*_given(told), *heads_in(stream or ())]
    if stream is not None and len(heads) == len(told):
        raise click.UsageError("there is no audit_head in that log")
    verdict = custody.verify_log(heads, lambda count: click.echo(f"{count} records read"))
    if verdict.broken is not None:
        click.echo(f"{_said(verdict.broken)}\n{_until(verdict.broken)}", err=True)
        raise click.exceptions.Exit(1)
    click.echo(_good(verdict))


def _given(told: Iterable[str]) -> list[Head]:
    try:
        return [parse_head(text) for text in told]
    except ValueError as problem:
        raise click.UsageError(str(problem)) from None


def _good(verdict: Verdict) -> str:
    if verdict.head is None:
        return "The log is empty."
    compared = (
        f"{verdict.compared} heads told earlier agree."
        if verdict.compared
        else "No head told earlier was given: whether its end was cut off is not shown (see --head and --log)."
    )
    return f"{verdict.count} records, each as it was written. {compared}\nhead {verdict.head}"


def _said(broken: Break) -> str:
    number = broken.record
    match broken.fault:
        case Fault.CHANGED:
            return f"record {number} ({broken.detail}) was changed, put in, or stands in another order"
        case Fault.MISSING:
            return f"record {number} ({broken.detail}) does not follow record {broken.good}: records were taken away"
        case Fault.UNREADABLE:
            return f"record {number} holds something that is none of ours"
        case Fault.NO_KEY:
            return f"record {number} was written under key {broken.detail}, which is missing from the ring"
        case Fault.CUT:
            return f"record {number} is missing: the end of the log was cut off ({broken.detail})"
        case Fault.REBUILT:
            return f"record {number} is not the one that was told: the log was written anew after record {broken.good}"


def _until(broken: Break) -> str:
    return f"Everything up to record {broken.good} is as it was written." if broken.good else "Nothing before it."


COMMANDS = (audit,)
