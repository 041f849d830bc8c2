"""What is true of an installation however its process ended, and what came of everything in the end."""

from __future__ import annotations

import json
from collections import Counter
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlmodel import SQLModel, select

from onboarding.audit.models import AuditRecord
from onboarding.checks.models import CheckLine, Run
from onboarding.connections.models import Connection, CredentialVersion, VersionState
from onboarding.connections.versions import IN_FORCE
from onboarding.db import db, session
from onboarding.notify.models import OutgoingMail
from onboarding.tickets.lifecycle import State
from onboarding.tickets.models import Message, Ticket
from onboarding.usecases import custody, readiness, running
from onboarding.usecases.runs import UNFINISHED
from onboarding.vault import sealed_fields

T = TypeVar("T", bound=SQLModel)
_SHOWN = (Ticket, Connection, CredentialVersion, Run, CheckLine, OutgoingMail, Message)
OVER = (VersionState.RETIRED, VersionState.REJECTED)


def assert_whole() -> None:
    """The log is whole, nothing is half in force, and everything that is to come has its job."""
    assert readiness.problems() == []
    assert custody.verify_log().broken is None
    _assert_in_force_by_the_gate_alone()
    _assert_moves_are_told()
    _assert_what_is_to_come_has_a_job()
    session().rollback()


def _assert_in_force_by_the_gate_alone() -> None:
    versions, told = everything(CredentialVersion), told_of("connection:activated")
    for connection in everything(Connection):
        live = {row.id for row in versions if row.connection_id == connection.id and row.state is VersionState.LIVE}
        assert live == ({connection.live_version_id} - {None}), "one version is in force, or none"
        assert (connection.state in IN_FORCE) == bool(live)
        assert (connection.activated_at is not None) == bool(live)
    passed = Counter(data["version_id"] for data in told)
    ever_live = {row.id for row in versions if row.state in (VersionState.LIVE, VersionState.RETIRED)}
    assert passed == Counter(ever_live), "each version that came in force passed the gate once"
    activated = {row.version_id for row in everything(Ticket) if row.state is State.ACTIVATED}
    assert activated <= ever_live
    for row in versions:
        assert row.id is not None
        assert not (row.state in OVER and sealed_fields(session(), row.id)), "what is over is destroyed"
        assert row.state is not VersionState.LIVE or sealed_fields(session(), row.id)


def _assert_moves_are_told() -> None:
    told = {record.subject: record.data["target"] for record in log("ticket:moved")}
    states = {f"ticket:{row.id}": str(row.state) for row in everything(Ticket)}
    assert {subject: states[subject] for subject in told} == told
    assert {state for subject, state in states.items() if subject not in told} <= {State.DRAFT}


def _assert_what_is_to_come_has_a_job() -> None:
    jobs = {str(job) for (job,) in ask(f"SELECT workflow_uuid FROM {_engine()}workflow_status")}
    runs, mails = everything(Run), everything(OutgoingMail)
    assert {run.id for run in runs if run.state in UNFINISHED} <= jobs
    assert {f"mail-{mail.id}" for mail in mails if mail.sent_at is None} <= jobs
    assert jobs == {run.id for run in runs} | {f"mail-{mail.id}" for mail in mails}


def work() -> None:
    """Do the runs that have a job and did not end, as the worker does that starts after a kill."""
    due = [run.id for run in everything(Run) if run.state in UNFINISHED]
    session().rollback()
    for run_id in due:
        running.perform(run_id)


def outcome() -> dict[str, Any]:
    """How everything stands in the end, however it came to that."""
    versions = everything(CredentialVersion)
    numbers = {row.id: row.number for row in versions}
    newest = {run.ticket_id: run for run in sorted(everything(Run), key=lambda run: run.asked_at)}
    lines = everything(CheckLine)
    found = {
        "tickets": [[row.kind, row.state, row.turn, row.step, row.pile] for row in everything(Ticket)],
        "connections": [
            [row.state, row.identity_key, numbers.get(row.live_version_id)] for row in everything(Connection)
        ],
        "versions": [
            [row.number, row.state, row.identity_key, sorted(sealed_fields(session(), row.id or 0))] for row in versions
        ],
        "lines": sorted(
            [line.check, line.outcome] for run in newest.values() for line in lines if line.run_id == run.id
        ),
        "runs": sorted(run.state for run in newest.values()),
        "mails": sorted([mail.template, mail.to] for mail in everything(OutgoingMail)),
        "thread": sorted([row.kind, row.event] for row in everything(Message)),
        "moves": [record.data["move"] for record in log("ticket:moved")],
        "keys": sorted(str(row) for row in ask("SELECT DISTINCT key_id FROM sealed_secret")),
    }
    session().rollback()
    return found


def mark() -> str:
    """Two databases with the same mark are as far: how everything stands, and how much there is of it."""
    counts = [len(everything(model)) for model in (*_SHOWN, AuditRecord)]
    return json.dumps([outcome(), counts, sorted(run.attempt for run in everything(Run))])


def everything(model: type[T]) -> list[T]:
    """All rows of a table, oldest first, as they are now."""
    session().expire_all()
    return list(session().exec(select(model).order_by(sa.text("1"))).all())


def log(name: str) -> list[AuditRecord]:
    return list(session().exec(select(AuditRecord).where(AuditRecord.event == name).order_by(sa.text("id"))).all())


def told_of(name: str) -> list[dict[str, Any]]:
    return [record.data for record in log(name)]


def ask(query: str) -> list[tuple[Any, ...]]:
    with db.engine.connect() as connection:
        return [tuple(row) for row in connection.execute(sa.text(query))]


def _engine() -> str:
    return "dbos." if db.engine.dialect.name == "postgresql" else ""
