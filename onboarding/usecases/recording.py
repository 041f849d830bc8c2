"""What a run leaves behind, in one short transaction a step: begun, a line, the end. Each happens once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import timedelta
from typing import Any

from sqlmodel import Session, col, delete, select

import connectors
from connectors.kit.connector import Connector
from connectors.kit.errors import Owner
from connectors.kit.outcomes import Line, Outcome
from connectors.kit.run import Found
from connectors.kit.text import Text
from onboarding.accounts.people import SYSTEM, actor_name
from onboarding.audit.events import RunEnded
from onboarding.audit.log import record
from onboarding.checks.checklist import Item
from onboarding.checks.models import CheckLine, Run, RunState
from onboarding.checks.reading import LIVE
from onboarding.clock import now
from onboarding.connections.models import CredentialVersion
from onboarding.engine import enqueue
from onboarding.oauth.held import listed_under
from onboarding.settings import current_settings
from onboarding.tickets.lifecycle import CLOSED, State
from onboarding.tickets.models import Ticket
from onboarding.usecases.moving import Moving, refresh
from onboarding.usecases.reading_codes import as_json
from onboarding.usecases.returning import return_or_stay
from onboarding.usecases.runs import stop
from onboarding.usecases.transaction import change

EARLY = timedelta(seconds=30)
"""How much too early a delayed job may come: its clock is another one than ours."""


@dataclass(frozen=True, slots=True)
class Begun:
    """A run that was claimed: everything that it needs while no transaction is open."""

    run_id: str
    attempt: int
    connector: Connector
    version_id: int
    shown: Mapping[str, str]
    only: str | None
    list_options: bool
    actor: str


def begin(run_id: str) -> Begun | None:
    """Claim the run: it is under way from now on. None when there is nothing to do (any more).

    One that was under way already lost its process: it starts again, and its lines go.
    """
    with change() as session:
        ticket, run = _locked(session, run_id)
        if run is None or ticket is None:
            return None
        if not _is_due(run):
            _ask_when_due(session, run)
            return None
        version = session.get_one(CredentialVersion, run.version_id)
        if _is_overtaken(run, ticket, version):
            stop(session, run, SYSTEM)
            return None
        connector = connectors.get(ticket.package)
        run.state, run.attempt, run.checker = RunState.RUNNING, run.attempt + 1, connector.version
        run.started_at, run.next_at = now(), None
        session.exec(delete(CheckLine).where(col(CheckLine.run_id) == run.id))
        session.add(run)
        refresh(Moving(session, ticket, SYSTEM))
        return _begun(run, ticket, version, connector)


def _begun(run: Run, ticket: Ticket, version: CredentialVersion, connector: Connector) -> Begun:
    is_for_choosing = ticket.state in (State.DRAFT, State.CLUB_TO_ACT)
    has_choices = any(spec.choices is not None for spec in connector.login.fields())
    assert version.id is not None
    return Begun(
        run_id=run.id,
        attempt=run.attempt,
        connector=connector,
        version_id=version.id,
        shown=dict(version.shown),
        only=run.only_check,
        list_options=has_choices and is_for_choosing and version.options.keys() <= {listed_under(connector)},
        actor=SYSTEM.audit_name if run.asked_by is None else actor_name(run.asked_by),
    )


def keep(begun: Begun, line: Line) -> bool:
    """Commit one line as its check ended; False when the run was overtaken and has to stop."""
    with change() as session:
        run, _, _ = _still_ours(session, begun)
        if run is None:
            return False
        session.exec(delete(CheckLine).where(col(CheckLine.run_id) == run.id, col(CheckLine.check) == line.check))
        session.add(_row(run.id, line))
        return True


def finish(begun: Begun, found: Found) -> None:
    """The run ends: the administration is known, and it is somebody's turn. Or the package is down and it waits."""
    with change() as session:
        run, ticket, version = _still_ours(session, begun)
        if run is None or ticket is None or version is None:
            return
        if found.identity is not None:
            version.identity_key, version.identity_label = found.identity.key[:300], found.identity.label[:300]
        if found.options:
            version.options = version.options | {
                key: [[option.value, option.label] for option in options] for key, options in found.options.items()
            }
        session.add(version)
        session.flush()
        moving = Moving(session, ticket, SYSTEM)
        ran = [item for item in moving.checklist.items if item.line is not None and item.line.run_id == run.id]
        if _waits(begun.connector, ran):
            _wait(session, run, ran)
        else:
            run.state, run.ended_at, run.down_since = RunState.ENDED, now(), None
        session.add(run)
        _record_end(session, run, ran)
        refresh(moving)
        if run.state is RunState.ENDED:
            return_or_stay(moving, run)


def give_up(begun: Begun, errors: Mapping[str, Text]) -> None:
    """The kept details cannot be used as they are: the run stops, and the fields say why."""
    with change() as session:
        run, ticket, version = _still_ours(session, begun)
        if run is None or ticket is None or version is None:
            return
        version.errors = as_json(errors)
        session.add(version)
        stop(session, run, SYSTEM)
        refresh(Moving(session, ticket, SYSTEM))


def break_off(run_id: str) -> None:
    """A fault of ours keeps this run from ending: stop it, so that nobody waits and it can be asked for again."""
    with change() as session:
        ticket, run = _locked(session, run_id)
        if run is None or ticket is None or run.state is not RunState.RUNNING:
            return
        stop(session, run, SYSTEM)
        refresh(Moving(session, ticket, SYSTEM))


def _locked(session: Session, run_id: str) -> tuple[Ticket, Run] | tuple[None, None]:
    """The run and its ticket, the ticket locked first as every move does: two never wait for each other."""
    number = session.exec(select(Run.ticket_id).where(Run.id == run_id)).first()
    if number is None:
        return None, None
    ticket = session.get_one(Ticket, number, with_for_update=True)
    return ticket, session.get_one(Run, run_id, with_for_update=True)


def _is_due(run: Run) -> bool:
    if run.state is RunState.WAITING:
        return run.next_at is None or run.next_at <= now() + EARLY
    return run.state in LIVE


def _ask_when_due(session: Session, run: Run) -> None:
    """The job of a run that waits came before its time: the clock was put back. It waits on, for a pause at most."""
    if run.state is not RunState.WAITING or run.next_at is None:
        return
    pause = min((run.next_at - now()).total_seconds(), float(max(current_settings().pauses)))
    run.next_at = now() + timedelta(seconds=pause)
    session.add(run)
    job_id = f"{run.id}-{run.attempt}-{int(run.next_at.timestamp())}"
    enqueue(session, "run_checklist", run.id, delay=pause, job_id=job_id)


def _is_overtaken(run: Run, ticket: Ticket, version: CredentialVersion) -> bool:
    """Whether its result would be of no use: other codes by now, or the ticket closed."""
    return ticket.version_id != run.version_id or version.revision != run.revision or ticket.state in CLOSED


def _still_ours(session: Session, begun: Begun) -> tuple[Run, Ticket, CredentialVersion] | tuple[None, None, None]:
    """The run and what it is about, locked, while this attempt is the one that counts."""
    ticket, run = _locked(session, begun.run_id)
    if run is None or ticket is None or run.state is not RunState.RUNNING or run.attempt != begun.attempt:
        return None, None, None
    version = session.get_one(CredentialVersion, run.version_id)
    if _is_overtaken(run, ticket, version):
        stop(session, run, SYSTEM)
        return None, None, None
    return run, ticket, version


def _waits(connector: Connector, ran: list[Item]) -> bool:
    """Whether the package is down and nobody can do anything: then it repeats by itself.

    What the club has to put right goes first, and an advisory check that stayed untested keeps nobody waiting.
    """
    mandatory = [(item.line.outcome, item.line.owner) for item in ran if item.mandatory and item.line is not None]
    is_down = (Outcome.UNTESTED, Owner.PROVIDER) in mandatory
    return is_down and (Outcome.FAILED, Owner.CLUB) not in mandatory and connector.budget.repeats_by_itself


def _wait(session: Session, run: Run, ran: list[Item]) -> None:
    pauses = current_settings().pauses
    asked = max((item.line.retry_after or 0 for item in ran if item.line is not None), default=0)
    pause = max(float(pauses[min(run.attempt, len(pauses)) - 1]), asked)
    run.state, run.next_at, run.down_since = RunState.WAITING, now() + timedelta(seconds=pause), run.down_since or now()
    enqueue(session, "run_checklist", run.id, delay=pause, job_id=f"{run.id}-{run.attempt}")


def _record_end(session: Session, run: Run, ran: list[Item]) -> None:
    outcomes = [item.line.outcome for item in ran if item.line is not None]
    event = RunEnded(
        run.id,
        ticket=run.ticket_id,
        state=run.state,
        failed=outcomes.count(Outcome.FAILED),
        untested=outcomes.count(Outcome.UNTESTED),
    )
    record(session, SYSTEM.audit_name, event)


def _row(run_id: str, line: Line) -> CheckLine:
    texts = {
        "title": line.title,
        "problem": line.problem,
        "remedy": line.remedy,
        "says": line.says,
        "question": line.question,
        "asks_club": line.asks_club,
    }
    return CheckLine(
        run_id=run_id,
        check=line.check,
        outcome=line.outcome,
        owner=line.owner,
        mandatory=line.mandatory,
        error=line.error,
        texts=as_json({key: text for key, text in texts.items() if text is not None}),
        fields=list(line.fields),
        path=list(line.path),
        evidence={key: list(value) if isinstance(value, tuple) else value for key, value in line.evidence.items()},
        detail=line.detail,
        retry_after=line.retry_after,
        ms=line.ms,
        at=now(),
        exchanges=[_plain(asdict(exchange)) for exchange in line.exchanges],
    )


def _plain(exchange: dict[str, Any]) -> dict[str, Any]:
    return exchange | {"at": exchange["at"].isoformat()}
