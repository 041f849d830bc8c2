"""What a package hands out for a consent lies nowhere afterwards, in no spelling: states, codes, tokens."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Browser
from sqlmodel import col, select
from werkzeug.wrappers import Request, Response

import connectors
from connectors.kit.sandbox import emulators as emulated
from connectors.kit.sandbox import serve
from demo.cast import Person
from onboarding import clock
from onboarding.db import session
from onboarding.oauth.models import Consent
from onboarding.usecases.refreshing import Kept
from tests.stories.people import Member, Navigator, Support
from tests.stories.spellings import found_in
from tests.stories.stand import Stand
from tests.stories.test_canary import back_up_of, processes_of
from tests.stories.test_consent import BOOKKEEPING, EXACT, TWINFIELD, VISMA, activates, begins

if TYPE_CHECKING:
    from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

HANDED_OUT = ("access_token", "refresh_token", "id_token")


class Watched:
    """Emulated packages; ``secrets`` are what they handed out and what they were asked with, by name."""

    def __init__(self, app: WSGIApplication) -> None:
        self.secrets: dict[str, str] = {}
        self._app = app
        self._guard = threading.Lock()

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        request = Request(environ)
        answer = Response.from_app(self._app, environ, buffered=True)
        self._keep("state", request.args.get("state", ""))
        self._keep("nonce", request.args.get("nonce", ""))
        self._keep("code", *parse_qs(urlsplit(answer.headers.get("Location", "")).query).get("code", ()))
        if "json" in (answer.content_type or ""):
            body = json.loads(answer.get_data() or b"null")
            if isinstance(body, dict):
                for name in HANDED_OUT:
                    self._keep(name, str(body.get(name) or ""))
        return answer(environ, start_response)

    def _keep(self, name: str, *values: str) -> None:
        with self._guard:
            for value in filter(None, values):
                if value not in self.secrets.values():
                    self.secrets[f"{name} {len(self.secrets)}"] = value

    def count(self, name: str) -> int:
        """How many different ones there were of a name."""
        return sum(key.startswith(f"{name} ") for key in self.secrets)


@pytest.fixture
def watched() -> Iterator[tuple[Watched, str]]:
    packages = Watched(emulated(list(connectors.find().values())))
    server = serve(packages)
    yield packages, server.url
    server.shutdown()


@pytest.fixture
def stand(tmp_path: Path, database_url: str, watched: tuple[Watched, str]) -> Iterator[Stand]:
    """The running product, with packages that are watched."""
    stand = Stand(tmp_path / "place", watched[1], DATABASE_URL=database_url)
    with stand.running():
        yield stand


@pytest.fixture
def wim(stand: Stand, chromium: Browser) -> Iterator[Navigator]:
    wim = Navigator(Person("Wim de Boer", "wim@kantoor.example", "boekhouder"), stand, chromium)
    yield wim
    wim.context.close()


@pytest.fixture
def ahead() -> Iterator[Callable[[timedelta], None]]:
    """Put the clock of this process so much ahead."""
    yield lambda time: clock.set_clock(lambda: datetime.now(UTC) + time)
    clock.set_clock(None)


def test_nothing_that_a_package_handed_out_lies_anywhere(
    stand: Stand,
    watched: tuple[Watched, str],
    ans: Member,
    bram: Support,
    wim: Navigator,
    ahead: Callable[[timedelta], None],
    tmp_path: Path,
) -> None:
    packages, _ = watched
    pages: list[str] = []

    def sees(who: Navigator, *paths: str) -> None:
        for path in paths:
            who.goes(path)
            pages.append(who.page.content())

    # By its item, with Visma: tested, sent, proven and activated.
    number = begins(ans, VISMA)
    ans.presses("Toestemming geven")
    ans.consents_as("goed")
    pages.append(ans.page.content())
    ans.presses("Ja, test de koppeling")
    ans.waits_for_the_turn("De koppeling werkt")
    activates(ans, bram, number)
    sees(ans, f"/p-w/{number}", BOOKKEEPING)
    sees(bram, f"/support/tickets/{number}", "/support/", "/support/webhooks")
    sees(bram, *(f"/support/tickets/{number}/bewijs/{check.key}" for check in connectors.get(VISMA).checks))

    # By a link, with Exact Online, and a consent that the package then refused.
    other = begins(ans, EXACT)
    ans.presses("Toestemming geven")
    ans.consents_as("code-gebruikt")
    pages.append(ans.page.content())
    ans.goes(f"/p-w/{other}/boekhouder")
    ans.presses("Maak een link")
    wim.goes(ans.page.locator("#link").inner_text())
    wim.page.locator("main form button").click()
    wim.consents_as("goed")
    pages.append(wim.page.content())
    sees(ans, f"/p-w/{other}/toestemming")

    # Without an item, with Twinfield: what is shown then is a code of ours, on that page alone.
    wim.goes(f"/autoriseren/{TWINFIELD}")
    wim.page.locator("#f-reference").fill("SV Voorbeeld")
    wim.presses("Toestemming geven")
    wim.consents_as("toestemming")
    hand_over = wim.page.locator("#hand-over").inner_text()
    pages.append(wim.page.content().replace(hand_over, ""))

    # A pair is refreshed, two hours later; Exact Online would find its own too young, by its clock.
    with stand.inside():
        consent_id = session().exec(select(Consent.id).where(col(Consent.package) == VISMA)).one()
        session().rollback()
        assert consent_id is not None
        before = packages.count("access_token")
        ahead(timedelta(hours=2))
        Kept(consent_id, "system", "test").alive()
    assert packages.count("access_token") == before + 1

    for name, least in (("state", 4), ("nonce", 1), ("code", 4), ("access_token", 4), ("refresh_token", 3)):
        assert packages.count(name) >= least, name
    planted = {**packages.secrets, "the code to hand over": hand_over}
    assert found_in("\n".join(pages).encode(), planted) == []
    assert found_in(stand.everything_kept(), planted) == []
    assert found_in(processes_of(stand), planted) == []
    assert found_in(back_up_of(stand, tmp_path / "saved.backup"), planted) == []
