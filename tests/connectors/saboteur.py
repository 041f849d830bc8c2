"""A WSGI app around the emulators that watches each call and spoils the one it is told to."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from werkzeug.wrappers import Request, Response

from connectors.kit import faults

if TYPE_CHECKING:
    from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

Fault = Callable[[Request, Response], Response]
"""Makes of a request and its proper answer what comes back instead."""

ELSEWHERE = "https://elsewhere.example/"


def echo(request: Request, answer: Response) -> Response:
    """A server that answers with all that it was sent, in an error's clothes."""
    said = b"\n".join([str(request.headers).encode(), request.get_data(), request.query_string])
    return Response(said, 500, content_type=answer.content_type)


FAULTS: dict[str, Fault] = {
    "503": lambda request, answer: faults.outage(),
    "502 page": lambda request, answer: faults.web_page(502),
    "500": lambda request, answer: faults.broken(),
    "429": lambda request, answer: faults.limited(20),
    "drop": lambda request, answer: faults.drop(),
    "cut": lambda request, answer: faults.cut(answer),
    "halved": lambda request, answer: faults.halved(answer),
    "page": lambda request, answer: faults.web_page(),
    "page of 403": lambda request, answer: faults.web_page(403),
    "empty": lambda request, answer: faults.empty(answer),
    "huge": lambda request, answer: faults.huge(answer),
    "foreign": lambda request, answer: faults.foreign(answer),
    "entities": lambda request, answer: faults.entities(),
    "outside": lambda request, answer: faults.outside(),
    "moved": lambda request, answer: faults.moved(ELSEWHERE),
    "echo": echo,
}
SLOW_FAULTS: dict[str, Fault] = {
    "slow": lambda request, answer: faults.slow(answer, 20.0),
    "drip": lambda request, answer: faults.drip(answer, 0.05),
}


@dataclass
class Saboteur:
    """Spoils the ``at``-th call from now (1 is the next), and remembers which hosts were called."""

    app: WSGIApplication
    at: int = 0
    fault: Fault | None = None
    hosts: list[str] = field(default_factory=list)

    def plan(self, at: int, fault: Fault | None) -> None:
        """Start counting anew."""
        self.at, self.fault, self.hosts = at, fault, []

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        self.hosts.append(environ["HTTP_HOST"])
        if self.fault is None or len(self.hosts) != self.at:
            return self.app(environ, start_response)
        request = Request(environ)
        request.get_data()
        answer = Response.from_app(self.app, environ, buffered=True)
        return self.fault(request, answer)(environ, start_response)
