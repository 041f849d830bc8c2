"""Twinfield: user, password and environment over SOAP, or a consent where an environment allows nothing else.

Read on in this order: login (what is asked), guide, ways and consent (the two ways in), client, checks (what is
proved), answers (what each refusal means), sandbox (a Twinfield of our own).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from connectors.kit.connector import Connector, Halt, RunBudget
from connectors.kit.text import Text
from connectors.twinfield.answers import NAME
from connectors.twinfield.checks import CHECKS
from connectors.twinfield.client import connect
from connectors.twinfield.cluster import CLUSTER_HOSTS, FAMILY, LOGIN_HOST
from connectors.twinfield.consent import OAUTH
from connectors.twinfield.facts import FACTS
from connectors.twinfield.guide import GUIDE
from connectors.twinfield.login import NAMING, Host, Login, identity, look_over

if TYPE_CHECKING:
    from connectors.kit.sandbox import Sandbox


def _sandbox() -> Sandbox:
    from connectors.twinfield.sandbox import sandbox  # brings a server's parts: loaded where it is used

    return sandbox()


CONNECTOR = Connector(
    key="twinfield",
    name=NAME,
    version="1",
    hosts=(LOGIN_HOST, *CLUSTER_HOSTS),
    family=FAMILY,
    auth="codes or oauth",
    login=Login,
    guide=GUIDE,
    summary=Text(
        nl="Je vult de login van een aparte gebruiker in, of geeft toestemming bij Twinfield.",
        en="You fill in the login of a separate user, or give consent at Twinfield.",
    ),
    connect=connect,
    checks=CHECKS,
    identity=identity,
    opens="offices_listed",
    sandbox=_sandbox,
    host=Host,
    host_optional=True,
    oauth=OAUTH,
    look_over=look_over,
    naming=NAMING,
    budget=RunBudget(halt=Halt("login", frozenset({"InvalidCredentials", "ActionRequired"}), times=2)),
    facts=FACTS,
)
