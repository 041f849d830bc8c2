"""A member of a club with a browser, who fills in forms as they stand on the page."""

from __future__ import annotations

from collections.abc import Mapping

import lxml.html
from flask import Flask
from flask.testing import FlaskClient
from lxml.html import HtmlElement
from sqlmodel import col, select
from werkzeug.datastructures import MultiDict
from werkzeug.test import TestResponse

import connectors
from connectors.kit.sandbox import emulators, serve
from demo.cast import PASSWORD, Person
from demo.seed import acting
from onboarding import clock
from onboarding.accounts.people import Actor
from onboarding.checks.models import Run, RunState
from onboarding.db import session
from onboarding.tickets.models import Ticket
from onboarding.usecases import running
from tests.made_up import PACKAGE, made_up

__all__ = ["PACKAGE", "Treasurer", "acting", "codes", "emulated", "main", "words", "work"]


class Treasurer:
    """Signed in; ``number`` is the item that this person started last."""

    def __init__(self, app: Flask, person: Person) -> None:
        self.app = app
        self.person = person
        self.number = 0
        self.takes_another_device()

    def takes_another_device(self) -> None:
        """An empty browser, signed in anew."""
        self.client: FlaskClient = self.app.test_client()
        answer = self.sends("/account/aanmelden", email=self.person.email, password=PASSWORD, do="password")
        assert answer.status_code == 303

    def opens(self, path: str) -> TestResponse:
        """GET; ``{}`` in the path is the item's number."""
        return self.client.get(path.format(self.number))

    def sees(self, path: str, status: int = 200) -> HtmlElement:
        """The page at ``path``."""
        answer = self.opens(path)
        assert answer.status_code == status, answer.text
        return lxml.html.fromstring(answer.text)

    def sends(
        self, path: str, action: str = "", *, ticks: Mapping[str, list[str]] | None = None, **values: str
    ) -> TestResponse:
        """Open ``path`` and send its form to ``action`` (by itself the same address), with what is typed and ticked."""
        return self.sends_as_seen(self.sees(path), action or path, ticks=ticks, **values)

    def sends_as_seen(
        self, page: HtmlElement, action: str, *, ticks: Mapping[str, list[str]] | None = None, **values: str
    ) -> TestResponse:
        """Send the form of a page that was opened before."""
        action = action.format(self.number)
        data = MultiDict(filled(page, action) | values)
        for name, chosen in (ticks or {}).items():
            data.setlist(name, [*chosen, data.pop(name, "")])
        return self.client.post(action, data=data)

    def starts(self) -> None:
        """Adds an item for the package."""
        self.sends("/p-w/nieuw", f"/p-w/nieuw/{PACKAGE}")
        with self.app.app_context():
            newest = session().exec(select(Ticket.id).order_by(col(Ticket.id).desc())).first()
        assert newest is not None
        self.number = newest

    def prepares(self) -> TestResponse:
        """Ticks everything off."""
        return self.sends("/p-w/{}/voorbereiden", ticks={"step": ["sign_in", "template"]}, do="next")

    def types(self, values: Mapping[str, str], do: str = "test") -> TestResponse:
        """Fills in the codes and presses a button."""
        return self.sends("/p-w/{}/codes", do=do, **values)

    def drafts(self, club: str = "goed", **other: str) -> None:
        """A draft with everything filled in and tested."""
        self.starts()
        self.prepares()
        answer = self.types(codes(club) | other)
        assert answer.status_code == 302, words(main(answer))
        work(self.app)

    def files(self, club: str = "goed", **other: str) -> None:
        """The whole way to support."""
        self.drafts(club, **other)
        answer = self.sends("/p-w/{}/versturen")
        assert answer.status_code == 302, words(main(answer))
        work(self.app)

    def actor(self) -> Actor:
        """The same person behind the screens."""
        with self.app.app_context():
            return acting(self.person)


def codes(club: str = "goed") -> dict[str, str]:
    """What a made-up club types on the step of the codes."""
    chosen = {"revenue_accounts", "cost_centre"}
    return {key: value for key, value in made_up(club).items() if key not in chosen}


def work(app: Flask) -> None:
    """Do the runs that are due, as a worker would."""
    with app.app_context():
        runs = session().exec(select(Run).where(col(Run.state).in_([RunState.QUEUED, RunState.WAITING]))).all()
        due = [run.id for run in runs if run.next_at is None or run.next_at <= clock.now()]
        session().rollback()
        for run_id in due:
            running.perform(run_id)


def filled(page: HtmlElement, action: str) -> dict[str, str]:
    """What the form for ``action`` brings along by itself."""
    form = next(form for form in page.iter("form") if form.get("action", "").partition("#")[0] in (action, ""))
    fields = [*form.iter("input"), *form.iter("textarea"), *form.iter("select")]
    return {
        field.get("name"): str(field.value or "")
        for field in fields
        if field.get("name") and field.get("type") not in ("checkbox", "radio")
    }


def emulated() -> tuple[object, str]:
    """The emulated package, answering; the setting that leads to it."""
    server = serve(emulators((connectors.get(PACKAGE),)))
    return server, " ".join(f"{host}={server.url}/{host}" for host in connectors.get(PACKAGE).hosts)


def main(answer: TestResponse) -> HtmlElement:
    """The main part of an answered page."""
    return lxml.html.fromstring(answer.text).find(".//main")


def words(element: HtmlElement) -> str:
    """What somebody reads in it, spaces tidied."""
    return " ".join(element.text_content().split())
