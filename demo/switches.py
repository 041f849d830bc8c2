"""Disturbances of the emulated packages that a visitor turns off, and on again."""

from __future__ import annotations

import json
import urllib.request
from dataclasses import dataclass

from connectors.kit.text import Text

HOST = "soap.e-boekhouden.nl"


@dataclass(frozen=True, slots=True)
class Switch:
    """What ails a made-up club. ``key`` is the club's name in the emulator; on means that it ails."""

    key: str
    title: Text
    says: Text
    on: Text
    off: Text
    turn_on: Text
    turn_off: Text


SWITCHES = (
    Switch(
        "storing",
        Text(nl="Storing bij e-Boekhouden.nl", en="Outage at e-Boekhouden.nl"),
        Text(
            nl="Voor de club “storing”. Een koppeling die wacht, test zichzelf binnen een minuut opnieuw.",
            en="For the club “storing”. A connection that waits tests itself again within a minute.",
        ),
        on=Text(nl="er is storing", en="down"),
        off=Text(nl="werkt weer", en="works again"),
        turn_on=Text(nl="Storing aan", en="Start the outage"),
        turn_off=Text(nl="Storing voorbij", en="End the outage"),
    ),
    Switch(
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
)


def is_on(emulators: str, key: str) -> bool:
    """Whether the disturbance ails this club now; ``emulators`` is their address."""
    return key not in _ask(emulators, "GET", "_sandbox")["healed"]


def turn(emulators: str, key: str, *, on: bool) -> None:
    """Begin or end a disturbance; KeyError for one that is not offered."""
    if key not in {switch.key for switch in SWITCHES}:
        raise KeyError(key)
    _ask(emulators, "POST", f"_sandbox/{'break' if on else 'heal'}/{key}")


def _ask(emulators: str, method: str, path: str) -> dict[str, list[str]]:
    request = urllib.request.Request(f"{emulators}/{HOST}/{path}", method=method)  # noqa: S310 an address of ours
    with urllib.request.urlopen(request, timeout=5) as answer:  # noqa: S310
        answered: dict[str, list[str]] = json.load(answer)
        return answered
