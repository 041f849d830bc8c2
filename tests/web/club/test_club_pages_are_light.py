"""Every page of the club is small and asks the database little, however much there is."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
import sqlalchemy as sa
from flask import Flask
from werkzeug.datastructures import MultiDict

import connectors
from demo.cast import BRAM
from onboarding.db import db
from onboarding.usecases import thread
from onboarding.web import forms
from tests.web.club.treasurer import PACKAGE, Treasurer, acting

DRAFT = ("voorbereiden", "codes", "codes?all=1", "testen", "keuzes", "versturen", "intrekken")
SENT = ("", "/stand", "/verstuurd", "/intrekken")


@contextmanager
def counted(app: Flask) -> Iterator[list[str]]:
    """The statements that the app sends meanwhile."""
    sent: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        sent.append(statement)

    with app.app_context():
        engine = db.engine
    sa.event.listen(engine, "before_cursor_execute", note)
    yield sent
    sa.event.remove(engine, "before_cursor_execute", note)


def is_light(ans: Treasurer, app: Flask, path: str) -> None:
    ans.opens(path)  # what a first visit keeps (read marks, the step) is kept
    with counted(app) as statements:
        answer = ans.opens(path)
    assert answer.status_code in (200, 286)
    assert len(answer.data) <= 40_000
    asked = [statement for statement in statements if not statement.startswith("BEGIN")]
    assert len(asked) <= 12, asked


@pytest.mark.parametrize("page", DRAFT)
def test_a_step_of_the_form_is_light(ans: Treasurer, club_app: Flask, page: str) -> None:
    ans.drafts()

    is_light(ans, club_app, f"/p-w/{ans.number}/{page}")


@pytest.mark.parametrize("page", SENT)
def test_the_item_is_light_with_many_messages(ans: Treasurer, club_app: Flask, page: str) -> None:
    ans.files()
    with club_app.app_context():
        for number in range(60):
            thread.club_message(ans.actor(), ans.number, f"Vraag {number}? " + "Een lange zin. " * 40, f"once-{number}")
            thread.note(acting(BRAM), ans.number, "Intern.", f"note-{number}")

    is_light(ans, club_app, f"/p-w/{ans.number}{page}")


def test_older_messages_can_be_read_too(ans: Treasurer, club_app: Flask) -> None:
    ans.files()
    with club_app.app_context():
        for number in range(30):
            thread.club_message(ans.actor(), ans.number, f"Vraag {number}. " + "Een zin. " * 100, f"once-{number}")

    page = ans.sees("/p-w/{}")
    assert "Vraag 29." in page.text_content()
    assert "Vraag 0." not in page.text_content()

    older = page.xpath("//section[@aria-labelledby='thread']//a/@href")
    assert "Vraag 0." in ans.sees(older[0]).text_content()


@pytest.mark.parametrize("page", ["/p-w/", "/p-w/nieuw", "/instellingen/clubinstellingen/boekhouding"])
def test_the_lists_are_light(ans: Treasurer, club_app: Flask, page: str) -> None:
    ans.starts()

    is_light(ans, club_app, page)


def test_of_a_long_list_the_page_shows_what_is_chosen_and_what_was_sought() -> None:
    rows = [[str(number), f"{number} Rekening {number}"] for number in range(2000)]
    known = forms.Known(shown={"revenue_accounts": "1999\n9999"})

    choice = forms.offered_choices(connectors.get(PACKAGE), known, {"revenue_accounts": rows})[0]
    sought = forms.offered_choices(connectors.get(PACKAGE), known, {"revenue_accounts": rows}, "rekening 77")[0]

    assert (len(choice.options), choice.total) == (forms.MOST_OPTIONS, 2000)
    assert choice.options[0] == ("1999", "1999 Rekening 1999")
    assert choice.chosen == ("1999", "9999")
    assert [value for value, _ in sought.options] == ["1999", "77", *map(str, range(770, 780))]


def test_what_is_typed_goes_before_what_a_list_says() -> None:
    form = MultiDict([("cost_centre", "12"), ("cost_centre", "13"), ("elsewhere", "x")])
    form.setlist("revenue_accounts", ["8000", "8010", "9, 10"])

    assert forms.typed(connectors.get(PACKAGE), form) == {"revenue_accounts": "8000\n8010\n9, 10", "cost_centre": "13"}
