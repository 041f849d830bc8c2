"""SnelStart: one key of the club and one of the host, proved over REST.

Read on in this order: login (what is asked), guide, access and client (how to connect), checks (what is proved),
answers (what each refusal means), sandbox (a SnelStart of our own).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from connectors.kit.connector import Connector
from connectors.kit.text import Text
from connectors.snelstart.access import API_HOST, AUTH_HOST
from connectors.snelstart.answers import NAME
from connectors.snelstart.checks import CHECKS
from connectors.snelstart.client import connect
from connectors.snelstart.facts import FACTS
from connectors.snelstart.guide import GUIDE
from connectors.snelstart.login import NAMING, Host, Login, identity

if TYPE_CHECKING:
    from connectors.kit.sandbox import Sandbox


def _sandbox() -> Sandbox:
    from connectors.snelstart.sandbox import sandbox  # brings a server's parts: loaded where it is used

    return sandbox()


CONNECTOR = Connector(
    key="snelstart",
    name=NAME,
    version="1",
    hosts=(AUTH_HOST, API_HOST),
    auth="codes",
    login=Login,
    guide=GUIDE,
    summary=Text(
        nl="Je maakt in SnelStart een koppelsleutel en plakt hem hier.",
        en="You make a connection key in SnelStart and paste it here.",
    ),
    connect=connect,
    checks=CHECKS,
    identity=identity,
    opens="administration_read",
    sandbox=_sandbox,
    host=Host,
    naming=NAMING,
    facts=FACTS,
)
