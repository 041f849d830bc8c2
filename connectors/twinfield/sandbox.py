"""A Twinfield of our own: sign-in, both clusters, every made-up club, and the switch that heals one."""

from __future__ import annotations

from connectors.kit.ailments import Ailments
from connectors.kit.oauth import ClientAuth
from connectors.kit.oauth_sandbox import Consents, Rules
from connectors.kit.sandbox import Sandbox
from connectors.twinfield.cluster import CLUSTER_HOSTS, LOGIN_HOST
from connectors.twinfield.made_up import CLIENT_ID, CLIENT_SECRET, CLUBS, HOST_INPUT, KEY, USERS
from connectors.twinfield.sandbox_cluster import ClusterSide
from connectors.twinfield.sandbox_consent import LIFE, ConsentSide
from connectors.twinfield.sandbox_login import LoginSide
from connectors.twinfield.sandbox_state import Sessions

CODE_LIVES = 300.0
RULES = Rules(
    CLIENT_ID, CLIENT_SECRET, ClientAuth.BASIC, code_lives=CODE_LIVES, access_lives=float(LIFE), rotates=False
)


class Emulator:
    """One Twinfield. What it remembers (sessions, tokens, healed clubs) is its own."""

    def __init__(self) -> None:
        self.ailments = Ailments(USERS)
        self.sessions = Sessions(self.ailments)
        self.consents = Consents(KEY, sorted(USERS), RULES)
        self.login = LoginSide(self.sessions, ConsentSide(self.consents, self.ailments), self.ailments)
        self.clusters = {host: ClusterSide(host, self.sessions, self.consents, self.ailments) for host in CLUSTER_HOSTS}


def sandbox() -> Sandbox:
    """A fresh emulator with its made-up clubs."""
    emulator = Emulator()
    behind = emulator.ailments.behind
    clusters = {host: behind(side) for host, side in emulator.clusters.items()}
    return Sandbox({LOGIN_HOST: behind(emulator.login), **clusters}, CLUBS, HOST_INPUT)
