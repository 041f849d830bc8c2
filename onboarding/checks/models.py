"""Tables of runs and their lines."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from connectors.kit.errors import Owner
from connectors.kit.outcomes import Outcome
from onboarding.db import Moment, named


class RunState(StrEnum):
    """Where a run is: each ends exactly once."""

    QUEUED = "queued"
    RUNNING = "running"
    WAITING = "waiting"
    """The package is down: it repeats by itself at ``next_at``."""
    ENDED = "ended"
    STOPPED = "stopped"
    """Overtaken by new codes, or the ticket closed."""


class Run(SQLModel, table=True):
    """One run of a checklist. ``id`` is also the id of its durable job."""

    __tablename__ = "check_run"
    id: str = Field(max_length=40, primary_key=True)
    ticket_id: int = Field(foreign_key="ticket.id", index=True)
    version_id: int = Field(foreign_key="credential_version.id", index=True)
    revision: int
    checker: str = Field(max_length=40)
    """Version of the connector that made it."""
    only_check: str | None = Field(default=None, max_length=60)
    then: str = Field(default="", max_length=20)
    """A move to make by itself when no item of the club stays open: "resubmit" or ""."""
    state: RunState = Field(default=RunState.QUEUED, sa_type=named(RunState))
    attempt: int = 0
    asked_by: int | None = Field(default=None, foreign_key="user.id")
    asked_at: datetime = Field(sa_type=Moment)
    started_at: datetime | None = Field(default=None, sa_type=Moment)
    ended_at: datetime | None = Field(default=None, sa_type=Moment)
    next_at: datetime | None = Field(default=None, sa_type=Moment, index=True)
    down_since: datetime | None = Field(default=None, sa_type=Moment)
    """Since when the package is down for this ticket; None while it is not."""


class CheckLine(SQLModel, table=True):
    """One line of a run, as its check ended. Holds no secret.

    ``texts`` holds title, problem, remedy, says, question and asks_club as {"nl", "en"}; ``exchanges`` the
    redacted calls, for support.
    """

    __tablename__ = "check_line"
    id: int | None = Field(default=None, primary_key=True)
    run_id: str = Field(foreign_key="check_run.id", max_length=40)
    check: str = Field(max_length=60)
    outcome: Outcome = Field(sa_type=named(Outcome))
    owner: Owner = Field(sa_type=named(Owner))
    mandatory: bool
    error: str | None = Field(default=None, max_length=40)
    texts: dict[str, dict[str, str]] = Field(default_factory=dict, sa_type=sa.JSON)
    fields: list[str] = Field(default_factory=list, sa_type=sa.JSON)
    path: list[str] = Field(default_factory=list, sa_type=sa.JSON)
    evidence: dict[str, Any] = Field(default_factory=dict, sa_type=sa.JSON)
    detail: str = Field(default="", max_length=500)
    retry_after: float | None = None
    ms: int = 0
    at: datetime = Field(sa_type=Moment)
    exchanges: list[dict[str, Any]] = Field(default_factory=list, sa_type=sa.JSON)
    __table_args__ = (sa.UniqueConstraint("run_id", "check"),)
