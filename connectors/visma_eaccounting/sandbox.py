"""A Visma of our own: both hosts, every made-up club, and the switch that heals one."""

from __future__ import annotations

import time
from collections.abc import Callable

from connectors.kit.ailments import Ailments
from connectors.kit.oauth import ClientAuth
from connectors.kit.oauth_sandbox import Consents, Rules
from connectors.kit.sandbox import Sandbox
from connectors.visma_eaccounting.access import API_HOST
from connectors.visma_eaccounting.consent import IDENTITY_HOST
from connectors.visma_eaccounting.made_up import CLIENT_ID, CLIENT_SECRET, CLUBS, HOST_INPUT, KEY, NAMES
from connectors.visma_eaccounting.sandbox_api import ApiSide
from connectors.visma_eaccounting.sandbox_identity import IdentitySide

RULES = Rules(CLIENT_ID, CLIENT_SECRET, ClientAuth.BASIC, code_lives=300, access_lives=3600)


class Emulator:
    """One Visma. What it remembers (codes, tokens, invoices, healed clubs) is its own."""

    def __init__(self, clock: Callable[[], float] = time.time) -> None:
        self.ailments = Ailments(NAMES)
        self.consents = Consents(KEY, NAMES, RULES, clock)
        self.identity = IdentitySide(self.consents, self.ailments)
        self.api = ApiSide(self.consents, self.ailments)


def sandbox() -> Sandbox:
    """A fresh emulator with its made-up clubs."""
    emulator = Emulator()
    behind = emulator.ailments.behind
    return Sandbox({IDENTITY_HOST: behind(emulator.identity), API_HOST: behind(emulator.api)}, CLUBS, HOST_INPUT)
