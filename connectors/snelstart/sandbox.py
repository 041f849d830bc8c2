"""A SnelStart of our own: both hosts, every made-up club, and the switch that heals one."""

from __future__ import annotations

from connectors.kit.ailments import Ailments
from connectors.kit.sandbox import Sandbox
from connectors.snelstart.access import API_HOST, AUTH_HOST
from connectors.snelstart.made_up import CLUBS, HOST_INPUT, NAMES
from connectors.snelstart.sandbox_api import ApiSide
from connectors.snelstart.sandbox_token import TokenSide


class Emulator:
    """One SnelStart. What it remembers (tokens, bookings, healed clubs) is its own."""

    def __init__(self) -> None:
        self.ailments = Ailments(NAMES.values())
        self.auth = TokenSide(self.ailments)
        self.api = ApiSide(self.auth, self.ailments)


def sandbox() -> Sandbox:
    """A fresh emulator with its made-up clubs."""
    emulator = Emulator()
    behind = emulator.ailments.behind
    return Sandbox({AUTH_HOST: behind(emulator.auth), API_HOST: behind(emulator.api)}, CLUBS, HOST_INPUT)
