"""What a treasurer lives by: stop and go on elsewhere, a phone, no JavaScript, and nobody else looks in."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.made_up import made_up
from tests.stories.people import Member, Support
from tests.stories.stand import Stand


def test_ans_stops_halfway_and_goes_on_on_her_phone(stand: Stand, ans: Member) -> None:
    given = made_up("goed")
    number = ans.starts()
    ans.prepares()
    ans.fills_in({key: given[key] for key in ("username", "security_code_1")})
    ans.presses("Later verder")
    ans.reads("Bewaard")

    ans.takes_another_device(phone=True)
    ans.goes("/p-w/")
    ans.has_no_trouble_reading()
    ans.goes(f"/p-w/{number}")
    assert ans.page.url.endswith(f"/p-w/{number}/codes")
    assert ans.page.locator("#f-username").input_value() == "goed"
    assert ans.page.locator("#f-security_code_1").input_value() == ""
    assert given["security_code_1"] not in ans.page.content()
    expect(ans.page.locator("#f-security_code_1-kept")).to_contain_text("Bewaard")
    ans.has_no_trouble_reading()

    ans.fills_in({key: given[key] for key in ("security_code_2", "administration_code", "rest_token")})
    ans.tests()
    ans.waits_for_the_turn("De koppeling werkt")
    ans.has_no_trouble_reading()
    ans.sends()
    ans.has_no_trouble_reading()
    ans.opens(number)
    ans.has_no_trouble_reading()


def test_the_whole_way_without_javascript(ans: Member, bram: Support) -> None:
    ans.takes_another_device(javascript=False)
    bram.takes_another_device(javascript=False)
    ans.starts()
    ans.prepares()
    ans.fills_in(made_up("goed"))
    ans.presses("Test de koppeling")
    ans.waits_until_it_reads(ans.page.url, "De koppeling werkt")
    number = ans.number()
    ans.sends()

    bram.takes(number)
    bram.confirms("administration_code", "Klopt.")
    bram.follows("Activeren")
    bram.page.locator("#decide").get_by_role("button").first.click()
    bram.waits_for_the_turn("De koppeling is actief")


def test_another_club_finds_nothing_and_a_fellow_member_does(ans: Member, ben: Member, cor: Member) -> None:
    number = ans.files("goed")

    assert cor.goes(f"/p-w/{number}") == 404
    cor.has_no_trouble_reading()
    theirs = cor.page.locator("main").inner_text()
    assert cor.goes("/p-w/999999") == 404
    assert cor.page.locator("main").inner_text() == theirs
    assert ben.goes(f"/p-w/{number}") == 200


def test_ben_switches_between_his_clubs(ans: Member, ben: Member) -> None:
    number = ans.files("goed")

    ben.goes("/p-w/")
    ben.page.locator("#club").select_option(label="SV Voorbeeld")
    ben.presses("Wissel")
    ben.reads(f"P&W {number}")
    ben.page.locator("#club").select_option(label="TC Testdam")
    ben.presses("Wissel")
    ben.does_not_read(f"P&W {number}")
    ben.has_no_trouble_reading()


def test_a_picture_or_a_letter_in_the_wrong_place_loses_nothing(ans: Member) -> None:
    number = ans.starts()
    ans.prepares()
    ans.fills_in({**made_up("goed"), "rest_token": "twee woorden"})
    ans.presses("Test de koppeling")
    ans.reads("Er klopt nog iets niet")
    ans.has_no_trouble_reading()
    assert ans.page.locator("#f-username").input_value() == "goed"
    expect(ans.page.locator("#f-security_code_2-kept")).to_be_visible()
    assert f"/p-w/{number}/codes" in ans.page.url


def test_ans_withdraws_and_begins_again(ans: Member) -> None:
    number = ans.files("goed")
    ans.opens(number)
    ans.follows("Dit item intrekken")
    ans.has_no_trouble_reading()
    ans.presses("Ja, trek in")
    ans.reads("Ingetrokken")
    assert ans.starts() != number
