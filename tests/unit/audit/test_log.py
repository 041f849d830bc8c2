"""The log only grows, and a change to it shows."""

from __future__ import annotations

from dataclasses import fields, is_dataclass
from typing import get_type_hints

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlmodel import select

from onboarding.audit import events
from onboarding.audit.chain import chain_keys
from onboarding.audit.events import EVENTS, Event, SignedIn, TicketMoved
from onboarding.audit.log import record
from onboarding.audit.models import AuditRecord
from onboarding.audit.verifying import verify
from onboarding.db import db, session
from onboarding.keys import current_ring
from onboarding.usecases.transaction import change

WITHOUT_GUARDS = (
    "DROP TRIGGER audit_record_is_never_changed",
    "DROP TRIGGER audit_record_is_never_deleted",
)


@pytest.fixture
def three_events(in_app: Flask) -> list[int]:
    with change() as writing:
        record(writing, "user:1", SignedIn(user_id=1, way="link"))
        record(writing, "user:1", TicketMoved(1001, "submit", "draft", "submitted"))
    with change() as writing:
        record(writing, "system", TicketMoved(1001, "take", "submitted", "in_review"))
    return [row.id or 0 for row in session().exec(select(AuditRecord).order_by(AuditRecord.id)).all()]


def found() -> int | None:
    """The first record that is not as it was written."""
    session().rollback()
    broken = verify(session(), chain_keys(current_ring())).broken
    return None if broken is None else broken.record


def change_by_hand(statement: str) -> None:
    session().rollback()
    with db.engine.begin() as connection:
        for guard in WITHOUT_GUARDS:
            connection.execute(sa.text(guard))
        connection.execute(sa.text(statement))


def test_an_event_is_kept_with_actor_subject_and_data(three_events: list[int]) -> None:
    row = session().get_one(AuditRecord, three_events[1])

    assert (row.actor, row.event, row.subject) == ("user:1", "ticket:moved", "ticket:1001")
    assert row.data == {"move": "submit", "source": "draft", "target": "submitted"}


def test_an_untouched_log_is_whole(three_events: list[int]) -> None:
    assert found() is None


@pytest.mark.parametrize("column", ["actor", "event", "subject", "data", "at"])
def test_a_changed_record_shows(three_events: list[int], column: str) -> None:
    values = {"data": '\'{"move": "reject"}\'', "at": "'2020-01-01 00:00:00.000000'"}
    change_by_hand(f"UPDATE audit_record SET {column} = {values.get(column, chr(39) + 'x' + chr(39))} WHERE id = 2")

    assert found() == 2


def test_a_record_taken_away_shows(three_events: list[int]) -> None:
    change_by_hand("DELETE FROM audit_record WHERE id = 2")

    assert found() == 3


def test_records_in_another_order_show(three_events: list[int]) -> None:
    change_by_hand("UPDATE audit_record SET id = CASE id WHEN 1 THEN 20 ELSE id END WHERE id = 1")

    assert found() == 2


@pytest.mark.parametrize("statement", ["UPDATE audit_record SET actor = 'x'", "DELETE FROM audit_record"])
def test_the_database_itself_refuses_to_change_the_log(three_events: list[int], statement: str) -> None:
    session().rollback()
    with pytest.raises(sa.exc.IntegrityError, match="append-only"), db.engine.begin() as connection:
        connection.execute(sa.text(statement))

    assert found() is None


def test_a_change_that_fails_leaves_no_event(in_app: Flask) -> None:
    def fails() -> None:
        with change() as writing:
            record(writing, "user:1", SignedIn(user_id=1, way="link"))
            raise RuntimeError("halfway")

    with pytest.raises(RuntimeError, match="halfway"):
        fails()

    assert session().exec(select(AuditRecord)).all() == []


@pytest.mark.parametrize("event", EVENTS.values(), ids=EVENTS)
def test_every_event_says_what_it_is(event: type[Event]) -> None:
    subject, _, action = event.name.partition(":")

    assert subject
    assert action
    assert event.name == event.name.lower()
    assert len(event.name) <= 60
    assert is_dataclass(event)
    assert event.__dataclass_params__.frozen
    assert event.__doc__
    assert not event.__doc__.startswith(f"{event.__name__}(")
    assert fields(event), "the first field is what it is about"


@pytest.mark.parametrize("event", EVENTS.values(), ids=EVENTS)
def test_no_event_has_room_for_a_secret(event: type[Event]) -> None:
    named_like = {"value", "values", "secret", "password", "token", "body", "text", "email"}

    assert named_like.isdisjoint(field.name for field in fields(event))
    assert all(hint in (int, str, bool, int | None, str | None, tuple[str, ...]) for hint in _hints(event))


def _hints(event: type[Event]) -> list[object]:
    hints = get_type_hints(event, vars(events))
    return [hints[field.name] for field in fields(event)]


def test_two_events_cannot_have_one_name() -> None:
    with pytest.raises(TypeError, match="two events"):
        type("Again", (Event,), {}, name="ticket:moved")
