"""The database is away for a while under load: nothing reads saved that wasn't, and all of it comes back by itself."""

from __future__ import annotations

import re
import signal
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
import sqlalchemy as sa
from sqlmodel import select

from demo.cast import ANS, PASSWORD, VOORBEELD
from demo.processes import Process, free_port, start_product
from demo.seed import club_id, seed_people
from onboarding import create_app
from onboarding.accounts.models import MailedLink
from onboarding.db import db, session
from onboarding.engine import enqueue
from onboarding.usecases.transaction import change
from tests import postgres
from tests.conftest import environment_in, settings_in, upgraded
from tests.postgres import Server
from tests.unit.jobs.conftest import Start, wait_until, workers

AWAY = 10.0
"""Seconds that the database is away."""
pytestmark = pytest.mark.postgresql


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    """A server of this test's own, with the cast in its database, inside the app."""
    with postgres.own_server() as server:
        upgraded(environment_in(tmp_path, database_url=server.address))
        app = create_app(settings_in(tmp_path, database_url=server.address))
        with app.app_context():
            seed_people()
            yield server
            session().close()
            db.engine.dispose()


@pytest.fixture
def web(server: Server, tmp_path: Path) -> Iterator[str]:
    """Two web processes without a worker inside; their address."""
    port = free_port()
    environment = environment_in(tmp_path, database_url=server.address) | {"WEB_CONCURRENCY": "2"}
    process: Process = start_product(port, environment, tmp_path / "web")
    process.wait_for(f"http://127.0.0.1:{port}/readyz", 60)
    yield f"http://127.0.0.1:{port}"
    process.stop(signal.SIGTERM)


@pytest.fixture
def start_worker(server: Server, tmp_path: Path) -> Iterator[Start]:
    """Starts workers on that database."""
    yield from workers(tmp_path, server.address, tmp_path / "notebook")


def ask_for(run_id: str) -> None:
    with change() as writing:
        enqueue(writing, "run_checklist", run_id, job_id=run_id)


def signed_in(address: str) -> httpx.Client:
    """Ans's browser."""
    browser = httpx.Client(base_url=address, timeout=30)
    form = token_in(browser.get("/account/aanmelden").text)
    answer = browser.post(
        "/account/aanmelden", data={"email": ANS.email, "password": PASSWORD, "do": "password", "csrf_token": form}
    )
    assert answer.status_code == 303, answer.text
    return browser


def token_in(page: str) -> str:
    found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)
    assert found
    return found[1]


class Inviting(threading.Thread):
    """Ans invites one person after the other; which of them the product said were invited."""

    def __init__(self, address: str, club: int) -> None:
        super().__init__()
        self.browser, self.path = signed_in(address), f"/account/clubs/{club}"
        self.form = token_in(self.browser.get(f"{self.path}/").text)
        self.enough = threading.Event()
        self.said: set[str] = set()
        self.answers: list[httpx.Response] = []

    def run(self) -> None:
        while not self.enough.wait(0.05):
            email = f"lid{len(self.answers)}@voorbeeld.example"
            sent = {"email": email, "name": "", "csrf_token": self.form}
            answer = self.browser.post(f"{self.path}/uitnodigen", data=sent)
            self.answers.append(answer)
            if answer.status_code == 303:
                self.said.add(email)

    def stop(self) -> None:
        self.enough.set()
        self.join(60)
        self.browser.close()


def test_nothing_is_lost_and_all_of_it_comes_back(
    server: Server, web: str, start_worker: Start, tmp_path: Path
) -> None:
    notebook = tmp_path / "notebook"
    both = [start_worker(takes=0.1), start_worker(takes=0.1)]
    inviting = Inviting(web, club_id(VOORBEELD))
    inviting.start()
    ask_for("run-before")
    wait_until(lambda: len(inviting.said) > 5)

    server.stop()
    time.sleep(AWAY)
    assert httpx.get(f"{web}/readyz", timeout=30).status_code == 503
    assert httpx.get(f"{web}/healthz", timeout=30).status_code == 200
    with pytest.raises(sa.exc.OperationalError):
        ask_for("run-meanwhile")
    server.start()

    before = len(inviting.said)
    wait_until(lambda: len(inviting.said) > before + 5)
    inviting.stop()
    ask_for("run-after")
    wait_until(lambda: all(f"end run-{name} " in notebook.read_text() for name in ("before", "after")))

    assert {answer.status_code for answer in inviting.answers} == {303, 503}
    away = next(answer for answer in inviting.answers if answer.status_code == 503)
    assert "We zijn er even niet" in away.text
    assert away.headers["Retry-After"] == "30"
    kept = set(session().exec(select(MailedLink.email)).all())
    assert inviting.said <= kept
    assert "run-meanwhile" not in notebook.read_text()
    assert [worker.poll() for worker in both] == [None, None]
