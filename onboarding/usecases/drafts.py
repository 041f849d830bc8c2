"""Use cases of the guided form: begin, keep each step, put codes in their place. Everything is kept at once."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from flask_babel import lazy_gettext as _l
from sqlmodel import Session, select

import connectors
from onboarding.accounts.models import Club
from onboarding.accounts.people import Actor
from onboarding.audit.events import StepsAttested, TicketOpened
from onboarding.audit.log import record
from onboarding.clock import now
from onboarding.connections.models import Connection, CredentialVersion
from onboarding.hosts import on_offer
from onboarding.tickets.lifecycle import Kind, State
from onboarding.tickets.models import Ticket
from onboarding.usecases.codes import CodesSaved, enter, stored_secrets
from onboarding.usecases.editing import edit
from onboarding.usecases.moving import Moving
from onboarding.usecases.refusals import NotFound, Wrong
from onboarding.usecases.transaction import change

STEPS = ("prepare", "codes", "test", "send")
"""The steps of the guided form."""


def start(actor: Actor, club_id: int, package: str) -> int:
    """Begin a ticket for a package, or go on with the club's draft for it; gives its number."""
    if club_id not in actor.clubs or package not in on_offer():
        raise NotFound
    with change() as session:
        session.get_one(Club, club_id, with_for_update=True)  # two members at once begin one draft
        draft = session.exec(
            select(Ticket.id).where(
                Ticket.club_id == club_id,
                Ticket.package == package,
                Ticket.state == State.DRAFT,
                Ticket.kind == Kind.CONNECT,
            )
        ).first()
        return draft if draft is not None else _begin(session, actor, club_id, package)


def _begin(session: Session, actor: Actor, club_id: int, package: str) -> int:
    at = now()
    connection = Connection(club_id=club_id, package=package, created_at=at)
    session.add(connection)
    session.flush()
    assert connection.id is not None
    assert actor.user_id is not None
    version = CredentialVersion(connection_id=connection.id, number=1, created_at=at, created_by=actor.user_id)
    session.add(version)
    session.flush()
    assert version.id is not None
    ticket = Ticket(
        club_id=club_id,
        connection_id=connection.id,
        version_id=version.id,
        package=package,
        opened_by=actor.user_id,
        last_move_by=actor.user_id,
        last_move_at=at,
        opened_at=at,
        waiting_since=at,
    )
    session.add(ticket)
    session.flush()
    assert ticket.id is not None
    record(session, actor.audit_name, TicketOpened(ticket.id, club_id=club_id, package=package))
    return ticket.id


def save_codes(actor: Actor, number: int, version: int, values: Mapping[str, str]) -> CodesSaved:
    """Keep the fields in ``values``, secrets sealed at once, also when other fields are wrong."""
    return enter(actor, number, version, values)


def choose(actor: Actor, number: int, version: int, values: Mapping[str, str]) -> CodesSaved:
    """Keep what was chosen of what the package lists: ``values`` are by choice field, several one a line."""
    return enter(actor, number, version, values, choices_alone=True)


def swap(actor: Actor, number: int, version: int, a: str, b: str) -> CodesSaved:
    """Exchange two values that look swapped, on our side: nobody has to type them again."""
    pair = frozenset({a, b})
    held = stored_secrets(actor, number, version, pair, "swap")
    if set(held) != pair:
        raise Wrong({"": _l("These two cannot be exchanged: enter them again.")})
    return enter(actor, number, version, {a: held[b], b: held[a]})


def clear(actor: Actor, number: int, version: int, field: str) -> CodesSaved:
    """Take away what is kept in a field."""
    return enter(actor, number, version, {}, cleared=frozenset({field}))


def attest(actor: Actor, number: int, version: int, steps: Collection[str]) -> int:
    """Keep which steps of the guide the club ticked off, those and no others; gives the ticket's version."""

    def tick(moving: Moving) -> bool:
        asked = [step for step in connectors.get(moving.ticket.package).guide.steps if step.attest is not None]
        ticked = [step.key for step in asked if step.key in steps]
        is_ready = all(step.optional or step.key in ticked for step in asked)
        goes_on = is_ready and moving.ticket.step == "prepare"
        if ticked == moving.ticket.attested and not goes_on:
            return False
        moving.ticket.attested = ticked
        moving.ticket.step = "codes" if goes_on else moving.ticket.step
        record(moving.session, actor.audit_name, StepsAttested(moving.number, steps=tuple(ticked)))
        return True

    return edit(actor, number, version, tick)


def set_step(actor: Actor, number: int, version: int, step: str) -> int:
    """Remember how far the form got, for whoever goes on with it elsewhere; gives the ticket's version."""
    if step not in STEPS:
        raise NotFound

    def go(moving: Moving) -> bool:
        has_moved = moving.ticket.state is State.DRAFT and moving.ticket.step != step
        if has_moved:
            moving.ticket.step = step
        return has_moved

    return edit(actor, number, version, go)
