"""Instellingen › Clubinstellingen › Boekhouding, as a treasurer uses it without a script."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlmodel import select

from demo.cast import ANS, BRAM, VOORBEELD
from demo.seed import club_id
from onboarding.accounts.people import SYSTEM
from onboarding.connections.models import Connection
from onboarding.db import session
from onboarding.usecases import reviewing, submitting
from onboarding.usecases.importing import import_connections
from tests.web.club.treasurer import PACKAGE, Treasurer, acting, codes, words, work
from tests.web.queries import counted
from tests.web.stage import drafted, version_of

PATH = "/instellingen/clubinstellingen/boekhouding"


@pytest.fixture
def connection(club_app: Flask) -> int:
    """A connection of Ans's club that is active; its id."""
    with club_app.app_context():
        number = drafted(club_id(VOORBEELD))
        submitting.submit(acting(ANS), number, version_of(number))
    work(club_app)
    with club_app.app_context():
        reviewing.confirm(acting(BRAM), number, version_of(number), "administration_code", "Klopt.")
        reviewing.activate(acting(BRAM), number, version_of(number))
        found = session().exec(select(Connection.id)).one()
    assert found is not None
    return found


def test_new_codes_of_the_same_books_are_in_force_by_themselves(ans: Treasurer, connection: int) -> None:
    page = ans.sees(PATH)
    assert "Laatst getest" in words(page)
    answer = ans.sends_as_seen(page, f"{PATH}/{connection}/opnieuw")
    ans.number = int(answer.location.split("/")[2])
    form = ans.sees("/p-w/{}/codes")
    assert "de koppeling loopt gewoon door" in words(form)
    assert form.get_element_by_id("f-username").value == codes("goed")["username"]
    assert form.get_element_by_id("f-security_code_1").value in (None, "")

    ans.sends("/p-w/{}/codes", do="test", **codes("goed"))
    work(ans.app)

    panel = ans.opens("/p-w/{}/testen/stand")
    assert panel.headers["HX-Redirect"] == f"/p-w/{ans.number}"
    assert "De koppeling is actief" in words(ans.sees("/p-w/{}"))
    assert "De nieuwe codes zijn in gebruik" in words(ans.sees(PATH))


def test_other_books_are_refused_with_the_name_of_those_expected(ans: Treasurer, connection: int) -> None:
    answer = ans.sends(PATH, f"{PATH}/{connection}/opnieuw")
    ans.number = int(answer.location.split("/")[2])
    ans.sends("/p-w/{}/codes", do="test", **codes("zondertoken"))
    work(ans.app)

    page = words(ans.sees("/p-w/{}/testen"))
    assert "Dit is een andere administratie" in page
    assert "goed · 123456 is gekoppeld" in page
    assert "Verder met de nieuwe codes" in words(ans.sees(PATH))


def test_ending_it_asks_for_the_clubs_name_and_keeps_what_was_typed(ans: Treasurer, connection: int) -> None:
    path = f"{PATH}/{connection}/ontkoppelen"
    assert "Dit stopt meteen" in words(ans.sees(path))
    refused = ans.sends(path, club="SV <Voorbeeld")
    assert refused.status_code == 422
    assert "SV &lt;Voorbeeld" in refused.text
    assert "Typ de naam van de club zoals hij hier staat: SV Voorbeeld." in refused.text

    assert ans.sends(path, club="sv voorbeeld").location.endswith(PATH)
    page = ans.sees(PATH)
    assert "De koppeling is beëindigd en de codes zijn vernietigd." in words(page)
    assert "Ontkoppeld" in words(page)
    assert ans.opens(path).status_code == 409


def test_one_that_was_taken_over_asks_for_its_codes(ans: Treasurer) -> None:
    with ans.app.app_context():
        import_connections(SYSTEM, f"club,package,identity\n{VOORBEELD},{PACKAGE},goed\n".encode())
    page = ans.sees(PATH)
    assert "Actief, codes onbekend" in words(page)
    assert "Codes invullen" in words(page)
    assert "Overgenomen van vóór Koppelbalie" in words(page)


def test_many_connections_are_as_light_as_one(ans: Treasurer, connection: int) -> None:
    ans.sees(PATH)
    with counted() as one:
        ans.sees(PATH)
    with ans.app.app_context():
        import_connections(
            SYSTEM, f"club,package,identity\n{VOORBEELD},snelstart,{'0' * 8}{'-0000' * 3}-{'0' * 12}\n".encode()
        )
    with counted() as two:
        ans.sees(PATH)
    assert len(one) == len(two) <= 12
