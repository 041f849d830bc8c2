"""Reads the checklist of a ticket: the newest line of each check on the codes and the checker of today."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Literal

import sqlalchemy as sa
from sqlmodel import Session, col, select

import connectors
from connectors.kit.connector import Check, Connector
from connectors.kit.errors import Owner
from connectors.kit.run import chosen
from onboarding.checks.checklist import Checklist, Item, Standing, standing_of
from onboarding.checks.models import CheckLine, Run, RunState
from onboarding.clock import is_ahead, was_within
from onboarding.connections.models import Confirmation, ConfirmationKind, CredentialVersion
from onboarding.connections.versions import identity_for_words
from onboarding.tickets.models import Override, Ticket

Next = Literal["test", "running", "wait", "club", "ours", "confirm", "ready"]
"""What comes next for a ticket, by its checklist."""
FRESH = timedelta(hours=24)
"""How long a line of the machine counts for the gate."""
LIVE = frozenset({RunState.QUEUED, RunState.RUNNING})


@dataclass(frozen=True, slots=True)
class _Said:
    """What was found and said on the codes of today, by check."""

    lines: Mapping[str, CheckLine]
    statements: Mapping[str, Confirmation]
    confirmations: Mapping[str, Confirmation]
    overrides: Mapping[str, Override]


def checklist_of(session: Session, ticket: Ticket) -> Checklist:
    """The checklist as it stands now; four queries."""
    connector = connectors.get(ticket.package)
    version, run = _version_and_run(session, ticket)
    said = _Said(
        _newest_lines(session, version, connector.version),
        *_words(session, ticket, version),
        _overrides(session, ticket, version, connector.version),
    )
    awaited = _awaited(connector, run, version)
    return Checklist(connector, tuple(_item(check, said, awaited, run) for check in connector.checks), run)


def latest_run(session: Session, ticket: Ticket) -> Run | None:
    """The run that goes on or was last."""
    return session.exec(
        select(Run).where(Run.ticket_id == ticket.id).order_by(col(Run.asked_at).desc(), col(Run.id).desc()).limit(1)
    ).first()


def _version_and_run(session: Session, ticket: Ticket) -> tuple[CredentialVersion, Run | None]:
    newest = (
        select(Run.id)
        .where(Run.ticket_id == ticket.id)
        .order_by(col(Run.asked_at).desc(), col(Run.id).desc())
        .limit(1)
        .scalar_subquery()
    )
    version, run = session.exec(
        select(CredentialVersion, Run)
        .outerjoin(Run, col(Run.id) == newest)
        .where(CredentialVersion.id == ticket.version_id)
    ).one()
    return version, run


def _newest_lines(session: Session, version: CredentialVersion, checker: str) -> dict[str, CheckLine]:
    newest = (
        select(sa.func.max(CheckLine.id))
        .join(Run, col(Run.id) == col(CheckLine.run_id))
        .where(Run.version_id == version.id, Run.revision == version.revision, Run.checker == checker)
        .group_by(CheckLine.check)
    )
    lines = session.exec(select(CheckLine).where(col(CheckLine.id).in_(newest)))
    return {line.check: line for line in lines}


def _words(
    session: Session, ticket: Ticket, version: CredentialVersion
) -> tuple[dict[str, Confirmation], dict[str, Confirmation]]:
    """Statements of the club and confirmations of support, by check."""
    rows = session.exec(
        select(Confirmation)
        .where(
            Confirmation.connection_id == ticket.connection_id,
            Confirmation.identity_key == identity_for_words(version),
            col(Confirmation.withdrawn_at).is_(None),
        )
        .order_by(col(Confirmation.id))
    ).all()
    return (
        {row.check: row for row in rows if row.kind is ConfirmationKind.STATEMENT},
        {row.check: row for row in rows if row.kind is ConfirmationKind.CONFIRMATION},
    )


def _overrides(session: Session, ticket: Ticket, version: CredentialVersion, checker: str) -> dict[str, Override]:
    rows = session.exec(
        select(Override).where(
            Override.ticket_id == ticket.id,
            Override.version_id == version.id,
            Override.revision == version.revision,
            Override.checker == checker,
            col(Override.withdrawn_at).is_(None),
        )
    )
    return {row.check: row for row in rows}


def _awaited(connector: Connector, run: Run | None, version: CredentialVersion) -> frozenset[str]:
    """Checks whose line a live run on these codes is still going to bring."""
    if run is None or run.state not in LIVE or (run.version_id, run.revision) != (version.id, version.revision):
        return frozenset()
    return frozenset(check.key for check in chosen(connector, only=run.only_check))


def _item(check: Check, said: _Said, awaited: frozenset[str], run: Run | None) -> Item:
    line = said.lines.get(check.key)
    running = check.key in awaited and (line is None or run is None or line.run_id != run.id)
    line = None if running else line
    standing = standing_of(
        line,
        statement=said.statements.get(check.key),
        confirmation=said.confirmations.get(check.key),
        override=said.overrides.get(check.key),
        running=running,
    )
    return Item(
        key=check.key,
        title_nl=check.title.nl,
        title_en=check.title.en,
        mandatory=check.mandatory,
        owner=line.owner if line is not None else check.owner,
        standing=standing,
        line=line,
        statement=said.statements.get(check.key),
        confirmation=said.confirmations.get(check.key),
        override=said.overrides.get(check.key),
        stale=line is not None and not was_within(line.at, FRESH),
        ahead=line is not None and is_ahead(line.at),
    )


def summarise(checklist: Checklist) -> dict[str, Any]:
    """The checklist in short, as ``Ticket.summary`` keeps it for lists.

    ``o`` has [check, standing, owner, mandatory] per item, ``next`` is a ``Next``, ``label`` the title
    ({"nl", "en"}) of the item that it is about, or empty.
    """
    word, item = what_next(checklist)
    return {
        "o": [[item.key, str(item.standing), str(item.owner), item.mandatory] for item in checklist.items],
        "next": word,
        "label": {"nl": item.title_nl, "en": item.title_en} if item is not None else {},
    }


def what_next(checklist: Checklist) -> tuple[Next, Item | None]:
    """What comes next, and the item that it is about: what failed goes before what waits for somebody's word."""
    if checklist.is_live:
        return "running", None
    if checklist.outage_until is not None:
        return "wait", None
    if all(item.line is None for item in checklist.items):
        return "test", None
    still_open = checklist.open_items()
    for word, is_it in _ORDER:
        for item in still_open:
            if is_it(item):
                return word, item
    return ("test" if still_open else "ready"), None


_ORDER: tuple[tuple[Next, Callable[[Item], bool]], ...] = (
    ("club", lambda item: item.standing is Standing.FAILED and item.owner is Owner.CLUB),
    ("ours", lambda item: item.line is not None and item.open_for in (Owner.US, Owner.PROVIDER)),
    ("club", lambda item: item.open_for is Owner.CLUB and item.line is not None),
    ("confirm", lambda item: item.standing is Standing.ASKS_SUPPORT),
)
