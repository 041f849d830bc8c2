"""The outboxes: mail to people, events to the host."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from onboarding.db import Moment


class OutgoingMail(SQLModel, table=True):
    """A mail to send, written in the transaction of the change that it tells of.

    ``context`` holds ids and plain words for the template, never a secret; the token of a mailed link is
    made at the moment of sending.
    """

    __tablename__ = "outgoing_mail"
    id: int | None = Field(default=None, primary_key=True)
    template: str = Field(max_length=40)
    to: str = Field(max_length=254)
    language: str = Field(max_length=2)
    context: dict[str, Any] = Field(default_factory=dict, sa_type=sa.JSON)
    once: str = Field(max_length=80, unique=True)
    created_at: datetime = Field(sa_type=Moment)
    leaves_at: datetime = Field(sa_type=Moment, index=True)
    sent_at: datetime | None = Field(default=None, sa_type=Moment, index=True)
    dropped_at: datetime | None = Field(default=None, sa_type=Moment)
    attempts: int = 0
    problem: str = Field(default="", max_length=200)


class HostNews(StrEnum):
    """What the host hears of a connection."""

    ACTIVATED = "connection.activated"
    """It can be used: for the first time, or again."""
    ATTENTION = "connection.attention"
    """Its club has to do something before it works again."""
    REPLACED = "connection.replaced"
    """It goes on with new codes."""
    DISCONNECTED = "connection.disconnected"
    """Its club ended it."""


class HostEvent(SQLModel, table=True):
    """Something to tell the host, written in the transaction of the change that it tells of.

    ``event_id`` is what the host knows it by. It is random: after a restore numbers come back, and the host would
    take a new event for one that it had already. ``data`` holds ids and plain words, never a secret.
    """

    __tablename__ = "host_event"
    id: int | None = Field(default=None, primary_key=True)
    event_id: str = Field(max_length=40, unique=True)
    kind: str = Field(max_length=40)
    connection_id: int = Field(foreign_key="connection.id", index=True)
    data: dict[str, Any] = Field(default_factory=dict, sa_type=sa.JSON)
    once: str = Field(max_length=80, unique=True)
    created_at: datetime = Field(sa_type=Moment)
    next_at: datetime | None = Field(default=None, sa_type=Moment, index=True)
    """When it is tried (again); None once it is over."""
    delivered_at: datetime | None = Field(default=None, sa_type=Moment)
    given_up_at: datetime | None = Field(default=None, sa_type=Moment, index=True)
    attempts: int = 0
    tries: int = 0
    """Attempts since it was last asked for; the pauses grow with them."""
    status: int | None = None
    """What the host answered last; its words are kept nowhere."""
    problem: str = Field(default="", max_length=60)
    """Why there was no answer, as a kind of error."""
