"""A Twinfield of a test's own: it counts calls, and can be told to answer something else."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from html import escape
from urllib.parse import parse_qs, urlencode, urlsplit

import httpx
from lxml import etree
from werkzeug.wrappers import Request, Response

from connectors.kit.credentials import read_form
from connectors.kit.http import Http
from connectors.kit.oauth_sandbox import made_up_access, made_up_refresh
from connectors.kit.outcomes import Line
from connectors.kit.run import Found, run
from connectors.kit.sandbox import Sandbox, at_sandbox, emulators, serve
from connectors.twinfield import CONNECTOR
from connectors.twinfield.cluster import LOGIN_HOST, NAMESPACE
from connectors.twinfield.consent import SCOPE
from connectors.twinfield.login import Host, Login
from connectors.twinfield.made_up import CLIENT_ID, HOST_INPUT, KEY
from connectors.twinfield.sandbox import Emulator
from tests.connectors.everyone import PATIENT

Handler = Callable[[Request], Response]
Change = Callable[[Response], Response]
"""Makes another answer of the emulator's."""
BACK = "http://localhost:5000/oauth/twinfield/terug"
ENVELOPE = "http://schemas.xmlsoap.org/soap/envelope/"


@dataclass
class Package:
    """The emulator, served at ``url``. ``calls`` are names: a SOAP operation, or the last part of a path."""

    client: httpx.Client
    """The way out that a run takes."""
    direct: httpx.Client
    """A client without guards, for requests made by hand."""
    emulator: Emulator = field(default_factory=Emulator)
    calls: list[str] = field(default_factory=list)
    hosts: list[str] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    bodies: list[bytes] = field(default_factory=list)
    url: str = ""
    elsewhere: dict[str, str] = field(default_factory=dict)
    """Hosts that stand here too, under another name."""
    _instead: dict[str, list[Change]] = field(default_factory=dict)

    def answers(self, call: str, *changes: Change | Response | None) -> None:
        """Change the next answers to ``call``, one by one; None leaves one as it is."""
        self._instead[call] = [_change(change) for change in changes]

    def handle(self, request: Request, host: Handler) -> Response:
        action = request.headers.get("SOAPAction", "").strip('"').rpartition("/")[2]
        call = action or request.path.rpartition("/")[2]
        self.calls.append(call)
        self.hosts.append(request.host)
        self.headers.append(dict(request.headers.items()))
        self.bodies.append(request.get_data(parse_form_data=False, cache=True))
        answer = host(request)
        changes = self._instead.get(call)
        return changes.pop(0)(answer) if changes else answer

    def http(self) -> Http:
        """The way out of one run, to this emulator."""
        at = {**at_sandbox([CONNECTOR], self.url), **self.elsewhere}
        return Http(
            CONNECTOR.name, CONNECTOR.hosts, client=self.client, at=at, deadline=PATIENT, family=CONNECTOR.family
        )

    def checks(
        self,
        given: Login,
        *,
        with_host: Host | None = None,
        keyless: bool = False,
        http: Http | None = None,
        only: str | None = None,
        daily: bool = False,
        found: Found | None = None,
    ) -> dict[str, Line]:
        """A run, as lines by check."""
        ours = None if keyless else with_host or host()
        lines = run(CONNECTOR, given, ours, http or self.http(), only=only, daily=daily, found=found)
        return {line.check: line for line in lines}

    def asked(self, call: str) -> list[str]:
        """The texts of the SOAP bodies of all calls of a name, as they were sent."""
        bodies = [body for name, body in zip(self.calls, self.bodies, strict=True) if name == call]
        return ["|".join(etree.fromstring(body).itertext()) for body in bodies]

    def consents(self, club: str = "toestemming", **changes: str | None) -> httpx.Response:
        """A browser that asks for consent as a club; an argument of None is left out."""
        asked = {
            "client_id": CLIENT_ID,
            "redirect_uri": BACK,
            "response_type": "code",
            "scope": SCOPE,
            "state": "made-up-state",
            "nonce": "made-up-nonce",
            **changes,
        }
        query = urlencode({key: value for key, value in asked.items() if value is not None})
        address = f"{self.url}/{LOGIN_HOST}/auth/authentication/connect/authorize?{query}"
        return self.direct.post(address, data={"club": club} if club else {"refuse": "1"})

    def code(self, club: str = "toestemming", **changes: str | None) -> str:
        """The code of a consent."""
        return told_back(self.consents(club, **changes))["code"]


@contextmanager
def served(client: httpx.Client) -> Iterator[Package]:
    """A fresh package, served until the end."""
    direct = httpx.Client(trust_env=False, verify=False)
    package = Package(client, direct)
    hosts: Mapping[str, Handler] = {LOGIN_HOST: package.emulator.login, **package.emulator.clusters}
    handlers = {name: _watched(package, handler) for name, handler in hosts.items()}
    connector = dataclasses.replace(CONNECTOR, sandbox=lambda: Sandbox(handlers, ()))
    server = serve(emulators([connector]))
    package.url = server.url
    yield package
    direct.close()
    server.shutdown()


def _watched(package: Package, handler: Handler) -> Handler:
    return lambda request: package.handle(request, handler)


def login(club: str = "nieuw", **changes: str) -> Login:
    """What a made-up club hands over, with changes."""
    form = read_form(Login, {**CONNECTOR.sandbox().club(club).input, **changes})
    assert isinstance(form.login, Login), form.errors
    return form.login


def consented(club: str = "toestemming", *, expires_at: str | None = None, **changes: str) -> Login:
    """The same by consent, whichever way in the club has."""
    tokens = {"access_token": made_up_access(KEY, club), "refresh_token": made_up_refresh(KEY, club)}
    tokens |= {"expires_at": expires_at} if expires_at else {}
    form = read_form(Login, {"office": "001", "authorization": json.dumps(tokens), **changes})
    assert isinstance(form.login, Login), form.errors
    return form.login


def host(**changes: str) -> Host:
    """The host's own keys that the emulator accepts, with changes."""
    form = read_form(Host, {**HOST_INPUT, **changes})
    assert isinstance(form.login, Host), form.errors
    return form.login


def told_back(answer: httpx.Response) -> dict[str, str]:
    """What stands behind the redirect address that a browser is sent to."""
    return {key: values[0] for key, values in parse_qs(urlsplit(answer.headers["Location"]).query).items()}


def answer(body: object, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    """An answer in JSON; text stays as it is."""
    said = body if isinstance(body, str) else json.dumps(body)
    return Response(said, status, headers, content_type="application/json; charset=utf-8")


def soap(body: str, header: str = "") -> Response:
    """A SOAP answer with these XML insides."""
    header = f"<soap:Header>{header}</soap:Header>" if header else ""
    said = f'<soap:Envelope xmlns:soap="{ENVELOPE}">{header}<soap:Body>{body}</soap:Body></soap:Envelope>'
    return Response(said, content_type="text/xml; charset=utf-8")


def logon(result: str = "Ok", action: str = "None", cluster: str | None = None, session_id: str = "") -> Response:
    """An answer of Logon."""
    named = f"<cluster>{escape(cluster)}</cluster>" if cluster is not None else ""
    header = f'<Header xmlns="{NAMESPACE}"><SessionID>{session_id}</SessionID></Header>' if session_id else ""
    body = f"<LogonResult>{result}</LogonResult><nextAction>{action}</nextAction>{named}"
    return soap(f'<LogonResponse xmlns="{NAMESPACE}">{body}</LogonResponse>', header)


def processed(inside: str) -> Response:
    """An answer of ProcessXmlString with this XML inside."""
    said = f"<ProcessXmlStringResult>{escape(inside)}</ProcessXmlStringResult>"
    return soap(f'<ProcessXmlStringResponse xmlns="{NAMESPACE}">{said}</ProcessXmlStringResponse>')


def searched(inside: str) -> Response:
    """An answer of Search with these XML insides."""
    return soap(f'<SearchResponse xmlns="{NAMESPACE}">{inside}</SearchResponse>')


def _change(change: Change | Response | None) -> Change:
    if change is None:
        return lambda answer: answer
    if isinstance(change, Response):
        return lambda _: change
    return change
