"""The guide of a package: steps with a click path, a picture and what to tick off."""

from __future__ import annotations

from dataclasses import dataclass

from connectors.kit.text import Text


@dataclass(frozen=True, slots=True)
class Step:
    """One step. ``picture`` is SVG drawn by us in the page's own colours (CSS variables), with a title.

    ``attest`` is the sentence that the club ticks off before it goes on; None when there is nothing to
    tick. ``optional`` steps can be skipped. ``unless`` is the field of the login that makes one needless, as in
    ``credentials.ask``: whoever gives consent notes down no password.
    """

    key: str
    text: Text
    path: tuple[str, ...] = ()
    picture: str = ""
    attest: Text | None = None
    optional: bool = False
    unless: str = ""


@dataclass(frozen=True, slots=True)
class Guide:
    """How a club gets connected: what to have at hand, how many minutes, the steps in order.

    ``prepare`` are the keys of steps that come before the codes are asked, ``outside`` of those for who reads
    the guide elsewhere (inside the form they are done already); the other steps stand beside the form.
    """

    minutes: int
    at_hand: tuple[Text, ...]
    steps: tuple[Step, ...]
    prepare: tuple[str, ...] = ()
    outside: tuple[str, ...] = ()
