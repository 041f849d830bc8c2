"""A page speaks its reader's language, and says moments as people do."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask, session
from flask_babel import gettext

from connectors.kit.text import Text
from onboarding.clock import set_clock
from onboarding.i18n import ago, clock, current_language, day, in_language, path, said, speak

NOON = datetime(2026, 7, 8, 12, 0, tzinfo=UTC)
"""A Wednesday, 14.00 in the Netherlands."""


@pytest.fixture
def noon() -> Iterator[None]:
    set_clock(lambda: NOON)
    yield
    set_clock(None)


@pytest.mark.parametrize(
    ("header", "language"),
    [("", "nl"), ("nl-BE,nl;q=0.9", "nl"), ("en-GB,en;q=0.8,nl;q=0.5", "en"), ("de,fr", "nl"), ("*", "nl")],
)
def test_a_stranger_is_spoken_to_as_their_browser_asks(app: Flask, header: str, language: str) -> None:
    with app.test_request_context(headers={"Accept-Language": header}):
        assert current_language() == language


def test_what_was_chosen_goes_before_the_browser(app: Flask) -> None:
    with app.test_request_context(headers={"Accept-Language": "nl"}):
        session["language"] = "en"
        assert current_language() == "en"


def test_the_persons_own_language_goes_before_all(app: Flask) -> None:
    with app.test_request_context(headers={"Accept-Language": "en"}):
        session["language"] = "en"
        assert current_language() == "en"
        speak("nl")
        assert current_language() == "nl"


def test_a_language_that_we_do_not_have_is_dutch(app: Flask) -> None:
    with app.test_request_context(headers={"Accept-Language": "nl"}):
        session["language"] = "xx"
        assert current_language() == "nl"


def test_outside_of_a_request_it_is_dutch_unless_told(in_app: Flask) -> None:
    assert current_language() == "nl"
    with in_language("en"):
        assert current_language() == "en"
    assert current_language() == "nl"


def test_texts_of_connectors_are_said_in_the_language(in_app: Flask) -> None:
    for text in (Text("koppeling", "connection"), {"nl": "koppeling", "en": "connection"}, ("koppeling", "connection")):
        assert said(text) == "koppeling"
        with in_language("en"):
            assert said(text) == "connection"
    assert said(None) == ""
    assert said("plain") == "plain"


def test_texts_of_our_own_are_translated(in_app: Flask) -> None:
    assert gettext("Sign in") == "Aanmelden"
    with in_language("en"):
        assert gettext("Sign in") == "Sign in"


@pytest.mark.usefixtures("noon")
@pytest.mark.parametrize(
    ("passed", "dutch", "english"),
    [
        (timedelta(), "vandaag 14.00", "today 14:00"),
        (timedelta(hours=-5), "vandaag 09.00", "today 09:00"),
        (timedelta(days=-1), "gisteren 14.00", "yesterday 14:00"),
        (timedelta(days=1), "morgen 14.00", "tomorrow 14:00"),
        (timedelta(days=-3), "zondag 14.00", "Sunday 14:00"),
        (timedelta(days=-30), "8 juni", "8 June"),
        (timedelta(days=-365), "8 juli 2025", "8 July 2025"),
        (timedelta(hours=-14, minutes=-1), "gisteren 23.59", "yesterday 23:59"),
    ],
)
def test_a_day_is_said_as_people_do(in_app: Flask, passed: timedelta, dutch: str, english: str) -> None:
    assert day(NOON + passed) == dutch
    with in_language("en"):
        assert day(NOON + passed) == english


def test_a_time_of_day_is_said_as_people_do(in_app: Flask) -> None:
    assert clock(datetime(2026, 1, 8, 19, 14, tzinfo=UTC)) == "20.14 uur"
    with in_language("en"):
        assert clock(datetime(2026, 1, 8, 19, 14, tzinfo=UTC)) == "20:14"


@pytest.mark.usefixtures("noon")
@pytest.mark.parametrize(
    ("passed", "dutch"),
    [
        (timedelta(seconds=-5), "nu"),
        (timedelta(seconds=59), "nu"),
        (timedelta(minutes=40), "40 min"),
        (timedelta(hours=2, minutes=50), "2 u"),
        (timedelta(hours=47), "47 u"),
        (timedelta(days=3), "3 d"),
    ],
)
def test_how_long_ago_is_said_in_short(in_app: Flask, passed: timedelta, dutch: str) -> None:
    assert ago(NOON - passed) == dutch


def test_a_click_path_reads_as_one(in_app: Flask) -> None:
    assert path(("Beheer", Text("Instellingen", "Settings"))) == "Beheer › Instellingen"
