"""Consent without an item: a public page, a code to copy, and the field into which it is pasted."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from urllib.parse import parse_qsl, urlencode, urlsplit

import lxml.html
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlmodel import select

import connectors
from onboarding.db import session
from onboarding.oauth.models import Authorisation
from tests.web.club.treasurer import filled, main, words
from tests.web.consent.consenting import EXACT, REFUSE, TWINFIELD, VISMA, Asker, answer_of

PAGE = "/autoriseren/{}"


class Somebody:
    """A browser that nobody knows."""

    def __init__(self, app: Flask) -> None:
        self.client: FlaskClient = app.test_client()

    def consents(self, package: str = EXACT, club: str = "goed") -> str:
        """Where it ends, after the package."""
        path = PAGE.format(package)
        page = lxml.html.fromstring(self.client.get(path).text)
        left = self.client.post(path, data=filled(page, path) | {"reference": "SV Voorbeeld"})
        assert left.status_code == 303, left.text
        back = urlsplit(answer_of(left.location, club))
        return self.client.get(f"{back.path}?{back.query}").location

    def gets_a_code(self, package: str = EXACT) -> str:
        page = lxml.html.fromstring(self.client.get(self.consents(package)).text)
        return str(page.get_element_by_id("hand-over").text)


@pytest.fixture
def somebody(consent_app: Flask) -> Somebody:
    return Somebody(consent_app)


def pastes(ans: Asker, code: str) -> list[str]:
    """What stands beside the field of the code; nothing when it was taken."""
    answer = ans.types({"reference": "SV Voorbeeld", "auth_code": code}, do="claim")
    if answer.status_code == 302:
        assert answer.location == f"/p-w/{ans.number}/toestemming"
        return []
    page = main(answer)
    assert page.xpath("//div[@id='errors']//a/@href") == [f"/p-w/{ans.number}/codes#f-auth_code"]
    assert page.xpath("//section[@id='consent']//details/@open")
    assert code not in answer.text or not code
    return [words(page.get_element_by_id("f-auth_code-wrong"))]


def test_a_code_is_shown_as_text_and_brings_the_consent_to_an_item(somebody: Somebody, ans: Asker) -> None:
    end = somebody.consents()

    assert end == f"/autoriseren/{EXACT}/code"
    page = lxml.html.fromstring(somebody.client.get(end).text)
    code = str(page.get_element_by_id("hand-over").text)
    assert code.startswith("KB-")
    assert "De code geldt 7 dagen en werkt één keer." in words(page)
    assert "Item toevoegen" in words(page)

    ans.starts()
    assert pastes(ans, f"  Mijn code is: {code.lower()}\n") == []
    assert "De toestemming kwam met een autorisatiecode" in words(ans.sees("/p-w/{}/toestemming"))
    assert "SV Voorbeeld (900001)" in words(ans.sees("/p-w/{}/toestemming"))


def test_the_page_shows_the_code_for_an_hour_in_the_same_browser_alone(
    somebody: Somebody, consent_app: Flask, later: Callable[[timedelta], None]
) -> None:
    end = somebody.consents()
    code = words(lxml.html.fromstring(somebody.client.get(end).text).get_element_by_id("hand-over"))

    later(timedelta(minutes=59))
    assert code in somebody.client.get(end).text
    other = consent_app.test_client().get(end)
    assert other.status_code == 410
    assert "KB-" not in other.text
    later(timedelta(minutes=2))
    assert "Deze code laten we niet meer zien" in words(main(somebody.client.get(end)))


def test_a_name_is_asked_first(somebody: Somebody) -> None:
    path = PAGE.format(EXACT)
    page = lxml.html.fromstring(somebody.client.get(path).text)

    answer = somebody.client.post(path, data=filled(page, path) | {"reference": "  "})

    assert answer.status_code == 422
    assert main(answer).xpath("//div[@id='errors']//a/@href") == ["#f-reference"]


def test_who_says_no_gets_no_code_and_can_begin_anew(somebody: Somebody) -> None:
    end = somebody.consents(club=REFUSE)

    page = main(somebody.client.get(end))

    assert "Je hebt geen toestemming gegeven" in words(page)
    assert page.xpath(".//a[@class='btn']/@href") == [PAGE.format(EXACT)]


@pytest.mark.parametrize("typed", ["", "geheim", "KB-0000-0000-0000-0000-0000", "KB-12", "x" * 5000, "💥"])
def test_what_is_no_code_is_told_beside_the_field(ans: Asker, typed: str) -> None:
    ans.starts()

    assert len(pastes(ans, typed)) == 1
    assert ans.sees("/p-w/{}/codes").xpath("//input[@id='f-reference']/@value") == ["SV Voorbeeld"]


def test_half_a_code_of_ours_is_sent_to_no_package(ans: Asker, consent_app: Flask) -> None:
    ans.starts()

    assert "Deze code kennen we niet" in pastes(ans, "KB-8H2K-77QX")[0]
    with consent_app.app_context():
        assert session().exec(select(Authorisation.id)).all() == []


def test_a_code_works_once(somebody: Somebody, ans: Asker, cor: Asker) -> None:
    code = somebody.gets_a_code()
    ans.starts()
    cor.starts()

    assert pastes(ans, code) == []
    assert "al gebruikt" in pastes(cor, code)[0]


def test_a_code_is_valid_for_seven_days(somebody: Somebody, ans: Asker, later: Callable[[timedelta], None]) -> None:
    code = somebody.gets_a_code()
    later(timedelta(days=7, minutes=1))
    ans.takes_another_device()
    ans.starts()

    assert "ouder dan 7 dagen" in pastes(ans, code)[0]


def test_a_code_of_another_package_is_told_as_such(somebody: Somebody, ans: Asker) -> None:
    code = somebody.gets_a_code(VISMA)
    ans.starts(EXACT)

    assert "ander boekhoudpakket" in pastes(ans, code)[0]


def test_a_raw_code_is_no_way_in_where_the_host_shows_none(ans: Asker) -> None:
    ans.starts(TWINFIELD)
    assert "Het hele adres van de pagina" not in words(ans.sees("/p-w/{}/codes"))

    answer = ans.types({"auth_code": "a-code-of-twinfield"}, do="claim")

    assert "geen code van ons" in words(main(answer).get_element_by_id("f-auth_code-wrong"))


def test_the_address_of_a_page_that_shows_codes_can_be_pasted_once(ans: Asker) -> None:
    ans.starts(VISMA)
    pasted = connectors.get(VISMA).sandbox().host_input["pasted_redirect_uri"]
    asked = urlsplit(ans.leaves())
    query = urlencode(dict(parse_qsl(asked.query)) | {"redirect_uri": pasted})
    shown = answer_of(asked._replace(query=query).geturl(), "goed")
    assert "/redirect_receiver?code=" in shown
    assert "Het hele adres van de pagina" in words(ans.sees("/p-w/{}/codes"))

    assert pastes(ans, shown) == []
    assert "Ans de Wit gaf toestemming" in words(ans.sees("/p-w/{}/toestemming"))
    again = ans.client.post(f"/p-w/{ans.number}/codes", data=again_with(ans, shown))
    assert "al gebruikt" in words(main(again))


def again_with(ans: Asker, code: str) -> dict[str, str]:
    """The form of the codes with a code that was taken before."""
    form = filled(ans.sees("/p-w/{}/codes"), f"/p-w/{ans.number}/codes")
    return form | {"auth_code": code, "do": "claim"}


def test_who_sets_out_too_often_waits(consent_app: Flask) -> None:
    consent_app.extensions["koppelbalie"] = consent_app.extensions["koppelbalie"].model_copy(
        update={"sign_in_limit": "2 per minute"}
    )
    path, client = PAGE.format(EXACT), consent_app.test_client()
    page = lxml.html.fromstring(client.get(path).text)
    form = filled(page, path) | {"reference": "SV Voorbeeld"}

    assert [client.post(path, data=form).status_code for _ in range(3)] == [303, 303, 429]
