"""The second step of signing in, on the pages: set up, asked for, lost, required; and showing again who one is."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask

from onboarding import clock
from onboarding.accounts.models import Purpose, RoleName
from onboarding.accounts.people import SYSTEM
from onboarding.usecases import people, second_factor
from tests.unit.accounts.cast import PASSWORD, Backstage, Browser
from tests.unit.accounts.phone import code_of, codes_on, key_on, wrong_code

Later = Callable[[timedelta], None]
ANS, BRAM = "ans@voorbeeld.example", "bram@desk.example"
PAGE = "/account/extra-code"


class Phone:
    """An app of codes that somebody set up in their browser, and the recovery codes that they kept."""

    def __init__(self, key: str, codes: list[str]) -> None:
        self.key, self.codes = key, codes

    def shows(self, later: int = 0) -> str:
        return code_of(self.key, clock.now(), later=later)


def sets_up(browser: Browser) -> Phone:
    """Through the pages, as somebody would."""
    shown = browser.sends(f"{PAGE}/begin", seen=PAGE).text
    key = key_on(shown)
    done = sends_as_shown(browser, shown, f"{PAGE}/klaar", code=code_of(key, clock.now()))
    assert done.status_code == 200, done.text
    return Phone(key, codes_on(done.text))


def sends_as_shown(browser: Browser, page: str, path: str, **fields: str):  # type: ignore[no-untyped-def]
    """Send the form on a page that came as the answer to another form."""
    hidden = dict(re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', page.partition("<main")[2]))
    return browser.client.post(path, data=hidden | fields, headers={"Accept-Language": browser.language})


@pytest.fixture
def stage(app: Flask) -> Backstage:
    """Behind the pages; Ans and Bram have accounts, and read English."""
    stage = Backstage(app)
    for actor in (stage.member(ANS), stage.staff(BRAM)):
        with app.app_context():
            people.change_language(actor, "en")
    return stage


@pytest.fixture
def ans(stage: Backstage) -> Browser:
    """Ans, signed in."""
    browser = Browser(stage.app)
    browser.signs_in(ANS)
    return browser


@pytest.fixture
def phone(ans: Browser, later: Later) -> Phone:
    """Ans set it up a while ago, and signed out."""
    phone = sets_up(ans)
    ans.sends("/account/afmelden", seen="/account/")
    later(timedelta(minutes=2))
    return phone


def answers(browser: Browser, code: str, **fields: str):  # type: ignore[no-untyped-def]
    """The code on the page that asks for it."""
    return browser.sends("/account/code", code=code, **fields)


# --- setting it up


def test_the_set_up_shows_a_picture_and_the_key_and_then_the_codes_once(ans: Browser, stage: Backstage) -> None:
    offered = ans.opens("/account/").text
    assert f'href="{PAGE}"' in offered
    shown = ans.sends(f"{PAGE}/begin", seen=PAGE).text
    assert '<svg class="qr" role="img"' in shown
    assert "otpauth://totp/Koppelbalie:ans" in shown

    done = sends_as_shown(ans, shown, f"{PAGE}/klaar", code=code_of(key_on(shown), clock.now())).text

    codes = codes_on(done)
    assert len(set(codes)) == 10
    assert ans.is_in
    for page in ("/account/", PAGE):
        assert codes_on(ans.opens(page).text) == []
        assert key_on(shown) not in ans.opens(page).text
        assert "10 recovery codes" in ans.opens(page).text


def test_a_code_that_does_not_fit_keeps_the_picture(ans: Browser) -> None:
    shown = ans.sends(f"{PAGE}/begin", seen=PAGE).text
    wrong = sends_as_shown(ans, shown, f"{PAGE}/klaar", code=wrong_code(key_on(shown), clock.now()))

    assert wrong.status_code == 422
    assert key_on(wrong.text) == key_on(shown)
    assert 'id="f-code-wrong"' in wrong.text
    right = sends_as_shown(ans, wrong.text, f"{PAGE}/klaar", code=code_of(key_on(shown), clock.now()))
    assert len(codes_on(right.text)) == 10


def test_a_picture_of_long_ago_begins_again(ans: Browser, later: Later) -> None:
    shown = ans.sends(f"{PAGE}/begin", seen=PAGE).text
    later(timedelta(minutes=40))

    gone = sends_as_shown(ans, shown, f"{PAGE}/klaar", code=code_of(key_on(shown), clock.now()))

    assert (gone.status_code, gone.location) == (303, PAGE)
    assert "open too long" in ans.opens(PAGE).text


def test_setting_it_up_puts_other_devices_out(ans: Browser, stage: Backstage) -> None:
    other = Browser(stage.app)
    other.signs_in(ANS)

    sets_up(ans)

    assert ans.is_in
    assert not other.is_in


# --- asked for at the door


def test_a_password_alone_opens_nothing_any_more(ans: Browser, phone: Phone) -> None:
    assert ans.signs_in(ANS, next="/account/clubs/1/").location == "/account/code"
    assert not ans.is_in
    assert ans.opens("/p-w/").status_code == 303

    entered = answers(ans, phone.shows())

    assert (entered.status_code, entered.location) == (303, "/account/clubs/1/")
    assert ans.is_in


@pytest.mark.parametrize("purpose", [Purpose.SIGN_IN, Purpose.RESET, Purpose.INVITATION])
def test_nor_does_a_mailed_link(ans: Browser, phone: Phone, stage: Backstage, purpose: Purpose) -> None:
    ans.opens("/account/aanmelden")
    if purpose is Purpose.INVITATION:
        with stage.app.app_context():
            from onboarding.usecases import invitations

            invitations.invite_staff(SYSTEM, ANS, RoleName.SUPPORT)
    elif purpose is Purpose.RESET:
        ans.sends("/account/wachtwoord-vergeten", email=ANS)
    else:
        ans.sends("/account/aanmelden", email=ANS, do="link")
    way = {Purpose.SIGN_IN: "link", Purpose.RESET: "wachtwoord", Purpose.INVITATION: "uitnodiging"}[purpose]
    answer = ans.sends(f"/account/{way}/{stage.token(ANS, purpose)}", password="other words of a test")

    assert answer.location == "/account/code"
    assert not ans.is_in
    assert "signed in." not in ans.opens("/account/code").text
    assert answers(ans, phone.shows()).location == "/"
    assert ans.is_in


def test_a_wrong_code_is_told_beside_its_field(ans: Browser, phone: Phone) -> None:
    ans.signs_in(ANS)
    wrong = answers(ans, wrong_code(phone.key, clock.now()))

    assert wrong.status_code == 422
    assert 'href="#f-code"' in wrong.text
    assert not ans.is_in
    assert answers(ans, phone.shows()).status_code == 303


def test_a_recovery_code_lets_in_and_says_how_many_are_left(ans: Browser, phone: Phone) -> None:
    ans.signs_in(ANS)
    assert "Recovery code" in ans.opens("/account/code?noodcode=1").text
    assert "Recovery code" in answers(ans, "zzzz", noodcode="1").text
    answers(ans, phone.codes[0].upper(), noodcode="1")

    assert "You have 9 left." in ans.opens("/account/").text
    assert ans.is_in


def test_the_first_step_is_good_for_ten_minutes(ans: Browser, phone: Phone, later: Later) -> None:
    ans.signs_in(ANS)
    page = ans.opens("/account/code").text
    later(timedelta(minutes=11))

    assert sends_as_shown(ans, page, "/account/code", code=phone.shows()).location == "/account/aanmelden"
    assert ans.opens("/account/code").location == "/account/aanmelden"
    assert not ans.is_in


def test_the_first_step_ends_when_the_account_changes_meanwhile(ans: Browser, phone: Phone, stage: Backstage) -> None:
    ans.signs_in(ANS)
    page = ans.opens("/account/code").text
    with stage.app.app_context():
        second_factor.reset(SYSTEM, ANS)

    assert sends_as_shown(ans, page, "/account/code", code=phone.shows()).location == "/account/aanmelden"


def test_who_is_in_or_was_never_asked_has_no_code_to_give(ans: Browser, stage: Backstage) -> None:
    assert ans.opens("/account/code").location == "/"
    assert Browser(stage.app).opens("/account/code").location == "/account/aanmelden"


def test_codes_are_counted_with_the_other_tries_of_a_caller(ans: Browser, phone: Phone, stage: Backstage) -> None:
    stage.app.extensions["koppelbalie"] = stage.app.extensions["koppelbalie"].model_copy(
        update={"sign_in_limit": "3 per 15 minutes"}
    )
    ans.signs_in(ANS)

    assert [answers(ans, "12").status_code for _ in range(3)] == [422, 422, 429]


# --- looking after it


def test_new_recovery_codes_are_shown_once(ans: Browser) -> None:
    phone = sets_up(ans)
    shown = codes_on(ans.sends(f"{PAGE}/noodcodes", seen=PAGE).text)

    assert len(shown) == 10
    assert set(shown).isdisjoint(phone.codes)


def test_a_member_turns_it_off(ans: Browser, stage: Backstage) -> None:
    sets_up(ans)
    ans.sends(f"{PAGE}/weg", seen=PAGE)

    assert ans.is_in
    assert Browser(stage.app).signs_in(ANS).location == "/"


def test_a_new_password_keeps_this_device_in_with_its_code(ans: Browser, stage: Backstage, later: Later) -> None:
    require(stage)
    bram = Browser(stage.app)
    bram.signs_in(BRAM)
    sets_up(bram)

    bram.sends("/account/wachtwoord", seen="/account/", current=PASSWORD, password="other words of a test")

    assert bram.opens("/support/").status_code == 200


# --- required of the help desk


def require(stage: Backstage) -> None:
    """As an installation is by itself."""
    stage.app.extensions["koppelbalie"] = stage.app.extensions["koppelbalie"].model_copy(
        update={"second_factor": "required"}
    )


@pytest.mark.parametrize("role", list(RoleName))
def test_the_help_desk_sets_it_up_before_anything_else(stage: Backstage, later: Later, role: RoleName) -> None:
    require(stage)
    stage.staff("new@desk.example", role)
    new = Browser(stage.app)
    new.signs_in("new@desk.example")

    for path in ("/", "/support/", "/support/tickets/1", "/account/", "/support/sneltoetsen"):
        assert (new.opens(path).status_code, new.opens(path).location) == (303, PAGE)
    assert new.sends("/account/naam", seen=PAGE, name="X").location == PAGE
    part = new.client.get("/support/tickets/1/stand", headers={"HX-Request": "true"})
    assert (part.status_code, part.headers["HX-Redirect"]) == (401, PAGE)
    assert new.sends("/account/taal", seen=PAGE, language="en").status_code == 303
    page = new.opens(PAGE).text
    assert "Set up your extra code first" in page
    assert 'href="/support/"' not in page

    sets_up(new)

    assert new.opens("/support/").status_code == 200
    assert "Turn the extra code off" not in new.opens(PAGE).text
    assert new.sends(f"{PAGE}/weg", seen=PAGE).status_code == 403


def test_members_are_not_asked_for_it(stage: Backstage, ans: Browser) -> None:
    require(stage)

    assert ans.opens("/p-w/").status_code == 200


def test_a_cookie_of_before_the_set_up_opens_nothing(stage: Backstage) -> None:
    bram, thief = Browser(stage.app), Browser(stage.app)
    bram.signs_in(BRAM)
    cookie = bram.client.get_cookie("koppelbalie")
    assert cookie is not None
    thief.client.set_cookie("koppelbalie", cookie.value)

    sets_up(bram)
    require(stage)

    assert not thief.is_in
    assert bram.is_in


# --- showing again who one is


def test_after_a_quarter_the_account_asks_again_and_leads_back(ans: Browser, later: Later) -> None:
    later(timedelta(minutes=16))
    turned = ans.sends(f"{PAGE}/begin", seen=PAGE)
    assert turned.location == f"/account/bevestig?next={PAGE}"

    wrong = ans.sends("/account/bevestig", seen=turned.location, proof="wrong", next=PAGE)
    assert wrong.status_code == 422
    assert 'id="f-proof-wrong"' in wrong.text
    assert ans.sends("/account/bevestig", seen=turned.location, proof=PASSWORD, next=PAGE).location == PAGE

    assert len(sets_up(ans).codes) == 10
    assert ans.opens(turned.location).location == PAGE


def test_another_phone_takes_the_code_of_the_first(ans: Browser, later: Later) -> None:
    phone = sets_up(ans)
    later(timedelta(minutes=16))
    back = ans.sends(f"{PAGE}/begin", seen=PAGE).location
    assert "Code of your app" in ans.opens(back).text
    for act in ("noodcodes", "weg"):
        assert ans.sends(f"{PAGE}/{act}", seen=PAGE).location == back

    ans.sends("/account/bevestig", seen=back, proof=PASSWORD)
    assert ans.sends(f"{PAGE}/begin", seen=PAGE).location == back
    ans.sends("/account/bevestig", seen=back, proof=phone.shows())

    assert sets_up(ans).key != phone.key


def test_who_has_no_password_is_sent_a_link_again(stage: Backstage, later: Later) -> None:
    stage.member("cor@proefstad.example", "VV Proefstad", password="")
    cor = Browser(stage.app)
    cor.sends("/account/aanmelden", email="cor@proefstad.example", do="link")
    cor.sends(f"/account/link/{stage.token('cor@proefstad.example', Purpose.SIGN_IN)}")
    cor.sends("/account/taal", seen="/account/", language="en")
    later(timedelta(minutes=16))

    page = cor.opens(cor.sends(f"{PAGE}/begin", seen=PAGE).location).text
    assert "by a link that we mail you" in page
    assert sends_as_shown(cor, page, "/account/aanmelden", do="link").location == "/account/aanmelden/gestuurd"
    cor.sends(f"/account/link/{stage.token('cor@proefstad.example', Purpose.SIGN_IN)}")

    assert len(sets_up(cor).codes) == 10


def test_leading_back_leads_nowhere_else(ans: Browser, later: Later) -> None:
    later(timedelta(minutes=16))

    answer = ans.sends("/account/bevestig", proof=PASSWORD, next="https://evil.example/")

    assert answer.location == "/"
