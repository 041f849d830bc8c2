"""SnelStart on the screen: a key that works, a key that doesn't, and a refusal that is not the club's to mend."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.made_up import made_up
from tests.stories.people import PATIENCE, Member, Support

KEY = "snelstart"


def fills_in(member: Member, club: str, *, debit: bool = False) -> None:
    """The key of a made-up club, and whether it collects direct debits."""
    member.fills_in({"koppelsleutel": made_up(club, KEY)["koppelsleutel"]})
    if debit:
        member.page.locator("#f-direct_debit").select_option(label="Ja")


def test_a_club_connects_with_its_key_and_chooses_by_name(ans: Member, bram: Support) -> None:
    number = ans.starts(KEY)
    ans.has_no_trouble_reading()
    ans.prepares()
    ans.has_no_trouble_reading()
    fills_in(ans, "goed", debit=True)
    ans.tests()
    ans.has_no_trouble_reading()
    expect(ans.check("administration_read")).to_contain_text("SV Voorbeeld")

    ans.page.get_by_label("8000 Contributie").check()
    ans.page.locator("select[name=cost_centre]").select_option(label="10 Senioren")
    ans.presses("Bewaar mijn keuze en test")
    expect(ans.check("ledger_accounts")).to_contain_text("8000 Contributie", timeout=PATIENCE)
    expect(ans.check("mandates_readable")).to_contain_text("1 geldig bij de eerste klant")

    ans.goes(f"/p-w/{number}/versturen")
    ans.has_no_trouble_reading()
    expect(ans.page.locator("main")).to_contain_text("Ja")
    ans.sends()

    bram.takes(number)
    expect(bram.check("administration_confirmed")).to_contain_text("Is SV Voorbeeld de administratie van deze club?")
    bram.confirms("administration_confirmed", "KvK vergeleken, klopt.")
    bram.has_no_trouble_reading()
    bram.activates(number)


def test_a_key_that_is_not_known_is_put_right(ans: Member) -> None:
    ans.starts(KEY)
    ans.prepares()
    fills_in(ans, "verkeerde")
    ans.tests()
    ans.waits_for_the_turn("Er is nog iets voor jou")
    expect(ans.check("key_shape")).to_contain_text("Dit lijkt een subscription key")
    expect(ans.check("token")).to_contain_text("Maak een nieuwe bij Maatwerk")

    ans.follows("Codes wijzigen")
    ans.reads("SnelStart herkent deze sleutel niet", within="form .wrong")
    ans.has_no_trouble_reading()
    fills_in(ans, "nieuw")
    ans.tests()
    expect(ans.check("token")).to_contain_text("SnelStart herkent je sleutel", timeout=PATIENCE)


def test_a_refusal_of_our_own_key_is_not_for_the_club_to_mend(ans: Member) -> None:
    ans.starts(KEY)
    ans.prepares()
    fills_in(ans, "abonnement")
    ans.tests()

    expect(ans.check("host_subscription")).to_contain_text("Dit ligt aan ons, niet aan je sleutel.")
    expect(ans.check("host_subscription")).to_contain_text("Hier hoef je niets aan te doen.")
    ans.does_not_read("Er is nog iets voor jou")
    ans.has_no_trouble_reading()


@pytest.mark.parametrize(
    "stand",
    [
        {
            "SNELSTART_SUBSCRIPTION_KEY": "",
            "SNELSTART_SECOND_SUBSCRIPTION_KEY": "",
            "SNELSTART_PRODUCT": "",
            "SNELSTART_SUBSCRIPTION_UNTIL": "",
        }
    ],
    indirect=True,
)
def test_without_keys_of_the_host_it_is_not_on_offer(ans: Member) -> None:
    for path in ("/p-w/nieuw", f"/p-w/nieuw/{KEY}"):
        assert ans.goes(path) == 200
        ans.reads("Nog niet te koppelen: SnelStart.")
        ans.reads("Koppel e-Boekhouden.nl")
        assert ans.page.get_by_role("button", name="Koppel SnelStart").count() == 0
        ans.has_no_trouble_reading()
