"""Exact Online: consent of the club, one of its administrations, proved over REST.

Read on in this order: login (what is asked), guide, access and client (how to connect), checks (what is proved),
answers and refusals (what each refusal means), sandbox (an Exact of our own).
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from connectors.exact_online.access import oauth
from connectors.exact_online.answers import NAME
from connectors.exact_online.checks import CHECKS
from connectors.exact_online.client import administrations, connect
from connectors.exact_online.facts import FACTS
from connectors.exact_online.guide import GUIDE
from connectors.exact_online.login import NAMING, Host, Login, identity, look_over
from connectors.exact_online.sites import SITES
from connectors.kit.connector import Connector, RunBudget
from connectors.kit.text import Text

if TYPE_CHECKING:
    from connectors.kit.sandbox import Sandbox


def _sandbox() -> Sandbox:
    from connectors.exact_online.sandbox import sandbox  # brings a server's parts: loaded where it is used

    return sandbox()


CONNECTOR = Connector(
    key="exact-online",
    name=NAME,
    version="1",
    hosts=SITES,
    auth="oauth",
    login=Login,
    guide=GUIDE,
    summary=Text(
        nl="Je geeft toestemming bij Exact en kiest je administratie.",
        en="You give consent at Exact and choose your administration.",
    ),
    connect=connect,
    checks=CHECKS,
    identity=identity,
    opens="user_identified",
    sandbox=_sandbox,
    host=Host,
    oauth=oauth(administrations),
    look_over=look_over,
    naming=NAMING,
    budget=RunBudget(every=timedelta(minutes=10)),
    facts=FACTS,
)
