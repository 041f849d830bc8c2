"""A help desk with tested tickets on it, made once; and a browser that fills in forms as they stand on the page."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import lxml.html
from flask import Flask
from flask.testing import FlaskClient
from lxml.html import HtmlElement
from sqlmodel import col, select
from werkzeug.test import TestResponse

import connectors
from connectors.kit.sandbox import emulators, serve
from demo.cast import ANS, BRAM, COR, HUGO, PASSWORD, TESS, Person
from demo.seed import acting, club_id, seed_people
from onboarding import create_app
from onboarding.accounts.people import Actor
from onboarding.checks.models import Run, RunState
from onboarding.db import db, session
from onboarding.settings import Settings
from onboarding.tickets.models import Ticket
from onboarding.usecases import drafts, pages, reviewing, running, submitting
from tests.conftest import settings_in
from tests.made_up import PACKAGE, made_up


@dataclass(frozen=True, slots=True)
class Tickets:
    """Numbers of what lies on the desk: one that is ready to be activated, one of which the club stated what no
    machine sees, template missing, wrong code, outage."""

    ready: int
    stated: int
    template: int
    wrong: int
    down: int


@dataclass(frozen=True, slots=True)
class Place:
    """Where the desk was made, with the address of the emulated package."""

    folder: Path
    at: str
    tickets: Tickets


def build(folder: Path) -> Iterator[Place]:
    """Fill the empty database of ``folder``; the emulated package answers until the end."""
    server = serve(emulators((connectors.get(PACKAGE),)))
    at = " ".join(f"{host}={server.url}/{host}" for host in connectors.get(PACKAGE).hosts)
    with create_app(settings_in(folder, at=at)).app_context():
        seed_people()
        ready = _files(TESS, "goed")
        note = "Vergeleken met het scherm dat Tess liet zien."
        reviewing.confirm(acting(BRAM), ready, version_of(ready), "administration_code", note)
        tickets = Tickets(
            stated=_files(TESS, "zondertoken"),
            ready=ready,
            template=_files(ANS, "geensjabloon"),
            wrong=_files(COR, "fout"),
            down=_files(HUGO, "storing"),
        )
        session().rollback()
        db.engine.dispose()  # the last connection brings everything into the one file
    yield Place(folder, at, tickets)
    server.shutdown()


def copied(place: Place, folder: Path, **more: object) -> Settings:
    """Settings of a desk of one's own, as it was made."""
    shutil.copy(place.folder / "koppelbalie.sqlite", folder / "koppelbalie.sqlite")
    return settings_in(folder, at=place.at, **more)


def version_of(number: int) -> int:
    """The version that a form of this ticket would carry now."""
    session().rollback()
    session().expire_all()
    return session().get_one(Ticket, number).version


def work() -> None:
    """Do the runs that wait, as a worker would."""
    due = session().exec(select(Run.id).where(col(Run.state) == RunState.QUEUED)).all()
    session().rollback()
    for run_id in due:
        running.perform(run_id)


def _files(person: Person, club: str) -> int:
    actor = acting(person)
    number = drafts.start(actor, club_id(person.clubs[0]), PACKAGE)
    steps = [step.key for step in connectors.get(PACKAGE).guide.steps if step.attest is not None]
    drafts.attest(actor, number, version_of(number), steps)
    drafts.save_codes(actor, number, version_of(number), made_up(club))
    running.request(actor, number)
    work()
    _states(actor, number)
    submitting.submit(actor, number, version_of(number))
    work()
    return number


def _states(actor: Actor, number: int) -> None:
    """Give the club's word where it is asked."""
    for item in pages.club_page(actor, number).checklist.items:
        if item.standing == "asks_club":
            submitting.state_fact(actor, number, version_of(number), item.key, True, actor.name, "03-11-2026")


class Agent:
    """Somebody of the help desk with a browser; forms are sent with everything that stands in them."""

    def __init__(self, app: Flask, person: Person) -> None:
        self.client: FlaskClient = app.test_client()
        self.person = person
        self.sends("/account/aanmelden", "/account/aanmelden", email=person.email, password=PASSWORD, do="password")

    def sees(self, path: str, status: int = 200) -> HtmlElement:
        """The page at ``path``."""
        answer = self.client.get(path)
        assert answer.status_code == status, answer.text
        return lxml.html.fromstring(answer.text)

    def sends(self, path: str, action: str, **values: str) -> TestResponse:
        """Open ``path`` and send its form to ``action``."""
        return self.sends_as_seen(self.sees(path), action, **values)

    def sends_as_seen(self, page: HtmlElement, action: str, **values: str) -> TestResponse:
        """Send the form of a page that was opened before; ``values`` are typed or pressed."""
        return self.client.post(action, data=filled(page, action) | values)


def filled(page: HtmlElement, action: str) -> dict[str, str]:
    """What the form for ``action`` brings along by itself, fields that stand elsewhere on the page included."""
    form = next(
        candidate
        for candidate in page.iter("form")
        if candidate.get("action") == action
        or page.xpath(f"//button[@form='{candidate.get('id')}' and @formaction='{action}']")
        or candidate.xpath(f".//button[@formaction='{action}']")
    )
    inputs = [*form.iter("input"), *page.xpath(f"//input[@form='{form.get('id')}']")]
    return {
        field.get("name"): field.get("value", "")
        for field in inputs
        if field.get("name") and field.get("type") not in ("checkbox", "radio")
    }


def words(element: HtmlElement) -> str:
    """What somebody reads in it, spaces tidied."""
    return " ".join(element.text_content().split())
