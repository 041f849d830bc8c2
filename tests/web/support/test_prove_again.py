"""A lead who signed in a while ago shows again who they are, in the form of the override, and loses no word of it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask

from demo.cast import CARLA
from demo.seed import acting
from onboarding import clock
from onboarding.accounts.models import User
from onboarding.accounts.people import actor_of
from onboarding.db import session
from onboarding.usecases import pages, second_factor
from onboarding.usecases.transaction import change
from tests.unit.accounts.phone import code_of
from tests.web.support.helpdesk import PASSWORD, Agent, Place
from tests.web.support.test_moves import at, page_of, trouble, typed

Later = Callable[[timedelta], None]
WHY, CHECK = "Zelf gezien, andere schrijfwijze.", "invoice_template"
QUARTER = timedelta(minutes=16)


def overridden(app: Flask, number: int) -> bool:
    with app.app_context():
        items = pages.workspace(acting(CARLA), number).checklist.items
        return any(item.override is not None for item in items if item.key == CHECK)


def fields(page) -> list[str]:
    """The fields for proof in the form of this override."""
    return [field.get("type") for field in page.xpath(f"//input[@id='override-{CHECK}-proof']")]


def test_a_moment_after_signing_in_nothing_is_asked(desk_app: Flask, carla: Agent, helpdesk: Place) -> None:
    number = helpdesk.tickets.template
    assert fields(carla.sees(at(number))) == []

    assert carla.sends(at(number), at(number, "wijk-af"), check=CHECK, text=WHY).status_code == 303
    assert overridden(desk_app, number)


def test_later_the_password_is_asked_and_what_was_typed_stays(
    later: Later, desk_app: Flask, carla: Agent, helpdesk: Place
) -> None:
    number = helpdesk.tickets.template
    page = carla.sees(at(number))
    later(QUARTER)

    answer = carla.sends_as_seen(page, at(number, "wijk-af"), check=CHECK, text=WHY)

    assert answer.status_code == 422
    assert "Laat eerst zien dat jij het bent" in trouble(answer)
    assert typed(answer, f"override-{CHECK}-text").strip() == WHY
    assert fields(page_of(answer)) == ["password"]
    assert not overridden(desk_app, number)

    wrong = carla.sends_as_seen(page_of(answer), at(number, "wijk-af"), check=CHECK, text=WHY, proof="wrong")
    assert "niet je huidige wachtwoord" in trouble(wrong)
    assert typed(wrong, f"override-{CHECK}-text").strip() == WHY
    assert "wrong" not in [field.get("value") for field in page_of(wrong).iter("input")]

    right = carla.sends_as_seen(page_of(wrong), at(number, "wijk-af"), check=CHECK, text=WHY, proof=PASSWORD)
    assert right.status_code == 303
    assert overridden(desk_app, number)
    assert fields(carla.sees(at(number))) == []


def test_who_has_an_app_shows_its_code(later: Later, desk_app: Flask, helpdesk: Place) -> None:
    number = helpdesk.tickets.template
    with desk_app.app_context():
        user = session().get_one(User, acting(CARLA).user_id)
        actor = actor_of(user, proven_at=clock.now())
        shown = second_factor.begin(actor)
        second_factor.confirm(actor, shown.wrapped, code_of(shown.key, clock.now()))
    later(timedelta(minutes=2))
    carla = Agent(desk_app, CARLA)
    carla.sends("/account/code", "/account/code", code=code_of(shown.key, clock.now()))
    later(QUARTER)

    page = carla.sees(at(number))
    assert fields(page) == ["text"]
    with_password = carla.sends_as_seen(page, at(number, "wijk-af"), check=CHECK, text=WHY, proof=PASSWORD)
    assert "6 cijfers" in trouble(with_password)

    code = code_of(shown.key, clock.now())
    assert carla.sends_as_seen(page, at(number, "wijk-af"), check=CHECK, text=WHY, proof=code).status_code == 303
    assert overridden(desk_app, number)


def test_who_has_neither_is_led_to_a_link(later: Later, desk_app: Flask, carla: Agent, helpdesk: Place) -> None:
    number = helpdesk.tickets.template
    with desk_app.app_context(), change() as db:
        db.get_one(User, acting(CARLA).user_id).password = None
    later(QUARTER)

    page = carla.sees(at(number))

    assert fields(page) == []
    assert page.xpath(f"//*[@id='override-{CHECK}']//a/@href") == [f"/account/bevestig?next={at(number)}"]


@pytest.mark.parametrize("move", ["bevestig", "notitie"])
def test_what_weighs_less_asks_nothing(later: Later, carla: Agent, helpdesk: Place, move: str) -> None:
    number = helpdesk.tickets.template
    page = carla.sees(at(number))
    later(QUARTER)

    sent = carla.sends_as_seen(page, at(number, move), check="administration_code", text="Klopt met de website.")
    assert sent.status_code == 303
