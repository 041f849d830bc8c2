"""Each mail says the same in text and HTML, in Dutch and English, with one button."""

from __future__ import annotations

import re
from collections.abc import Mapping
from html import unescape

import pytest
from flask import Flask
from werkzeug.exceptions import MethodNotAllowed, NotFound

from onboarding.i18n import CATALOGUES
from onboarding.notify.mail import BUTTONS, render
from onboarding.notify.outbox import CONTEXTS as GIVEN
from onboarding.settings import ROOT
from tests.unit.notify.conftest import CONTEXTS

LANGUAGES = ("nl", "en")
EVERY_MAIL = pytest.mark.parametrize(("name", "context"), CONTEXTS.items(), ids=CONTEXTS)


def words(html: str) -> list[str]:
    body = html.partition("<body")[2].partition(">")[2]
    return unescape(re.sub(r"<[^>]+>", " ", body)).split()


def test_every_mail_is_tried_here() -> None:
    folders = {path.name for path in (ROOT / "templates" / "mail").iterdir() if path.is_dir()}

    assert set(CONTEXTS) == set(GIVEN) == set(BUTTONS) == folders
    assert CATALOGUES.is_dir()


@EVERY_MAIL
@pytest.mark.parametrize("language", LANGUAGES)
def test_text_and_html_say_the_same(in_app: Flask, name: str, context: Mapping[str, object], language: str) -> None:
    mail = render(name, language, context, "made-up-token")

    missing = [word for word in words(mail.html) if word not in mail.text and word != "Koppelbalie"]
    assert missing == []
    assert "{" not in mail.subject + mail.text
    assert "None" not in mail.text


@EVERY_MAIL
@pytest.mark.parametrize("language", LANGUAGES)
def test_there_is_one_button_and_it_leads_to_a_page(
    in_app: Flask, name: str, context: Mapping[str, object], language: str
) -> None:
    mail = render(name, language, context, "made-up-token")

    addresses = re.findall(r'href="([^"]+)"', mail.html)
    assert len(addresses) == 1
    assert addresses[0] in mail.text.splitlines()
    path = addresses[0].removeprefix("http://127.0.0.1:5000")
    try:
        endpoint, _ = in_app.url_map.bind("127.0.0.1:5000").match(path, method="GET")
    except (NotFound, MethodNotAllowed):
        endpoint = "none"
    assert endpoint != "none", path


@EVERY_MAIL
def test_each_language_is_its_own(in_app: Flask, name: str, context: Mapping[str, object]) -> None:
    dutch, english = render(name, "nl", context), render(name, "en", context)

    assert dutch.subject != english.subject
    assert ("Hallo" in dutch.text, "Hello" in english.text) == (True, True)
    assert 'lang="nl"' in dutch.html
    assert 'lang="en"' in english.html


@EVERY_MAIL
def test_what_people_typed_is_text_in_the_html(in_app: Flask, name: str, context: Mapping[str, object]) -> None:
    html = render(name, "nl", context).html

    assert not re.search(r"<(een|Ans|aangevraagd|kloppen)>", html)


def test_a_subject_is_one_line_whatever_is_in_it(in_app: Flask) -> None:
    mail = render("invitation", "nl", CONTEXTS["invitation"] | {"club": "SV\r\nBcc: x@example.test"})

    assert mail.subject == "Je bent uitgenodigd om de boekhouding van SV Bcc: x@example.test te regelen"


@pytest.mark.parametrize(
    ("more", "says"),
    [
        ({}, "Ben nodigt je uit om samen de boekhoudkoppelingen van SV Voorbeeld te regelen."),
        ({"invited_by": ""}, "Je bent uitgenodigd om de boekhoudkoppelingen van SV Voorbeeld te regelen."),
        ({"club": "", "role": "lead"}, "Ben nodigt je uit om bij de helpdesk van Koppelbalie te werken."),
        ({"club": "", "invited_by": ""}, "Je bent uitgenodigd om bij de helpdesk van Koppelbalie te werken."),
    ],
)
def test_an_invitation_says_who_and_what_for(in_app: Flask, more: dict[str, str], says: str) -> None:
    assert says in render("invitation", "nl", CONTEXTS["invitation"] | more).text


def test_what_is_left_out_leaves_no_hole(in_app: Flask) -> None:
    text = render("your_turn", "nl", CONTEXTS["your_turn"] | {"message": "", "points": []}).text

    assert "\n\n\n" not in text
    assert "Dit klopt nog niet" not in text
