"""A product with people in it, the real emulator behind it, and jobs that are done when a test says so."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest
from flask import Flask
from sqlmodel import col, select

import connectors
from connectors.kit.sandbox import emulators, serve
from onboarding import clock
from onboarding.accounts.models import Club, Membership, Role, RoleName, User
from onboarding.accounts.people import Actor, actor_of
from onboarding.audit.models import AuditRecord
from onboarding.checks.models import Run, RunState
from onboarding.db import session
from onboarding.notify.models import OutgoingMail
from onboarding.settings import Settings
from onboarding.tickets.models import Ticket
from onboarding.usecases import drafts, reviewing, running, submitting
from onboarding.usecases.transaction import change
from tests.conftest import BOTH, settings_in

EB = "e-boekhouden"


class Provider:
    """The emulator, with a switch that heals a made-up club."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.at = " ".join(f"{host}={url}/{host}" for host in connectors.get(EB).hosts)

    def heal(self, club: str) -> None:
        self._switch("heal", club)

    def break_again(self, club: str) -> None:
        self._switch("break", club)

    def _switch(self, do: str, club: str) -> None:
        answer = httpx.post(f"{self.url}/{connectors.get(EB).hosts[0]}/_sandbox/{do}/{club}")
        assert answer.status_code == 200


@pytest.fixture(scope="session")
def provider() -> Iterator[Provider]:
    server = serve(emulators((connectors.get(EB),)))
    yield Provider(server.url)
    server.shutdown()


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """What use cases promise holds on SQLite and on PostgreSQL alike."""
    if "database_url" in metafunc.fixturenames:
        metafunc.parametrize("database_url", BOTH, indirect=True)


@pytest.fixture
def extra() -> dict[str, object]:
    """Settings that a test wants otherwise: parametrize it."""
    return {}


@pytest.fixture
def settings(tmp_path: Path, database_url: str, provider: Provider, extra: dict[str, object]) -> Settings:
    return settings_in(tmp_path, database_url=database_url, at=provider.at, **extra)


class Desk:
    """The people of a story and what they do with one line each."""

    def __init__(self) -> None:
        with change() as db:
            at = clock.now()
            self.club, self.other_club = (Club(name=name, created_at=at) for name in ("SV Voorbeeld", "VV Proefstad"))
            roles = {name: Role(name=name) for name in RoleName}
            db.add_all([self.club, self.other_club, *roles.values()])
            db.flush()
            people = {
                "ans": ((), self.club),
                "ben": ((), self.club),
                "cor": ((), self.other_club),
                "bram": ((RoleName.SUPPORT,), None),
                "carla": ((RoleName.LEAD,), None),
                "dana": ((RoleName.LEAD,), None),
            }
            users = {}
            for name, (given, club) in people.items():
                user = User(
                    email=f"{name}@voorbeeld.example",
                    name=name.title(),
                    fs_uniquifier=name,
                    created_at=at,
                    language="en" if name == "ben" else "nl",
                    roles=[roles[role] for role in given],
                )
                db.add(user)
                db.flush()
                users[name] = user
                if club is not None:
                    db.add(Membership(user_id=user.id, club_id=club.id, created_at=at))
        self.ans, self.ben, self.cor = (actor_of(users[name]) for name in ("ans", "ben", "cor"))
        self.bram, self.carla, self.dana = (actor_of(users[name]) for name in ("bram", "carla", "dana"))
        assert self.club.id is not None
        assert self.other_club.id is not None
        self.club_id, self.other_club_id = self.club.id, self.other_club.id

    def codes(self, club: str = "goed") -> dict[str, str]:
        """What a made-up club hands over. All of it is made up."""
        return dict(connectors.get(EB).sandbox().club(club).input)

    def drafts(self, club: str = "goed", by: Actor | None = None, **more: str) -> int:
        """A draft with everything filled in and ticked off."""
        by = by or self.ans
        (club_id,) = by.clubs
        number = drafts.start(by, club_id, EB)
        drafts.attest(by, number, self.version(number), ["sign_in", "template"])
        drafts.save_codes(by, number, self.version(number), self.codes(club) | more)
        return number

    def files(self, club: str = "goed", by: Actor | None = None, **more: str) -> int:
        """A ticket that was sent and tested."""
        number = self.drafts(club, by, **more)
        submitting.submit(by or self.ans, number, self.version(number))
        self.work()
        return number

    def files_and_confirms(self, club: str = "goed", by: Actor | None = None) -> int:
        """A ticket that is ready to be activated by Bram."""
        number = self.files(club, by)
        self.confirms(number)
        return number

    def confirms(self, number: int, by: Actor | None = None) -> None:
        reviewing.confirm(by or self.bram, number, self.version(number), "administration_code", "Vergeleken, klopt.")

    def ticket(self, number: int) -> Ticket:
        session().rollback()
        session().expire_all()
        return session().get_one(Ticket, number)

    def version(self, number: int) -> int:
        return self.ticket(number).version

    def runs(self, number: int) -> list[Run]:
        session().rollback()
        session().expire_all()
        query = select(Run).where(Run.ticket_id == number).order_by(col(Run.asked_at), col(Run.id))
        return list(session().exec(query).all())

    def work(self) -> None:
        """Do every job that is due, as a worker would."""
        session().rollback()
        due = session().exec(select(Run.id).where(col(Run.state).in_([RunState.QUEUED, RunState.RUNNING]))).all()
        waiting = session().exec(select(Run).where(Run.state == RunState.WAITING)).all()
        due = [*due, *(run.id for run in waiting if run.next_at is not None and run.next_at <= clock.now())]
        session().rollback()
        for run_id in due:
            running.perform(run_id)

    def mails(self, template: str = "") -> list[OutgoingMail]:
        session().rollback()
        mails = session().exec(select(OutgoingMail).order_by(col(OutgoingMail.id))).all()
        return [mail for mail in mails if template in ("", mail.template)]

    def events(self, name: str) -> list[AuditRecord]:
        session().rollback()
        return list(session().exec(select(AuditRecord).where(AuditRecord.event == name)).all())


@pytest.fixture
def desk(in_app: Flask) -> Desk:
    return Desk()


@pytest.fixture
def later() -> Iterator[Callable[[float], None]]:
    """Move the clock on by so many seconds."""
    passed = timedelta()

    def move(seconds: float) -> None:
        nonlocal passed
        passed += timedelta(seconds=seconds)
        clock.set_clock(lambda: datetime.now(UTC) + passed)

    yield move
    clock.set_clock(None)
