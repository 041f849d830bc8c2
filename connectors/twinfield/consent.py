"""The way in with a consent: a token that is looked up for its cluster, and goes along with every call."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from connectors.kit.bearer import Bearing
from connectors.kit.errors import ProviderError, RateLimited
from connectors.kit.http import Answer, Http, retry_after
from connectors.kit.oauth import ClientAuth, Endpoints, Grant, OAuth
from connectors.kit.once import Once
from connectors.kit.soap import Fault
from connectors.kit.tokens import Tokens
from connectors.twinfield import answers
from connectors.twinfield.answers import PAUSE
from connectors.twinfield.cluster import LOGIN_HOST, Service
from connectors.twinfield.ways import ELSEWHERE, LOST, NO_ACTION, Entry, ready

if TYPE_CHECKING:
    from connectors.kit.credentials import Option
    from connectors.twinfield.login import Host

ISSUER = f"https://{LOGIN_HOST}/auth/authentication"
CONNECT = f"{ISSUER}/connect"
VALIDATION = f"{CONNECT}/accesstokenvalidation"
SCOPE = "openid offline_access twf.organisation twf.organisationUser twf.user"
OVER = "354"
"""Code of a Fault: the access token is not valid (any more)."""
HOSTS_FAULT = frozenset({"invalid_client", "unauthorized_client", "invalid_scope", "unsupported_grant_type"})
"""What a token endpoint refuses of us, not of the club."""
NO_TOKEN = frozenset({"invalid_token", "expired_token"})


@dataclass(frozen=True, slots=True)
class _Came:
    """What a call brought: a result, or the Fault instead."""

    result: Any = None
    fault: Fault | None = None

    @property
    def code(self) -> str:
        return answers.code_of(self.fault) if self.fault is not None else ""


class ConsentWay:
    """Tokens that somebody else keeps. One that is refused is renewed once in a session."""

    consented = True
    thrown_out = False

    def __init__(self, host: Host | None, http: Http) -> None:
        self._host = host
        self._http = http
        self._bearing = Bearing(http, self._missing)
        self._looked_up = Once(self._validated)
        self._asked_again = False
        self._office = ""

    def entry(self) -> Entry:
        """What the token stands for; the first call looks it up."""
        return self._looked_up()

    def choose(self, office: str) -> bool:
        """Name the administration with every call from now on."""
        self._office = office
        return True

    def ask(self, service: Service, operation: str, **arguments: Any) -> Any:
        """Call with the token. Of a cluster that sends us away is asked once more which one it is."""
        came = self._sent(ready(self.entry()), service, operation, arguments)
        if came.code == ELSEWHERE and not self._asked_again:
            self._asked_again, self._looked_up = True, Once(self._validated)
            came = self._sent(ready(self.entry()), service, operation, arguments)
        if came.fault is not None:
            raise answers.fault(operation, came.fault, consented=True)
        return came.result

    def leave(self) -> bool:
        """There is no session to sign off from."""
        return False

    def _sent(self, host: str, service: Service, operation: str, arguments: Mapping[str, Any]) -> _Came:
        soap = service.at(host, self._http)

        def send(tokens: Tokens) -> _Came:
            header = {"AccessToken": tokens.access_token}
            header |= {"CompanyCode": self._office} if self._office else {}
            try:
                return _Came(soap.call(operation, _soapheaders={"Header": header}, **arguments))
            except Fault as fault:
                return _Came(fault=fault)

        return self._bearing.call(send, lambda came: came.code in (OVER, LOST))

    def _validated(self) -> Entry:
        answer = self._bearing.call(self._look_up, _is_token_refused)
        if answer.status != 200:
            raise self._refused(answer)
        claims = _object(answer)
        organisation = _text(claims, "twf.organisationCode")
        if not organisation:
            raise _without_organisation(claims)
        user, cluster = _text(claims, "twf.organisationUserCode"), _text(claims, "twf.clusterUrl")
        return Entry(organisation, user, NO_ACTION, cluster)

    def _look_up(self, tokens: Tokens) -> Answer:
        headers = {"Accept": "application/json"}
        if self._host is not None:
            pair = base64.b64encode(f"{self._host.client_id}:{self._host.client_secret.reveal()}".encode()).decode()
            self._http.redact.learn(pair)
            headers["Authorization"] = f"Basic {pair}"
        params = {"token": tokens.access_token}
        return self._http.call("GET", VALIDATION, operation="accesstokenvalidation", headers=headers, params=params)

    def _refused(self, answer: Answer) -> ProviderError:
        if _is_token_refused(answer):
            return answers.raised("T13", f"accesstokenvalidation: status {answer.status}")
        return _refusal("accesstokenvalidation", answer, self._http)

    def _missing(self) -> ProviderError:
        return answers.no_client() if self._host is None else answers.raised("T13", "there are no tokens")


def refused(grant: Grant, answer: Answer, http: Http) -> ProviderError:
    """What the token endpoint answered instead of tokens. ``invalid_grant`` means that the consent is over."""
    if answer.status in (400, 401, 403) and _named(answer) == "invalid_grant":
        return answers.raised("T13", f"token, {grant.value}: invalid_grant")
    return _refusal(f"token, {grant.value}", answer, http)


def offices(host: Host, http: Http) -> tuple[Option, ...]:
    """The administrations that a consent covers, with names."""
    from connectors.twinfield.client import Session
    from connectors.twinfield.login import listed_options

    return listed_options(Session(None, ConsentWay(host, http)).offices())


def _refusal(operation: str, answer: Answer, http: Http) -> ProviderError:
    detail = f"{operation}: status {answer.status}, {http.excerpt(answer) or 'empty'}"
    match answer.status:
        case 429:
            limited = answers.raised("T18", detail, wait=retry_after(answer, otherwise=PAUSE))
            return http.hold(LOGIN_HOST, limited) if isinstance(limited, RateLimited) else limited
        case status if status >= 500:
            return answers.raised("T19", detail)
        case 400 | 401 | 403 if _named(answer) in HOSTS_FAULT:
            return answers.raised("T12", detail)
    return answers.raised("T17", detail)


def _is_token_refused(answer: Answer) -> bool:
    """By its name; a bare 400 means it too, as there is nothing but the token that could be wrong."""
    if answer.status == 400 and not answer.is_html and not answer.body.strip():
        return True
    return answer.status in (400, 401, 403) and _named(answer) in NO_TOKEN


def _named(answer: Answer) -> str:
    """The name that an answer gives to its refusal, empty when it has none."""
    try:
        body = json.loads(answer.body)
    except (ValueError, RecursionError):
        return ""
    said = (body.get("error") or body.get("Message") or body.get("message")) if isinstance(body, dict) else ""
    return said if isinstance(said, str) else ""


def _object(answer: Answer) -> Mapping[str, Any]:
    try:
        body = json.loads(answer.body)
    except (ValueError, RecursionError):
        body = None
    if not isinstance(body, dict):
        raise answers.unreadable("accesstokenvalidation", "no JSON object")
    return body


def _text(claims: Mapping[str, Any], name: str) -> str:
    value = claims.get(name)
    return value.strip() if isinstance(value, str) else ""


def _without_organisation(claims: Mapping[str, Any]) -> ProviderError:
    """A token without the claim was asked for with too little scope, which is ours; else nobody can read this."""
    scope = claims.get("scope")
    granted = scope.split() if isinstance(scope, str) else scope if isinstance(scope, list) else None
    if granted and "twf.organisation" not in granted:
        return answers.raised("T12", "accesstokenvalidation: the scope twf.organisation is missing")
    return answers.unreadable("accesstokenvalidation", "no twf.organisationCode")


OAUTH = OAuth(
    endpoints=lambda host: Endpoints(
        authorize=f"{CONNECT}/authorize",
        token=f"{CONNECT}/token",
        issuer=ISSUER,  # inferred, as the next one
        keys=f"{ISSUER}/.well-known/jwks",
    ),
    client=ClientAuth.BASIC,
    code_lives=timedelta(minutes=5),  # inferred
    refused=refused,
    scope=SCOPE,
    nonce=True,
    margin=timedelta(minutes=5),
    refresh_lives=timedelta(days=25 * 365),
    lists=offices,
    chooses="office",
)
