"""A host where people sign in, and browsers that go there and come back."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextvars import Context
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import lxml.html
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlmodel import select
from werkzeug.test import TestResponse

from connectors.kit.serving import serve
from demo.issuer import CLIENT_ID, CLIENT_SECRET, Issuer, Somebody, create_issuer
from onboarding.accounts.models import Club, User
from onboarding.audit.models import AuditRecord
from onboarding.clock import now
from onboarding.db import session
from onboarding.settings import Settings
from onboarding.usecases.transaction import change
from tests.conftest import settings_in
from tests.unit.usecases.conftest import pytest_generate_tests

__all__ = ["pytest_generate_tests"]

VOORBEELD = {"id": "club-0042", "name": "SV Voorbeeld"}
NINA: dict[str, Any] = {
    "email": "Nina@Voorbeeld.example",
    "email_verified": True,
    "name": "Nina de Boer",
    "clubs": [VOORBEELD],
}
"""A treasurer whom only the host knows."""


@dataclass
class Host:
    """The host's sign-in; ``issuer`` is what it says and does."""

    issuer: Issuer
    stop: Callable[[], None]

    def says(self, subject: str = "u-nina", **claims: Any) -> None:
        """What it says of somebody from now on."""
        kept = {name: value for name, value in (NINA | claims).items() if value is not None}
        self.issuer.people[subject] = Somebody(subject, kept)


@pytest.fixture
def host() -> Iterator[Host]:
    issuer = Issuer("", [])
    server = serve(create_issuer(issuer))
    issuer.address, issuer.authorize = server.url, f"{server.url}/authorize"
    made = Host(issuer, server.shutdown)
    made.says()
    yield made
    server.shutdown()


@pytest.fixture
def extra() -> dict[str, object]:
    """Settings that a test wants otherwise: parametrize it."""
    return {}


@pytest.fixture
def settings(tmp_path: Path, database_url: str, host: Host, extra: dict[str, object]) -> Settings:
    sign_in = {
        "oidc_issuer": host.issuer.address,
        "oidc_client_id": CLIENT_ID,
        "oidc_client_secret": CLIENT_SECRET,
    }
    return settings_in(tmp_path, database_url=database_url, **(sign_in | extra))


class Visitor:
    """Somebody with a browser of their own."""

    def __init__(self, app: Flask) -> None:
        self._client: FlaskClient = app.test_client()

    def gets(self, path: str) -> TestResponse:
        return self._asks("GET", path)

    def sends(self, path: str, **form: str) -> TestResponse:
        return self._asks("POST", path, data=form)

    def _asks(self, method: str, path: str, **more: Any) -> TestResponse:
        """In a context of its own, not that in which the test looks at the database. It follows to what went wrong."""
        answer = Context().run(self._client.open, path, method=method, **more)
        if answer.status_code == 303 and str(answer.location).startswith("/account/oidc/niet-gelukt"):
            return self.gets(answer.location)
        return answer

    def leaves(self, target: str = "") -> str:
        """Press the button; the address of the host that the browser is led to."""
        self.gets("/account/aanmelden")
        answer = self.sends("/account/oidc", next=target)
        assert answer.status_code == 303, words(answer)
        return str(answer.location)

    def signs_in_there(self, address: str, subject: str = "u-nina") -> str:
        """Be this person on the host's page; the way back."""
        came = httpx.post(address, data={"sub": subject})
        assert came.status_code == 303
        return came.headers["Location"]

    def comes_back(self, address: str) -> TestResponse:
        parts = urlsplit(address)
        return self.gets(f"{parts.path}?{parts.query}")

    def comes_in(self, subject: str = "u-nina", target: str = "") -> TestResponse:
        """All of it."""
        return self.comes_back(self.signs_in_there(self.leaves(target), subject))

    def is_in(self) -> bool:
        return self.gets("/account/").status_code == 200

    def sees(self, path: str) -> str:
        return words(self.gets(path))


def words(answer: TestResponse) -> str:
    """The words of a page."""
    return " ".join(lxml.html.fromstring(answer.text or "<p></p>").text_content().split())


def query(address: str) -> dict[str, str]:
    return {name: value for name, (value,) in parse_qs(urlsplit(address).query).items()}


@pytest.fixture
def somebody(in_app: Flask) -> Callable[[], Visitor]:
    """Makes browsers."""
    in_app.config["WTF_CSRF_ENABLED"] = False
    return lambda: Visitor(in_app)


@pytest.fixture
def nina(somebody: Callable[[], Visitor]) -> Visitor:
    return somebody()


def add_club(name: str = "SV Voorbeeld", host_id: str | None = "club-0042") -> int:
    with change() as db:
        club = Club(name=name, host_id=host_id, created_at=now())
        db.add(club)
        db.flush()
    assert club.id is not None
    return club.id


def user(email: str = "nina@voorbeeld.example") -> User | None:
    session().rollback()
    session().expire_all()
    return session().exec(select(User).where(User.email == email)).one_or_none()


def log(*kinds: str) -> list[AuditRecord]:
    session().rollback()
    found = session().exec(select(AuditRecord).order_by(AuditRecord.id)).all()  # type: ignore[arg-type]
    return [record for record in found if not kinds or record.event in kinds]
