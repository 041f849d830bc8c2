"""Each way in which no consent comes has a page of its own that loses nothing and says what is next."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from flask import Flask
from sqlmodel import select

import connectors
from demo.processes import free_port
from onboarding.db import session
from onboarding.i18n import in_language
from onboarding.oauth.models import Consent
from onboarding.usecases.authorising import Kind
from onboarding.web.consent.callback import SLUGS
from onboarding.web.consent.words import TOLD
from tests.web.club.treasurer import main, words, work
from tests.web.consent.consenting import EXACT, PACKAGES, REFUSE, TWINFIELD, VISMA, Asker, answer_of, query_of

TROUBLE = "/oauth/{}/niet-gelukt/{}"


def told(ans: Asker, location: str) -> tuple[str, str]:
    """The heading of the page, and where its button leads."""
    page = main(ans.opens(location))
    return words(page.find(".//h1")), page.xpath(".//a[@class='btn']/@href")[0]


def consents_in(app: Flask) -> int:
    with app.app_context():
        return len(session().exec(select(Consent.id)).all())


@contextmanager
def away(app: Flask) -> Iterator[None]:
    """The packages cannot be reached meanwhile."""
    settings = app.extensions["koppelbalie"]
    hosts = [host for key in PACKAGES for host in connectors.get(key).hosts]
    nowhere = " ".join(f"{host}=http://127.0.0.1:{free_port()}" for host in hosts)
    app.extensions["koppelbalie"] = settings.model_copy(update={"at": nowhere})
    yield
    app.extensions["koppelbalie"] = settings


def test_no_page_has_a_code_or_a_state_in_its_address(ans: Asker) -> None:
    ans.starts()
    address = answer_of(ans.leaves(), "goed")

    good = ans.comes_back(address)
    again = ans.comes_back(address)

    sent = query_of(address)
    assert {"code", "state"} <= set(sent)
    for answer in (good, again):
        assert answer.status_code == 303
        assert not any(value in answer.location for value in sent.values())
        assert not any(value in ans.opens(answer.location).text for value in sent.values())


def test_somebody_who_says_no_is_led_back_to_the_form(ans: Asker) -> None:
    ans.starts()

    answer = ans.consents(REFUSE)

    assert answer.location == f"/oauth/{EXACT}/niet-gelukt/refused?item={ans.number}"
    heading, button = told(ans, answer.location)
    assert heading == "Je hebt geen toestemming gegeven"
    assert button == f"/p-w/{ans.number}/codes#consent"
    assert ans.sees("/p-w/{}/codes").xpath("//input[@id='f-reference']/@value") == ["SV Voorbeeld"]


def test_another_browser_spends_nothing(ans: Asker, consent_app: Flask) -> None:
    ans.starts()
    address = answer_of(ans.leaves(), "goed")
    other = Asker(consent_app, ans.person)

    answer = other.comes_back(address)

    assert told(other, answer.location) == ("Ga verder waar je begon", "/")
    assert consents_in(consent_app) == 0
    assert ans.comes_back(address).location == f"/p-w/{ans.number}/toestemming"


def test_a_stranger_with_the_address_spends_nothing(ans: Asker, consent_app: Flask) -> None:
    ans.starts()
    address = answer_of(ans.leaves(), "goed")
    own, ans.client = ans.client, consent_app.test_client()

    answer = ans.comes_back(address)

    assert answer.location == f"/oauth/{EXACT}/niet-gelukt/other-browser"
    assert str(ans.number) not in ans.opens(answer.location).text
    ans.client = own
    assert ans.comes_back(address).location == f"/p-w/{ans.number}/toestemming"


def test_an_address_that_was_used_says_so(ans: Asker, consent_app: Flask) -> None:
    ans.starts()
    address = answer_of(ans.leaves(), "goed")
    ans.comes_back(address)

    again = ans.comes_back(address)

    assert told(ans, again.location) == ("Dit is al verwerkt", f"/p-w/{ans.number}/codes#consent")
    assert consents_in(consent_app) == 1


def test_after_half_an_hour_it_begins_anew(ans: Asker, later: Callable[[timedelta], None]) -> None:
    ans.starts()
    address = answer_of(ans.leaves(), "goed")
    later(timedelta(minutes=31))

    answer = ans.comes_back(address)

    assert told(ans, answer.location) == ("Dit duurde te lang", f"/p-w/{ans.number}/codes#consent")


@pytest.mark.parametrize(
    "query", ["", "?state=nobodys&code=x", "?code=x", "?error=access_denied", "?state=%F0%9F%92%A5"]
)
def test_what_nobody_asked_for_is_not_known(ans: Asker, query: str) -> None:
    answer = ans.client.get(f"/oauth/{EXACT}/terug{query}")

    assert told(ans, answer.location) == ("Dit antwoord kennen we niet", "/")


def test_an_answer_for_another_package_is_not_known(ans: Asker) -> None:
    ans.starts()
    sent = query_of(answer_of(ans.leaves(), "goed"))

    answer = ans.client.get(f"/oauth/{VISMA}/terug", query_string=sent)

    assert answer.location == f"/oauth/{VISMA}/niet-gelukt/unknown"


def test_an_item_that_was_withdrawn_meanwhile_gets_no_consent(ans: Asker, consent_app: Flask) -> None:
    ans.starts()
    address = answer_of(ans.leaves(), "goed")
    ans.sends("/p-w/{}/intrekken")

    answer = ans.comes_back(address)

    assert told(ans, answer.location) == ("Dit item staat niet meer open", f"/p-w/{ans.number}")
    assert consents_in(consent_app) == 0


@pytest.mark.parametrize("club", ["code-oud", "code-gebruikt", "code-kapot"])
def test_a_code_that_the_package_refuses_is_told_in_its_words(ans: Asker, club: str) -> None:
    ans.starts()

    answer = ans.consents(club)

    page = main(ans.opens(answer.location))
    assert "De toestemming is niet doorgekomen" in words(page)
    assert "De code is verlopen, al gebruikt of niet heel overgekomen." in words(page)
    assert page.xpath(".//a[@class='btn']/@href") == [f"/p-w/{ans.number}/codes#consent"]


def test_a_fault_of_ours_reads_as_ours(ans: Asker) -> None:
    ans.starts()

    answer = ans.consents("clientfout")

    page = words(main(ans.opens(answer.location)))
    assert "Dit ligt aan ons, niet aan jou." in page
    assert "Er ging iets mis bij het vragen om toestemming" in page


def test_while_the_package_is_down_the_same_address_can_be_opened_again(ans: Asker, consent_app: Flask) -> None:
    ans.starts()
    address = answer_of(ans.leaves(), "goed")
    with away(consent_app):
        down = ans.comes_back(address)

    assert down.status_code == 503
    page = main(down)
    assert "Het pakket is nu niet bereikbaar" in words(page)
    assert not page.xpath("//form")
    button = page.xpath(".//a[@class='btn']/@href")[0]
    assert ans.comes_back(button).location == f"/p-w/{ans.number}/toestemming"


def test_boxes_that_were_not_ticked_ask_for_consent_again(ans: Asker, consent_app: Flask) -> None:
    ans.gives_consent(VISMA, "halfvinkje")
    ans.sends("/p-w/{}/toestemming", "/p-w/{}/testen")
    work(consent_app)

    page = ans.sees("/p-w/{}/testen")

    assert "vink alles aan" in words(page.get_element_by_id("check-scopes"))
    assert page.get_element_by_id("turn").xpath(".//form/@action") == [f"/p-w/{ans.number}/toestemming"]


@pytest.mark.parametrize("kind", Kind)
def test_every_kind_of_trouble_has_its_page(ans: Asker, consent_app: Flask, kind: Kind) -> None:
    page = ans.sees(TROUBLE.format(TWINFIELD, SLUGS[kind]))

    with consent_app.app_context(), in_language("nl"):
        assert words(page.find(".//h1")) == str(TOLD[kind].title)
    assert len(page.xpath("//main//a[@class='btn']")) == 1
    assert "{" not in words(page.find(".//main"))


@pytest.mark.parametrize(
    "path",
    [
        "/oauth/e-boekhouden/terug",
        "/oauth/nobodys/terug?state=x",
        TROUBLE.format("e-boekhouden", "refused"),
        TROUBLE.format(EXACT, "no-such-kind"),
        "/autoriseren/e-boekhouden",
        "/autoriseren/nobodys",
        "/oauth/snelstart/klaar",
    ],
)
def test_what_gives_no_consent_has_no_such_pages(ans: Asker, path: str) -> None:
    assert ans.opens(path).status_code == 404


def test_the_button_of_another_item_leads_nowhere_for_another_club(ans: Asker, cor: Asker) -> None:
    ans.starts()

    button = told(cor, f"{TROUBLE.format(EXACT, 'refused')}?item={ans.number}")[1]

    assert cor.opens(button.partition("#")[0]).status_code == 404
