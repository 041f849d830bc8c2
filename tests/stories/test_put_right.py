"""What is wrong is said beside its cause, and put right by whoever it is up to."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from demo import switches
from demo.cast import ANS
from tests.made_up import made_up
from tests.stories.people import PATIENCE, Member, Support
from tests.stories.stand import Stand


@pytest.fixture
def emulator(emulators: str) -> Iterator[str]:
    """The emulated package, ailing again at the end of the story."""
    yield emulators
    for switch in switches.SWITCHES:
        switches.turn(emulators, switch.key, on=True)


def test_a_wrong_code_is_put_right_before_it_is_sent(ans: Member) -> None:
    ans.drafts("fout")
    ans.waits_for_the_turn("Er is nog iets voor jou")
    expect(ans.check("login")).to_contain_text("Kopieer alle drie opnieuw")
    ans.has_no_trouble_reading()

    ans.follows("Codes wijzigen")
    ans.reads("accepteert deze combinatie", within="form .wrong")
    ans.has_no_trouble_reading()
    ans.fills_in(made_up("goed"))
    ans.tests()
    ans.waits_for_the_turn("De koppeling werkt")


def test_a_wrong_code_goes_back_to_the_club_and_is_put_right(stand: Stand, ans: Member, bram: Support) -> None:
    number = ans.files("fout")

    bram.takes(number)
    text = bram.asks_the_club()
    assert "Kopieer alle drie opnieuw" in text
    stand.waits_for_mail(ANS.email, "Jij bent aan de beurt")

    ans.opens(number)
    assert "Jij bent aan zet" in ans.turn()
    ans.has_no_trouble_reading()
    ans.follows("Verbeter de codes")
    ans.has_no_trouble_reading()
    ans.fills_in(made_up("goed"))
    ans.tests()
    expect(ans.check("login")).to_contain_text("Ingelogd")
    ans.states("invoice_template")
    ans.waits_for_the_turn("Wij zijn aan zet")

    bram.opens(number)
    bram.confirms("invoice_template", "Ans heeft het nagekeken.")
    bram.confirms("administration_code", "Klopt met het dossier.")
    bram.activates(number)


def test_two_swapped_codes_change_places_on_our_side(ans: Member) -> None:
    ans.starts()
    ans.prepares()
    ans.fills_in(made_up("verwisseld"))
    ans.presses("Later verder")
    ans.goes(f"/p-w/{ans.number_on_the_board()}/codes")
    ans.reads("De codes lijken verwisseld")
    ans.has_no_trouble_reading()

    ans.presses("Wissel ze om")
    ans.reads("De twee codes zijn omgewisseld")
    ans.does_not_read("De codes lijken verwisseld")
    ans.tests()
    expect(ans.check("login")).to_contain_text("Ingelogd", timeout=PATIENCE)


def test_the_missing_template_gets_made_and_the_item_goes_back_by_itself(
    ans: Member, bram: Support, emulator: str
) -> None:
    number = ans.files("geensjabloon")
    bram.takes(number)
    assert "Factuursjabloon" in bram.asks_the_club()

    ans.opens(number)
    expect(ans.check("invoice_template")).to_contain_text("Factuursjablonen")
    ans.has_no_trouble_reading()
    switches.turn(emulator, "geensjabloon", on=False)
    ans.presses("Klaar, test opnieuw")
    ans.waits_for_the_turn("Wij zijn aan zet")

    bram.opens(number)
    bram.confirms("administration_code", "Gebeld met Ans.")
    bram.activates(number)


def test_an_outage_asks_nobody_for_anything_and_heals_by_itself(ans: Member, bram: Support, emulator: str) -> None:
    number = ans.files("storing")
    ans.opens(number)
    ans.waits_for_the_turn("niet bereikbaar")
    assert "Niemand hoeft iets te doen" in ans.turn()
    ans.has_no_trouble_reading()
    bram.goes("/support/")
    bram.reads("niet bereikbaar")
    bram.has_no_trouble_reading()

    switches.turn(emulator, "storing", on=False)
    ans.waits_until_it_reads(f"/p-w/{number}", "Wij zijn aan zet")
    expect(ans.check("login")).to_contain_text("Ingelogd")


def test_without_a_token_the_club_states_and_support_confirms_that_the_template_is_there(
    ans: Member, bram: Support
) -> None:
    ans.drafts("zondertoken")
    ans.follows("Verder naar de laatste stap")
    ans.states("invoice_template")
    ans.has_no_trouble_reading()
    number = ans.number()
    ans.sends()

    bram.takes(number)
    expect(bram.check("invoice_template")).to_contain_text(ANS.name)
    assert bram.page.get_by_role("button", name="Activeren").is_disabled()
    bram.confirms("invoice_template", "Schermbeeld bekeken aan de telefoon.")
    bram.confirms("administration_code", "Klopt.")
    bram.activates(number)
