"""Reads the connections of a club as its page shows them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlmodel import col, select

import connectors
from onboarding.connections.models import Connection, ConnectionState
from onboarding.db import session
from onboarding.tickets.models import Ticket


@dataclass(frozen=True, slots=True)
class ConnectionRow:
    """One connection; ``ticket_number`` is that of its newest item, None without one."""

    package_name: str
    state: ConnectionState
    identity_label: str | None
    activated_at: datetime | None
    ticket_number: int | None


def connections_of(club_id: int) -> tuple[ConnectionRow, ...]:
    """The connections of a club that exist or are being made, newest first; one query."""
    newest = sa.func.max(Ticket.id).label("newest")
    rows = (
        session()
        .exec(
            select(Connection, newest)
            .join(Ticket, col(Ticket.connection_id) == col(Connection.id), isouter=True)
            .where(Connection.club_id == club_id)
            .group_by(*Connection.__table__.columns)  # type: ignore[attr-defined]
            .order_by(col(Connection.id).desc())
        )
        .all()
    )
    names = {key: package.name for key, package in connectors.find().items()}
    return tuple(
        ConnectionRow(
            package_name=names.get(connection.package, connection.package),
            state=connection.state,
            identity_label=connection.identity_label,
            activated_at=connection.activated_at,
            ticket_number=number,
        )
        for connection, number in rows
    )
