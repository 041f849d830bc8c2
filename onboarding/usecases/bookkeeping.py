"""The connections of a club as its page Boekhouding shows them: how they are doing, since when, and what happened."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import sqlalchemy as sa
from sqlmodel import col, select

from connectors.kit.authorization import CONSENT
from connectors.kit.outcomes import Outcome
from connectors.kit.text import Text
from onboarding.accounts.models import User
from onboarding.accounts.people import Actor
from onboarding.checks.models import CheckLine, Run, RunState
from onboarding.connections.models import Connection, ConnectionState, CredentialVersion
from onboarding.connections.versions import IN_FORCE
from onboarding.db import session
from onboarding.hosts import gives_consent, on_offer
from onboarding.oauth.models import Consent
from onboarding.tickets.events import DISCONNECTED, OTHER_BOOKS, RENEWED, sentence
from onboarding.tickets.lifecycle import CLOSED, Kind, Move
from onboarding.tickets.models import Message, MessageKind, Ticket
from onboarding.tickets.next_steps import package_name
from onboarding.usecases.consent_views import ConsentView
from onboarding.usecases.refusals import NotFound

TOLD = (Move.SUBMIT, Move.ACTIVATE, Move.APPROVE, Move.REOPEN, RENEWED, OTHER_BOOKS, DISCONNECTED)
"""Events of a thread that are the history of its connection."""
MOST = 8
"""Events that are shown of one connection, and at most so many times the number of connections in all."""
ORDER = (*IN_FORCE, ConnectionState.PENDING, ConnectionState.DISCONNECTED)


@dataclass(frozen=True, slots=True)
class LastCheck:
    """The last whole test of the codes in force; ``not_well`` counts mandatory checks that did not pass."""

    at: datetime
    not_well: int


@dataclass(frozen=True, slots=True)
class Happening:
    """Something that happened to a connection, in words of the reader's language."""

    at: datetime
    text: str
    number: int


@dataclass(frozen=True, slots=True)
class ConnectionCard:
    """One connection. ``codes_known`` is False for one that was taken over: its codes were never entered here.

    ``renewal`` and ``item`` are numbers of open items: that of new codes, and that of setting it up.
    """

    id: int
    package_name: str
    state: ConnectionState
    identity: str | None
    codes_known: bool
    is_taken_over: bool
    created_at: datetime
    activated_at: datetime | None
    last_check: LastCheck | None
    history: tuple[Happening, ...]
    renewal: int | None
    item: int | None
    can_renew: bool
    by_consent: bool = False
    """Whether it is consent that is given anew, and no codes."""
    consent: ConsentView | None = None
    """That of the codes in force."""

    @property
    def in_force(self) -> bool:
        """Whether it is connected."""
        return self.state in IN_FORCE


def cards_of(actor: Actor, club_id: int) -> tuple[ConnectionCard, ...]:
    """The connections of a club of the actor's, those that are connected first; five queries."""
    if club_id not in actor.clubs:
        raise NotFound
    rows = session().exec(select(Connection).where(Connection.club_id == club_id)).all()
    tickets = _tickets([row.id or 0 for row in rows])
    consents = _consents([row.live_version_id for row in rows if row.live_version_id is not None])
    checks = _last_checks([row.live_version_id for row in rows if row.live_version_id is not None])
    told = _history(tickets)
    cards = [
        replace(
            _card(row, tickets[row.id or 0], checks, told),
            consent=consents.get(row.live_version_id or 0),
            by_consent=row.live_version_id in consents or _has_no_other_way(row.package),
        )
        for row in rows
    ]
    return tuple(sorted(cards, key=lambda card: (ORDER.index(card.state), -card.id)))


def _tickets(connection_ids: Sequence[int]) -> dict[int, list[Ticket]]:
    found: dict[int, list[Ticket]] = defaultdict(list)
    query = select(Ticket).where(col(Ticket.connection_id).in_(connection_ids)).order_by(col(Ticket.id))
    for ticket in session().exec(query):
        found[ticket.connection_id].append(ticket)
    return found


def _consents(version_ids: Collection[int]) -> dict[int, ConsentView]:
    """The consents of these versions, by version."""
    rows = session().exec(
        select(CredentialVersion.id, Consent, User.name)
        .join(Consent, col(Consent.id) == col(CredentialVersion.consent_id))
        .outerjoin(User, col(User.id) == col(Consent.given_by))
        .where(col(CredentialVersion.id).in_(version_ids))
    )
    return {version: _view(consent, name or "") for version, consent, name in rows if version is not None}


def _view(consent: Consent, by: str) -> ConsentView:
    said = consent.problem
    problem = Text(nl=said["nl"], en=said["en"]) if said else None
    return ConsentView("", given_at=consent.given_at, by=by, way=consent.way, state=consent.state, problem=problem)


def _has_no_other_way(package: str) -> bool:
    """Whether consent is all that a package can be connected with."""
    connector = on_offer().get(package)
    if connector is None or not gives_consent(connector):
        return False
    return all(spec.unless != CONSENT for spec in connector.login.fields())


def _last_checks(version_ids: Collection[int]) -> dict[int, LastCheck]:
    newest = (
        select(Run.version_id, sa.func.max(Run.ended_at).label("at"))
        .where(col(Run.version_id).in_(version_ids), Run.state == RunState.ENDED, col(Run.only_check).is_(None))
        .group_by(col(Run.version_id))
        .subquery()
    )
    bad = sa.and_(
        col(CheckLine.run_id) == col(Run.id),
        col(CheckLine.mandatory).is_(True),
        col(CheckLine.outcome).in_([Outcome.FAILED, Outcome.UNTESTED]),
    )
    rows = session().execute(
        sa.select(Run.version_id, Run.ended_at, sa.func.count(col(CheckLine.id)))  # type: ignore[call-overload]
        .join(newest, sa.and_(newest.c.version_id == Run.version_id, newest.c.at == Run.ended_at))
        .outerjoin(CheckLine, bad)
        .group_by(Run.version_id, Run.ended_at)
    )
    return {version: LastCheck(at, count) for version, at, count in rows}


def _history(tickets: Mapping[int, Sequence[Ticket]]) -> dict[int, list[Happening]]:
    """What happened, by number of the item, newest first."""
    numbers = [ticket.id for rows in tickets.values() for ticket in rows]
    query = (
        select(Message)
        .where(
            col(Message.ticket_id).in_(numbers),
            Message.kind == MessageKind.EVENT,
            col(Message.internal).is_(False),
            col(Message.event).in_(TOLD),
        )
        .order_by(col(Message.id).desc())
        .limit(MOST * max(len(tickets), 1))
    )
    found: dict[int, list[Happening]] = defaultdict(list)
    for row in session().exec(query):
        found[row.ticket_id].append(Happening(row.at, sentence(row, for_staff=False), row.ticket_id))
    return found


def _card(
    row: Connection, tickets: list[Ticket], checks: Mapping[int, LastCheck], told: Mapping[int, list[Happening]]
) -> ConnectionCard:
    still_open = [ticket for ticket in tickets if ticket.state not in CLOSED]
    history = [one for ticket in tickets for one in told.get(ticket.id or 0, ())]
    return ConnectionCard(
        id=row.id or 0,
        package_name=package_name(row.package),
        state=row.state,
        identity=row.identity_label,
        codes_known=row.live_version_id is not None,
        is_taken_over=all(ticket.kind is not Kind.CONNECT for ticket in tickets),
        created_at=row.created_at,
        activated_at=row.activated_at,
        last_check=checks.get(row.live_version_id or 0),
        history=tuple(sorted(history, key=lambda one: one.at, reverse=True)[:MOST]),
        renewal=_newest(ticket for ticket in still_open if ticket.kind is Kind.RE_ENTER),
        item=_newest(ticket for ticket in still_open if ticket.kind is Kind.CONNECT),
        can_renew=row.state in IN_FORCE and row.package in on_offer(),
    )


def _newest(tickets: Iterable[Ticket]) -> int | None:
    return max((ticket.id for ticket in tickets if ticket.id is not None), default=None)
