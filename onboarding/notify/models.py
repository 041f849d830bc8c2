"""The outbox of mail."""

from __future__ import annotations

from datetime import datetime
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
