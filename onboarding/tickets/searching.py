"""Finds tickets for support: by number, club, package, or what was written in them."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlmodel import col

import connectors
from onboarding.accounts.models import Club
from onboarding.db import session
from onboarding.tickets.lifecycle import Pile
from onboarding.tickets.models import Message, Ticket


def found(search: str, most: int) -> list[tuple[int, Pile, datetime]]:
    """The newest tickets that were sent and that ``search`` finds: number, pile and since when. One query."""
    parts = [
        sa.select(
            sa.select(col(Ticket.id))
            .where(col(Ticket.pile).is_not(None), where)
            .order_by(col(Ticket.id).desc())
            .limit(most)
            .subquery()
        )
        for where in _ways(search)
    ]
    rows = session().execute(
        sa.select(col(Ticket.id), col(Ticket.pile), col(Ticket.pile_since))
        .where(col(Ticket.pile).is_not(None), col(Ticket.id).in_(sa.union(*parts)))
        .order_by(col(Ticket.id).desc())
        .limit(most)
    )
    return [(number, pile, since) for number, pile, since in rows]


def _ways(search: str) -> list[sa.ColumnElement[bool]]:
    written = sa.select(col(Message.ticket_id)).where(
        col(Message.event) == "", col(Message.body).icontains(search, autoescape=True)
    )
    clubs = sa.select(col(Club.id)).where(col(Club.name).icontains(search, autoescape=True))
    ways: list[sa.ColumnElement[bool]] = [col(Ticket.club_id).in_(clubs), col(Ticket.id).in_(written)]
    looks_for = search.casefold()
    packages = [
        key
        for key, connector in connectors.find().items()
        if looks_for in key.casefold() or looks_for in connector.name.casefold()
    ]
    if packages:
        ways.append(col(Ticket.package).in_(packages))
    number = search.removeprefix("#").strip()
    if number.isascii() and number.isdigit() and len(number) < 10:
        ways.append(col(Ticket.id) == int(number))
    return ways
