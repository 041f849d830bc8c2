"""An Exact Online of a test's own: it counts calls, its clock can be moved, and it can be told to answer otherwise."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from typing import Any

import httpx
from werkzeug.wrappers import Request, Response

from connectors.exact_online import CONNECTOR
from connectors.exact_online.login import Host, Login
from connectors.exact_online.made_up import CLIENT_ID, CLIENT_SECRET, HOST_INPUT, KEY
from connectors.exact_online.sandbox import Emulator
from connectors.exact_online.sites import HOME
from connectors.kit.bearer import Bearer
from connectors.kit.credentials import read_form
from connectors.kit.http import Http
from connectors.kit.oauth_sandbox import made_up_access, made_up_refresh
from connectors.kit.outcomes import Line
from connectors.kit.run import Found, run
from connectors.kit.sandbox import Sandbox, at_sandbox, emulators, serve
from connectors.kit.tokens import Tokens
from tests.connectors.everyone import PATIENT

Change = Callable[[Response], Response]
"""Makes another answer of the emulator's."""
NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
BACK = "https://desk.example/oauth/exact-online/terug"
TOKEN, ME, DIVISIONS, ACCOUNTS, VAT_CODES, JOURNALS, CONDITIONS, MANDATES, ENTRIES, RELATIONS = (
    "token", "Me", "Divisions", "GLAccounts", "VATCodes", "Journals", "PaymentConditions", "DirectDebitMandates",
    "SalesEntries", "Accounts",
)  # fmt: skip
"""Names of the calls: the last part of their path."""


@dataclass
class Package:
    """The emulator, served at ``url``; it remembers the calls, by name, and what they brought."""

    client: httpx.Client
    """The way out that a run takes."""
    direct: httpx.Client
    """A client without guards, for requests made by hand."""
    at: list[float] = field(default_factory=lambda: [NOW.timestamp()])
    """The emulator's clock, in seconds."""
    calls: list[str] = field(default_factory=list)
    requests: list[Request] = field(default_factory=list)
    url: str = ""
    emulator: Emulator = field(init=False)
    _instead: dict[str, list[Change]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.emulator = Emulator(clock=lambda: self.at[0])

    def answers(self, call: str, *changes: Change | Response | None) -> None:
        """Change the next answers to ``call``, one by one; None leaves one as it is."""
        self._instead[call] = [_change(change) for change in changes]

    def handle(self, host: Callable[[Request], Response], request: Request) -> Response:
        call = request.path.rpartition("/")[2]
        self.calls.append(call)
        request.get_data()
        self.requests.append(request)
        answer = host(request)
        changes = self._instead.get(call)
        return changes.pop(0)(answer) if changes else answer

    def http(self, bearer: Bearer | None = None) -> Http:
        """The way out of one run, to this emulator."""
        at = at_sandbox([CONNECTOR], self.url)
        return Http(CONNECTOR.name, CONNECTOR.hosts, client=self.client, at=at, deadline=PATIENT, bearer=bearer)

    def checks(
        self,
        given: Login,
        *,
        with_host: Host | None = None,
        only: str | None = None,
        daily: bool = False,
        found: Found | None = None,
        bearer: Bearer | None = None,
    ) -> dict[str, Line]:
        """A run, as lines by check."""
        http = self.http(bearer)
        lines = run(CONNECTOR, given, with_host or host(), http, only=only, daily=daily, found=found)
        return {line.check: line for line in lines}

    def get(self, path: str, club: str = "goed", **headers: str | None) -> httpx.Response:
        """A question by hand, with the made-up token of a club."""
        given = {"Authorization": f"Bearer {made_up_access(KEY, club)}", "Accept": "application/json", **headers}
        sent = {name: value for name, value in given.items() if value is not None}
        return self.direct.get(f"{self.url}/{HOME}/api/v1/{path}", headers=sent)

    def ask_token(self, headers: Mapping[str, str] | None = None, **form: str | None) -> httpx.Response:
        """A call of the token endpoint by hand, with the host's own keys unless they are changed."""
        given = {"client_id": CLIENT_ID, "client_secret": CLIENT_SECRET, **form}
        sent = {name: value for name, value in given.items() if value is not None}
        return self.direct.post(f"{self.url}/{HOME}/api/oauth2/token", data=sent, headers=headers)

    def code(self, club: str = "goed", redirect_uri: str = BACK) -> str:
        """A code that the authorise page gave."""
        return self.emulator.consent.consents.code_for(club, redirect_uri)


@contextmanager
def served(client: httpx.Client) -> Iterator[Package]:
    """A fresh package, served until the end."""
    direct = httpx.Client(trust_env=False, verify=False)
    package = Package(client, direct)
    handlers = {site: partial(package.handle, handler) for site, handler in package.emulator.handlers().items()}
    connector = dataclasses.replace(CONNECTOR, sandbox=lambda: Sandbox(handlers, ()))
    server = serve(emulators([connector]))
    package.url = server.url
    yield package
    direct.close()
    server.shutdown()


def login(club: str = "andere", **changes: str) -> Login:
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


def pair(club: str = "goed", obtained: datetime = NOW, expires: datetime | None = None) -> Tokens:
    """The made-up tokens of a club."""
    return Tokens(made_up_access(KEY, club), made_up_refresh(KEY, club), obtained, expires)


def answer(body: object, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    """An answer in JSON; text stays as it is."""
    said = body if isinstance(body, str) else json.dumps(body)
    return Response(said, status, headers, content_type="application/json; charset=utf-8")


def rows(*found: Mapping[str, Any], following: str | None = None) -> Response:
    """Rows as Exact answers them."""
    more = {} if following is None else {"__next": following}
    return answer({"d": {"results": list(found), **more}})


def refusal(message: str, status: int, headers: Mapping[str, str] | None = None) -> Response:
    """An error as OData writes it."""
    return answer({"error": {"code": "", "message": {"lang": "", "value": message}}}, status, headers)


def _change(change: Change | Response | None) -> Change:
    if change is None:
        return lambda answer: answer
    if isinstance(change, Response):
        return lambda _: change
    return change
