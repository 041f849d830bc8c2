"""The link for the bookkeeper: made, shown once, opened without an account, used once, taken back."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from urllib.parse import urlsplit

import lxml.html
import pytest
from flask import Flask
from flask.testing import FlaskClient
from lxml.html import HtmlElement
from werkzeug.test import TestResponse

from tests.web.club.treasurer import filled, main, words
from tests.web.consent.consenting import EXACT, REFUSE, VISMA, Asker, answer_of

PAGE = "/p-w/{}/boekhouder"


class Bookkeeper:
    """Somebody with a link and a browser, without an account."""

    def __init__(self, app: Flask, address: str) -> None:
        self.client: FlaskClient = app.test_client()
        self.path = urlsplit(address).path

    def opens(self) -> TestResponse:
        return self.client.get(self.path)

    def sees(self) -> HtmlElement:
        answer = self.opens()
        assert answer.status_code == 200, answer.text
        return lxml.html.fromstring(answer.text)

    def presses_the_button(self) -> TestResponse:
        return self.client.post(self.path, data=filled(self.sees(), self.path))

    def consents(self, club: str = "goed") -> str:
        """The whole way; the text of the page at the end."""
        back = urlsplit(answer_of(self.presses_the_button().location, club))
        answer = self.client.get(f"{back.path}?{back.query}")
        assert answer.status_code == 303
        return words(main(self.client.get(answer.location)))


def makes_link(ans: Asker) -> str:
    page = main(ans.sends(PAGE))
    return str(page.get_element_by_id("link").text)


@pytest.fixture
def bookkeeper(ans: Asker, consent_app: Flask) -> Bookkeeper:
    ans.starts()
    return Bookkeeper(consent_app, makes_link(ans))


def test_the_link_is_shown_once_and_the_item_says_that_it_waits(ans: Asker) -> None:
    ans.starts()
    assert "Laat je boekhouder het doen" in words(ans.sees("/p-w/{}/codes"))

    address = makes_link(ans)

    assert address.startswith("http://127.0.0.1:5000/koppelen/")
    token = address.rpartition("/")[2]
    page = ans.sees(PAGE)
    assert "We wachten op je boekhouder" in words(page)
    assert token not in lxml.html.tostring(page).decode()
    assert "We wachten op je boekhouder" in words(ans.sees("/p-w/{}/codes").get_element_by_id("consent"))


def test_it_shows_this_step_alone(bookkeeper: Bookkeeper, ans: Asker) -> None:
    page = bookkeeper.sees()

    assert "SV Voorbeeld" in words(page)
    assert "Exact Online" in words(page)
    assert not page.xpath("//nav")
    assert [words(button) for button in page.xpath("//main//button")] == ["Verder naar Exact Online"]
    assert f"/p-w/{ans.number}" not in bookkeeper.opens().text
    assert "Ans" not in words(page)


def test_opening_it_uses_nothing(bookkeeper: Bookkeeper) -> None:
    for _ in range(3):
        assert bookkeeper.opens().status_code == 200


def test_the_bookkeeper_gives_consent_and_the_club_goes_on(bookkeeper: Bookkeeper, ans: Asker) -> None:
    end = bookkeeper.consents()

    assert "Klaar, je kunt dit venster sluiten" in end
    page = ans.sees("/p-w/{}/toestemming")
    assert "De boekhouder gaf toestemming" in words(page)
    assert "SV Voorbeeld (900001)" in words(page)
    gone = bookkeeper.opens()
    assert gone.status_code == 410
    assert "De toestemming is al gegeven" in words(main(gone))


def test_a_bookkeeper_who_says_no_can_try_again(bookkeeper: Bookkeeper) -> None:
    said = bookkeeper.consents(REFUSE)

    assert "Je hebt geen toestemming gegeven" in said
    assert "De vorige poging is niet gelukt" in words(bookkeeper.sees())
    assert "Klaar, je kunt dit venster sluiten" in bookkeeper.consents()


def test_the_page_after_a_no_leads_back_to_the_link(bookkeeper: Bookkeeper) -> None:
    back = urlsplit(answer_of(bookkeeper.presses_the_button().location, REFUSE))
    answer = bookkeeper.client.get(f"{back.path}?{back.query}")

    page = main(bookkeeper.client.get(answer.location))

    assert page.xpath(".//a[@class='btn']/@href") == [bookkeeper.path]


@pytest.mark.parametrize("method", ["get", "post"])
def test_a_link_that_was_taken_back_or_replaced_has_its_page(
    bookkeeper: Bookkeeper, ans: Asker, consent_app: Flask, method: str
) -> None:
    form = filled(bookkeeper.sees(), bookkeeper.path)
    newer = Bookkeeper(consent_app, makes_link_anew(ans))
    replaced = getattr(bookkeeper.client, method)(bookkeeper.path, data=form)
    form = filled(newer.sees(), newer.path)
    ans.sends(PAGE, f"{PAGE}/intrekken")
    revoked = getattr(newer.client, method)(newer.path, data=form)

    for answer in (replaced, revoked):
        assert answer.status_code == 410
        assert "De club heeft deze link ingetrokken" in words(main(answer))


def makes_link_anew(ans: Asker) -> str:
    page = main(ans.sends(PAGE))
    return str(page.get_element_by_id("link").text)


def test_a_link_is_valid_for_seven_days(bookkeeper: Bookkeeper, later: Callable[[timedelta], None]) -> None:
    later(timedelta(days=7, minutes=1))

    answer = bookkeeper.opens()

    assert answer.status_code == 410
    assert "Deze link geldt niet meer" in words(main(answer))


def test_a_link_of_an_item_that_was_withdrawn_is_not_needed(bookkeeper: Bookkeeper, ans: Asker) -> None:
    ans.sends("/p-w/{}/intrekken")

    assert "De toestemming is niet meer nodig" in words(main(bookkeeper.opens()))


def test_a_link_that_nobody_made_is_not_known(consent_app: Flask) -> None:
    answer = Bookkeeper(consent_app, "/koppelen/nobodys").opens()

    assert answer.status_code == 410
    assert "Deze link kennen we niet" in words(main(answer))


def test_the_last_page_is_for_who_gave_consent(consent_app: Flask) -> None:
    assert consent_app.test_client().get(f"/oauth/{EXACT}/klaar").location == "/"


def test_another_club_cannot_make_a_link(ans: Asker, cor: Asker) -> None:
    ans.starts(VISMA)
    form = filled(ans.sees(PAGE), PAGE.format(ans.number))
    token = cor.sees("/p-w/").xpath("//input[@name='csrf_token']/@value")[0]

    cor.number = ans.number
    assert cor.opens(PAGE).status_code == 404
    assert cor.client.post(PAGE.format(ans.number), data=form | {"csrf_token": token}).status_code == 404
