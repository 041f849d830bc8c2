"""Nina was never here: she comes in by the host, under the content policy, and files an item for her club."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from connectors.kit.serving import serve
from demo.cast import ANS, Person
from demo.issuer import Issuer, create_issuer, everybody, settings
from tests.stories.people import PATIENCE, Navigator
from tests.stories.stand import Stand

NINA = Person("Nina de Boer", "nina@nieuwland.example", "voor het eerst hier")


@pytest.fixture
def issuer() -> Iterator[Issuer]:
    """The host's sign-in, at an address of its own."""
    issuer = Issuer("", everybody())
    server = serve(create_issuer(issuer))
    issuer.address, issuer.authorize = server.url, f"{server.url}/authorize"
    yield issuer
    server.shutdown()


@pytest.fixture
def stand(stand: Stand, issuer: Issuer) -> Stand:
    """The running product, told of that issuer."""
    stand.stop()
    stand.environment = {
        **stand.environment,
        **{f"KOPPELBALIE_{name}": value for name, value in settings(issuer.address).items()},
    }
    stand.start()
    return stand


def comes_in_as(somebody: Navigator, words: str) -> None:
    """Presses the button, and chooses on the host's page who they are."""
    somebody.goes("/account/aanmelden")
    somebody.has_no_trouble_reading()
    somebody.presses("Inloggen via Club-assistent (proef)")
    somebody.page.get_by_role("button", name=words).click()
    somebody.page.wait_for_url(f"{somebody.stand.address}/**", timeout=PATIENCE)


def test_nina_comes_in_for_the_first_time_and_again(stand: Stand, chromium: Browser) -> None:
    nina = Navigator(NINA, stand, chromium)
    comes_in_as(nina, "voor het eerst hier")
    expect(nina.page.locator("header")).to_contain_text("HV Nieuwland")
    nina.goes("/p-w/nieuw")
    nina.reads("e-Boekhouden.nl")
    nina.presses("Afmelden")
    comes_in_as(nina, "voor het eerst hier")
    expect(nina.page.locator("header")).to_contain_text("HV Nieuwland")
    assert nina.complaints == []
    nina.context.close()


def test_ans_who_was_here_already_is_told_by_mail(stand: Stand, chromium: Browser) -> None:
    ans = Navigator(ANS, stand, chromium)
    comes_in_as(ans, ANS.name)
    expect(ans.page.locator("header")).to_contain_text("SV Voorbeeld")
    stand.waits_for_mail(ANS.email, "voor het eerst ingelogd via Club-assistent")
    ans.context.close()


def test_who_breaks_it_off_reads_what_else_there_is(stand: Stand, chromium: Browser) -> None:
    nina = Navigator(NINA, stand, chromium)
    comes_in_as(nina, "breek het af")
    nina.has_no_trouble_reading()
    nina.reads("Je bent niet ingelogd via Club-assistent (proef)")
    nina.page.get_by_role("link", name="Naar de aanmeldpagina").click()
    expect(nina.page.locator("#f-email")).to_be_visible()
    nina.context.close()
