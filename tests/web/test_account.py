"""A person's own page, invitations, the people of a club, and what limits the doors."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest
from flask import Flask

from onboarding import create_app
from onboarding.accounts.models import Purpose, RoleName
from tests.conftest import settings_in
from tests.unit.accounts.cast import PASSWORD, Backstage, Browser

ANS, BEN, COR = "ans@voorbeeld.example", "ben@voorbeeld.example", "cor@proefstad.example"


@pytest.fixture
def stage(app: Flask) -> Backstage:
    return Backstage(app)


@pytest.fixture
def ans(stage: Backstage) -> Browser:
    """Ans, signed in."""
    stage.member(ANS)
    browser = Browser(stage.app)
    browser.signs_in(ANS)
    return browser


def invite(browser: Browser, email: str, **fields: str) -> str:
    """The answer's text, after its redirect."""
    answer = browser.sends("/account/clubs/1/uitnodigen", seen="/account/clubs/1/", email=email, **fields)
    return browser.opens(answer.location).text if answer.location else answer.text


# --- the own page


def test_the_own_page_says_who_and_for_which_club(ans: Browser) -> None:
    page = ans.opens("/account/").text

    assert ANS in page
    assert "SV Voorbeeld" in page
    assert 'autocomplete="current-password"' in page
    assert 'autocomplete="new-password"' in page


def test_a_name_is_changed_and_an_empty_one_is_refused_in_its_place(ans: Browser, stage: Backstage) -> None:
    refused = ans.sends("/account/naam", seen="/account/", name=" ")
    assert refused.status_code == 422
    assert 'id="f-name-wrong"' in refused.text

    assert ans.sends("/account/naam", seen="/account/", name="Ans <b>de</b> Wit").status_code == 303

    page = ans.opens("/account/").text
    assert "Ans &lt;b&gt;de&lt;/b&gt; Wit" in page
    assert "<b>de</b>" not in page
    assert stage.user(ANS).name == "Ans <b>de</b> Wit"


def test_a_new_password_keeps_this_device_in_and_puts_others_out(ans: Browser, stage: Backstage) -> None:
    other = Browser(stage.app)
    other.signs_in(ANS)
    wrong = ans.sends("/account/wachtwoord", seen="/account/", current="not it", password="other words of a test")
    assert wrong.status_code == 422
    assert 'id="f-current-wrong"' in wrong.text
    assert "other words of a test" not in wrong.text

    ans.sends("/account/wachtwoord", seen="/account/", current=PASSWORD, password="other words of a test")

    assert ans.is_in
    assert not other.is_in


def test_signing_out_everywhere_does(ans: Browser, stage: Backstage) -> None:
    other = Browser(stage.app)
    other.signs_in(ANS)

    ans.sends("/account/overal-afmelden", seen="/account/")

    assert not ans.is_in
    assert not other.is_in


def test_a_language_that_we_do_not_speak_is_refused(ans: Browser, stage: Backstage) -> None:
    assert ans.sends("/account/taal", seen="/account/", language="xx").status_code == 422
    assert stage.user(ANS).language == "nl"


def test_who_belongs_to_no_club_yet_reads_what_to_do(stage: Backstage) -> None:
    stage.staff("bram@desk.example")
    with stage.app.app_context():
        from onboarding.accounts.people import SYSTEM
        from onboarding.usecases import people

        people.take_role(SYSTEM, "bram@desk.example", RoleName.SUPPORT)
    browser = Browser(stage.app)
    browser.signs_in("bram@desk.example")
    browser.sends("/account/taal", seen="/account/", language="en")

    assert browser.opens("/").location == "/account/"
    assert "belong to a club yet" in browser.opens("/account/").text
    assert browser.opens("/p-w/").status_code == 403
    assert browser.opens("/support/").status_code == 403


# --- clubs


def test_who_has_several_clubs_switches_between_them_and_to_no_other(ans: Browser, stage: Backstage) -> None:
    stage.member(ANS, "AV Oefenveld")
    stage.member(COR, "VV Proefstad")

    def chosen() -> str:
        found = re.search(r'<option value="\d+" selected>([^<]+)', ans.opens("/account/").text)
        assert found is not None
        return found[1]

    assert chosen() == "AV Oefenveld"
    assert ans.sends("/account/club", seen="/account/", club="1").status_code == 303
    assert chosen() == "SV Voorbeeld"
    for wrong in ("3", "99", "x", "", "²"):
        assert ans.sends("/account/club", seen="/account/", club=wrong).status_code == 404
    assert chosen() == "SV Voorbeeld"


def test_a_member_invites_another_by_mail(ans: Browser, stage: Backstage) -> None:
    assert f"The invitation to {BEN} is on its way." in invite_in_english(ans, BEN, name="Ben")

    (mail,) = [mail for mail in stage.mails("invitation") if mail.to == BEN]
    assert mail.context["club"] == "SV Voorbeeld"
    assert mail.context["invited_by"] == "Ans"
    assert BEN in ans.opens("/account/clubs/1/").text


def invite_in_english(browser: Browser, email: str, **fields: str) -> str:
    browser.sends("/account/taal", seen="/account/", language="en")
    return invite(browser, email, **fields)


@pytest.mark.parametrize(
    ("email", "told"), [("ben", "not an e-mail address"), ("", "not an e-mail address"), (ANS, "already a member")]
)
def test_an_invitation_that_cannot_be_sent_says_why_and_keeps_what_was_typed(
    ans: Browser, email: str, told: str
) -> None:
    page = invite_in_english(ans, email, name="Ben")

    assert told in page
    assert 'id="f-email-wrong"' in page
    assert 'value="Ben"' in page


def test_an_invitation_is_withdrawn_on_the_clubs_page(ans: Browser, stage: Backstage) -> None:
    invite(ans, BEN)
    path = re.search(r"/account/clubs/1/uitnodigingen/\d+/intrekken", ans.opens("/account/clubs/1/").text)
    assert path is not None

    ans.sends(path[0], seen="/account/clubs/1/")

    assert BEN not in ans.opens("/account/clubs/1/").text
    with pytest.raises(AssertionError):
        stage.token(BEN, Purpose.INVITATION)


@pytest.mark.parametrize("path", ["/account/clubs/2/", "/account/clubs/2/leden/2/weg", "/account/clubs/99/"])
def test_another_clubs_page_is_the_page_of_a_club_that_does_not_exist(
    ans: Browser, stage: Backstage, path: str
) -> None:
    stage.member(COR, "VV Proefstad")

    other, none = ans.opens(path), ans.opens("/account/clubs/12345/")

    def same(text: str) -> str:
        return re.sub(r'value="[^"]*"', "", text)

    assert (other.status_code, none.status_code) == (404, 404)
    assert same(other.text) == same(none.text)
    sent = ans.sends(path if path.endswith("weg") else f"{path}uitnodigen", seen="/account/", email=BEN)
    assert sent.status_code == 404


def test_leaving_asks_first_and_warns_the_last_one(ans: Browser, stage: Backstage) -> None:
    ans.sends("/account/taal", seen="/account/", language="en")
    path = f"/account/clubs/1/leden/{stage.user(ANS).id}/weg"
    assert "You are the only one" in ans.opens(path).text

    refused = ans.sends(path)
    assert refused.status_code == 422
    assert 'id="f-last-wrong"' in refused.text
    assert ans.opens("/account/clubs/1/").status_code == 200

    assert ans.sends(path, last="yes").location == "/account/"
    assert ans.opens("/account/clubs/1/").status_code == 404


def test_a_member_removes_another(ans: Browser, stage: Backstage) -> None:
    stage.member(BEN)
    ben = Browser(stage.app)
    ben.signs_in(BEN)

    ans.sends(f"/account/clubs/1/leden/{stage.user(BEN).id}/weg")

    assert BEN not in ans.opens("/account/clubs/1/").text
    assert not ben.is_in
    assert ans.is_in
    ben.signs_in(BEN)
    assert ben.opens("/account/clubs/1/").status_code == 404


def test_a_removed_member_has_no_page_to_remove(ans: Browser) -> None:
    assert ans.opens("/account/clubs/1/leden/12345/weg").status_code == 404


# --- the invitation's own page


def test_an_invitation_is_accepted_with_a_name_alone(ans: Browser, stage: Backstage) -> None:
    invite(ans, BEN)
    ben = Browser(stage.app)
    path = f"/account/uitnodiging/{stage.token(BEN, Purpose.INVITATION)}"
    page = ben.opens(path).text
    assert "Come and join SV Voorbeeld" in page
    assert "Ans invites you." in page
    assert stage.events()[-1] == "link:invitation_made", "opening it changed nothing"

    assert ben.sends(path, name="Ben").location == "/"

    assert ben.is_in
    assert stage.user(BEN).language == "en"
    assert stage.user(BEN).password is None


def test_what_is_wrong_on_an_invitation_stands_beside_its_field(ans: Browser, stage: Backstage) -> None:
    invite(ans, BEN)
    ben = Browser(stage.app)
    path = f"/account/uitnodiging/{stage.token(BEN, Purpose.INVITATION)}"

    refused = ben.sends(path, name="Ben Bakker", password="kort")

    assert refused.status_code == 422
    assert 'id="f-password-wrong"' in refused.text
    assert 'value="Ben Bakker"' in refused.text
    assert 'value="kort"' not in refused.text
    assert ben.sends(path, name="Ben Bakker", password=PASSWORD).status_code == 303


def test_an_invitation_opened_by_somebody_else_says_who_goes_on(ans: Browser, stage: Backstage) -> None:
    ans.sends("/account/taal", seen="/account/", language="en")
    invite(ans, BEN)
    path = f"/account/uitnodiging/{stage.token(BEN, Purpose.INVITATION)}"

    assert f"You are signed in as {ANS} now" in ans.opens(path).text
    ans.sends(path, name="Ben")

    assert BEN in ans.opens("/account/").text


@pytest.mark.parametrize(("again", "told"), [(True, "no longer valid"), (False, "accepted this invitation already")])
def test_an_invitation_that_is_over_says_why(ans: Browser, stage: Backstage, again: bool, told: str) -> None:
    invite(ans, BEN)
    path = f"/account/uitnodiging/{stage.token(BEN, Purpose.INVITATION)}"
    if again:
        invite(ans, BEN)
    else:
        Browser(stage.app).sends(path, name="Ben")

    page = Browser(stage.app).opens(path)

    assert page.status_code == 410
    assert told in page.text


def test_an_invitation_to_the_help_desk_opens_the_queue(stage: Backstage) -> None:
    stage.staff("bram@desk.example")
    bram = Browser(stage.app)
    bram.signs_in("bram@desk.example")

    assert bram.opens("/").location == "/support/"
    assert bram.opens("/p-w/").status_code == 403


# --- limits


@pytest.fixture
def narrow(empty_database: Path, tmp_path: Path) -> Backstage:
    """An app whose doors may be tried a few times only."""
    shutil.copy(empty_database, tmp_path / "koppelbalie.sqlite")
    settings = settings_in(tmp_path, sign_in_limit="5 per 15 minutes", link_limit="2 per hour")
    return Backstage(create_app(settings))


def test_one_caller_may_try_the_doors_so_often(narrow: Backstage) -> None:
    stranger = Browser(narrow.app)
    codes = [stranger.signs_in(f"somebody{n}@voorbeeld.example", "guess").status_code for n in range(7)]

    assert codes == [422] * 5 + [429] * 2
    assert stranger.opens("/account/aanmelden").status_code == 200
    assert Browser(create_app(narrow.app.extensions["koppelbalie"])).signs_in(ANS).status_code == 429


@pytest.mark.parametrize("email", [ANS, "nobody@voorbeeld.example"])
def test_one_address_gets_so_many_links_whoever_asks(narrow: Backstage, email: str) -> None:
    narrow.member(ANS)
    stranger = Browser(narrow.app)
    asked = [stranger.sends("/account/aanmelden", email=email, do="link").status_code for _ in range(2)]
    forgotten = stranger.sends("/account/wachtwoord-vergeten", email=f" {email.upper()}").status_code

    assert [*asked, forgotten] == [303, 303, 429]
    assert len(narrow.mails("sign_in_link")) == 2
    assert narrow.mails("reset_password") == []
