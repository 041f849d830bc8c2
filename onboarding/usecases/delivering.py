"""Use case: an event reaches the host, at least once, with attempts that grow apart while it cannot take it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import NamedTuple

import structlog
from sqlmodel import Session

from onboarding.audit.events import WebhookGivenUp
from onboarding.audit.log import record
from onboarding.calls import NoAnswer
from onboarding.clock import now
from onboarding.engine import enqueue
from onboarding.notify.models import HostEvent
from onboarding.notify.webhook import body_of, send
from onboarding.settings import current_settings
from onboarding.usecases.transaction import change

log = structlog.get_logger(__name__)

PAUSES = (60, 300, 900, 3600, 4 * 3600, 12 * 3600, 24 * 3600, 24 * 3600)
"""Seconds until each further attempt; after the last one the event is given up."""
EARLY = timedelta(seconds=30)
"""How much too early a delayed job may come: its clock is another one than ours."""
GONE = 410
"""With this status the host says that it wants no more of it."""
NO_ADDRESS = "NoAddress"
"""What stands for an answer while no address is set any more."""


class _Leaving(NamedTuple):
    body: bytes
    event_id: str
    attempt: int


class _Outcome(NamedTuple):
    status: int | None = None
    problem: str = ""

    @property
    def is_delivered(self) -> bool:
        return self.status is not None and 200 <= self.status < 300


def deliver(number: int) -> None:
    """Send an event if it is due; when the host does not take it, ask for the next attempt.

    A process that is killed between the answer and our commit sends it again: the host knows it by its id.
    """
    with change() as db:
        leaving = _take(db, number)
    if leaving is None:
        return
    outcome = _send(leaving)
    with _still_due(number) as (db, event):
        if event is None:
            return
        event.status, event.problem = outcome.status, outcome.problem
        if outcome.is_delivered:
            event.delivered_at, event.next_at = now(), None
        elif event.attempts == leaving.attempt:  # else a later attempt is under way and sees to what comes next
            _go_on(db, event)


def _take(db: Session, number: int) -> _Leaving | None:
    """Count the attempt; None when it is over, or its time has not come."""
    event = db.get(HostEvent, number, with_for_update=True)
    if event is None or event.next_at is None or event.next_at > now() + EARLY:
        return None
    event.attempts, event.tries = event.attempts + 1, event.tries + 1
    db.add(event)
    return _Leaving(body_of(event), event.event_id, event.attempts)


def _send(leaving: _Leaving) -> _Outcome:
    settings = current_settings()
    if not settings.webhook_url:
        return _Outcome(problem=NO_ADDRESS)
    try:
        return _Outcome(send(leaving.body, leaving.event_id, settings, now()))
    except NoAnswer as problem:
        return _Outcome(problem=str(problem)[:60])


@contextmanager
def _still_due(number: int) -> Iterator[tuple[Session, HostEvent | None]]:
    """The event, locked, unless another attempt brought it to its end meanwhile."""
    with change() as db:
        event = db.get(HostEvent, number, with_for_update=True)
        if event is None or event.next_at is None:
            yield db, None
            return
        yield db, event
        db.add(event)


def _go_on(db: Session, event: HostEvent) -> None:
    assert event.id is not None
    if event.status == GONE or event.tries > len(PAUSES):
        log.error(
            "an event for the host is given up", event_number=event.id, status=event.status, problem=event.problem
        )
        event.given_up_at, event.next_at = now(), None
        db.add(event)
        record(db, "system", WebhookGivenUp(event.id, event_id=event.event_id, kind=event.kind))
        return
    pause = PAUSES[event.tries - 1]
    event.next_at = now() + timedelta(seconds=pause)
    log.warning(
        "the host did not take an event",
        event_number=event.id,
        status=event.status,
        problem=event.problem,
        again_in=pause,
    )
    enqueue(db, "tell_host", event.id, delay=pause, job_id=f"webhook-{event.id}-{event.attempts}")
