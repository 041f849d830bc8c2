"""Made-up tickets in every state, each brought there by its people through the use cases."""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable
from typing import Concatenate, ParamSpec
from urllib.parse import parse_qsl, urlsplit

import httpx

import connectors
from demo.cast import (
    BRAM,
    CARLA,
    COR,
    HUGO,
    MAQUETTE,
    MIA,
    MODELDORP,
    OEFENVELD,
    PROEFBAD,
    PROEFSTAD,
    SCHETSDAM,
    TESS,
    TESTDAM,
    Person,
)
from demo.seed import acting, club_id
from onboarding import create_app
from onboarding.accounts.people import Actor
from onboarding.checks.models import RunState
from onboarding.checks.reading import latest_run
from onboarding.db import session
from onboarding.tickets.models import Ticket
from onboarding.usecases import approving, authorising, drafts, pages, reviewing, running, submitting, thread

PACKAGE = "e-boekhouden"
CONSENTING = "exact-online"
PATIENCE = 30.0
"""Seconds that a run may take before we go on without it."""
P = ParamSpec("P")


def seed_tickets() -> None:
    """A ticket for each state that one can be in; the product's own jobs do the testing."""
    _waiting_for_support(COR, PROEFSTAD)
    _asked_to_act(TESS, TESTDAM)
    _sent(_tested(HUGO, MODELDORP, "storing", administration_code="400004"), HUGO)
    _activated(MIA, PROEFBAD)
    _waiting_for_a_second_person(MIA, OEFENVELD)
    _draft(MIA, SCHETSDAM)
    _rejected(MIA, MAQUETTE)
    _consented(MIA, MAQUETTE)


def _waiting_for_support(person: Person, club: str) -> None:
    number = _sent(_tested(person, club, "goed", administration_code="400001"), person)
    thread.club_message(acting(person), number, "Duurt het lang? Zondag wil ik de contributie versturen.", _once())


def _asked_to_act(person: Person, club: str) -> None:
    number = _sent(_tested(person, club, "geensjabloon", administration_code="400002"), person)
    _do(reviewing.take, BRAM, number)
    thread.note(acting(BRAM), number, "Zelfde vraag als vorige week; even laten doen.", _once())
    _do(reviewing.ask_club, BRAM, number, pages.workspace(acting(BRAM), number).ask_text, _once())


def _activated(person: Person, club: str) -> None:
    number = _sent(_tested(person, club, "goed", administration_code="400003"), person)
    _do(reviewing.take, BRAM, number)
    _do(reviewing.confirm, BRAM, number, "administration_code", "Vergeleken met het dossier van de club.")
    _do(reviewing.activate, BRAM, number)


def _waiting_for_a_second_person(person: Person, club: str) -> None:
    number = _sent(_tested(person, club, "inactief", administration_code="400005"), person)
    _do(reviewing.take, CARLA, number)
    _do(reviewing.override, CARLA, number, "invoice_template", "De club factureert pas volgend seizoen.")
    _do(reviewing.confirm, CARLA, number, "administration_code", "Aan de telefoon gecontroleerd.")
    _do(approving.request_approval, CARLA, number, "Kijk jij even mee? De club wacht erop.")


def _draft(person: Person, club: str) -> None:
    number = drafts.start(acting(person), club_id(club), PACKAGE)
    _do(drafts.attest, person, number, _steps())
    _do(drafts.save_codes, person, number, {"username": "goed"})


def _rejected(person: Person, club: str) -> None:
    number = _sent(_tested(person, club, "accountant", administration_code="400006"), person)
    _do(reviewing.take, BRAM, number)
    _do(reviewing.reject, BRAM, number, "Dit is de login van jullie accountant. Vraag een eigen login voor de club.")


def _consented(person: Person, club: str) -> None:
    """Consent was given at the emulated package, and the administration is still to be chosen."""
    number = drafts.start(acting(person), club_id(club), CONSENTING)
    _do(drafts.attest, person, number, _steps(CONSENTING))
    session().expire_all()
    version, browser = session().get_one(Ticket, number).version, _once()
    address = authorising.begin(acting(person), number, version, browser, {"reference": club})
    led = httpx.post(address, data={"club": "kantoor"}, trust_env=False).headers["Location"]
    authorising.come_back(acting(person), CONSENTING, browser, dict(parse_qsl(urlsplit(led).query)))


def _tested(person: Person, club: str, made_up: str, **other: str) -> int:
    """A draft with the codes of a made-up club, tested."""
    number = drafts.start(acting(person), club_id(club), PACKAGE)
    values = {**connectors.get(PACKAGE).sandbox().club(made_up).input, **other}
    _do(drafts.attest, person, number, _steps())
    _do(drafts.save_codes, person, number, values)
    running.request(acting(person), number)
    _wait_for_the_run(number)
    return number


def _sent(number: int, person: Person) -> int:
    page = pages.club_page(acting(person), number)
    for item in page.checklist.items:
        if item.standing == "asks_club":
            _do(submitting.state_fact, person, number, item.key, ticked=True, name=person.name, date="1-11-2026")
    _do(submitting.submit, person, number)
    return number


def _do(
    act: Callable[Concatenate[Actor, int, int, P], object], by: Person, number: int, *rest: P.args, **more: P.kwargs
) -> None:
    """One move by somebody, as from a form that was opened just now."""
    session().rollback()
    session().expire_all()
    act(acting(by), number, session().get_one(Ticket, number).version, *rest, **more)


def _steps(package: str = PACKAGE) -> list[str]:
    return [step.key for step in connectors.get(package).guide.steps if step.attest is not None]


def _wait_for_the_run(number: int) -> None:
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        session().rollback()
        session().expire_all()
        run = latest_run(session(), session().get_one(Ticket, number))
        if run is not None and run.state not in (RunState.QUEUED, RunState.RUNNING):
            return
        time.sleep(0.05)


def _once() -> str:
    return secrets.token_hex(12)


def main() -> None:
    """The tickets into the place that the environment names."""
    with create_app().app_context():
        seed_tickets()


if __name__ == "__main__":
    main()
