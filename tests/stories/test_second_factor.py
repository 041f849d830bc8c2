"""Bram works for a help desk where a code of an app is required: set up, used, lost; and it lies nowhere in clear."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from demo.cast import ANS, BRAM
from onboarding import clock
from tests.stories.people import PASSWORD, Member, Navigator, Support
from tests.stories.spellings import found_in
from tests.stories.stand import Stand
from tests.stories.test_canary import back_up_of
from tests.unit.accounts.phone import code_of, codes_on, key_on

REQUIRED = pytest.mark.parametrize("stand", [{"SECOND_FACTOR": "required"}], indirect=True)
SETS_UP, LOOKS_AFTER = "Stel de extra code in", "Beheer je extra code"


def sets_up(somebody: Navigator) -> tuple[str, list[str]]:
    """From the page of the extra code to the recovery codes; the key of the app and those codes."""
    somebody.has_no_trouble_reading()
    somebody.presses(SETS_UP)
    somebody.has_no_trouble_reading()
    key = key_on(somebody.page.content())
    somebody.page.locator("#f-code").fill("000 00")
    somebody.presses("Zet aan")
    somebody.reads("Vul de 6 cijfers in die je app nu laat zien.")
    somebody.has_no_trouble_reading()
    somebody.page.locator("#f-code").fill(code_of(key, clock.now()))
    somebody.presses("Zet aan")
    somebody.reads("Je extra code staat aan.")
    somebody.has_no_trouble_reading()
    codes = codes_on(somebody.page.content())
    assert len(codes) == 10
    somebody.follows("Ik heb ze bewaard")
    return key, codes


def comes_back(somebody: Navigator) -> None:
    """Signs out, and in again as far as the password goes."""
    somebody.presses("Afmelden")
    somebody.page.locator("#f-email").fill(somebody.person.email)
    somebody.page.locator("#f-password").fill(PASSWORD)
    somebody.presses("Aanmelden")
    somebody.reads("Nog één stap: je code")


@REQUIRED
def test_the_help_desk_signs_in_with_a_code_and_gets_in_without_a_phone(
    stand: Stand, chromium: Browser, tmp_path: Path
) -> None:
    bram = Support(BRAM, stand, chromium)
    bram.signs_in()
    bram.reads("Stel eerst je extra code in")
    bram.goes("/support/")
    assert bram.page.url.endswith("/account/extra-code")
    key, codes = sets_up(bram)
    expect(bram.page).to_have_url(re.compile("/support/$"))

    comes_back(bram)
    bram.has_no_trouble_reading()
    bram.page.locator("#f-code").fill("12")
    bram.presses("Aanmelden")
    bram.has_no_trouble_reading()
    bram.goes("/support/")
    assert "/account/aanmelden" in bram.page.url
    bram.goes("/account/code")
    bram.page.locator("#f-code").fill(code_of(key, clock.now(), later=1))
    bram.presses("Aanmelden")
    expect(bram.page).to_have_url(re.compile("/support/"))

    comes_back(bram)
    bram.follows("Geen telefoon bij de hand? Gebruik een noodcode")
    bram.has_no_trouble_reading()
    bram.page.locator("#f-code").fill(codes[0].upper())
    bram.presses("Aanmelden")
    bram.reads("Je hebt er nog 9.")
    bram.goes("/account/")
    bram.has_no_trouble_reading()
    bram.follows(LOOKS_AFTER)
    bram.reads("Je hebt nog 9 noodcodes.")
    bram.has_no_trouble_reading()
    stand.waits_for_mail(BRAM.email, "noodcodes is gebruikt")

    secrets = {"the key": key, "the key as it is kept in an app": key.replace(" ", "")}
    secrets |= {f"recovery code {number}": code for number, code in enumerate(codes)}
    secrets |= {f"recovery code {number}, bare": code.replace("-", "") for number, code in enumerate(codes)}
    assert found_in(stand.everything_kept(), secrets) == []
    assert found_in(bram.page.content().encode(), secrets) == []
    assert found_in(back_up_of(stand, tmp_path / "saved.backup"), secrets) == []


@REQUIRED
def test_a_member_may_and_need_not(stand: Stand, chromium: Browser) -> None:
    ans = Member(ANS, stand, chromium)
    ans.signs_in()
    ans.goes("/p-w/")
    assert ans.page.url.endswith("/p-w/")

    ans.goes("/account/")
    ans.follows(SETS_UP)
    sets_up(ans)
    ans.goes("/account/extra-code")
    ans.presses("Zet de extra code uit")
    ans.reads("Je meldt je voortaan aan zonder extra code.")
