"""The queue: whose turn it is, what is next, and finding something."""

from __future__ import annotations

import pytest

from demo.cast import BRAM
from tests.web.support.helpdesk import Agent, Place, words


def rows(page) -> dict[str, str]:
    return {words(row.find(".//a")): words(row) for row in page.xpath("//tr[@data-row]")}


def captions(page) -> list[str]:
    return [words(caption) for caption in page.xpath("//caption")]


def test_tickets_stand_under_whose_turn_it_is(bram, helpdesk: Place):
    page = bram.sees("/support/")

    assert captions(page) == ["Wij zijn aan zet 4", "Het pakket is aan zet 1"]
    shown = rows(page)
    assert "Klaar om te activeren" in shown[str(helpdesk.tickets.ready)]
    assert "Inloggen lukt" in shown[str(helpdesk.tickets.wrong)]
    assert "VV Proefstad" in shown[str(helpdesk.tickets.wrong)]
    assert "Bram Visser" in shown[str(helpdesk.tickets.ready)]


def test_an_outage_is_told_once_and_asks_nothing_of_anybody(bram):
    banner = words(bram.sees("/support/").xpath("//section[contains(@class, 'turn')]")[0])

    assert "e-Boekhouden.nl is sinds" in banner
    assert "1 ticket wacht. Niemand hoeft iets te doen" in banner


def test_the_checklist_in_small_is_told_in_words_too(bram):
    minis = bram.sees("/support/").xpath("//*[@class='minis']")

    assert len(minis) == 5
    assert all("in orde" in mini.get("aria-label") for mini in minis)


@pytest.mark.parametrize("search", ["proefstad", "{wrong}", "{wrong} "])
def test_a_ticket_is_found_by_club_or_number(bram, helpdesk: Place, search):
    page = bram.sees("/support/?q=" + search.format(wrong=helpdesk.tickets.wrong))

    assert list(rows(page)) == [str(helpdesk.tickets.wrong)]


def test_a_ticket_is_found_by_what_was_written_in_it(bram, helpdesk: Place):
    number = helpdesk.tickets.template
    bram.sends(
        f"/support/tickets/{number}", f"/support/tickets/{number}/notitie", text="De penningmeester is op vakantie."
    )

    assert list(rows(bram.sees("/support/?q=vakantie"))) == [str(number)]


def test_nothing_found_says_what_to_try(bram):
    page = bram.sees("/support/?q=%25_ondenkbaar")

    assert rows(page) == {}
    assert "Niets gevonden" in words(page.xpath("//main")[0])


@pytest.mark.parametrize(
    "query", ["pagina=0", "pagina=-3", "pagina=x", "pagina=99999999999", "groep=nope", "q=%00", "q=" + "a" * 5000]
)
def test_an_odd_address_shows_a_queue_all_the_same(bram, query):
    assert bram.client.get(f"/support/?{query}").status_code in (200, 400)


def test_an_empty_queue_says_so(empty_desk_app):
    page = Agent(empty_desk_app, BRAM).sees("/support/")

    assert "Niemand wacht op je" in words(page.xpath("//main")[0])


def test_closed_tickets_come_when_asked_for(bram, helpdesk: Place):
    number = helpdesk.tickets.wrong
    bram.sends(f"/support/tickets/{number}?doe=reject", f"/support/tickets/{number}/wijs-af", text="Dubbel ingediend.")

    assert str(number) not in rows(bram.sees("/support/"))
    assert "1 afgesloten ticket" in words(bram.sees("/support/").xpath("//main")[0])
    assert "Afgewezen" in rows(bram.sees("/support/?groep=closed"))[str(number)]


def test_the_keys_have_a_page_of_their_own(bram):
    assert "Ctrl" in words(bram.sees("/support/sneltoetsen").xpath("//main")[0])


def test_a_queue_of_many_is_read_by_page(bram, helpdesk: Place, monkeypatch):
    monkeypatch.setattr("onboarding.tickets.reading.PAGE", 2)
    monkeypatch.setattr("onboarding.tickets.reading.FIRST", 1)

    assert "Toon alle 4" in words(bram.sees("/support/").xpath("//main")[0])
    first, second = bram.sees("/support/?groep=support"), bram.sees("/support/?groep=support&pagina=2")
    assert len(rows(first)) == len(rows(second)) == 2
    assert not rows(first).keys() & rows(second).keys()
    assert "pagina 2 van 2" in words(second.xpath("//main")[0])
