"""The table of the audit log."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from onboarding.db import Moment


class AuditRecord(SQLModel, table=True):
    """One event, chained to the one before it by a keyed hash. Never changed, never deleted."""

    __tablename__ = "audit_record"
    id: int | None = Field(default=None, primary_key=True)
    at: datetime = Field(sa_type=Moment)
    actor: str = Field(max_length=120)
    event: str = Field(max_length=60, index=True)
    subject: str = Field(max_length=120, index=True)
    data: dict[str, Any] = Field(default_factory=dict, sa_type=sa.JSON)
    key_id: str = Field(max_length=40)
    chained: str = Field(max_length=64)
    """HMAC-SHA256 in hex over the previous row's value and this row's canonical content."""
