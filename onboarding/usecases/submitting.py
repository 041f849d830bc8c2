"""Use cases of the club around its ticket: send it, send it back, take it back, state a fact."""

from __future__ import annotations

from datetime import date

from flask_babel import lazy_gettext as _l

import connectors
from connectors.kit.connector import Connector
from connectors.kit.credentials import FILL_IN
from connectors.kit.text import Text
from onboarding.accounts.people import SYSTEM, Actor
from onboarding.audit.events import ClubStated
from onboarding.audit.log import record
from onboarding.checks.checklist import Standing
from onboarding.clock import now
from onboarding.connections.models import (
    Confirmation,
    ConfirmationKind,
    Connection,
    ConnectionState,
    CredentialVersion,
    VersionState,
)
from onboarding.connections.versions import identity_for_words, missing_fields
from onboarding.i18n import HOME
from onboarding.oauth.held import held_fields
from onboarding.tickets.events import STATEMENT
from onboarding.tickets.lifecycle import CLOSED, Kind, Move, Part, State
from onboarding.tickets.parts import parts_of
from onboarding.usecases.gate import end_version
from onboarding.usecases.moving import (
    Moving,
    Note,
    digest,
    is_done,
    make,
    refresh,
    refuse_if_overtaken,
    seen_ticket,
    write_event,
)
from onboarding.usecases.refusals import NotAllowed, NotFound, NotNow, Wrong
from onboarding.usecases.renewing import are_other_books, settle
from onboarding.usecases.returning import return_when_stated
from onboarding.usecases.runs import ask_run, budget_until, is_tested, refused_fields, stop_runs
from onboarding.usecases.transaction import change
from onboarding.usecases.wording import vetted

TICK_FIRST = _l("Tick off every step of the preparation first.")
TEST_FIRST = _l("Test the new codes first.")
WRONG_BOOKS = _l("These codes are of another administration than the one that is connected. Fill in those of your own.")
TICK = _l("Tick this when it is so.")
NO_NAME = _l("Fill in your name.")
LONG_NAME = _l("This name is too long.")
NO_DATE = _l("Write the date as day-month-year, for example 31-12-2026.")
LATER_DATE = _l("This date is still to come. Fill in the day on which you looked.")


def submit(actor: Actor, number: int, version: int) -> int:
    """Send a draft to support. Everything that is asked is filled in; whether it is right, the test says."""

    def send(moving: Moving) -> None:
        _refuse_incomplete(moving)
        moving.ticket.submitted_at = moving.at
        moving.ticket.step = "send"
        _test_by_itself(moving)

    return make(actor, number, version, Move.SUBMIT, send, after=settle)


def resubmit(actor: Actor, number: int, version: int) -> int:
    """Send the ticket back to support, to the same agent, as it is."""
    return make(actor, number, version, Move.RESUBMIT, _test_by_itself)


def withdraw(actor: Actor, number: int, version: int) -> int:
    """Take the ticket back: it closes and its codes are destroyed."""
    return make(actor, number, version, Move.WITHDRAW, close_for_good)


def close_for_good(moving: Moving) -> None:
    """Nothing runs any more; codes that are not in force are destroyed."""
    stop_runs(moving.session, moving.ticket, moving.actor)
    row = moving.session.get_one(CredentialVersion, moving.ticket.version_id)
    if row.state is VersionState.CANDIDATE:
        end_version(moving.session, row, VersionState.REJECTED, moving.actor)
    connection = moving.session.get_one(Connection, moving.ticket.connection_id)
    if connection.state is ConnectionState.PENDING:
        connection.state = ConnectionState.DISCONNECTED
        moving.session.add(connection)


def state_fact(actor: Actor, number: int, version: int, check: str, ticked: bool, name: str, date: str) -> int:
    """The club's word on something that no machine can see: ticked, with a name and the day on which they looked.

    It alone never makes a check green. Raises ``Wrong`` beside "ticked", "name" and "date".
    """
    name = vetted(actor, number, name, where="statement", field="name", may_be_empty=True)
    day = _day(date)
    errors = _errors(ticked, name, day)
    if errors:
        raise Wrong(errors)
    assert day is not None
    with change() as session:
        ticket = seen_ticket(session, actor, number)
        if Part.MEMBER not in parts_of(actor, ticket):
            raise NotAllowed
        once = digest(actor, number, version, STATEMENT, check)
        if is_done(session, once):
            return number
        if ticket.state in CLOSED or ticket.state is State.AWAITING_APPROVAL:
            raise NotNow
        refuse_if_overtaken(session, actor, ticket, version)
        moving = Moving(session, ticket, actor)
        _state(moving, check, f"{name}, {day:%d-%m-%Y}", name, once)
        return_when_stated(moving)
    return number


def _state(moving: Moving, check: str, words: str, name: str, once: str) -> None:
    item = next((item for item in moving.checklist.items if item.key == check), None)
    if item is None:
        raise NotFound
    if item.standing is not Standing.ASKS_CLUB or item.line is None:
        raise NotNow
    asked = item.line.texts["asks_club"]
    version = moving.session.get_one(CredentialVersion, moving.ticket.version_id)
    moving.session.add(
        Confirmation(
            connection_id=moving.ticket.connection_id,
            identity_key=identity_for_words(version),
            check=check,
            kind=ConfirmationKind.STATEMENT,
            by_user=moving.person,
            name=name,
            note=words,
            at=moving.at,
        )
    )
    moving.ticket.version += 1
    moving.ticket.last_move, moving.ticket.last_move_by, moving.ticket.last_move_at = (
        STATEMENT,
        moving.person,
        moving.at,
    )
    write_event(moving, STATEMENT, Note(f"({words})", Text(nl=asked["nl"], en=asked["en"])), once)
    record(moving.session, moving.actor.audit_name, ClubStated(moving.number, check=check))
    refresh(moving)


def _refuse_incomplete(moving: Moving) -> None:
    connector = connectors.get(moving.ticket.package)
    version = moving.session.get_one(CredentialVersion, moving.ticket.version_id)
    missing = missing_fields(connector, version, held_fields(moving.session, version))
    errors: dict[str, object] = {**dict.fromkeys(missing, FILL_IN), **version.errors}
    if moving.ticket.kind is Kind.RE_ENTER:
        errors |= _against_renewal(moving)
    elif not _asked_to_tick(connector) <= set(moving.ticket.attested):
        errors[""] = TICK_FIRST
    if errors:
        raise Wrong(errors)


def _against_renewal(moving: Moving) -> dict[str, object]:
    """New codes are sent once their test showed that they are of the administration that is connected."""
    if moving.checklist.is_live or not is_tested(moving.checklist):
        return {"": TEST_FIRST}
    return {"": WRONG_BOOKS} if are_other_books(moving) else {}


def _asked_to_tick(connector: Connector) -> set[str]:
    return {step.key for step in connector.guide.steps if step.attest is not None and not step.optional}


def _test_by_itself(moving: Moving) -> None:
    """Have the checks run before support opens the ticket, when they did not run on these codes yet."""
    connector = connectors.get(moving.ticket.package)
    version = moving.session.get_one(CredentialVersion, moving.ticket.version_id)
    sealed = held_fields(moving.session, version)
    if version.errors or missing_fields(connector, version, sealed) or is_tested(moving.checklist):
        return
    if refused_fields(moving.session, moving.ticket, connector):
        return
    free = budget_until(moving.session, moving.ticket, connector)
    delay = (free - now()).total_seconds() if free is not None else 0
    ask_run(Moving(moving.session, moving.ticket, SYSTEM), connector, delay=delay)


def _day(text: str) -> date | None:
    parts = text.strip().replace("/", "-").replace(".", "-").split("-")
    try:
        numbers = [int(part) for part in parts]
        year, month, day = numbers if numbers and numbers[0] > 31 else reversed(numbers)
        return date(year, month, day)
    except (ValueError, OverflowError):
        return None


def _errors(ticked: bool, name: str, day: date | None) -> dict[str, object]:
    errors: dict[str, object] = {}
    if not ticked:
        errors["ticked"] = TICK
    if not name:
        errors["name"] = NO_NAME
    elif len(name) > 120:
        errors["name"] = LONG_NAME
    if day is None:
        errors["date"] = NO_DATE
    elif day > now().astimezone(HOME).date():
        errors["date"] = LATER_DATE
    return errors
