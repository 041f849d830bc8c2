"""Boekhouding for connections that live by a consent: given anew, needed anew, and of other books."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlmodel import col, select

from demo.cast import ANS, BRAM
from demo.seed import acting
from onboarding.connections.models import Connection, ConnectionState
from onboarding.db import session
from onboarding.oauth.models import Consent, ConsentState
from onboarding.tickets.models import Ticket
from onboarding.usecases import attention, pages, reviewing, submitting
from onboarding.usecases.transaction import change
from tests.web.club.treasurer import main, words, work
from tests.web.consent.consenting import EXACT, VISMA, Asker, answer_of
from tests.web.queries import counted

PAGE = "/instellingen/clubinstellingen/boekhouding"


@pytest.fixture
def connected(ans: Asker, consent_app: Flask) -> Asker:
    """Ans, whose club is connected to Visma."""
    ans.gives_consent(VISMA)
    ans.sends("/p-w/{}/toestemming", "/p-w/{}/testen")
    work(consent_app)
    ans.sends("/p-w/{}/versturen")
    with consent_app.app_context():
        activate(ans.number)
    return ans


def activate(number: int) -> None:
    """Ans states and Bram confirms what a person has to, and he activates."""
    ans, bram = acting(ANS), acting(BRAM)
    for item in pages.workspace(bram, number).checklist.items:
        if item.standing == "asks_club":
            submitting.state_fact(ans, number, version(number), item.key, ticked=True, name="Ans", date="3-11-2026")
        if item.standing in ("asks_club", "asks_support"):
            reviewing.confirm(bram, number, version(number), item.key, "Vergeleken, klopt.")
    reviewing.activate(bram, number, version(number))


def version(number: int) -> int:
    session().rollback()
    session().expire_all()
    return session().get_one(Ticket, number).version


def presses_the_button(ans: Asker) -> str:
    """Gives consent anew on the page of the connections; where it leads."""
    page = ans.sees(PAGE)
    action = page.xpath("//form[contains(@action, '/toestemming')]/@action")[0]
    answer = ans.sends_as_seen(page, action)
    assert answer.status_code == 303, answer.text
    return answer.location


def dies(app: Flask) -> None:
    """The package no longer accepts the consent that the connection lives by."""
    with app.app_context():
        with change() as db:
            consent = db.exec(select(Consent).where(Consent.state == ConsentState.ALIVE)).one()
            consent.state = ConsentState.DEAD
            consent.problem = {"nl": "De toestemming is ingetrokken.", "en": "The consent was withdrawn."}
            db.add(consent)
        assert consent.id is not None
        attention.needs_consent(consent.id)


def newest_of(app: Flask) -> int:
    with app.app_context():
        return session().exec(select(Ticket.id).order_by(col(Ticket.id).desc())).first() or 0


def test_the_page_tells_who_gave_consent_and_offers_to_give_it_anew(connected: Asker) -> None:
    page = words(connected.sees(PAGE).find(".//main"))

    assert "Ans de Wit gaf toestemming" in page
    assert "Opnieuw toestemming geven" in page
    assert "Codes opnieuw instellen" not in page


def test_consent_is_given_anew_straight_from_there_and_in_force_by_itself(connected: Asker, consent_app: Flask) -> None:
    answer = connected.comes_back(answer_of(presses_the_button(connected), "goed"))
    connected.number = newest_of(consent_app)
    assert answer.location == f"/p-w/{connected.number}/toestemming"

    connected.sends("/p-w/{}/toestemming", "/p-w/{}/testen")
    work(consent_app)

    assert "De koppeling is actief" in words(connected.sees("/p-w/{}").get_element_by_id("turn"))
    with consent_app.app_context():
        states = session().exec(select(Consent.state).order_by(col(Consent.id))).all()
    assert states == [ConsentState.ENDED, ConsentState.ALIVE]


def test_another_company_is_refused_and_the_old_consent_stays(connected: Asker, consent_app: Flask) -> None:
    connected.comes_back(answer_of(presses_the_button(connected), "anderbedrijf"))
    connected.number = newest_of(consent_app)
    connected.sends("/p-w/{}/toestemming", "/p-w/{}/testen")
    work(consent_app)

    turn = connected.sees("/p-w/{}/testen").get_element_by_id("turn")

    assert "Dit is een andere administratie" in words(turn)
    assert "Geef opnieuw toestemming en kies SV Voorbeeld" in words(turn)
    assert turn.xpath(".//form/@action") == [f"/p-w/{connected.number}/toestemming"]
    assert "Gekoppeld" in words(connected.sees(PAGE).find(".//main"))


def test_a_consent_that_died_asks_for_one_button_everywhere(connected: Asker, consent_app: Flask) -> None:
    dies(consent_app)

    page = connected.sees(PAGE).find(".//main")
    assert "Er is opnieuw toestemming nodig." in words(page)
    assert "De toestemming is ingetrokken." in words(page)
    assert [words(button) for button in page.xpath(".//button")] == ["Opnieuw toestemming geven (Visma eAccounting)"]

    connected.number = newest_of(consent_app)
    turn = connected.sees("/p-w/{}").get_element_by_id("turn")
    assert turn.xpath(".//form/@action") == [f"/p-w/{connected.number}/toestemming"]

    answer = connected.comes_back(answer_of(presses_the_button(connected), "goed"))
    assert answer.location == f"/p-w/{connected.number}/toestemming"
    connected.sends("/p-w/{}/toestemming", "/p-w/{}/testen")
    work(consent_app)
    with consent_app.app_context():
        assert session().exec(select(Connection.state)).one() is ConnectionState.ACTIVE


def test_support_sees_that_the_club_has_to_give_it_anew(connected: Asker, consent_app: Flask) -> None:
    dies(consent_app)
    bram = Asker(consent_app, BRAM)
    bram.number = newest_of(consent_app)

    page = bram.sees("/support/tickets/{}")

    assert "opnieuw nodig" in words(page.get_element_by_id("consented"))
    assert "De club is aan zet" in words(page.find(".//main"))


def test_a_stranger_to_the_club_cannot_begin(connected: Asker, cor: Asker) -> None:
    action = connected.sees(PAGE).xpath("//form[contains(@action, '/toestemming')]/@action")[0]
    token = cor.sees("/p-w/").xpath("//input[@name='csrf_token']/@value")[0]

    assert cor.client.post(action, data={"csrf_token": token}).status_code == 404


@pytest.mark.parametrize("package", [EXACT, VISMA])
@pytest.mark.parametrize("path", ["/p-w/{}", "/p-w/{}/codes", "/p-w/{}/toestemming", "/p-w/{}/testen", PAGE])
def test_pages_with_a_consent_are_light(ans: Asker, consent_app: Flask, package: str, path: str) -> None:
    ans.gives_consent(package)
    ans.opens(path)
    with counted() as queries:
        answer = ans.opens(path)

    assert len(queries) <= 12, queries
    assert len(answer.data) <= 40_000
    assert main(answer) is not None or answer.status_code == 302
