"""Commands whose names are promised already: they say which version brings them, and exit 2."""

from __future__ import annotations

import click

COMING = {
    "recheck": "0.4",
}
"""Command line after ``flask --app wsgi``, and the version of Koppelbalie that brings it."""
_ANY = {"ignore_unknown_options": True, "allow_extra_args": True}


def _later(path: str, version: str) -> click.Command:
    name = path.rpartition(" ")[2]

    def say() -> None:
        click.echo(f"{path}: version {version} will bring this; nothing was done", err=True)
        raise click.exceptions.Exit(2)

    return click.Command(name, callback=say, help=f"Comes with version {version}.", context_settings=_ANY)


def _commands() -> tuple[click.Command, ...]:
    found: dict[str, click.Command] = {}
    for path, version in COMING.items():
        group, _, name = path.rpartition(" ")
        if not group:
            found[name] = _later(path, version)
            continue
        holder = found.setdefault(group, click.Group(group, help=f"Comes with version {version}."))
        assert isinstance(holder, click.Group)
        holder.add_command(_later(path, version))
    return tuple(found.values())


COMMANDS: tuple[click.Command, ...] = _commands()
