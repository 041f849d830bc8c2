"""Runs inside the transaction of a change: asked for once, stopped when overtaken, within the package's budget."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta

from sqlmodel import Session, col, select

from connectors.kit.connector import Connector
from onboarding.accounts.people import Actor
from onboarding.audit.events import RunAsked, RunEnded
from onboarding.audit.log import record
from onboarding.checks.checklist import Checklist
from onboarding.checks.models import CheckLine, Run, RunState
from onboarding.checks.reading import LIVE, latest_run
from onboarding.clock import now, was_within
from onboarding.connections.models import CredentialVersion
from onboarding.engine import enqueue
from onboarding.tickets.models import Ticket
from onboarding.usecases.moving import Moving, refresh

RESUBMIT = "resubmit"
"""What ``Run.then`` says when the ticket goes back to support by itself once nothing of the club is open."""
LOST_AFTER = timedelta(minutes=15)
"""A run that is live for longer has lost its job: no checklist takes that long."""
UNFINISHED = LIVE | {RunState.WAITING}


def ask_run(moving: Moving, connector: Connector, *, only: str | None = None, then: str = "", delay: float = 0) -> str:
    """Ask for a run on the ticket's codes; gives its id. One that is live is given back, not doubled.

    One that waits for the package is overtaken: somebody asks now. It begins after ``delay`` seconds.
    """
    session, ticket = moving.session, moving.ticket
    former = latest_run(session, ticket)
    if former is not None and is_live(former):
        former.then = former.then or then
        session.add(former)
        return former.id
    waiting = former if former is not None and former.state in UNFINISHED else None
    run = _new_run(moving, connector, only, then or (waiting.then if waiting is not None else ""))
    if former is not None:  # the newest is the one that was asked last, also when the clock was put back since
        run.asked_at = max(run.asked_at, former.asked_at + timedelta(microseconds=1))
    if waiting is not None:
        run.attempt, run.down_since = waiting.attempt, waiting.down_since
        stop(session, waiting, moving.actor)
    session.add(run)
    session.flush()
    record(session, moving.actor.audit_name, RunAsked(run.id, ticket=moving.number, only=only))
    enqueue(session, "run_checklist", run.id, delay=delay, job_id=run.id)
    refresh(moving)
    return run.id


def _new_run(moving: Moving, connector: Connector, only: str | None, then: str) -> Run:
    version = moving.session.get_one(CredentialVersion, moving.ticket.version_id)
    assert version.id is not None
    return Run(
        id=secrets.token_hex(16),
        ticket_id=moving.number,
        version_id=version.id,
        revision=version.revision,
        checker=connector.version,
        only_check=only,
        then=then,
        asked_by=moving.actor.user_id,
        asked_at=moving.at,
    )


def is_live(run: Run) -> bool:
    """Whether the run is queued or under way, and its job was not lost."""
    return run.state in LIVE and was_within(run.started_at or run.asked_at, LOST_AFTER)


def stop_runs(session: Session, ticket: Ticket, actor: Actor) -> None:
    """Stop what runs or waits on this ticket: its codes changed, or it closed."""
    rows = session.exec(select(Run).where(Run.ticket_id == ticket.id, col(Run.state).in_(UNFINISHED)).with_for_update())
    for run in rows.all():
        stop(session, run, actor)


def stop(session: Session, run: Run, actor: Actor) -> None:
    """This run ends without being finished."""
    run.state, run.ended_at, run.next_at = RunState.STOPPED, now(), None
    session.add(run)
    record(session, actor.audit_name, RunEnded(run.id, ticket=run.ticket_id, state=run.state))


def budget_until(session: Session, ticket: Ticket, connector: Connector) -> datetime | None:
    """When a person may start the next run by the package's budget; None when that is now.

    The same details are tested once in that time; changed ones a few times more, as whoever chooses an account
    after the first test asks something else.
    """
    budget = connector.budget
    if not budget.every:
        return None
    recent = session.exec(
        select(Run.asked_at, Run.version_id, Run.revision)
        .join(Ticket, col(Ticket.id) == col(Run.ticket_id))
        .where(Ticket.connection_id == ticket.connection_id, Run.asked_at > now() - budget.every)
        .order_by(col(Run.asked_at).desc())
        .limit(budget.when_changed + 1)
    ).all()
    these = (ticket.version_id, session.get_one(CredentialVersion, ticket.version_id).revision)
    same = [asked_at for asked_at, *details in recent if tuple(details) == these]
    held_by = [*same[:1], *([recent[-1][0]] if len(recent) > budget.when_changed else [])]
    return max(held_by) + budget.every if held_by else None


def refused_fields(session: Session, ticket: Ticket, connector: Connector) -> tuple[str, ...]:
    """The fields that the package refused as often as its budget allows; none while these codes may be tried."""
    halt = connector.budget.halt
    if halt is None:
        return ()
    version = session.get_one(CredentialVersion, ticket.version_id)
    of_these = (Run.version_id == version.id, Run.revision == version.revision, CheckLine.check == halt.check)
    rows = session.exec(
        select(CheckLine)
        .join(Run, col(Run.id) == col(CheckLine.run_id))
        .where(*of_these)
        .order_by(col(Run.asked_at).desc(), col(CheckLine.id).desc())
        .limit(halt.times)
    ).all()
    is_refused = len(rows) == halt.times and all(row.error in halt.errors for row in rows)
    return tuple(rows[0].fields) if is_refused else ()


def is_tested(checklist: Checklist) -> bool:
    """Whether every check has a fresh line on the codes of today, or a run sees to that."""
    if checklist.is_live or checklist.outage_until is not None:
        return True
    return all(item.line is not None and not item.stale for item in checklist.items)
