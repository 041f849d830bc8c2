"""A host that listens, and a product that tells it."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from email.message import Message
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from sqlmodel import col, select

from onboarding.db import session
from onboarding.notify.models import HostEvent
from onboarding.settings import Settings
from tests.conftest import settings_in
from tests.unit.usecases.conftest import Provider, desk, later, provider, pytest_generate_tests

__all__ = ["desk", "later", "provider", "pytest_generate_tests"]

KEY = "made-up-webhook-key-not-a-real-one"
SECOND = "another-made-up-webhook-key-not-real"
WORDS = "made-up words of an answer that nobody keeps"


@dataclass(frozen=True)
class Received:
    """One request that the host took in."""

    path: str
    headers: Message
    body: bytes


@dataclass
class Host:
    """What the host got. ``answers`` are the next statuses, after which it is 204; ``before`` is done before each."""

    got: list[Received] = field(default_factory=list)
    answers: list[int] = field(default_factory=list)
    before: Callable[[], object] = lambda: None
    url: str = ""

    def ids(self) -> list[str]:
        return [one.headers["Koppelbalie-Event-Id"] for one in self.got]


def handler_for(host: Host) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            host.got.append(Received(self.path, self.headers, body))
            host.before()
            status = host.answers.pop(0) if host.answers else 204
            self.send_response(status)
            if status in (301, 302, 307, 308):
                self.send_header("Location", f"{host.url}/elsewhere")
            words = b"" if status == 204 else WORDS.encode()
            self.send_header("Content-Length", str(len(words)))
            self.end_headers()
            self.wfile.write(words)

        def do_GET(self) -> None:
            self.do_POST()

        def log_message(self, *_: object) -> None:
            """Quiet."""

    return Handler


@pytest.fixture
def host() -> Iterator[Host]:
    listening = Host()
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler_for(listening))
    server.daemon_threads = True
    listening.url = f"http://127.0.0.1:{server.server_address[1]}"
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    yield listening
    server.shutdown()
    server.server_close()


@pytest.fixture
def extra() -> dict[str, object]:
    """Settings that a test wants otherwise: parametrize it."""
    return {}


@pytest.fixture
def settings(tmp_path: Path, database_url: str, provider: Provider, host: Host, extra: dict[str, object]) -> Settings:
    told = {"webhook_url": f"{host.url}/hook", "webhook_key": KEY} | extra
    return settings_in(tmp_path, database_url=database_url, at=provider.at, **told)


def events() -> list[HostEvent]:
    """What is to be told, as it stands now."""
    session().rollback()
    session().expire_all()
    return list(session().exec(select(HostEvent).order_by(col(HostEvent.id))).all())
