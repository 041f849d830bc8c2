"""A Visma of a test's own: it counts calls, has a clock to turn, and can be told to answer something else."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import httpx
from werkzeug.wrappers import Request, Response

from connectors.kit.bearer import Held
from connectors.kit.credentials import read_form
from connectors.kit.http import Http
from connectors.kit.oauth import Granted, exchange
from connectors.kit.outcomes import Line
from connectors.kit.run import Found, run
from connectors.kit.sandbox import Sandbox, at_sandbox, emulators, serve
from connectors.kit.tokens import Tokens, read_tokens
from connectors.visma_eaccounting import CONNECTOR
from connectors.visma_eaccounting.access import API_HOST
from connectors.visma_eaccounting.consent import IDENTITY_HOST, OAUTH
from connectors.visma_eaccounting.login import Host, Login
from connectors.visma_eaccounting.made_up import HOST_INPUT, tokens_of
from connectors.visma_eaccounting.sandbox import Emulator
from tests.connectors.everyone import PATIENT

Change = Callable[[Response], Response]
"""Makes another answer of the emulator's."""
TOKEN = "token"
"""The name of the token call; the others go by their path behind /v2/, accounts without the year."""
COMPANY, YEARS, ACCOUNTS, ARTICLES = "companysettings", "fiscalyears", "accounts", "articles"
TERMS, CUSTOMERS, USERS = "termsofpayments", "customers", "users"
START = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)
HERE = "https://koppelbalie.example/terug"
"""A redirect address of ours, as it would be registered at Visma."""


@dataclass
class Clock:
    """What time it is, for the emulator and for who keeps tokens."""

    at: datetime = START

    def __call__(self) -> datetime:
        return self.at

    def seconds(self) -> float:
        return self.at.timestamp()

    def turn(self, by: timedelta) -> None:
        self.at += by


@dataclass
class Package:
    """The emulator, served at ``url``; it remembers the calls, by name, and what they brought."""

    client: httpx.Client
    """The way out that a run takes."""
    direct: httpx.Client
    """A client without guards, for requests made by hand."""
    clock: Clock
    emulator: Emulator
    calls: list[str] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    queries: list[dict[str, str]] = field(default_factory=list)
    bodies: list[bytes] = field(default_factory=list)
    kept: list[Tokens] = field(default_factory=list)
    """The pairs that were stored, the newest last."""
    url: str = ""
    _instead: dict[str, list[Change]] = field(default_factory=dict)

    def answers(self, call: str, *changes: Change | Response | None) -> None:
        """Change the next answers to ``call``, one by one; None leaves one as it is."""
        self._instead[call] = [_change(change) for change in changes]

    def handle(self, request: Request, host: Callable[[Request], Response]) -> Response:
        call = request.path.removeprefix("/connect/").removeprefix("/v2/").partition("/")[0]
        self.calls.append(call)
        self.headers.append(dict(request.headers.items()))
        self.queries.append(request.args.to_dict())
        self.bodies.append(request.get_data(parse_form_data=False, cache=True))
        answer = host(request)
        changes = self._instead.get(call)
        return changes.pop(0)(answer) if changes else answer

    def http(self) -> Http:
        """The way out of one run, to this emulator."""
        return Http(
            CONNECTOR.name, CONNECTOR.hosts, client=self.client, at=at_sandbox([CONNECTOR], self.url), deadline=PATIENT
        )

    def address(self, host: str, path: str) -> str:
        return f"{self.url}/{host}{path}"

    def code(self, club: str = "goed", redirect_uri: str = HERE, scope: str = OAUTH.scope) -> str:
        """A code as consent brings it."""
        return self.emulator.consents.code_for(club, redirect_uri, scope=scope)

    def exchanged(self, club: str = "goed", http: Http | None = None) -> Granted:
        """The tokens for a code of a club."""
        return exchange(OAUTH, host(), http or self.http(), code=self.code(club), redirect_uri=HERE, at=self.clock())

    def keeper(self, http: Http, tokens: Tokens) -> Held:
        """Who keeps these tokens and refreshes them."""
        return Held(OAUTH, host(), http, tokens, self.clock, keep=self.kept.append)

    def checks(
        self,
        given: Login,
        *,
        tokens: Tokens | None = None,
        only: str | None = None,
        daily: bool = False,
        found: Found | None = None,
    ) -> dict[str, Line]:
        """A run, as lines by check; ``tokens`` are kept and refreshed, without them those of ``given`` are used."""
        http = self.http()
        if tokens is not None:
            http.bearer = self.keeper(http, tokens)
        lines = run(CONNECTOR, given, host(), http, only=only, daily=daily, found=found)
        return {line.check: line for line in lines}


@contextmanager
def served(client: httpx.Client) -> Iterator[Package]:
    """A fresh package, served until the end."""
    direct = httpx.Client(trust_env=False, verify=False)
    clock = Clock()
    package = Package(client, direct, clock, Emulator(clock.seconds))
    handlers = {
        IDENTITY_HOST: lambda request: package.handle(request, package.emulator.identity),
        API_HOST: lambda request: package.handle(request, package.emulator.api),
    }
    connector = dataclasses.replace(CONNECTOR, sandbox=lambda: Sandbox(handlers, ()))
    server = serve(emulators([connector]))
    package.url = server.url
    yield package
    direct.close()
    server.shutdown()


def login(club: str = "goed-vast", **changes: str) -> Login:
    """What a made-up club hands over, with changes."""
    given = {**CONNECTOR.sandbox().club(club).input, **changes}
    form = read_form(Login, given)
    assert isinstance(form.login, Login), form.errors
    return form.login


def host(**changes: str) -> Host:
    """The host's own client that the emulator accepts, with changes."""
    form = read_form(Host, {**HOST_INPUT, **changes})
    assert isinstance(form.login, Host), form.errors
    return form.login


def pair(club: str = "goed", **changes: object) -> Tokens:
    """The made-up tokens of a club."""
    return dataclasses.replace(read_tokens(tokens_of(club), START), **changes)  # type: ignore[arg-type]


def answer(body: object, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    """An answer in JSON; text stays as it is."""
    said = body if isinstance(body, str) else json.dumps(body)
    return Response(said, status, headers, content_type="application/json; charset=utf-8")


def refused(code: object, said: str = "Made-up text", status: int = 403, **more: object) -> Response:
    """A refusal as Visma writes it."""
    return answer({"ErrorCode": code, "DeveloperErrorMessage": said, "ErrorId": "made-up-error-id", **more}, status)


def listed(*rows: object, number: int = 1, of: int = 1) -> Response:
    """One page of a list."""
    meta = {"CurrentPage": number, "PageSize": 50, "TotalNumberOfPages": of, "TotalNumberOfResults": len(rows)}
    return answer({"Meta": meta, "Data": list(rows)})


def problem(line: Line) -> tuple[str, str]:
    assert line.problem is not None
    return line.problem.nl, line.problem.en


def remedy(line: Line) -> str:
    assert line.remedy is not None
    return line.remedy.nl


def shown(lines: dict[str, Line]) -> str:
    """All that a run shows to anybody."""
    return json.dumps([dataclasses.asdict(line) for line in lines.values()], default=str, ensure_ascii=False)


def _change(change: Change | Response | None) -> Change:
    if change is None:
        return lambda answer: answer
    if isinstance(change, Response):
        return lambda _: change
    return change
