"""Signing in: by password, by mailed link, after a forgotten password; and what strangers learn."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from flask import Flask

from onboarding.accounts.models import Purpose
from tests.unit.accounts.cast import PASSWORD, Backstage, Browser

Later = Callable[[timedelta], None]
ANS = "ans@voorbeeld.example"
NOBODY = "nobody@voorbeeld.example"


@pytest.fixture
def stage(app: Flask) -> Backstage:
    """Behind the pages; Ans has an account."""
    stage = Backstage(app)
    stage.member(ANS)
    return stage


@pytest.fixture
def ans(stage: Backstage) -> Browser:
    """A browser that nobody is signed in with yet."""
    return Browser(stage.app)


def shown(page: str) -> str:
    """The page without what is different in every answer."""
    return re.sub(r'name="csrf_token" value="[^"]+"', "", page)


def test_a_password_opens_the_door_and_leads_on(ans: Browser, stage: Backstage) -> None:
    answer = ans.signs_in(ANS.upper() + " ")

    assert (answer.status_code, answer.location) == (303, "/")
    assert ans.is_in
    assert stage.events()[-1] == "user:signed_in"


def test_signing_in_leads_to_the_page_that_was_asked_for(ans: Browser) -> None:
    turned_away = ans.opens("/account/clubs/1/?x=1")
    target = parse_qs(urlsplit(turned_away.location).query)["next"][0]

    assert turned_away.status_code == 303
    assert ans.signs_in(ANS, next=target).location == "/account/clubs/1/?x=1"


@pytest.mark.parametrize(
    "target",
    ["https://evil.example/", "//evil.example/", "/\\evil.example", "javascript:alert(1)", "/\t/evil.example", ""],
)
def test_signing_in_leads_nowhere_else(ans: Browser, target: str) -> None:
    assert ans.signs_in(ANS, next=target).location == "/"


@pytest.mark.parametrize("email", [ANS, NOBODY])
def test_a_wrong_password_keeps_the_address_and_says_what_to_do(ans: Browser, email: str) -> None:
    answer = ans.signs_in(email, "something else")

    assert answer.status_code == 422
    assert f'value="{email}"' in answer.text
    assert "have us send you a link" in answer.text
    assert "something else" not in answer.text
    assert ans.signs_in(ANS).status_code == 303


@pytest.mark.usefixtures("later")  # the lock tells its end by the minute: both begin in the same one
def test_a_wrong_password_is_answered_alike_whether_the_address_is_somebodys(ans: Browser) -> None:
    for _ in range(10):
        known, unknown = ans.signs_in(ANS, "wrong"), ans.signs_in(NOBODY, "wrong")
        assert known.status_code == unknown.status_code
        assert shown(known.text).replace(ANS, "") == shown(unknown.text).replace(NOBODY, "")


@pytest.mark.parametrize(
    ("email", "password"), [("ans", PASSWORD), ("", ""), (ANS, ""), ("a" * 90_000, "x"), ("a\x07@b.nl", "x")]
)
def test_what_is_missing_is_said_beside_its_field(ans: Browser, email: str, password: str) -> None:
    answer = ans.signs_in(email, password)

    assert answer.status_code == 422
    assert 'aria-invalid="true"' in answer.text
    assert 'href="#f-' in answer.text


def test_the_session_before_signing_in_is_not_kept(ans: Browser) -> None:
    ans.opens("/account/aanmelden")
    with ans.client.session_transaction() as before:
        before["planted"] = "by somebody else"
    ans.signs_in(ANS)

    with ans.client.session_transaction() as after:
        assert "planted" not in after


def test_the_cookie_is_for_this_site_and_no_script(ans: Browser) -> None:
    cookie = ans.signs_in(ANS).headers["Set-Cookie"]

    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert "Path=/" in cookie


def test_after_signing_out_a_copy_of_the_cookie_opens_nothing(ans: Browser, stage: Backstage) -> None:
    ans.signs_in(ANS)
    thief = Browser(stage.app)
    cookie = ans.client.get_cookie("koppelbalie")
    assert cookie is not None
    thief.client.set_cookie("koppelbalie", cookie.value)
    assert thief.is_in

    ans.sends("/account/afmelden", seen="/account/")

    assert not ans.is_in
    thief.client.set_cookie("koppelbalie", cookie.value)
    assert not thief.is_in


def test_a_session_ends_by_itself_however_often_it_is_used(ans: Browser, later: Later) -> None:
    ans.signs_in(ANS)
    later(timedelta(hours=11, minutes=59))
    assert ans.is_in

    later(timedelta(minutes=2))

    assert not ans.is_in


# --- the lock


def test_eight_wrong_passwords_lock_the_address_for_a_quarter(ans: Browser, later: Later, stage: Backstage) -> None:
    answers = [ans.signs_in(ANS, f"wrong {n}").text for n in range(8)]
    assert "Too many wrong passwords" not in answers[6]
    assert "Too many wrong passwords" in answers[7]
    assert "Too many wrong passwords" in ans.signs_in(ANS).text

    later(timedelta(minutes=15, seconds=1))

    assert ans.signs_in(ANS).status_code == 303
    assert "user:locked" in stage.events()


def test_a_mailed_link_opens_a_locked_door(ans: Browser, stage: Backstage) -> None:
    for n in range(8):
        ans.signs_in(ANS, f"wrong {n}")
    assert [mail.to for mail in stage.mails("locked")] == [ANS]

    ans.sends(f"/account/link/{stage.token(ANS, Purpose.SIGN_IN)}")

    assert ans.is_in


def test_the_right_password_makes_the_count_begin_anew(ans: Browser, stage: Backstage) -> None:
    for _ in range(3):
        for n in range(7):
            ans.signs_in(ANS, f"wrong {n}")
        assert Browser(stage.app).signs_in(ANS).status_code == 303


def test_the_count_survives_a_restart(ans: Browser, stage: Backstage) -> None:
    from onboarding import create_app

    for n in range(8):
        ans.signs_in(ANS, f"wrong {n}")
    settings = stage.app.extensions["koppelbalie"]

    assert "Too many wrong passwords" in Browser(create_app(settings)).signs_in(ANS).text


# --- mailed links


def ask_link(browser: Browser, email: str) -> str:
    answer = browser.sends("/account/aanmelden", email=email, do="link")
    assert (answer.status_code, answer.location) == (303, "/account/aanmelden/gestuurd")
    return browser.opens(answer.location).text


def test_a_link_is_asked_for_alike_and_mailed_to_somebody_alone(ans: Browser, stage: Backstage) -> None:
    known, unknown = ask_link(ans, ANS), ask_link(Browser(stage.app), NOBODY)
    assert shown(known).replace(ANS, "") == shown(unknown).replace(NOBODY, "")
    assert [mail.to for mail in stage.mails("sign_in_link")] == [ANS, NOBODY]

    for mail in stage.mails("sign_in_link"):
        stage.deliver(mail)

    left = [(mail.to, mail.sent_at is not None, mail.dropped_at is not None) for mail in stage.mails("sign_in_link")]
    assert left == [(ANS, True, False), (NOBODY, False, True)]


def test_opening_a_link_does_not_use_it(ans: Browser, stage: Backstage) -> None:
    ask_link(ans, ANS)
    path = f"/account/link/{stage.token(ANS, Purpose.SIGN_IN)}"
    scanner = Browser(stage.app)
    for _ in range(3):
        assert "Sign in as Ans" in scanner.opens(path).text
        assert scanner.client.head(path).status_code == 200
    assert not scanner.is_in

    assert ans.sends(path).status_code == 303
    assert ans.is_in


def test_a_link_works_once(ans: Browser, stage: Backstage) -> None:
    ask_link(ans, ANS)
    path = f"/account/link/{stage.token(ANS, Purpose.SIGN_IN)}"
    other = Browser(stage.app)
    other.opens(path)
    ans.sends(path)

    page = other.opens(path)

    assert page.status_code == 410
    assert "This link was used already" in page.text
    assert "/account/aanmelden" in page.text
    refused = other.sends(path, seen="/account/aanmelden")
    assert refused.status_code == 410
    assert not other.is_in


def test_a_double_click_on_a_link_is_one_use(ans: Browser, stage: Backstage) -> None:
    ask_link(ans, ANS)
    path = f"/account/link/{stage.token(ANS, Purpose.SIGN_IN)}"
    page = ans.opens(path)
    token = re.search(r'name="csrf_token" value="([^"]+)"', page.text)
    assert token is not None
    before = ans.client.get_cookie("koppelbalie")
    assert before is not None
    for _ in range(2):
        ans.client.set_cookie("koppelbalie", before.value)
        assert ans.client.post(path, data={"csrf_token": token[1]}).status_code == 303

    assert ans.is_in
    assert stage.events().count("link:used") == 1 + 1  # the invitation, and this


def test_an_old_link_says_so_and_offers_a_new_one(ans: Browser, later: Later, stage: Backstage) -> None:
    ask_link(ans, ANS)
    path = f"/account/link/{stage.token(ANS, Purpose.SIGN_IN)}"
    later(timedelta(hours=2, seconds=1))

    page = ans.opens(path)

    assert page.status_code == 410
    assert "This link is no longer valid" in page.text


@pytest.mark.parametrize("token", ["x", "A" * 43, "é", "%00", "a" * 3000])
def test_a_link_that_never_was_is_explained(ans: Browser, token: str) -> None:
    for door in ("link", "wachtwoord", "uitnodiging"):
        page = ans.opens(f"/account/{door}/{token}")
        assert page.status_code in {400, 404, 410}
        assert "<h1>" in page.text


def test_a_link_of_one_kind_opens_no_other_door(ans: Browser, stage: Backstage) -> None:
    ask_link(ans, ANS)
    token = stage.token(ANS, Purpose.SIGN_IN)

    assert "We don't know this link" in ans.opens(f"/account/wachtwoord/{token}").text
    assert "We don't know this link" in ans.opens(f"/account/uitnodiging/{token}").text


def test_no_token_is_kept_in_the_database(ans: Browser, stage: Backstage) -> None:
    ask_link(ans, ANS)
    token = stage.token(ANS, Purpose.SIGN_IN)
    ans.sends(f"/account/link/{token}")

    file = Path(stage.app.extensions["koppelbalie"].database_url.removeprefix("sqlite:///"))
    kept = b"".join(part.read_bytes() for part in file.parent.glob(file.name + "*"))
    assert b"ans@voorbeeld.example" in kept
    assert token.encode() not in kept


# --- a forgotten password


def ask_reset(browser: Browser, email: str) -> None:
    answer = browser.sends("/account/wachtwoord-vergeten", email=email)
    assert answer.location == "/account/aanmelden/gestuurd"


def test_a_new_password_ends_the_old_one_and_every_session(ans: Browser, stage: Backstage) -> None:
    elsewhere = Browser(stage.app)
    elsewhere.signs_in(ANS)
    ask_link(ans, ANS)
    old_link = stage.token(ANS, Purpose.SIGN_IN)
    ask_reset(ans, ANS)

    path = f"/account/wachtwoord/{stage.token(ANS, Purpose.RESET)}"
    answer = ans.sends(path, password="other words of a test")

    assert answer.status_code == 303
    assert ans.is_in
    assert not elsewhere.is_in
    assert elsewhere.opens(f"/account/link/{old_link}").status_code == 410
    assert elsewhere.signs_in(ANS).status_code == 422
    assert elsewhere.signs_in(ANS, "other words of a test").status_code == 303
    assert "user:password_changed" in stage.events()


WEAK = [
    ("short", "at least 10"),
    ("x" * 129, "at most 128"),
    ("ans@voorbeeld.example", "Your own name"),
    ("1234567890", "guessed first"),
    ("aaaaaaaaaaaa", "guessed first"),
    ("Wachtwoord123", "guessed first"),
]


@pytest.mark.parametrize(("password", "told"), WEAK)
def test_a_weak_password_is_refused_beside_its_field_and_the_link_stays_good(
    ans: Browser, password: str, told: str, stage: Backstage
) -> None:
    ask_reset(ans, ANS)
    path = f"/account/wachtwoord/{stage.token(ANS, Purpose.RESET)}"

    refused = ans.sends(path, password=password)

    assert refused.status_code == 422
    assert told in refused.text
    assert 'id="f-password-wrong"' in refused.text
    assert re.search(r'type="password" value=""', refused.text)
    assert ans.sends(path, password="other words of a test").status_code == 303


def test_opening_a_reset_link_does_not_use_it(ans: Browser, stage: Backstage) -> None:
    ask_reset(ans, ANS)
    path = f"/account/wachtwoord/{stage.token(ANS, Purpose.RESET)}"
    old = stage.user(ANS).password
    for _ in range(3):
        page = ans.opens(path)
        assert 'autocomplete="new-password"' in page.text
        assert 'autocomplete="username"' in page.text

    assert stage.user(ANS).password == old


# --- doors


def test_everything_is_closed_to_strangers_but_the_doors(stage: Backstage) -> None:
    from onboarding.web.access import public_endpoints

    open_doors = {name for name in public_endpoints(stage.app) if name.startswith("account.")}

    assert open_doors == {
        "account.sign_in",
        "account.do_sign_in",
        "account.host",
        "account.host_back",
        "account.host_trouble",
        "account.sent",
        "account.forgotten",
        "account.do_forgotten",
        "account.link",
        "account.use_link",
        "account.reset",
        "account.do_reset",
        "account.invitation",
        "account.accept",
        "account.code",
        "account.do_code",
        "account.sign_out",
        "account.language",
    }


def test_a_form_of_somebody_signed_out_meanwhile_leads_back_to_its_page(ans: Browser) -> None:
    answer = ans.client.post("/account/clubs/1/uitnodigen", data={"email": "x"}, headers={"Accept-Language": "en"})

    assert answer.status_code == 303
    assert parse_qs(urlsplit(answer.location).query)["next"] == ["/account/clubs/1"]
    assert "You were signed out meanwhile" in ans.opens(answer.location).text


def test_a_live_part_of_somebody_signed_out_leads_the_whole_page_to_the_door(ans: Browser) -> None:
    answer = ans.client.get("/account/", headers={"HX-Request": "true"})

    assert answer.status_code == 401
    assert answer.headers["HX-Redirect"].startswith("/account/aanmelden")


@pytest.mark.parametrize("path", ["/support/", "/support/tickets/1001", "/support/nothing-here"])
def test_the_help_desks_pages_are_closed_to_members(ans: Browser, path: str) -> None:
    ans.signs_in(ANS)

    assert ans.opens(path).status_code in {403, 404}


def test_without_a_token_of_the_page_nothing_is_done(ans: Browser) -> None:
    answer = ans.client.post("/account/aanmelden", data={"email": ANS, "password": PASSWORD, "do": "password"})

    assert answer.status_code == 400
    assert not ans.is_in


def test_secure_cookies_belong_to_this_host_alone(stage: Backstage) -> None:
    from onboarding import create_app

    settings = stage.app.extensions["koppelbalie"].model_copy(update={"base_url": "https://koppelbalie.example"})
    secure = create_app(settings)
    client = secure.test_client()
    page = client.get("/account/aanmelden", base_url="https://koppelbalie.example")

    assert "__Host-koppelbalie=" in page.headers["Set-Cookie"]
    assert "Secure" in page.headers["Set-Cookie"]


def test_a_stranger_chooses_a_language_and_a_person_keeps_theirs(ans: Browser, stage: Backstage) -> None:
    assert "Sign in" in ans.opens("/account/aanmelden").text
    ans.sends("/account/taal", seen="/account/aanmelden", language="nl", next="/account/aanmelden")
    assert '<html lang="nl">' in ans.opens("/account/aanmelden").text

    ans.signs_in(ANS)
    ans.sends("/account/taal", seen="/account/", language="en", next="/account/")

    assert stage.user(ANS).language == "en"
    assert '<html lang="en">' in ans.opens("/account/").text


def test_a_link_without_an_account_is_never_given_a_token(ans: Browser, stage: Backstage) -> None:
    ask_link(ans, NOBODY)

    with pytest.raises(AssertionError):
        stage.token(NOBODY, Purpose.SIGN_IN)
