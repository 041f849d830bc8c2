"""Tables of connections, their versions of credentials, and what people confirmed of them."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from onboarding.db import Moment, named


class ConnectionState(StrEnum):
    """How a connection is doing."""

    PENDING = "pending"
    ACTIVE = "active"
    ATTENTION = "attention"
    PAUSED = "paused"
    DISCONNECTED = "disconnected"


class VersionState(StrEnum):
    """Where a version of credentials is in its life."""

    CANDIDATE = "candidate"
    LIVE = "live"
    RETIRED = "retired"
    REJECTED = "rejected"


class Connection(SQLModel, table=True):
    """A club's connection to one administration of one package."""

    __tablename__ = "connection"
    id: int | None = Field(default=None, primary_key=True)
    club_id: int = Field(foreign_key="club.id", index=True)
    package: str = Field(max_length=40)
    state: ConnectionState = Field(default=ConnectionState.PENDING, sa_type=named(ConnectionState))
    identity_key: str | None = Field(default=None, max_length=300)
    """Of the live version; guards double connections."""
    identity_label: str | None = Field(default=None, max_length=300)
    live_version_id: int | None = Field(default=None)
    created_at: datetime = Field(sa_type=Moment)
    activated_at: datetime | None = Field(default=None, sa_type=Moment)
    __table_args__ = (
        sa.Index(
            "uq_connection_active_administration",
            "package",
            "identity_key",
            unique=True,
            sqlite_where=sa.text("state IN ('active', 'attention', 'paused')"),
            postgresql_where=sa.text("state IN ('active', 'attention', 'paused')"),
        ),
    )


class CredentialVersion(SQLModel, table=True):
    """One set of what a club handed over. ``shown`` holds the values that are no secret, as text by field key.

    Secrets are in ``sealed_secret``; ``readings`` holds hints by field key ({"nl", "en"}), ``swap`` the two
    fields that look exchanged; ``options`` what the choice fields offered ({field: [[value, label], …]}).
    """

    __tablename__ = "credential_version"
    id: int | None = Field(default=None, primary_key=True)
    connection_id: int = Field(foreign_key="connection.id", index=True)
    number: int
    state: VersionState = Field(default=VersionState.CANDIDATE, sa_type=named(VersionState))
    revision: int = 1
    """Grows with every change of a value: lines of an earlier revision do not count."""
    shown: dict[str, str] = Field(default_factory=dict, sa_type=sa.JSON)
    readings: dict[str, dict[str, str]] = Field(default_factory=dict, sa_type=sa.JSON)
    errors: dict[str, dict[str, str]] = Field(default_factory=dict, sa_type=sa.JSON)
    """What is wrong with a kept value, by field key: it has to be entered again before anything is tested."""
    swap: list[str] = Field(default_factory=list, sa_type=sa.JSON)
    options: dict[str, list[list[str]]] = Field(default_factory=dict, sa_type=sa.JSON)
    identity_key: str | None = Field(default=None, max_length=300)
    identity_label: str | None = Field(default=None, max_length=300)
    created_at: datetime = Field(sa_type=Moment)
    created_by: int | None = Field(default=None, foreign_key="user.id")
    ended_at: datetime | None = Field(default=None, sa_type=Moment)
    consent_id: int | None = Field(default=None)
    """The consent that these codes go with. Its tokens may lie with another version: then it is borrowed."""
    __table_args__ = (sa.UniqueConstraint("connection_id", "number"),)


class ConfirmationKind(StrEnum):
    """Who said so: the club's statement comes first where it is asked, support's word counts."""

    STATEMENT = "statement"
    CONFIRMATION = "confirmation"


class Confirmation(SQLModel, table=True):
    """A person's answer to a check. It belongs to connection and administration, so it carries over to new codes."""

    __tablename__ = "confirmation"
    id: int | None = Field(default=None, primary_key=True)
    connection_id: int = Field(foreign_key="connection.id", index=True)
    identity_key: str = Field(max_length=300)
    check: str = Field(max_length=60)
    kind: ConfirmationKind = Field(sa_type=named(ConfirmationKind))
    by_user: int = Field(foreign_key="user.id")
    name: str = Field(max_length=120)
    note: str = Field(max_length=2000)
    at: datetime = Field(sa_type=Moment)
    withdrawn_at: datetime | None = Field(default=None, sa_type=Moment)
