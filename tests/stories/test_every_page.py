"""Every kind of page, in both languages and colour schemes, wide and on a phone: fit for every reader."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from demo.cast import ANS, BRAM, CARLA, COR, DANA, HUGO, MIA, TESS, Person
from demo.tickets import seed_tickets
from tests.stories.eyes import troubles
from tests.stories.people import Navigator
from tests.stories.stand import Stand, copy_of

LOOKS = {"nl": False, "en": True}
"""Language, and whether on a phone."""
STRANGER = (
    "/account/aanmelden",
    "/account/wachtwoord-vergeten",
    "/account/link/unknown",
    "/account/uitnodiging/unknown",
    "/account/oidc/niet-gelukt?waarom=no_address",
    "/account/wachtwoord/unknown",
    "/koppelen/unknown",
    "/autoriseren/exact-online",
    "/autoriseren/exact-online/code",
    "/oauth/exact-online/niet-gelukt/refused",
    "/oauth/twinfield/niet-gelukt/outage",
)
PAGES: tuple[tuple[Person, tuple[str, ...]], ...] = (
    (
        ANS,
        (
            *("/p-w/", "/p-w/nieuw", "/p-w/nieuw/e-boekhouden", "/instellingen/clubinstellingen/boekhouding"),
            *("/account/", "/account/extra-code", "/account/clubs/1/", "/account/clubs/1/leden/4/weg"),
            *("/p-w/999999", "/support/"),
        ),
    ),
    (COR, ("/p-w/1001", "/p-w/1001/intrekken", "/p-w/1001/verstuurd")),
    (TESS, ("/p-w/1002", "/p-w/1002/codes", "/p-w/1002/codes?all=1")),
    (HUGO, ("/p-w/1003",)),
    (
        MIA,
        (
            *("/p-w/", "/p-w/1004", "/p-w/1005", "/p-w/1006/voorbereiden", "/p-w/1006/codes", "/p-w/1006/testen"),
            *("/p-w/1006/versturen", "/p-w/1007", "/instellingen/clubinstellingen/boekhouding"),
            *("/p-w/1008/voorbereiden", "/p-w/1008/codes", "/p-w/1008/toestemming", "/p-w/1008/boekhouder"),
        ),
    ),
    (
        BRAM,
        (
            *("/support/", "/support/?q=club", "/support/?groep=closed", "/support/?q=niets-te-vinden"),
            *("/support/sneltoetsen", "/support/tickets/1001", "/support/tickets/1002", "/support/tickets/1003"),
            *("/support/tickets/1004", "/support/tickets/1005", "/support/tickets/1007"),
            *("/support/tickets/1004?doe=reopen", "/support/tickets/1005?doe=approve"),
            *("/support/tickets/1005?doe=refuse", "/support/tickets/1002/bewijs/login", "/support/tickets/9999"),
        ),
    ),
    (CARLA, ("/support/tickets/1005",)),
    (DANA, ("/support/beheer", "/support/beheer/webhooks")),
)


@pytest.fixture(scope="module")
def stand(tmp_path_factory: pytest.TempPathFactory, with_the_cast: Path, emulators: str) -> Iterator[Stand]:
    """A running product with tickets in every state, as in the demo."""
    folder = tmp_path_factory.mktemp("every-page") / "place"
    copy_of(with_the_cast, folder)
    stand = Stand(folder, emulators)
    with stand.running():
        with stand.inside():
            seed_tickets()
        yield stand


@pytest.mark.parametrize("language", LOOKS)
@pytest.mark.parametrize(
    ("person", "paths"), PAGES, ids=lambda value: value.first_name if isinstance(value, Person) else ""
)
@pytest.mark.timeout(400)
def test_their_pages(stand: Stand, chromium: Browser, person: Person, paths: tuple[str, ...], language: str) -> None:
    somebody = Navigator(person, stand, chromium)
    somebody.takes_another_device(phone=LOOKS[language])
    somebody.speaks(language)

    assert look(somebody, paths, language) == {}
    somebody.context.close()


@pytest.mark.parametrize("language", LOOKS)
def test_pages_of_strangers(stand: Stand, chromium: Browser, language: str) -> None:
    stranger = Navigator(ANS, stand, chromium)
    stranger.goes(STRANGER[0])
    stranger.speaks(language)

    assert look(stranger, STRANGER, language) == {}
    stranger.context.close()


def look(somebody: Navigator, paths: tuple[str, ...], language: str) -> dict[str, list[str]]:
    """What is wrong with each page; a page without trouble is not named."""
    found = {}
    for path in paths:
        assert somebody.goes(path) < 500
        wrong = troubles(somebody.page)
        if somebody.page.locator("html").get_attribute("lang") != language:
            wrong.append(f"speaks {somebody.page.locator('html').get_attribute('lang')}")
        if wrong:
            found[path] = wrong
    return found
