"""Visma eAccounting: consent given at Visma, proved over REST.

Read on in this order: login (what is asked), guide, consent (how it is given), access and client (how to connect),
checks (what is proved), answers (what each refusal means), sandbox (a Visma of our own).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from connectors.kit.connector import Connector
from connectors.kit.text import Text
from connectors.visma_eaccounting.access import API_HOST
from connectors.visma_eaccounting.answers import NAME
from connectors.visma_eaccounting.checks import CHECKS
from connectors.visma_eaccounting.client import connect
from connectors.visma_eaccounting.consent import IDENTITY_HOST, OAUTH
from connectors.visma_eaccounting.facts import FACTS
from connectors.visma_eaccounting.guide import GUIDE
from connectors.visma_eaccounting.login import NAMING, Host, Login, identity

if TYPE_CHECKING:
    from connectors.kit.sandbox import Sandbox


def _sandbox() -> Sandbox:
    from connectors.visma_eaccounting.sandbox import sandbox  # brings a server's parts: loaded where it is used

    return sandbox()


CONNECTOR = Connector(
    key="visma-eaccounting",
    name=NAME,
    version="1",
    hosts=(IDENTITY_HOST, API_HOST),
    auth="oauth",
    login=Login,
    guide=GUIDE,
    summary=Text(
        nl="Je geeft ons met een knop toestemming in Visma. Codes kopiëren hoeft meestal niet.",
        en="You give us consent in Visma with a button. Mostly there are no codes to copy.",
    ),
    connect=connect,
    checks=CHECKS,
    identity=identity,
    opens="company_read",
    sandbox=_sandbox,
    host=Host,
    oauth=OAUTH,
    naming=NAMING,
    facts=FACTS,
)
