"""An Exact Online of our own: every site, every made-up club, and the switch that heals one."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Request, Response

from connectors.exact_online.made_up import CLUBS, HOST_INPUT, NAMES
from connectors.exact_online.sandbox_api import ApiSide
from connectors.exact_online.sandbox_oauth import ConsentSide
from connectors.exact_online.sites import SITES
from connectors.kit.ailments import Ailments
from connectors.kit.sandbox import Sandbox, address_of

if TYPE_CHECKING:
    from connectors.kit.sandbox import Handler


class Emulator:
    """One Exact Online. What it remembers (codes, pairs, errors, entries, healed clubs) is its own."""

    def __init__(self, clock: Callable[[], float] = time.time) -> None:
        self.ailments = Ailments(NAMES)
        self.consent = ConsentSide(self.ailments, clock)
        self.api = ApiSide(self.consent, self.ailments, clock)

    def handlers(self) -> dict[str, Handler]:
        """The same Exact behind each of its sites."""
        return {site: self.ailments.behind(partial(self._answer, site)) for site in SITES}

    def _answer(self, site: str, request: Request) -> Response:
        match request.path.split("/"):
            case ["", "api", "oauth2", _]:
                return self.consent(request)
            case ["", "api", "v1", *_]:
                return self.api(request, address_of(request, site))
        raise NotFound


def sandbox() -> Sandbox:
    """A fresh emulator with its made-up clubs."""
    return Sandbox(Emulator().handlers(), CLUBS, HOST_INPUT)
