"""Grootboek Online: an invented package that gives consent as the standards say, with PKCE and a signed identity."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import TYPE_CHECKING

from connectors.kit.bearer import Bearing
from connectors.kit.connector import Connector, Identity, check
from connectors.kit.credentials import Code, Consent, Credentials, Option, Secret, ask
from connectors.kit.errors import (
    ConsentExpired,
    HostMisconfigured,
    Owner,
    ProviderError,
    Unavailable,
    UnexpectedAnswer,
)
from connectors.kit.guide import Guide
from connectors.kit.http import OURS, UNREACHABLE, Answer, Http
from connectors.kit.oauth import Client, ClientAuth, Endpoints, Grant, OAuth, StillYoung
from connectors.kit.outcomes import Passed, Verdict
from connectors.kit.readers import Reading, trimmed
from connectors.kit.text import Text
from connectors.kit.tokens import Tokens

if TYPE_CHECKING:
    from connectors.kit.sandbox import Sandbox

HOST = "api.grootboek.example"
AGAIN = Text(nl="Grootboek Online weigert dit. Geef opnieuw toestemming.", en="Refused. Give consent again.")


def _text(words: str) -> Text:
    return Text(nl=words, en=words)


def _code(raw: str) -> Reading:
    """A code, pasted; what cannot be one is refused."""
    value = trimmed(raw)
    if value and not value.startswith("gb_"):
        return Reading(value, error=_text("Een code van Grootboek Online begint met gb_."))
    return Reading(value)


class Login(Credentials):
    """What a club hands over: a password, or consent and an administration."""

    reference: str | None = ask(_text("Referentie"), help=_text("De naam van de club."))
    password: Secret | None = ask(_text("Wachtwoord"), help=_text("Of geef toestemming."), unless="authorization")
    authorization: Consent | None = ask(_text("Toestemming"), help=_text("Met de knop."))
    auth_code: Code | None = ask(_text("Autorisatiecode"), help=_text("Als je die hebt."), reader=_code)
    division: str = ask(_text("Administratie"), help=_text("Kies hem uit de lijst."), most=10)


def refused(grant: Grant, answer: Answer, http: Http) -> ProviderError:
    """What the token endpoint answered instead of tokens."""
    try:
        error = json.loads(answer.body).get("error")
    except ValueError:
        return UnexpectedAnswer(OURS, detail=http.excerpt(answer))
    match error:
        case "invalid_grant":
            return ConsentExpired(AGAIN, fields=("authorization",), detail=f"{grant}: invalid_grant")
        case "too_early":
            return StillYoung(AGAIN)
        case "invalid_client":
            return HostMisconfigured(OURS, detail="invalid_client")
        case "server_error":
            return Unavailable(UNREACHABLE.format(name="Grootboek Online"), detail="server_error")
    return UnexpectedAnswer(OURS, detail=f"{grant}: {error}")


def _endpoints(_: Client) -> Endpoints:
    return Endpoints(
        authorize=f"https://{HOST}/authorize",
        token=f"https://{HOST}/token",
        revoke=f"https://{HOST}/revoke",
        issuer=f"https://{HOST}",
        keys=f"https://{HOST}/keys",
    )


def administrations(_: Client, http: Http) -> tuple[Option, ...]:
    """What a consent covers."""
    return tuple(Option(one["id"], one["name"]) for one in _Books(http).books())


class _Books:
    """A session."""

    def __init__(self, http: Http) -> None:
        self._http = http
        self._bearing = Bearing(http, lambda: ConsentExpired(AGAIN, fields=("authorization",)))

    def books(self) -> list[dict[str, str]]:
        answer = self._bearing.call(self._ask, lambda answer: answer.status == 401)
        if answer.status == 401:
            raise ConsentExpired(AGAIN, fields=("authorization",), detail="status 401")
        if answer.status != 200:
            raise UnexpectedAnswer(OURS, detail=f"status {answer.status}")
        found: list[dict[str, str]] = json.loads(answer.body)
        return found

    def _ask(self, tokens: Tokens) -> Answer:
        headers = {"Authorization": f"Bearer {tokens.access_token}"}
        return self._http.call("GET", f"https://{HOST}/books", operation="books", headers=headers)


@contextmanager
def connect(login: Login, _: Client, http: Http) -> Iterator[tuple[Login, _Books]]:
    """A session; there is nothing to close."""
    yield login, _Books(http)


@check(_text("De toestemming werkt"), owner=Owner.CLUB, daily=True)
def token_alive(session: tuple[Login, _Books]) -> Verdict:
    """The consent covers something."""
    return Passed(evidence={"administrations": len(session[1].books())})


def _identity(session: tuple[Login, _Books]) -> Identity | None:
    login, books = session
    names = {one["id"]: one["name"] for one in books.books()}
    return Identity(login.division, names[login.division]) if login.division in names else None


def _sandbox() -> Sandbox:
    from .sandbox import sandbox

    return sandbox()


CONNECTOR = Connector(
    key="grootboek",
    name="Grootboek Online",
    version="1",
    hosts=(HOST,),
    auth="oauth",
    login=Login,
    guide=Guide(minutes=1, at_hand=(), steps=()),
    summary=_text("Een verzonnen pakket met toestemming."),
    connect=connect,
    checks=(token_alive,),
    identity=_identity,
    opens="token_alive",
    sandbox=_sandbox,
    host=Client,
    oauth=OAuth(
        endpoints=_endpoints,
        client=ClientAuth.BASIC,
        code_lives=timedelta(minutes=3),
        refused=refused,
        scope="openid offline_access books",
        nonce=True,
        pkce=True,
        keep_alive=timedelta(days=10),
        refresh_lives=timedelta(days=30),
        lists=administrations,
        chooses="division",
    ),
)
