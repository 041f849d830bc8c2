"""Consent out of an item: the button, the way back, the administrations, and what is told of it."""

from __future__ import annotations

import re

import pytest
from flask import Flask

from connectors.kit.errors import Unavailable
from connectors.kit.text import Text
from demo.cast import BRAM
from tests.made_up import made_up
from tests.web.club.treasurer import main, words, work
from tests.web.consent.consenting import EXACT, TWINFIELD, VISMA, Asker, answer_of, query_of

BOOKS = "/p-w/{}/toestemming"
CHOOSE = "/p-w/{}/administratie"


def test_a_club_gives_consent_chooses_its_books_and_tests(ans: Asker, consent_app: Flask) -> None:
    ans.gives_consent()
    page = ans.sees(BOOKS)
    assert "Ans de Wit gaf toestemming" in words(page)
    assert "SV Voorbeeld (900001)" in words(page)

    answer = ans.sends(BOOKS, CHOOSE, division="900001", do="test")
    assert answer.location == f"/p-w/{ans.number}/testen"
    work(consent_app)

    assert "De koppeling werkt" in words(ans.sees("/p-w/{}/testen").get_element_by_id("turn"))
    rows = {words(row.find("dt")): words(row) for row in ans.sees("/p-w/{}/versturen").xpath("//dl/div")}
    assert "Ans de Wit gaf toestemming (vandaag" in rows["Toestemming"]
    assert "SV Voorbeeld (900001)" in rows["Divisienummer"]
    assert "Autorisatiecode" not in rows


def test_neither_a_consent_nor_a_code_is_a_field_to_type(ans: Asker) -> None:
    ans.starts()

    form = ans.sees("/p-w/{}/codes").xpath("//form[contains(@action, '/codes')]")[0]

    assert not form.xpath(".//*[@name='authorization']")
    assert not form.xpath(".//*[@name='division']")  # it is chosen out of a list after consent
    assert words(form.xpath(".//section//button")[0]) == "Toestemming geven"
    assert "Test de koppeling" not in words(form)
    assert "Heb je een autorisatiecode?" in words(form)


def test_the_button_leads_to_the_package_with_nothing_of_the_club(ans: Asker) -> None:
    ans.starts()

    address = ans.leaves()

    assert address.startswith("http://127.0.0.1:")
    assert address.partition("?")[0].endswith("start.exactonline.nl/api/oauth2/auth")
    asked = query_of(address)
    assert asked["redirect_uri"] == f"http://127.0.0.1:5000/oauth/{EXACT}/terug"
    assert len(asked["state"]) >= 32
    assert "Voorbeeld" not in address


def test_what_was_typed_is_kept_and_told_beside_its_field_when_it_is_wrong(ans: Asker) -> None:
    ans.starts()

    wrong = ans.types({"reference": "x" * 300}, do="consent")

    assert wrong.status_code == 422
    assert main(wrong).xpath("//div[@id='errors']//a/@href") == ["#f-reference"]

    ans.leaves()
    assert ans.sees("/p-w/{}/codes").xpath("//input[@id='f-reference']/@value") == ["SV Voorbeeld"]


def test_nothing_can_be_tested_before_there_is_consent(ans: Asker) -> None:
    ans.starts()

    answer = ans.types({"reference": "SV Voorbeeld"})

    assert answer.status_code == 422
    summary = main(answer).get_element_by_id("errors")
    assert "Toestemming: Geef eerst toestemming." in words(summary)
    assert summary.xpath(".//a/@href") == [f"/p-w/{ans.number}/codes#consent"]


def test_the_administration_can_be_typed_and_stays_when_it_is_wrong(ans: Asker) -> None:
    ans.gives_consent()

    none = ans.sends(BOOKS, CHOOSE, do="test")
    wrong = ans.sends(BOOKS, CHOOSE, other="negenhonderd", do="test")
    pasted = "https://start.exactonline.nl/docs/MenuPortal.aspx?_Division_=900001"
    right = ans.sends(BOOKS, CHOOSE, other=pasted, do="later")

    assert none.status_code == wrong.status_code == 422
    assert main(none).xpath("//div[@id='errors']//a/@href") == ["#f-division"]
    page = main(wrong)
    assert page.xpath("//div[@id='errors']//a/@href") == ["#f-other"]
    assert page.xpath("//input[@id='f-other']/@value") == ["negenhonderd"]
    assert right.location == "/p-w/"
    assert ans.sees(BOOKS).xpath("//input[@type='radio'][@checked]/@value") == ["900001"]


def test_what_is_typed_goes_before_what_was_chosen_earlier(ans: Asker) -> None:
    ans.gives_consent()
    ans.sends(BOOKS, CHOOSE, division="900001", do="later")

    ans.sends(BOOKS, CHOOSE, division="900001", other="900777", do="later")
    assert ans.sees(BOOKS).xpath("//input[@name='other']/@value") == ["900777"]

    ans.sends(BOOKS, CHOOSE, division="900001", other="900777", do="later")
    assert ans.sees(BOOKS).xpath("//input[@type='radio'][@checked]/@value") == ["900001"]


def test_the_form_is_taken_up_where_the_administration_is_chosen(ans: Asker) -> None:
    ans.gives_consent()

    assert ans.opens("/p-w/{}/verder").location == f"/p-w/{ans.number}/toestemming"
    ans.sends(BOOKS, CHOOSE, division="900001", do="later")
    assert ans.opens("/p-w/{}/verder").location == f"/p-w/{ans.number}/testen"


def test_without_a_consent_the_page_of_the_books_leads_to_the_button(ans: Asker) -> None:
    ans.starts()

    assert ans.opens(BOOKS).location == f"/p-w/{ans.number}/codes"


def test_at_visma_the_one_company_is_confirmed(ans: Asker, consent_app: Flask) -> None:
    ans.gives_consent(VISMA)

    page = ans.sees(BOOKS)

    assert not page.xpath("//input[@type='radio']")
    assert "De toestemming geldt voor:" in words(page)
    assert "SV Voorbeeld" in words(page.xpath("//ul[@class='books']")[0])
    other = ans.sends_as_seen(page, BOOKS)
    assert other.status_code == 303
    assert "identity.vismaonline.com/connect/authorize" in other.location
    yes = ans.sends(BOOKS, "/p-w/{}/testen")
    assert yes.location == f"/p-w/{ans.number}/testen"
    work(consent_app)
    assert "De koppeling werkt" in words(ans.sees("/p-w/{}/testen").get_element_by_id("turn"))


def test_a_refused_password_opens_the_consent_way_in_the_same_item(ans: Asker, consent_app: Flask) -> None:
    ans.starts(TWINFIELD)
    form = ans.sees("/p-w/{}/codes")
    assert form.xpath("//input[@id='f-password']")
    assert form.xpath("//details[@id='other-way']")

    assert form.xpath("//input[@id='f-office']")
    ans.types(made_up("oauth", TWINFIELD))
    work(consent_app)

    page = ans.sees("/p-w/{}/testen")
    assert "Geef met deze knop toestemming" in words(page.get_element_by_id("turn"))
    form = ans.sees("/p-w/{}/codes")
    assert "niet meer" in words(form.get_element_by_id("consent"))
    assert "Noteer gebruikersnaam" not in words(form.xpath("//main")[0])
    assert not form.xpath("//input[@id='f-password']")
    back = ans.comes_back(answer_of(ans.sends_as_seen(page, BOOKS).location, "toestemming"))
    assert back.location == f"/p-w/{ans.number}/toestemming"

    ans.sends(BOOKS, CHOOSE, office="001", do="test")
    work(consent_app)
    page = ans.sees("/p-w/{}/versturen")
    assert "De koppeling werkt" in words(ans.sees("/p-w/{}/testen").get_element_by_id("turn"))
    assert "Wachtwoord" not in words(page.get_element_by_id("answers").getparent())


@pytest.fixture
def bram(ans: Asker, consent_app: Flask) -> Asker:
    """Support, looking at an item that was sent with a consent."""
    ans.gives_consent()
    ans.sends(BOOKS, CHOOSE, division="900001", do="test")
    work(consent_app)
    ans.sends("/p-w/{}/versturen")
    bram = Asker(consent_app, BRAM)
    bram.number = ans.number
    return bram


def test_support_sees_who_gave_consent_and_no_token(bram: Asker) -> None:
    line = words(bram.sees("/support/tickets/{}").get_element_by_id("consented"))

    assert "geldig" in line
    assert "Ans de Wit gaf toestemming" in line


def test_support_sees_what_the_last_attempt_to_give_consent_came_to(ans: Asker, bram: Asker) -> None:
    page = bram.sees("/support/tickets/{}")
    assert "Laatste poging" not in words(page.get_element_by_id("consented"))
    bram.sends_as_seen(page, "/support/tickets/{}/vraag-club", text="Wil je opnieuw toestemming geven?")

    ans.consents("code-oud")

    line = words(bram.sees("/support/tickets/{}").get_element_by_id("consented"))
    assert "geldig" in line, "what was given before stays"
    assert "De code is verlopen, al gebruikt of niet heel overgekomen." in line
    assert re.search(r"hooguit \d+ seconden? oud", line)
    assert "/oauth/exact-online/terug" in line

    ans.consents("refuse")
    line = words(bram.sees("/support/tickets/{}").get_element_by_id("consented"))
    assert "Laatste poging" in line
    assert "oud." not in line, "who refuses brings no code"


def test_while_it_cannot_be_verified_there_is_nothing_to_do(ans: Asker, monkeypatch: pytest.MonkeyPatch) -> None:
    def away(*_: object) -> None:
        raise Unavailable(Text(nl="Weg.", en="Gone."))

    monkeypatch.setattr("onboarding.usecases.exchanging.verified", away)
    ans.starts(TWINFIELD)
    back = ans.consents("toestemming")

    assert back.location == f"/p-w/{ans.number}/toestemming"
    assert ans.opens("/p-w/{}/toestemming").location == f"/p-w/{ans.number}/codes"
    page = ans.sees("/p-w/{}/codes")
    said = words(page.get_element_by_id("consent"))
    assert "Ans de Wit gaf toestemming" in said
    assert "Of ze echt van Twinfield komt, konden we nog niet nagaan" in said
    assert "Je hoeft niets te doen" in said
    assert [button.get("value") for button in page.xpath("//main//button[@class='btn']")] == []


@pytest.mark.parametrize("page", ["codes", "toestemming", "boekhouder", "testen", "versturen"])
def test_somebody_of_another_club_sees_none_of_it(ans: Asker, cor: Asker, page: str) -> None:
    ans.gives_consent()

    theirs = cor.opens(f"/p-w/{ans.number}/{page}")
    nobodys = cor.opens(f"/p-w/999999/{page}")

    assert theirs.status_code == 404
    assert theirs.text == nobodys.text
