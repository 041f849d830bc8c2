"""The revisions make exactly the tables that the code has, on both databases, and can be undone."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
import sqlalchemy as sa
from flask import Flask
from flask_alembic import Alembic
from sqlmodel import select

from onboarding import engine, vault
from onboarding.accounts.models import Club, User
from onboarding.audit.chain import chain_keys
from onboarding.audit.events import SignedIn
from onboarding.audit.log import record
from onboarding.audit.models import AuditRecord
from onboarding.audit.verifying import verify
from onboarding.clock import now
from onboarding.connections.models import Connection, CredentialVersion
from onboarding.db import db, session
from onboarding.engine.schema import migrate_jobs
from onboarding.keys import current_ring
from onboarding.migrations import HEAD, open_migrations, revision_of
from onboarding.tables import METADATA
from onboarding.tickets.models import Ticket
from onboarding.usecases import readiness
from onboarding.usecases.transaction import change
from onboarding.vault import Binding


@pytest.fixture
def migrated(empty: Flask) -> Flask:
    with migrations(empty) as alembic:
        alembic.upgrade()
    migrate_jobs()
    return empty


@contextmanager
def migrations(app: Flask) -> Iterator[Alembic]:
    """Alembic in a context of its own: at the end of it, it lets go of its connection and its lock."""
    with app.app_context():
        yield open_migrations()


def at() -> str | None:
    with db.engine.connect() as connection:
        return revision_of(connection)


def tables() -> set[str]:
    return {name for name in sa.inspect(db.engine).get_table_names() if name in METADATA.tables}


def file_a_ticket() -> Ticket:
    with change() as writing:
        club = Club(name="SV Voorbeeld", created_at=now())
        ans = User(email="ans@example.test", name="Ans", fs_uniquifier="u", created_at=now())
        writing.add_all([club, ans])
        writing.flush()
        connection = Connection(club_id=club.id, package="e-boekhouden", created_at=now())
        writing.add(connection)
        writing.flush()
        version = CredentialVersion(connection_id=connection.id, number=1, created_at=now())
        writing.add(version)
        writing.flush()
        vault.seal(writing, version.id, {"f": "made-up"}, Binding(club.id, connection.id, version.id))
        ticket = Ticket(
            club_id=club.id,
            connection_id=connection.id,
            version_id=version.id,
            package="e-boekhouden",
            opened_by=ans.id,
            last_move_at=now(),
            opened_at=now(),
            waiting_since=now(),
            summary={"next": "codes"},
        )
        writing.add(ticket)
    return ticket


def test_an_empty_database_is_known_as_such(empty: Flask) -> None:
    assert at() is None
    assert readiness.problems() == [
        f"the database is empty; this version needs {HEAD}: run flask --app wsgi db upgrade"
    ]


def test_the_revisions_end_at_the_head_that_the_code_names(migrated: Flask) -> None:
    with migrations(migrated) as alembic:
        assert [script.revision for script in alembic.heads()] == [HEAD]
    assert at() == HEAD
    assert readiness.problems() == []


def test_the_revisions_make_what_the_code_has(migrated: Flask) -> None:
    with migrations(migrated) as alembic:
        assert alembic.compare_metadata() == []


def test_a_second_upgrade_changes_nothing(migrated: Flask) -> None:
    with migrations(migrated) as alembic:
        alembic.upgrade()
    migrate_jobs()

    assert at() == HEAD


def test_a_ticket_with_its_secret_is_kept_and_numbers_begin_at_1001(migrated: Flask) -> None:
    ticket = file_a_ticket()

    assert ticket.id == 1001
    session().rollback()
    session().expire_all()
    kept = session().exec(select(Ticket)).one()
    assert kept.summary == {"next": "codes"}
    assert kept.opened_at.tzinfo is not None
    assert vault.unseal(kept.version_id, "user:1", "checks") == {"f": "made-up"}
    assert verify(session(), chain_keys(current_ring())).broken is None


def test_all_tables_go_when_the_first_revision_is_undone(migrated: Flask) -> None:
    file_a_ticket()
    assert tables() == set(METADATA.tables)
    session().rollback()

    with migrations(migrated) as alembic:
        alembic.downgrade("base")

    assert tables() == set()
    with migrations(migrated) as alembic:
        alembic.upgrade()
    assert tables() == set(METADATA.tables)
    assert file_a_ticket().id == 1001


@pytest.mark.parametrize("statement", ["UPDATE audit_record SET actor = 'x'", "DELETE FROM audit_record"])
def test_the_database_keeps_the_audit_log_from_changing(migrated: Flask, statement: str) -> None:
    with change() as writing:
        record(writing, "user:1", SignedIn(user_id=1, way="link"))

    with pytest.raises(sa.exc.DBAPIError, match="append-only"), db.engine.begin() as connection:
        connection.execute(sa.text(statement))

    assert session().exec(select(AuditRecord)).one().actor == "user:1"


def test_two_active_connections_of_one_administration_are_refused_by_the_database(migrated: Flask) -> None:
    ticket = file_a_ticket()

    def activate(state: str) -> None:
        with change() as writing:
            writing.add(
                Connection(club_id=ticket.club_id, package="p", state=state, identity_key="same", created_at=now())
            )

    activate("active")
    activate("disconnected")
    with pytest.raises(sa.exc.IntegrityError):
        activate("attention")


def test_a_job_is_asked_for_in_the_transaction_of_its_change(migrated: Flask) -> None:
    def fails() -> None:
        with change() as writing:
            engine.enqueue(writing, "send_mail", 1, job_id="mail-1")
            raise RuntimeError("halfway")

    with pytest.raises(RuntimeError, match="halfway"):
        fails()
    assert jobs() == []

    with change() as writing:
        engine.enqueue(writing, "send_mail", 2, job_id="mail-2")
        engine.enqueue(writing, "run_checklist", "run-1", job_id="run-1", delay=60)
    with change() as writing:
        engine.enqueue(writing, "send_mail", 2, job_id="mail-2")

    assert jobs() == [("mail-2", "mail", "ENQUEUED"), ("run-1", "checks", "DELAYED")]


def jobs() -> list[tuple[str, str, str]]:
    schema = "dbos." if db.engine.dialect.name == "postgresql" else ""
    query = f"SELECT workflow_uuid, queue_name, status FROM {schema}workflow_status ORDER BY 1"
    with db.engine.connect() as connection:
        return [tuple(row) for row in connection.execute(sa.text(query))]
