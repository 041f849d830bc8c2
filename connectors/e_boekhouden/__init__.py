"""e-Boekhouden.nl: three codes and an administration code, proved over SOAP; templates over REST.

Read on in this order: login (what is asked), guide, client and templates (how to connect), checks (what is
proved), answers (what each refusal means), sandbox (an e-Boekhouden.nl of our own).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from connectors.e_boekhouden.answers import NAME
from connectors.e_boekhouden.checks import CHECKS
from connectors.e_boekhouden.client import HOST as SOAP_HOST
from connectors.e_boekhouden.client import connect
from connectors.e_boekhouden.facts import FACTS
from connectors.e_boekhouden.guide import GUIDE
from connectors.e_boekhouden.login import NAMING, Login, identity, look_over
from connectors.e_boekhouden.templates import HOST as REST_HOST
from connectors.kit.connector import Connector
from connectors.kit.text import Text

if TYPE_CHECKING:
    from connectors.kit.sandbox import Sandbox


def _sandbox() -> Sandbox:
    from connectors.e_boekhouden.sandbox import sandbox  # brings a server's parts: loaded where it is used

    return sandbox()


CONNECTOR = Connector(
    key="e-boekhouden",
    name=NAME,
    version="1",
    hosts=(SOAP_HOST, REST_HOST),
    auth="codes",
    login=Login,
    guide=GUIDE,
    summary=Text(
        nl="Je kopieert drie codes uit e-Boekhouden.nl en je administratiecode.",
        en="You copy three codes out of e-Boekhouden.nl, and your administration code.",
    ),
    connect=connect,
    checks=CHECKS,
    identity=identity,
    opens="ledger_readable",
    sandbox=_sandbox,
    look_over=look_over,
    naming=NAMING,
    facts=FACTS,
)
