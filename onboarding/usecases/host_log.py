"""Use cases of operations: what the host was told, how that went, and telling it once more."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any
from urllib.parse import urlsplit

from sqlmodel import Session, col, func, select

from onboarding.accounts.people import Actor
from onboarding.audit.events import WebhookAskedAgain
from onboarding.audit.log import record
from onboarding.clock import now
from onboarding.db import session
from onboarding.engine import enqueue
from onboarding.notify.models import HostEvent, HostNews
from onboarding.settings import current_settings
from onboarding.usecases.refusals import NotAllowed, NotFound
from onboarding.usecases.transaction import change

A_PAGE = 50
"""Events that are shown at once."""


class Delivery(StrEnum):
    """How it is with an event."""

    WAITING = "waiting"
    DELIVERED = "delivered"
    GIVEN_UP = "given_up"


@dataclass(frozen=True, slots=True)
class Told:
    """An event of the log. ``status`` is the last answer, ``problem`` the kind of error when there was none."""

    number: int
    event_id: str
    news: HostNews
    created_at: datetime
    delivery: Delivery
    at: datetime
    """When it was delivered or given up, or is tried next."""
    attempts: int
    status: int | None
    problem: str
    package: str
    club: str
    administration: str
    ticket: int | None


@dataclass(frozen=True, slots=True)
class HostLog:
    """A page of the log, newest first. ``host`` is the name of the machine that is told, empty when none is set."""

    host: str
    waiting: int
    given_up: int
    events: tuple[Told, ...]
    page: int
    goes_on: bool


def host_log(actor: Actor, page: int = 1) -> HostLog:
    """What the host was told. Raises ``NotAllowed`` unless the actor is an admin or the system."""
    _require_admin(actor)
    db, page = session(), min(max(page, 1), 10_000)
    query = select(HostEvent).order_by(col(HostEvent.id).desc()).offset((page - 1) * A_PAGE).limit(A_PAGE + 1)
    found = db.exec(query).all()
    return HostLog(
        host=urlsplit(current_settings().webhook_url).netloc,
        waiting=_count(db, col(HostEvent.next_at).is_not(None)),
        given_up=_count(db, col(HostEvent.given_up_at).is_not(None)),
        events=tuple(_told(event) for event in found[:A_PAGE]),
        page=page,
        goes_on=len(found) > A_PAGE,
    )


def redeliver(actor: Actor, number: int) -> str:
    """Have an event delivered once more, at once, whatever became of it before; its id.

    Raises ``NotAllowed`` unless the actor is an admin or the system, ``NotFound``.
    """
    _require_admin(actor)
    with change() as db:
        event = db.get(HostEvent, number, with_for_update=True) if 0 < number < 2**31 else None
        if event is None:
            raise NotFound
        event.next_at, event.delivered_at, event.given_up_at, event.tries = now(), None, None, 0
        db.add(event)
        enqueue(db, "tell_host", number, job_id=f"webhook-{number}-{secrets.token_hex(4)}")
        record(db, actor.audit_name, WebhookAskedAgain(number, event_id=event.event_id))
        return event.event_id


def _require_admin(actor: Actor) -> None:
    if actor.user_id is not None and not actor.is_admin:
        raise NotAllowed


def _count(db: Session, which: Any) -> int:
    return db.exec(select(func.count()).select_from(HostEvent).where(which)).one()


def _told(event: HostEvent) -> Told:
    assert event.id is not None
    if event.next_at is not None:
        delivery, at = Delivery.WAITING, event.next_at
    elif event.delivered_at is not None:
        delivery, at = Delivery.DELIVERED, event.delivered_at
    else:
        delivery, at = Delivery.GIVEN_UP, event.given_up_at or event.created_at
    return Told(
        number=event.id,
        event_id=event.event_id,
        news=HostNews(event.kind),
        created_at=event.created_at,
        delivery=delivery,
        at=at,
        attempts=event.attempts,
        status=event.status,
        problem=event.problem,
        package=event.data["package"],
        club=event.data["club"]["name"],
        administration=event.data["administration"]["label"] or "",
        ticket=event.data["ticket"],
    )
