"""What the host hears of a connection is written here and nowhere else, in the transaction of the change."""

from __future__ import annotations

import secrets
from typing import Any

from sqlmodel import Session, select

from onboarding.accounts.models import Club
from onboarding.clock import now
from onboarding.connections.models import Connection
from onboarding.engine import enqueue
from onboarding.notify.models import HostEvent, HostNews
from onboarding.settings import current_settings


def tell_host(
    session: Session, connection: Connection, news: HostNews, occasion: object, ticket: int | None = None
) -> None:
    """Write an event for the host and ask for its delivery, in the caller's writing transaction.

    ``occasion`` tells this time from others of the same news about the same connection: the same one is written once.
    Where no address of the host is set, nothing is written.
    """
    if not current_settings().webhook_url:
        return
    once = f"{news}:{connection.id}:{occasion}"
    if session.exec(select(HostEvent.id).where(HostEvent.once == once)).first() is not None:
        return
    at = now()
    assert connection.id is not None
    event = HostEvent(
        event_id=f"evt_{secrets.token_hex(16)}",
        kind=news.value,
        connection_id=connection.id,
        data=_told(session, connection, ticket),
        once=once,
        created_at=at,
        next_at=at,
    )
    session.add(event)
    session.flush()
    assert event.id is not None
    enqueue(session, "tell_host", event.id, job_id=f"webhook-{event.id}")


def _told(session: Session, connection: Connection, ticket: int | None) -> dict[str, Any]:
    club = session.get_one(Club, connection.club_id)
    return {
        "connection": connection.id,
        "package": connection.package,
        "administration": {"key": connection.identity_key, "label": connection.identity_label},
        "club": {"id": club.id, "name": club.name, "host_id": club.host_id},
        "ticket": ticket,
    }
