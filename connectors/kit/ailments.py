"""What ails the made-up clubs of an emulator, and the switch that heals one.

``POST /_sandbox/heal/<club>`` under any of its hosts puts right whatever ails a club (an outage ends, an account gets
made), ``POST /_sandbox/break/<club>`` undoes that, ``GET /_sandbox`` tells who was healed.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from werkzeug.wrappers import Request, Response

    from connectors.kit.sandbox import Handler

SWITCH = "/_sandbox"


class Ailments:
    """A club's name says what ails it, unless it was healed since the emulator started."""

    def __init__(self, names: Iterable[str]) -> None:
        self._names = frozenset(names)
        self._healed: frozenset[str] = frozenset()

    def of(self, name: str) -> str:
        """The ailment of a club, which bears its name; empty when it is well."""
        return "" if name in self._healed else name

    def heal(self, name: str) -> None:
        """Put right what ails a club."""
        self._healed |= {name}

    def bring_back(self, name: str) -> None:
        """Let a club ail again."""
        self._healed -= {name}

    def behind(self, host: Handler) -> Handler:
        """The handler of a host, with the switch in front."""

        def answer(request: Request) -> Response:
            return self._switched(request) if request.path.startswith(SWITCH) else host(request)

        return answer

    def _switched(self, request: Request) -> Response:
        from werkzeug.exceptions import NotFound
        from werkzeug.wrappers import Response  # an emulator's own: loaded where it is used

        match request.method, request.path.strip("/").split("/"):
            case "POST", [_, "heal", name] if name in self._names:
                self.heal(name)
            case "POST", [_, "break", name] if name in self._names:
                self.bring_back(name)
            case "GET", [_]:
                pass
            case _:
                raise NotFound
        return Response(json.dumps({"healed": sorted(self._healed)}), content_type="application/json")
