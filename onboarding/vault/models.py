"""The tables of sealed secrets."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from onboarding.db import Moment


class KeyId(sa.types.TypeDecorator[str]):
    """The id of a key. Read as bytes: what somebody put there that is no text stops the reading of no other row."""

    impl = sa.String(40)
    cache_ok = True

    def column_expression(self, column: Any) -> Any:
        """What a query selects of the column."""
        return sa.type_coerce(sa.cast(column, sa.LargeBinary), self)

    def process_result_value(self, value: str | bytes | None, dialect: sa.Dialect) -> str | None:
        """The id as text; bytes that are none are replaced, and then fit no key."""
        return bytes(value).decode("utf-8", "replace") if isinstance(value, bytes | memoryview) else value


class SealedSecret(SQLModel, table=True):
    """One sealed value. Its data key is wrapped by the key ``key_id`` of the ring, which lives outside the database.

    The additional data of both layers binds club, connection, version and field.
    """

    __tablename__ = "sealed_secret"
    version_id: int = Field(foreign_key="credential_version.id", primary_key=True)
    field: str = Field(max_length=60, primary_key=True)
    key_id: str = Field(max_length=40, index=True)
    wrapped_key: bytes
    sealed: bytes
    sealed_at: datetime = Field(sa_type=Moment)


class SealedFactor(SQLModel, table=True):
    """The secret that a person's app of codes shares with us, sealed under the key ``key_id`` for this purpose alone.

    The additional data binds the person.
    """

    __tablename__ = "sealed_factor"
    user_id: int = Field(foreign_key="user.id", primary_key=True)
    key_id: str = Field(sa_type=KeyId, index=True)
    sealed: bytes
    sealed_at: datetime = Field(sa_type=Moment)


class SealedHandOver(SQLModel, table=True):
    """The tokens of a consent that waits to be handed over, sealed under the key ``key_id`` for this purpose alone.

    The additional data binds the row.
    """

    __tablename__ = "sealed_hand_over"
    hand_over_id: int = Field(foreign_key="hand_over.id", primary_key=True)
    key_id: str = Field(sa_type=KeyId, index=True)
    sealed: bytes
    sealed_at: datetime = Field(sa_type=Moment)
