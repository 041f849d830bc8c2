"""An e-Boekhouden.nl of our own: both hosts, every made-up club, and a switch that heals one.

``POST /_sandbox/heal/<club>`` under either host puts right whatever ails a club (an outage ends, a template gets
made), ``POST /_sandbox/break/<club>`` undoes that, ``GET /_sandbox`` tells who was healed.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Request, Response

from connectors.e_boekhouden.client import HOST as SOAP_HOST
from connectors.e_boekhouden.made_up import CLUBS, Ailments
from connectors.e_boekhouden.sandbox_rest import RestSide
from connectors.e_boekhouden.sandbox_soap import SoapSide
from connectors.e_boekhouden.templates import HOST as REST_HOST
from connectors.kit.sandbox import Sandbox

if TYPE_CHECKING:
    from connectors.kit.sandbox import Handler

SWITCH = "/_sandbox"


class Emulator:
    """One e-Boekhouden.nl. What it remembers (open sessions, healed clubs) is its own."""

    def __init__(self) -> None:
        self.ailments = Ailments()
        self.soap = SoapSide(self.ailments)
        self.rest = RestSide(self.ailments)

    def behind(self, host: Handler) -> Handler:
        """The handler of a host, with the switch in front."""

        def answer(request: Request) -> Response:
            return self._switched(request) if request.path.startswith(SWITCH) else host(request)

        return answer

    def _switched(self, request: Request) -> Response:
        match request.method, request.path.strip("/").split("/"):
            case "POST", [_, "heal", name] if self.ailments.knows(name):
                self.ailments.heal(name)
            case "POST", [_, "break", name] if self.ailments.knows(name):
                self.ailments.bring_back(name)
            case "GET", [_]:
                pass
            case _:
                raise NotFound
        return Response(json.dumps({"healed": self.ailments.healed()}), content_type="application/json")


def sandbox() -> Sandbox:
    """A fresh emulator with its made-up clubs."""
    emulator = Emulator()
    handlers = {SOAP_HOST: emulator.behind(emulator.soap), REST_HOST: emulator.behind(emulator.rest)}
    return Sandbox(handlers, CLUBS)
