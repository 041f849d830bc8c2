"""An e-Boekhouden.nl of our own: both hosts, every made-up club, and the switch that heals one."""

from __future__ import annotations

from connectors.e_boekhouden.client import HOST as SOAP_HOST
from connectors.e_boekhouden.made_up import CLUBS, CODES
from connectors.e_boekhouden.sandbox_rest import RestSide
from connectors.e_boekhouden.sandbox_soap import SoapSide
from connectors.e_boekhouden.templates import HOST as REST_HOST
from connectors.kit.ailments import Ailments
from connectors.kit.sandbox import Sandbox


class Emulator:
    """One e-Boekhouden.nl. What it remembers (open sessions, healed clubs) is its own."""

    def __init__(self) -> None:
        self.ailments = Ailments(CODES)
        self.soap = SoapSide(self.ailments)
        self.rest = RestSide(self.ailments)


def sandbox() -> Sandbox:
    """A fresh emulator with its made-up clubs."""
    emulator = Emulator()
    behind = emulator.ailments.behind
    return Sandbox({SOAP_HOST: behind(emulator.soap), REST_HOST: behind(emulator.rest)}, CLUBS)
