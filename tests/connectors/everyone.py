"""Every package that is found, every made-up club of it, and the way to its emulator."""

from __future__ import annotations

import dataclasses
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import connectors
from connectors.kit.connector import Connector
from connectors.kit.credentials import Credentials, read_form
from connectors.kit.http import Http
from connectors.kit.outcomes import Outcome
from connectors.kit.sandbox import MadeUpClub, at_sandbox
from connectors.kit.text import Text

if TYPE_CHECKING:
    import httpx

SIXTH = Path(__file__).parent / "sixth"
"""The invented package: it keeps the contract too, as it is what others are made from."""
SHORT = 2.0
"""Seconds that a call may take where it is left waiting: the emulators' slow clubs wait much longer."""
PATIENT = 30.0
"""Seconds that it may take elsewhere: on a busy machine nothing that comes reads as an outage."""
STOPPED = {Outcome.FAILED, Outcome.UNTESTED}


@cache
def every_connector() -> tuple[Connector, ...]:
    """Ours, those of ``KOPPELBALIE_CONNECTORS``, and the invented one."""
    with pytest.MonkeyPatch.context() as patch:
        elsewhere = os.environ.get(connectors.ELSEWHERE, "")
        patch.setenv(connectors.ELSEWHERE, os.pathsep.join(filter(None, [elsewhere, str(SIXTH)])))
        return tuple(connectors.find().values())


def every_made_up_club() -> Iterator[tuple[Connector, MadeUpClub]]:
    """Each club of each emulator."""
    for connector in every_connector():
        for club in connector.sandbox().clubs:
            yield connector, club


def well_club(connector: Connector) -> MadeUpClub:
    """The club of a package for which most holds and nothing stops."""
    well = [club for club in connector.sandbox().clubs if not STOPPED & set(club.expected.values())]
    return max(well, key=lambda club: sum(outcome is Outcome.PASSED for outcome in club.expected.values()))


def login_of(connector: Connector, club: MadeUpClub) -> Credentials:
    """What a made-up club hands over, read as its form would."""
    form = read_form(connector.login, club.input)
    assert form.login is not None, form.errors
    return form.login


def patience(club: MadeUpClub) -> float:
    """How long a call for a club may take: one that ends untested may be of a package that never answers."""
    return SHORT if Outcome.UNTESTED in club.expected.values() else PATIENT


def host_of(connector: Connector) -> Credentials | None:
    """The host's own keys that the emulator accepts."""
    if connector.host is None:
        return None
    form = read_form(connector.host, connector.sandbox().host_input)
    assert form.login is not None, form.errors
    return form.login


def texts_of(value: object) -> Iterator[Text]:
    """Every text within a declaration or a line."""
    match value:
        case Text():
            yield value
        case tuple() | list():
            for one in value:
                yield from texts_of(one)
        case Mapping():
            yield from texts_of(list(value.values()))
        case _ if dataclasses.is_dataclass(value) and not isinstance(value, type):
            for field in dataclasses.fields(value):
                yield from texts_of(getattr(value, field.name))


@dataclass(frozen=True)
class Providers:
    """Emulators that are being served, and a client to call them with."""

    url: str
    client: httpx.Client

    def http(self, connector: Connector, deadline: float = PATIENT) -> Http:
        """The way out of one run, to the emulators; ``patience`` is the deadline for a club."""
        at = at_sandbox([connector], self.url)
        return Http(
            connector.name, connector.hosts, client=self.client, at=at, deadline=deadline, family=connector.family
        )
