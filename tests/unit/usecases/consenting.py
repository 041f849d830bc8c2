"""What tests of consent share: a package that gives it, and a browser that goes there and back."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import httpx
import pytest

import connectors
from connectors.kit.sandbox import at_sandbox, emulators, serve
from onboarding.accounts.people import Actor
from onboarding.connections.models import CredentialVersion
from onboarding.db import session
from onboarding.oauth.models import Consent
from onboarding.usecases import authorising, drafts
from onboarding.usecases.authorising import CameBack
from tests.unit.usecases.conftest import Desk

KEY = "grootboek"
HERE = Path(__file__).parent / "grootboek"
PASTED = "https://www.host.example/code"
BROWSER = "made-up-value-of-this-browser"


@dataclass(frozen=True)
class Package:
    """The package, as the app sees it and from behind."""

    server: Any
    at: str

    @property
    def knobs(self) -> Any:
        return self.server.knobs


@contextmanager
def offered() -> Iterator[Package]:
    """The package is there and its server answers; knobs as they are by themselves."""
    before = os.environ.get(connectors.ELSEWHERE)
    os.environ[connectors.ELSEWHERE] = str(HERE)
    os.environ["KOPPELBALIE_GROOTBOEK_CLIENT_ID"] = "made-up-client"
    os.environ["KOPPELBALIE_GROOTBOEK_CLIENT_SECRET"] = "made-up-client-secret"
    os.environ["KOPPELBALIE_GROOTBOEK_PASTED_REDIRECT_URI"] = PASTED
    connector = connectors.get(KEY)
    handler = next(iter(connector.sandbox().handlers.values()))
    handler.__init__()
    server = serve(emulators([connector]))
    at = " ".join(f"{host}={url}" for host, url in at_sandbox([connector], server.url).items())
    try:
        yield Package(handler, at)
    finally:
        server.shutdown()
        for name in ("CLIENT_ID", "CLIENT_SECRET", "PASTED_REDIRECT_URI"):
            del os.environ[f"KOPPELBALIE_GROOTBOEK_{name}"]
        os.environ.pop(connectors.ELSEWHERE) if before is None else os.environ.update({connectors.ELSEWHERE: before})


@pytest.fixture
def package() -> Iterator[Package]:
    with offered() as found:
        yield found


def start(desk: Desk, by: Actor | None = None) -> int:
    """A draft for the package with nothing in it."""
    by = by or desk.ans
    (club_id,) = by.clubs
    return drafts.start(by, club_id, KEY)


def goes(address: str, club: str | None = "goed", **more: str) -> dict[str, str]:
    """A person gives consent, or does not; what the browser brings back."""
    answer = httpx.post(address, data={"club": club} if club else more)
    assert answer.status_code == 302, answer.text
    return dict(parse_qsl(urlsplit(answer.headers["location"]).query))


def asks(desk: Desk, number: int, by: Actor | None = None, browser: str = BROWSER, **values: str) -> str:
    """The address to which a browser goes for consent."""
    return authorising.begin(by or desk.ans, number, desk.version(number), browser, values)


def consents(desk: Desk, number: int, club: str = "goed", by: Actor | None = None) -> CameBack:
    """Consent is given in the ticket, from beginning to end."""
    answer = goes(asks(desk, number, by), club)
    return authorising.come_back(by or desk.ans, KEY, BROWSER, answer)


def consent(desk: Desk, number: int) -> Consent:
    """The consent of a ticket's codes as it is now."""
    row = version_of(desk, number)
    assert row.consent_id is not None
    return session().get_one(Consent, row.consent_id)


def version_of(desk: Desk, number: int) -> CredentialVersion:
    """The codes of a ticket as they are now."""
    return session().get_one(CredentialVersion, desk.ticket(number).version_id)
