"""Ans comes once a year: she gets in by a link in a mail, and a link works once."""

from __future__ import annotations

import re

from playwright.sync_api import Browser

from demo.cast import ANS
from tests.stories.people import Member
from tests.stories.stand import Stand


def test_ans_signs_in_with_a_link_from_her_mail(stand: Stand, chromium: Browser) -> None:
    ans = Member(ANS, stand, chromium)
    ans.goes("/account/aanmelden")
    ans.has_no_trouble_reading()
    ans.page.locator("#f-email").fill(ANS.email)
    ans.presses("Stuur mij een link")
    ans.has_no_trouble_reading()

    link = stand.link_in_mail_to(ANS.email)
    ans.goes(link)
    ans.has_no_trouble_reading()
    ans.presses("Aanmelden")
    ans.reads("P&W")

    ans.context.clear_cookies()
    assert ans.goes(link) in {200, 410}
    ans.has_no_trouble_reading()
    ans.reads(re.compile("link", re.IGNORECASE))
    ans.goes("/p-w/")
    assert "/account/aanmelden" in ans.page.url
