"""A SnelStart of a test's own: it counts calls, and can be told to answer something else."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field

import httpx
from werkzeug.wrappers import Request, Response

from connectors.kit.credentials import read_form
from connectors.kit.http import Http
from connectors.kit.outcomes import Line
from connectors.kit.run import Found, run
from connectors.kit.sandbox import Sandbox, at_sandbox, emulators, serve
from connectors.snelstart import CONNECTOR
from connectors.snelstart.access import API_HOST, AUTH_HOST
from connectors.snelstart.login import Host, Login
from connectors.snelstart.made_up import HOST_INPUT
from connectors.snelstart.sandbox import Emulator
from tests.connectors.everyone import PATIENT

Change = Callable[[Response], Response]
"""Makes another answer of the emulator's."""
TOKEN = "token"
"""The name of the token call; the others go by their path behind /v2/."""


@dataclass
class Package:
    """The emulator, served at ``url``; it remembers the calls, by name, and what they brought."""

    client: httpx.Client
    """The way out that a run takes."""
    direct: httpx.Client
    """A client without guards, for requests made by hand."""
    emulator: Emulator = field(default_factory=Emulator)
    calls: list[str] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    queries: list[dict[str, str]] = field(default_factory=list)
    bodies: list[bytes] = field(default_factory=list)
    url: str = ""
    _instead: dict[str, list[Change]] = field(default_factory=dict)

    def answers(self, call: str, *changes: Change | Response | None) -> None:
        """Change the next answers to ``call``, one by one; None leaves one as it is."""
        self._instead[call] = [_change(change) for change in changes]

    def handle(self, request: Request, host: Callable[[Request], Response]) -> Response:
        call = TOKEN if request.path == "/b2b/token" else request.path.removeprefix("/v2/")
        self.calls.append(call)
        self.headers.append(dict(request.headers.items()))
        self.queries.append(request.args.to_dict())
        self.bodies.append(request.get_data(parse_form_data=False))
        answer = host(request)
        changes = self._instead.get(call)
        return changes.pop(0)(answer) if changes else answer

    def http(self) -> Http:
        """The way out of one run, to this emulator."""
        return Http(
            CONNECTOR.name, CONNECTOR.hosts, client=self.client, at=at_sandbox([CONNECTOR], self.url), deadline=PATIENT
        )

    def checks(
        self,
        given: Login,
        *,
        with_host: Host | None = None,
        only: str | None = None,
        daily: bool = False,
        found: Found | None = None,
    ) -> dict[str, Line]:
        """A run, as lines by check."""
        lines = run(CONNECTOR, given, with_host or host(), self.http(), only=only, daily=daily, found=found)
        return {line.check: line for line in lines}


@contextmanager
def served(client: httpx.Client) -> Iterator[Package]:
    """A fresh package, served until the end."""
    direct = httpx.Client(trust_env=False, verify=False)
    package = Package(client, direct)
    handlers = {
        AUTH_HOST: lambda request: package.handle(request, package.emulator.auth),
        API_HOST: lambda request: package.handle(request, package.emulator.api),
    }
    connector = dataclasses.replace(CONNECTOR, sandbox=lambda: Sandbox(handlers, ()))
    server = serve(emulators([connector]))
    package.url = server.url
    yield package
    direct.close()
    server.shutdown()


def login(club: str = "nieuw", **changes: str) -> Login:
    """What a made-up club hands over, with changes."""
    given = {**CONNECTOR.sandbox().club(club).input, **changes}
    form = read_form(Login, given)
    assert isinstance(form.login, Login), form.errors
    return form.login


def host(**changes: str) -> Host:
    """The host's own keys that the emulator accepts, with changes."""
    form = read_form(Host, {**HOST_INPUT, **changes})
    assert isinstance(form.login, Host), form.errors
    return form.login


def answer(body: object, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    """An answer in JSON; text stays as it is."""
    said = body if isinstance(body, str) else json.dumps(body)
    return Response(said, status, headers, content_type="application/json; charset=utf-8")


def _change(change: Change | Response | None) -> Change:
    if change is None:
        return lambda answer: answer
    if isinstance(change, Response):
        return lambda _: change
    return change
