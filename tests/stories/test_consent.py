"""Consent in a browser: each way in and each package, what goes wrong on the way, and who sees what of it."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from demo.cast import Person
from tests.made_up import made_up
from tests.stories.people import Member, Navigator, Support
from tests.stories.stand import Stand
from tests.web.consent.consenting import answer_of

EXACT, VISMA, TWINFIELD = "exact-online", "visma-eaccounting", "twinfield"
BOOKS = "SV Voorbeeld (900001)"
BOOKKEEPING = "/instellingen/clubinstellingen/boekhouding"


@pytest.fixture
def wim(stand: Stand, chromium: Browser) -> Iterator[Navigator]:
    """The club's bookkeeper: has the sign-in of the package, and no account here."""
    wim = Navigator(Person("Wim de Boer", "wim@kantoor.example", "boekhouder"), stand, chromium)
    yield wim
    wim.context.close()


def begins(ans: Member, package: str) -> int:
    """An item up to the step of the consent; its number."""
    number = ans.starts(package)
    ans.prepares()
    if ans.page.locator("#f-reference").count():
        ans.page.locator("#f-reference").fill("SV Voorbeeld")
    return number


def activates(ans: Member, bram: Support, number: int) -> None:
    """Sends it; the club states and support confirms what a person has to, and it is activated."""
    ans.sends()
    ans.opens(number)
    for check in re.findall(r'id="check-(\w+)"', ans.page.content()):
        if ans.check(check).get_by_role("button", name="Ik bevestig dit").count():
            ans.states(check)
    bram.takes(number)
    bram.confirms_what_is_left("Vergeleken met het dossier.")
    bram.has_no_trouble_reading()
    bram.activates(number)


def test_exact_from_the_item_to_an_active_connection(ans: Member, bram: Support) -> None:
    number = begins(ans, EXACT)
    ans.has_no_trouble_reading()
    ans.presses("Toestemming geven")
    ans.consents_as("goed")

    ans.arrives(rf"/p-w/{number}/toestemming$")
    ans.reads("Is dit de juiste administratie?")
    ans.reads("Ans de Wit gaf toestemming")
    ans.has_no_trouble_reading()
    ans.page.get_by_label(BOOKS).check()
    ans.presses("Ja, test de koppeling")
    ans.arrives(r"/testen$")
    ans.waits_for_the_end()
    ans.waits_for_the_turn("De koppeling werkt")
    ans.has_no_trouble_reading()
    ans.goes(f"/p-w/{number}/codes")
    ans.reads(f"Administratie: {BOOKS}")
    ans.has_no_trouble_reading()

    activates(ans, bram, number)
    bram.reads("Ans de Wit gaf toestemming", within="#consented")
    ans.goes(BOOKKEEPING)
    ans.reads(BOOKS)
    ans.reads("Ans de Wit gaf toestemming")
    ans.has_no_trouble_reading()


def test_visma_where_the_company_is_confirmed_and_consent_is_given_anew(ans: Member, bram: Support) -> None:
    number = begins(ans, VISMA)
    ans.presses("Toestemming geven")
    ans.consents_as("anderbedrijf")
    ans.presses("Nee, een ander bedrijf")
    ans.consents_as("goed")
    ans.reads("De toestemming geldt voor:")
    ans.has_no_trouble_reading()
    ans.presses("Ja, test de koppeling")
    ans.waits_for_the_end()
    ans.waits_for_the_turn("De koppeling werkt")
    activates(ans, bram, number)

    ans.goes(BOOKKEEPING)
    ans.page.get_by_role("button", name="Opnieuw toestemming geven").click()
    ans.consents_as("anderbedrijf")
    ans.presses("Ja, test de koppeling")
    ans.waits_for_the_turn("Dit is een andere administratie")
    ans.has_no_trouble_reading()
    ans.page.locator("#turn button").click()
    ans.consents_as("goed")
    ans.presses("Ja, test de koppeling")
    ans.waits_for_the_turn("De koppeling is actief")


def test_twinfield_begins_with_a_password_and_goes_on_with_consent(ans: Member) -> None:
    begins(ans, TWINFIELD)
    ans.has_no_trouble_reading()
    ans.fills_in(made_up("oauth", TWINFIELD))
    ans.tests()
    ans.waits_for_the_turn("Geef met deze knop toestemming")
    ans.has_no_trouble_reading()
    ans.follows("Toestemming wijzigen")
    ans.has_no_trouble_reading()
    expect(ans.page.locator("#f-password")).to_have_count(0)

    ans.page.locator("#consent button[value=consent]").click()
    ans.consents_as("toestemming")
    ans.reads("Ans de Wit gaf toestemming")
    ans.has_no_trouble_reading()
    ans.page.locator("input[name=office]").first.check()
    ans.presses("Ja, test de koppeling")
    ans.waits_for_the_end()
    ans.waits_for_the_turn("De koppeling werkt")


@pytest.mark.parametrize("package", [EXACT, VISMA])
def test_the_bookkeeper_does_it_by_a_link(ans: Member, wim: Navigator, package: str) -> None:
    number = begins(ans, package)
    ans.follows("Laat je boekhouder het doen")
    ans.has_no_trouble_reading()
    ans.presses("Maak een link")
    ans.has_no_trouble_reading()
    link = ans.page.locator("#link").inner_text()
    ans.goes(f"/p-w/{number}/boekhouder")
    ans.reads("We wachten op je boekhouder")
    ans.has_no_trouble_reading()

    wim.goes(link)
    wim.reads("SV Voorbeeld vraagt je één ding")
    wim.has_no_trouble_reading()
    wim.page.locator("main form button").click()
    wim.consents_as("refuse")
    wim.reads("Je hebt geen toestemming gegeven")
    wim.has_no_trouble_reading()
    wim.follows("Terug naar waar je was")
    wim.page.locator("main form button").click()
    wim.consents_as("goed")
    wim.reads("Klaar, je kunt dit venster sluiten")
    wim.has_no_trouble_reading()
    wim.goes(link)
    wim.reads("De toestemming is al gegeven")
    wim.has_no_trouble_reading()

    ans.goes(f"/p-w/{number}/toestemming")
    ans.reads("De boekhouder gaf toestemming")
    ans.has_no_trouble_reading()


@pytest.mark.parametrize(("package", "club"), [(EXACT, "goed"), (VISMA, "goed"), (TWINFIELD, "toestemming")])
def test_without_an_item_it_ends_with_a_code_that_a_member_pastes(
    ans: Member, wim: Navigator, package: str, club: str
) -> None:
    wim.takes_a_phone()
    wim.goes(f"/autoriseren/{package}")
    wim.page.locator("#f-reference").fill("SV Voorbeeld")
    wim.has_no_trouble_reading()
    wim.presses("Toestemming geven")
    wim.consents_as(club)
    wim.arrives(rf"/autoriseren/{package}/code$")
    wim.has_no_trouble_reading()
    code = wim.page.locator("#hand-over").inner_text()

    number = begins(ans, package)
    for folded in ("Liever inloggen met toestemming", "Heb je een autorisatiecode?"):
        if ans.page.locator("summary", has_text=folded).count():
            ans.page.locator("summary", has_text=folded).click()
    ans.page.locator("#f-auth_code").fill("KB-niet-deze")
    ans.presses("Gebruik deze code")
    ans.reads("Deze code kennen we niet", within="#f-auth_code-wrong")
    ans.has_no_trouble_reading()
    ans.page.locator("#f-auth_code").fill(code)
    ans.presses("Gebruik deze code")
    ans.arrives(rf"/p-w/{number}/toestemming$")
    ans.reads("De toestemming kwam met een autorisatiecode")
    ans.has_no_trouble_reading()


def test_on_a_phone_without_a_script_it_is_the_same(ans: Member) -> None:
    ans.takes_another_device(phone=True, javascript=False)
    number = begins(ans, EXACT)
    ans.presses("Toestemming geven")
    ans.consents_as("kantoor")
    ans.reads("Is dit de juiste administratie?")
    ans.presses("Ja, test de koppeling")
    ans.reads("Kies de administratie van je club.", within=".summary")
    ans.page.locator("input[name=division]").first.check()
    ans.presses("Ja, test de koppeling")
    ans.waits_until_it_reads(f"/p-w/{number}/testen", "getest om")


def test_a_consent_that_does_not_come_is_told_and_begun_anew(ans: Member) -> None:
    number = begins(ans, EXACT)
    ans.presses("Toestemming geven")
    ans.consents_as("code-gebruikt")
    ans.reads("De toestemming is niet doorgekomen")
    ans.has_no_trouble_reading()
    ans.follows("Opnieuw toestemming geven")
    ans.arrives(rf"/p-w/{number}/codes#consent$")
    expect(ans.page.locator("#f-reference")).to_have_value("SV Voorbeeld")

    ans.presses("Toestemming geven")
    ans.arrives(r"^http://127\.0\.0\.1:")
    ans.page.go_back()
    ans.page.wait_for_load_state()
    ans.presses("Toestemming geven")
    ans.consents_as("goed")
    ans.reads("Ans de Wit gaf toestemming")


def test_what_comes_back_in_another_browser_is_not_taken(ans: Member, wim: Navigator) -> None:
    number = begins(ans, EXACT)
    ans.presses("Toestemming geven")
    ans.arrives(r"^http://127\.0\.0\.1:")
    address = answer_of(ans.page.url, "goed")

    wim.goes(address)
    wim.reads("Ga verder waar je begon")
    wim.has_no_trouble_reading()
    ans.goes(address)
    ans.arrives(rf"/p-w/{number}/toestemming$")
    ans.reads("Ans de Wit gaf toestemming")
