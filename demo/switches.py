"""Disturbances of the emulated packages that a visitor turns off, and on again."""

from __future__ import annotations

import json
import urllib.request
from dataclasses import dataclass

from connectors.kit.text import Text


@dataclass(frozen=True, slots=True)
class Switch:
    """What ails the made-up club ``club`` of the package at ``host``; on means that it ails."""

    key: str
    host: str
    club: str
    title: Text
    says: Text
    on: Text
    off: Text
    turn_on: Text
    turn_off: Text


ON = Text(nl="er is storing", en="down")
OFF = Text(nl="werkt weer", en="works again")
BEGIN = Text(nl="Storing aan", en="Start the outage")
END = Text(nl="Storing voorbij", en="End the outage")
SAYS = Text(
    nl="Voor de club “storing”. Een koppeling die wacht, test zichzelf binnen een minuut opnieuw.",
    en="For the club “storing”. A connection that waits tests itself again within a minute.",
)
SWITCHES = (
    Switch(
        "storing",
        "soap.e-boekhouden.nl",
        "storing",
        Text(nl="Storing bij e-Boekhouden.nl", en="Outage at e-Boekhouden.nl"),
        SAYS,
        *(ON, OFF, BEGIN, END),
    ),
    Switch(
        "geensjabloon",
        "soap.e-boekhouden.nl",
        "geensjabloon",
        Text(nl="Factuursjabloon van “geensjabloon”", en="Invoice template of “geensjabloon”"),
        Text(
            nl="Doe alsof de club haar sjabloon in e-Boekhouden.nl gemaakt heeft, en test opnieuw.",
            en="Pretend that the club made its template in e-Boekhouden.nl, and test again.",
        ),
        on=Text(nl="ontbreekt", en="missing"),
        off=Text(nl="gemaakt", en="made"),
        turn_on=Text(nl="Haal het sjabloon weg", en="Take the template away"),
        turn_off=Text(nl="Maak het sjabloon", en="Make the template"),
    ),
    Switch(
        "storing-snelstart",
        "b2bapi.snelstart.nl",
        "storing",
        Text(nl="Storing bij SnelStart", en="Outage at SnelStart"),
        SAYS,
        *(ON, OFF, BEGIN, END),
    ),
)
_BY_KEY = {switch.key: switch for switch in SWITCHES}


def is_on(emulators: str, key: str) -> bool:
    """Whether the disturbance ails its club now; ``emulators`` is their address."""
    switch = _BY_KEY[key]
    return switch.club not in _ask(emulators, switch, "GET", "_sandbox")["healed"]


def turn(emulators: str, key: str, *, on: bool) -> None:
    """Begin or end a disturbance; KeyError for one that is not offered."""
    switch = _BY_KEY[key]
    _ask(emulators, switch, "POST", f"_sandbox/{'break' if on else 'heal'}/{switch.club}")


def _ask(emulators: str, switch: Switch, method: str, path: str) -> dict[str, list[str]]:
    request = urllib.request.Request(f"{emulators}/{switch.host}/{path}", method=method)  # noqa: S310 an address of ours
    with urllib.request.urlopen(request, timeout=5) as answer:  # noqa: S310
        answered: dict[str, list[str]] = json.load(answer)
        return answered
