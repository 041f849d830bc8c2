"""The help desk: nothing is activated by accident or alone when it should not be, and no code leaks in a message."""

from __future__ import annotations

from playwright.sync_api import expect

from demo.cast import ANS
from tests.made_up import made_up
from tests.stories.people import PATIENCE, Member, Support
from tests.stories.stand import Stand


def test_an_override_needs_a_second_person(ans: Member, bram: Support, carla: Support, dana: Support) -> None:
    number = ans.files("geensjabloon")
    bram.takes(number)
    assert bram.page.get_by_text("Laat door als teamleider").count() == 0

    carla.opens(number)
    carla.lets_pass("invoice_template", "Deze club factureert nog niet.")
    carla.has_no_trouble_reading()
    carla.confirms_what_is_left("Met Ans doorgenomen.")
    carla.decides("Vraag akkoord", "Wil jij kijken?")
    carla.reads("collega")
    carla.has_no_trouble_reading()

    carla.opens(number)
    assert carla.page.get_by_role("link", name="Akkoord, activeren").count() == 0
    dana.opens(number)
    dana.has_no_trouble_reading()
    dana.decides("Akkoord, activeren")
    dana.waits_for_the_turn("De koppeling is actief")


def test_two_agents_at_once_one_wins_and_the_other_sees_what_changed(
    ans: Member, bram: Support, carla: Support
) -> None:
    number = ans.files("goed")
    bram.takes(number)
    carla.opens(number)
    carla.follows("Afwijzen")
    carla.page.locator("#decide textarea").fill("Deze club is opgeheven.")
    bram.confirms("administration_code", "Klopt.")

    carla.page.locator("#decide").get_by_role("button").first.click()
    carla.reads("Iemand was je net voor")
    assert "Deze club is opgeheven." in carla.page.locator("main").inner_html()
    carla.has_no_trouble_reading()
    bram.activates(number)


def test_a_code_in_a_reply_is_caught_before_it_is_kept(stand: Stand, ans: Member, bram: Support) -> None:
    number = ans.files("goed")
    code = made_up("goed")["security_code_2"]
    bram.takes(number)
    bram.replies(f"Is dit de code: {code}?")
    bram.reads("Dit lijkt op een code")
    bram.has_no_trouble_reading()
    assert code.encode() not in stand.everything_kept()

    bram.replies("We kijken er morgen naar.")
    ans.waits_until_it_reads(f"/p-w/{number}", "We kijken er morgen naar.", within="main")


def test_a_reply_can_be_taken_back_until_it_leaves(ans: Member, bram: Support) -> None:
    number = ans.files("goed")
    bram.takes(number)
    bram.replies("Dit was niet de bedoeling.")
    bram.presses("Haal terug")
    bram.reads("Teruggehaald")
    bram.notes("Ans belt morgen.")
    bram.reads("Ans belt morgen.")
    bram.has_no_trouble_reading()

    ans.opens(number)
    ans.does_not_read("Dit was niet de bedoeling.")
    ans.does_not_read("Ans belt morgen.")


def test_rejected_with_a_reason_the_club_reads_it(stand: Stand, ans: Member, bram: Support) -> None:
    number = ans.files("goed")
    bram.takes(number)
    bram.decides("Afwijzen", "Deze administratie hoort bij een andere vereniging.")
    bram.waits_for_the_turn("Afgewezen")
    bram.has_no_trouble_reading()

    ans.opens(number)
    expect(ans.page.locator("#turn")).to_contain_text("hoort bij een andere vereniging", timeout=PATIENCE)
    ans.has_no_trouble_reading()
    stand.waits_for_mail(ANS.email, "niet gekoppeld|afgewezen|kon niet")


def test_the_whole_round_by_keyboard(ans: Member, bram: Support) -> None:
    number = ans.files("fout")
    bram.takes(number)
    bram.page.keyboard.press("r")
    expect(bram.page.locator("#reply-text")).to_be_focused()
    assert "Kopieer alle drie opnieuw" in bram.page.locator("#reply-text").input_value()
    bram.page.keyboard.press("Escape")
    bram.goes("/support/")
    bram.page.keyboard.press("j")
    bram.page.keyboard.press("o")
    bram.page.wait_for_url(f"**/support/tickets/{number}")
