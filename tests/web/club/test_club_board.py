"""The board, the packages to choose from and the club's connections."""

from __future__ import annotations

from flask import Flask

from demo.cast import BEN
from tests.web.club.treasurer import PACKAGE, Treasurer, main, words


def test_an_empty_board_says_what_it_is_for_and_leads_on(ans: Treasurer) -> None:
    page = ans.sees("/p-w/")

    assert "Koppel je boekhouding" in words(page)
    assert page.xpath("//main//a[@class='btn']/@href") == ["/p-w/nieuw", "/p-w/nieuw"]


def test_a_card_says_what_to_have_at_hand_and_how_long_it_takes(ans: Treasurer) -> None:
    cards = [words(card) for card in ans.sees("/p-w/nieuw").xpath("//ul[@class='cards']/li")]

    card = next(card for card in cards if card.startswith("e-Boekhouden.nl"))
    assert "Je administratiecode" in card
    assert "ongeveer 10 minuten" in card


def test_one_package_has_an_address_to_link_to(ans: Treasurer) -> None:
    assert words(ans.sees(f"/p-w/nieuw/{PACKAGE}").find(".//h1")) == "Koppel e-Boekhouden.nl"
    assert ans.opens("/p-w/nieuw/no-such-package").status_code == 404


def test_a_second_start_goes_on_with_the_open_draft(ans: Treasurer) -> None:
    ans.starts()
    card = ans.sees(f"/p-w/nieuw/{PACKAGE}")
    assert card.xpath("//div[@class='end']/a/@href") == [f"/p-w/{ans.number}"]

    page = ans.sees("/p-w/")
    assert len(page.xpath("//ul[@class='board']/li")) == 1
    assert "Jij bent aan zet" in words(page)


def test_the_board_says_whose_turn_it_is(ans: Treasurer) -> None:
    ans.files()
    assert "Helpdesk is aan zet" in words(ans.sees("/p-w/"))

    ans.sends("/p-w/{}/intrekken")
    page = words(main(ans.opens("/p-w/")))
    assert "Er staat niets open" in page
    assert "Ingetrokken" in page


def test_another_clubs_item_is_as_if_it_did_not_exist(ans: Treasurer, cor: Treasurer) -> None:
    ans.starts()

    foreign, missing = cor.opens(f"/p-w/{ans.number}"), cor.opens("/p-w/999999")

    assert (foreign.status_code, missing.status_code) == (404, 404)
    assert words(main(foreign)) == words(main(missing))
    assert cor.sees("/p-w/").xpath("//ul[@class='board']") == []


def test_the_connections_of_the_club_say_how_they_are_doing(ans: Treasurer) -> None:
    path = "/instellingen/clubinstellingen/boekhouding"
    assert "nog geen boekhouding gekoppeld" in words(ans.sees(path))

    ans.starts()

    card = ans.sees(path).xpath("//main/section")[0]
    assert "Wordt ingesteld" in words(card)
    assert card.xpath(".//a/@href") == [f"/p-w/{ans.number}"]


def test_somebody_of_two_clubs_can_switch(club_app: Flask) -> None:
    ben = Treasurer(club_app, BEN)
    page = ben.sees("/p-w/")
    here, other = page.xpath("//select[@name='club']/option/@value")

    answer = ben.sends_as_seen(page, "/account/club", club=other)

    assert answer.status_code == 303
    assert here != other
    assert ben.sees("/p-w/").xpath("//select[@name='club']/option[@selected]/@value") == [other]
