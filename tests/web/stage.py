"""A database with the cast and two of Ans's items in it, and browsers without a network."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlmodel import select

import connectors
from demo.cast import ANS, BRAM, PASSWORD, VOORBEELD, Person
from demo.processes import free_port
from demo.seed import acting, club_id, seed_people
from onboarding import create_app, hosts
from onboarding.accounts.models import MailedLink, User
from onboarding.accounts.people import SYSTEM
from onboarding.checks.models import Run
from onboarding.clock import now
from onboarding.connections.models import Connection
from onboarding.db import db, session
from onboarding.notify.models import HostEvent, HostNews
from onboarding.tickets.models import Message, MessageKind, Ticket
from onboarding.usecases import drafts, invitations, reviewing, running, submitting, thread
from onboarding.usecases.importing import import_connections
from onboarding.usecases.transaction import change
from tests.conftest import settings_in
from tests.made_up import PACKAGE, made_up

DATABASE = "koppelbalie.sqlite"
CONSENTING = "exact-online"
"""A package that is connected by consent."""
NOBODYS = 999_999
"""A number that no item, club or person has."""


@dataclass(frozen=True, slots=True)
class Stage:
    """A whole database and what stands in it: Ans's draft and her item that is with support, her club, herself, an
    invitation, a message of hers, a connection that was there before, and an event that the host heard.

    ``consenting`` is a draft, and ``consented`` a connection, of a package that goes by consent."""

    original: Path
    draft: int
    draft_version: int
    submitted: int
    submitted_version: int
    club: int
    user: int
    link: int
    message: int
    connection: int
    event: int
    consenting: int
    consenting_version: int
    consented: int


def build(folder: Path) -> Stage:
    """Fill the empty database of ``folder``."""
    app = open_app(folder)
    with app.app_context():
        seed_people()
        here = club_id(VOORBEELD)
        submitted = drafted(here)
        submitting.submit(acting(ANS), submitted, version_of(submitted))
        for run in session().exec(select(Run.id)).all():
            running.perform(run)
        reviewing.take(acting(BRAM), submitted, version_of(submitted))
        draft = drafted(here)
        invitations.invite_member(acting(ANS), here, "somebody@voorbeeld.example")
        link = session().exec(select(MailedLink.id).where(MailedLink.email == "somebody@voorbeeld.example")).one()
        thread.club_message(acting(ANS), submitted, "How long does it take?", "a-message")
        message = session().exec(select(Message.id).where(Message.kind == MessageKind.CLUB)).one()
        consenting = drafts.start(acting(ANS), here, CONSENTING)
        connection, consented = imported(PACKAGE, "elders"), imported(CONSENTING, "900001")
        user = session().exec(select(User.id).where(User.email == ANS.email)).one()
        assert user is not None
        assert link is not None
        assert message is not None
        event = heard(connection)
        versions = version_of(draft), version_of(submitted), version_of(consenting)
    file = folder / "original.sqlite"
    _copy(folder / DATABASE, file)
    ours = (draft, versions[0], submitted, versions[1], here, user, link, message, connection, event)
    return Stage(file, *ours, consenting, versions[2], consented)


def imported(package: str, identity: str) -> int:
    """A connection that was there before; its number."""
    import_connections(SYSTEM, f"club,package,identity\n{VOORBEELD},{package},{identity}\n".encode())
    found = session().exec(select(Connection.id).where(Connection.identity_label == identity)).one()
    assert found is not None
    return found


def heard(connection: int) -> int:
    """An event about a connection that was delivered to the host; its number."""
    club = {"id": 1, "name": VOORBEELD, "host_id": None}
    data = {"package": PACKAGE, "club": club, "administration": {"label": "elders"}, "ticket": None}
    with change() as db:
        event = HostEvent(
            event_id="evt_made_up",
            kind=HostNews.ACTIVATED,
            connection_id=connection,
            data=data,
            once="once",
            created_at=now(),
            delivered_at=now(),
            status=204,
            attempts=1,
        )
        db.add(event)
        db.flush()
    assert event.id is not None
    return event.id


def drafted(club: int, made_up_club: str = "goed") -> int:
    """A new draft of Ans with every step ticked off and the codes of a made-up club; its number."""
    number = drafts.start(acting(ANS), club, PACKAGE)
    steps = [step.key for step in connectors.get(PACKAGE).guide.steps if step.attest is not None]
    drafts.attest(acting(ANS), number, version_of(number), steps)
    drafts.save_codes(acting(ANS), number, version_of(number), made_up(made_up_club))
    return number


def version_of(number: int) -> int:
    """The version that a form of this item would carry now."""
    session().expire_all()
    return session().get_one(Ticket, number).version


def open_app(folder: Path) -> Flask:
    """The app of a place, without tokens in forms: who may post is what is looked at here."""
    nowhere = f"http://127.0.0.1:{free_port()}"  # the package cannot be reached: its checks stay untested, at once
    at = " ".join(f"{host}={nowhere}" for connector in connectors.find().values() for host in connector.hosts)
    with pytest.MonkeyPatch.context() as patch:
        set_host_keys(patch, CONSENTING)
        app = create_app(settings_in(folder, at=at))
    app.config["WTF_CSRF_ENABLED"] = False
    return app


def set_host_keys(patch: pytest.MonkeyPatch, *packages: str) -> None:
    """The host's own keys that the emulated packages accept, for apps that are made meanwhile."""
    for connector in map(connectors.get, packages):
        for spec in connector.host.fields() if connector.host is not None else ():
            patch.setenv(hosts.variable(connector, spec), connector.sandbox().host_input.get(spec.key, ""))


def browser(app: Flask, person: Person | None) -> FlaskClient:
    """Somebody's browser, signed in; a stranger's for nobody."""
    client = app.test_client()
    if person is not None:
        answer = client.post("/account/aanmelden", data={"email": person.email, "password": PASSWORD, "do": "password"})
        assert answer.status_code == 303, answer.text
    return client


def set_back(app: Flask, stage: Stage) -> None:
    """Put the app's database back as it was."""
    with app.app_context():
        file = str(db.engine.url.database)
    _copy(stage.original, Path(file))


def _copy(original: Path, file: Path) -> None:
    """Copy a database, also over one that is open."""
    with closing(sqlite3.connect(original)) as source, closing(sqlite3.connect(file)) as target:
        source.backup(target)
