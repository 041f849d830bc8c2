"""The database: engines, real SQLModel sessions, and column types that are alike on SQLite and PostgreSQL."""

from __future__ import annotations

from datetime import UTC, datetime
from enum import StrEnum
from inspect import iscoroutinefunction
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from flask import Flask, has_request_context, request
from flask_sqlalchemy_lite import SQLAlchemy
from sqlalchemy import event
from sqlmodel import Session, SQLModel

NAMES = {
    "ix": "ix_%(column_0_label)s",
    "uq": "uq_%(table_name)s_%(column_0_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}
SQLModel.metadata.naming_convention = NAMES

db = SQLAlchemy(session_options={"class_": Session, "expire_on_commit": False})

WRITING = {"koppelbalie_writing": True}
"""Execution options of a connection whose transaction is going to write."""


class Moment(sa.types.TypeDecorator[datetime]):
    """An aware moment, kept in UTC; SQLite has no time zones of its own."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment needs a time zone")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def named(kind: type[StrEnum]) -> Any:
    """The column type of an enum: its values as text, the same on both databases."""
    return sa.Enum(kind, native_enum=False, length=20, values_callable=lambda k: [member.value for member in k])


_PATIENCE = {"connect_timeout": 5, "tcp_user_timeout": 10_000, "keepalives_idle": 10, "keepalives_interval": 5}
"""Of libpq: seconds to connect, milliseconds until a server that went without a word counts as gone."""


def open_database(app: Flask, url: str) -> None:
    """Give ``app`` its engine and sessions. The folder of a SQLite file is made when it is not there."""
    address = sa.make_url(url)
    options: dict[str, Any] = {"url": address, "pool_size": 20, "max_overflow": 30, "hide_parameters": True}
    if address.get_backend_name() == "sqlite":
        if address.database:
            Path(address.database).parent.mkdir(parents=True, exist_ok=True)
    else:
        options |= {"pool_pre_ping": True, "pool_timeout": 10, "connect_args": _PATIENCE}
    app.config["SQLALCHEMY_ENGINES"] = {"default": options}
    db.init_app(app)
    # It closes asynchronous sessions too, which would need asgiref; we have none.
    app.teardown_appcontext_funcs[:] = [hook for hook in app.teardown_appcontext_funcs if not iscoroutinefunction(hook)]
    with app.app_context():
        prepare(db.engine)


def prepare(engine: sa.Engine) -> None:
    """Let a page be read as of one moment on both.

    SQLite also gets its write-ahead log, foreign keys and patience, and transactions that we begin ourselves.
    """
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _set_up_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
    else:
        event.listen(engine, "begin", _begin_postgresql)


def _set_up_sqlite(connection: Any, _: Any) -> None:
    connection.isolation_level = None  # the driver begins no transactions then: _begin_sqlite does
    for pragma in ("journal_mode=WAL", "foreign_keys=ON", "busy_timeout=10000", "synchronous=FULL", "secure_delete=ON"):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: sa.Connection) -> None:
    """A writing transaction takes the lock at its start: a reading one that starts to write later can only fail."""
    writing = connection.get_execution_options().get("koppelbalie_writing")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")


def _begin_postgresql(connection: sa.Connection) -> None:
    """A page is read in several questions: what commits between two of them must not show in the second alone.

    The driver sends this with its first statement. Whatever else there is waits for row locks, and then has to see
    what the one before it wrote.
    """
    options = connection.get_execution_options()
    if "isolation_level" in options:
        return
    driver = connection.connection.dbapi_connection
    assert driver is not None
    is_page = has_request_context() and request.method == "GET" and not options.get("koppelbalie_writing")
    connection.dialect.set_isolation_level(driver, "REPEATABLE READ" if is_page else "READ COMMITTED")


def session() -> Session:
    """The session of this request, job or command."""
    current: Session = db.session  # type: ignore[assignment]
    return current
