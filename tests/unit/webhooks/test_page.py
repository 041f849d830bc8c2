"""Operations sees how each delivery went, on the page and on the command line, and has one delivered once more."""

from __future__ import annotations

from collections.abc import Callable

import lxml.html
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlmodel import select

from demo.cast import DANA
from demo.seed import seed_people
from onboarding.accounts.models import Club
from onboarding.clock import now
from onboarding.connections.models import Connection
from onboarding.db import session
from onboarding.notify.models import HostNews
from onboarding.usecases.delivering import PAUSES, deliver
from onboarding.usecases.host_events import tell_host
from onboarding.usecases.transaction import change
from tests.unit.webhooks.conftest import WORDS, Host, events
from tests.web.stage import browser

LOG = "/support/beheer/webhooks"


@pytest.fixture
def dana(in_app: Flask) -> FlaskClient:
    """The browser of operations."""
    seed_people()
    session().rollback()
    in_app.config["WTF_CSRF_ENABLED"] = False
    client = browser(in_app, DANA)
    client.post("/account/taal", data={"language": "nl"})
    return client


def told(occasion: object = 1, news: HostNews = HostNews.ACTIVATED) -> int:
    with change() as db:
        club = db.exec(select(Club)).first()
        assert club is not None
        made = {"package": "e-boekhouden", "identity_key": f"{occasion}", "identity_label": f"Boeken <{occasion}>"}
        connection = Connection(club_id=club.id, created_at=now(), **made)
        db.add(connection)
        db.flush()
        tell_host(db, connection, news, occasion)
    return events()[-1].id or 0


def words(client: FlaskClient, path: str = LOG) -> str:
    answer = client.get(path)
    assert answer.status_code == 200
    return " ".join(lxml.html.fromstring(answer.text).text_content().split())


def test_before_anything_was_told_the_page_says_what_will_stand_there(dana: FlaskClient) -> None:
    assert "Er is nog niets doorgegeven" in words(dana)
    assert "hoort 127.0.0.1:" in words(dana, "/support/beheer")


def test_each_delivery_is_told_in_words(dana: FlaskClient, host: Host, later: Callable[[float], None]) -> None:
    host.answers = [204, 410, 500]
    for occasion, news in enumerate(HostNews):
        number = told(occasion, news)
        if occasion < 3:
            deliver(number)

    page = words(dana)
    for said in ("Bezorgd", "1 poging", "Opgegeven", "antwoord met status 410", "Wordt opnieuw geprobeerd", "Onderweg"):
        assert said in page
    for said in ("is te gebruiken", "heeft de club nodig", "heeft nieuwe codes", "is ontkoppeld", "Boeken <0>"):
        assert said in page
    assert WORDS not in page
    front = words(dana, "/support/beheer")
    assert "2 berichten wachten" in front
    assert "1 bericht is opgegeven" in front


def test_one_button_delivers_once_more(dana: FlaskClient, host: Host) -> None:
    host.answers = [410]
    number = told()
    deliver(number)
    (form,) = lxml.html.fromstring(dana.get(LOG).text).xpath("//main//form")
    answer = dana.post(form.action, data=dict(form.form_values()))

    assert (answer.status_code, answer.location) == (303, f"{LOG}?pagina=1")
    assert f"{events()[0].event_id} gaat nog een keer de deur uit" in words(dana)
    deliver(number)
    assert "Bezorgd" in words(dana)
    assert len(host.got) == 2


def test_the_command_line_lists_and_delivers_once_more(in_app: Flask, dana: FlaskClient, host: Host) -> None:
    host.answers = [410]
    number = told()
    deliver(number)
    run = in_app.test_cli_runner().invoke

    listed = run(args=["webhooks", "list"]).output
    assert f"{number}  " in listed
    assert "connection.activated" in listed
    assert "given_up  status 410" in listed
    assert events()[0].event_id in run(args=["webhooks", "redeliver", str(number)]).output
    assert events()[0].next_at is not None
    unknown = run(args=["webhooks", "redeliver", "999"])
    assert (unknown.exit_code, "there is no event 999" in unknown.output) == (1, True)


@pytest.mark.parametrize("extra", [{"webhook_url": "", "webhook_key": None}])
def test_without_an_address_both_say_so(in_app: Flask, dana: FlaskClient) -> None:
    assert "er is geen adres ingesteld" in words(dana)
    assert "KOPPELBALIE_WEBHOOK_URL is not set" in in_app.test_cli_runner().invoke(args=["webhooks", "list"]).output


def test_nobody_there_is_told_as_such(dana: FlaskClient, host: Host, later: Callable[[float], None]) -> None:
    host.before = lambda: (_ for _ in ()).throw(ConnectionError)
    number = told()
    deliver(number)

    assert "geen antwoord (" in words(dana)
    later(PAUSES[0])
    host.before = lambda: None
    deliver(number)
    assert "2 pogingen" in words(dana)
