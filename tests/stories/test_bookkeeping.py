"""Boekhouding on the screen: new codes, other books, the end of a connection, and one that was there before."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from demo.cast import ANS, VOORBEELD
from onboarding.accounts.people import SYSTEM
from onboarding.usecases.importing import import_connections
from tests.made_up import PACKAGE, made_up
from tests.stories.people import PATIENCE, Member, Support
from tests.stories.stand import Stand

PATH = "/instellingen/clubinstellingen/boekhouding"
SNELSTART = "snelstart"
BOOKS = {PACKAGE: "goed · 123456", SNELSTART: "SV Voorbeeld"}
"""The administration of the made-up club “goed”, as people read it."""


def connects(ans: Member, bram: Support, package: str, club: str = "goed") -> None:
    """The whole way to an active connection."""
    ans.starts(package)
    ans.prepares()
    types(ans, club, package)
    ans.tests()
    ans.sends()
    number = ans.number()
    ans.opens(number)
    for check in re.findall(r'id="check-(\w+)"', ans.page.content()):
        if ans.check(check).get_by_role("button", name="Ik bevestig dit").count():
            ans.states(check)
    bram.takes(number)
    bram.confirms_what_is_left("Vergeleken met het dossier.")
    bram.activates(number)


def types(ans: Member, club: str, package: str) -> None:
    """Fills in the codes of a made-up club; choices are left as they are."""
    chosen = {"revenue_accounts", "cost_centre", "direct_debit"}
    ans.fills_in({key: value for key, value in made_up(club, package).items() if key not in chosen})


def begins_new_codes(ans: Member) -> int:
    """Presses the button under Boekhouding; the item's number."""
    assert ans.goes(PATH) == 200
    ans.page.get_by_role("button", name=re.compile("Codes (opnieuw instellen|invullen)")).first.click()
    ans.arrives(r"/codes$")
    return ans.number()


@pytest.mark.parametrize("package", [PACKAGE, SNELSTART])
def test_new_codes_of_the_same_books_are_in_force_without_support(
    ans: Member, bram: Support, stand: Stand, package: str
) -> None:
    connects(ans, bram, package)
    ans.goes(PATH)
    ans.reads(BOOKS[package])
    ans.has_no_trouble_reading()

    begins_new_codes(ans)
    ans.reads("de koppeling loopt gewoon door")
    ans.has_no_trouble_reading()
    types(ans, "nieuw" if package == SNELSTART else "goed", package)
    ans.presses("Test de koppeling")

    ans.arrives(r"/p-w/\d+$")
    ans.waits_for_the_turn("De koppeling is actief")
    ans.has_no_trouble_reading()
    stand.waits_for_mail(ANS.email, "nieuwe codes")
    ans.goes(PATH)
    ans.page.locator("main summary").first.click()
    ans.reads("De nieuwe codes zijn in gebruik")
    ans.has_no_trouble_reading()


@pytest.mark.parametrize(("package", "other"), [(PACKAGE, "geendeb"), (SNELSTART, "andere")])
def test_other_books_are_refused_and_the_item_stays_open(ans: Member, bram: Support, package: str, other: str) -> None:
    connects(ans, bram, package)
    number = begins_new_codes(ans)
    types(ans, other, package)
    ans.presses("Test de koppeling")
    ans.waits_for_the_turn("Dit is een andere administratie")
    ans.waits_for_the_turn(f"{BOOKS[package]} is gekoppeld")
    ans.has_no_trouble_reading()

    ans.goes(PATH)
    ans.reads("Gekoppeld")
    ans.follows("Verder met de nieuwe codes")
    ans.goes(f"/p-w/{number}/codes")
    types(ans, "goed", package)
    ans.presses("Test de koppeling")
    ans.waits_for_the_turn("De koppeling is actief")


def test_a_persons_word_on_the_template_carries_over(ans: Member, bram: Support) -> None:
    connects(ans, bram, PACKAGE, "zondertoken")
    begins_new_codes(ans)
    types(ans, "zondertoken", PACKAGE)
    ans.presses("Test de koppeling")

    ans.waits_for_the_turn("De koppeling is actief")
    expect(ans.check("invoice_template")).to_contain_text("evestigd", timeout=PATIENCE)


def test_ending_a_connection_is_meant(ans: Member, bram: Support, stand: Stand) -> None:
    connects(ans, bram, PACKAGE)
    ans.goes(PATH)
    ans.page.get_by_role("link", name=re.compile("Ontkoppelen")).click()
    ans.reads("Dit stopt meteen")
    ans.has_no_trouble_reading()
    ans.page.locator("#f-club").fill("VV Anders")
    ans.presses("Ja, ontkoppelen")
    ans.reads("Typ de naam van de club zoals hij hier staat", within=".wrong")
    ans.has_no_trouble_reading()
    ans.page.locator("#f-club").fill("sv voorbeeld")
    ans.presses("Ja, ontkoppelen")

    ans.reads("De koppeling is beëindigd en de codes zijn vernietigd.")
    ans.reads("Ontkoppeld")
    ans.has_no_trouble_reading()
    stand.waits_for_mail(ANS.email, "is ontkoppeld")
    ans.goes("/p-w/")
    ans.follows("Boekhouding ontkoppelen")
    ans.waits_for_the_turn("De koppeling is beëindigd")
    ans.has_no_trouble_reading()


def test_one_that_was_there_before_gets_its_codes(ans: Member, bram: Support, stand: Stand) -> None:
    with stand.inside():
        import_connections(SYSTEM, f"club,package,identity\n{VOORBEELD},{PACKAGE},Goed\n".encode())
    ans.goes(PATH)
    ans.reads("Actief, codes onbekend")
    ans.has_no_trouble_reading()
    number = begins_new_codes(ans)
    ans.has_no_trouble_reading()
    types(ans, "goed", PACKAGE)
    ans.tests()
    ans.sends()
    bram.takes(number)
    bram.confirms("administration_code", "Vergeleken met de oude lijst.")
    bram.activates(number)

    ans.goes(PATH)
    ans.reads(BOOKS[PACKAGE])
    ans.does_not_read("codes onbekend")
