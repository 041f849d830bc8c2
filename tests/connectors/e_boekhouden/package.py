"""An e-Boekhouden.nl of a test's own: it counts calls, and can be told to answer something else."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import httpx
from werkzeug.wrappers import Request, Response

from connectors.e_boekhouden import CONNECTOR
from connectors.e_boekhouden.client import HOST as SOAP_HOST
from connectors.e_boekhouden.login import Login
from connectors.e_boekhouden.sandbox import Emulator
from connectors.e_boekhouden.templates import HOST as REST_HOST
from connectors.kit.credentials import read_form
from connectors.kit.http import Http
from connectors.kit.outcomes import Line
from connectors.kit.run import Found, run
from connectors.kit.sandbox import Sandbox, at_sandbox, emulators, serve
from tests.connectors.everyone import PATIENT

Change = Callable[[Response], Response]
"""Makes another answer of the emulator's."""
NAMESPACE = "http://www.e-boekhouden.nl/soap"


@dataclass
class Package:
    """The emulator, served at ``url``. ``calls`` are names: a SOAP operation, or method and path over REST."""

    client: httpx.Client
    """The way out that a run takes."""
    direct: httpx.Client
    """A client without guards, for requests made by hand."""
    emulator: Emulator = field(default_factory=Emulator)
    calls: list[str] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    bodies: list[bytes] = field(default_factory=list)
    url: str = ""
    _instead: dict[str, list[Change]] = field(default_factory=dict)

    def answers(self, call: str, *changes: Change | Response | None) -> None:
        """Change the next answers to ``call``, one by one; None leaves one as it is."""
        self._instead[call] = [_change(change) for change in changes]

    def handle(self, request: Request, host: Callable[[Request], Response]) -> Response:
        action = request.headers.get("SOAPAction", "").strip('"').rpartition("/")[2]
        call = action or f"{request.method} {request.path}"
        self.calls.append(call)
        self.headers.append(dict(request.headers.items()))
        self.bodies.append(request.get_data())
        answer = host(request)
        changes = self._instead.get(call)
        return changes.pop(0)(answer) if changes else answer

    def http(self) -> Http:
        """The way out of one run, to this emulator."""
        return Http(
            CONNECTOR.name, CONNECTOR.hosts, client=self.client, at=at_sandbox([CONNECTOR], self.url), deadline=PATIENT
        )

    def checks(
        self, given: Login, *, only: str | None = None, daily: bool = False, found: Found | None = None
    ) -> dict[str, Line]:
        """A run, as lines by check."""
        lines = run(CONNECTOR, given, None, self.http(), only=only, daily=daily, found=found)
        return {line.check: line for line in lines}


@contextmanager
def served(client: httpx.Client) -> Iterator[Package]:
    """A fresh package, served until the end."""
    direct = httpx.Client(trust_env=False, verify=False)
    package = Package(client, direct)
    handlers = {
        SOAP_HOST: lambda request: package.handle(request, package.emulator.soap),
        REST_HOST: lambda request: package.handle(request, package.emulator.rest),
    }
    connector = dataclasses.replace(CONNECTOR, sandbox=lambda: Sandbox(handlers, ()))
    server = serve(emulators([connector]))
    package.url = server.url
    yield package
    direct.close()
    server.shutdown()


def login(club: str = "zondertoken", **changes: str) -> Login:
    """What a made-up club hands over, with changes."""
    given = {**CONNECTOR.sandbox().club(club).input, **changes}
    form = read_form(Login, given)
    assert isinstance(form.login, Login), form.errors
    return form.login


def soap_answer(operation: str, result: str) -> Response:
    """An answer of the SOAP service, with the inside of its result as XML."""
    return Response(
        f'<soap:Envelope xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/"><soap:Body>'
        f'<{operation}Response xmlns="{NAMESPACE}"><{operation}Result>{result}</{operation}Result>'
        f"</{operation}Response></soap:Body></soap:Envelope>",
        content_type="text/xml; charset=utf-8",
    )


def soap_error(operation: str, code: str, description: str = "Zomaar") -> Response:
    """A failure as the service writes it: status 200 and a filled code."""
    error = f"<LastErrorCode>{code}</LastErrorCode><LastErrorDescription>{description}</LastErrorDescription>"
    return soap_answer(operation, f"<ErrorMsg>{error}</ErrorMsg>")


def _change(change: Change | Response | None) -> Change:
    if change is None:
        return lambda answer: answer
    if isinstance(change, Response):
        return lambda _: change
    return change
