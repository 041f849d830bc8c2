"""Use cases of support: take, judge, ask the club, activate, reject, reopen; approval is in ``approving``."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

import connectors
from connectors.kit.errors import Owner
from onboarding.accounts.people import Actor
from onboarding.audit.events import AgentChanged, CheckConfirmed, CheckOverridden
from onboarding.audit.log import record
from onboarding.checks.checklist import Checklist, Item, Standing
from onboarding.connections.models import (
    Confirmation,
    ConfirmationKind,
    Connection,
    ConnectionState,
    CredentialVersion,
    VersionState,
)
from onboarding.connections.versions import identity_for_words, missing_fields
from onboarding.oauth.held import held_fields
from onboarding.tickets.lifecycle import Kind, Move
from onboarding.tickets.models import Override
from onboarding.usecases.approving import approve, refuse, request_approval
from onboarding.usecases.codes import new_candidate
from onboarding.usecases.gate import pass_gate
from onboarding.usecases.moving import Moving, Note, digest, make
from onboarding.usecases.proving import require_fresh
from onboarding.usecases.refusals import NotFound, NotNow, Wrong
from onboarding.usecases.runs import stop_runs
from onboarding.usecases.submitting import close_for_good
from onboarding.usecases.telling import tell_club
from onboarding.usecases.thread import send_reply
from onboarding.usecases.wording import LONGEST_MESSAGE, vetted

__all__ = [
    "activate",
    "approve",
    "ask_club",
    "confirm",
    "override",
    "refuse",
    "reject",
    "reopen",
    "request_approval",
    "take",
]

CLUB_FIRST = _l("The club has to state this first. Ask it with a reply.")


def take(actor: Actor, number: int, version: int) -> int:
    """Make the ticket one's own."""

    def mine(moving: Moving) -> None:
        moving.ticket.agent_id = moving.person
        record(moving.session, actor.audit_name, AgentChanged(moving.number, agent_id=moving.person))

    return make(actor, number, version, Move.TAKE, mine)


def confirm(actor: Actor, number: int, version: int, check: str, note: str) -> int:
    """Say, with a note, that a check that asks a person is in order for this administration."""
    note = vetted(actor, number, note, where="confirm")

    def say(moving: Moving) -> None:
        item = _item(moving.checklist, check)
        if item.standing is Standing.ASKS_CLUB:
            raise Wrong({"text": CLUB_FIRST})
        if item.standing is not Standing.ASKS_SUPPORT:
            raise NotNow
        row = moving.session.get_one(CredentialVersion, moving.ticket.version_id)
        moving.session.add(
            Confirmation(
                connection_id=moving.ticket.connection_id,
                identity_key=identity_for_words(row),
                check=check,
                kind=ConfirmationKind.CONFIRMATION,
                by_user=moving.person,
                name=actor.name,
                note=note,
                at=moving.at,
            )
        )
        record(moving.session, actor.audit_name, CheckConfirmed(moving.number, check=check))

    return make(actor, number, version, Move.CONFIRM, say, note=Note(note, check=check), key=(check,))


def override(actor: Actor, number: int, version: int, check: str, reason: str) -> int:
    """Let a check pass that the machine failed or could not test, with a reason; never one that asks a person.

    Raises ``ProveAgain`` when it is too long ago that the lead showed who they are.
    """
    reason = vetted(actor, number, reason, where="override")

    def let_pass(moving: Moving) -> None:
        require_fresh(actor)
        item = _item(moving.checklist, check)
        if not item.mandatory or item.line is None or item.standing not in (Standing.FAILED, Standing.UNTESTED):
            raise NotNow
        row = moving.session.get_one(CredentialVersion, moving.ticket.version_id)
        assert row.id is not None
        moving.session.add(
            Override(
                ticket_id=moving.number,
                version_id=row.id,
                revision=row.revision,
                checker=moving.checklist.connector.version,
                check=check,
                by_user=moving.person,
                name=actor.name,
                reason=reason,
                at=moving.at,
            )
        )
        event = CheckOverridden(moving.number, check=check, version_id=row.id, revision=row.revision)
        record(moving.session, actor.audit_name, event)

    return make(actor, number, version, Move.OVERRIDE, let_pass, note=Note(reason, check=check), key=(check,))


def ask_club(actor: Actor, number: int, version: int, body: str, once: str) -> int:
    """Ask the club to put something right: the text arrives at once, and it is the club's turn."""
    body = vetted(actor, number, body, where="ask_club", most=LONGEST_MESSAGE)

    def ask(moving: Moving) -> None:
        moving.ticket.to_fix = fields_to_fix(moving)
        moving.ticket.news_for_support = False
        send_reply(moving, body, once, delay=0, template="your_turn")

    return make(actor, number, version, Move.ASK_CLUB, ask)


def activate(actor: Actor, number: int, version: int) -> int:
    """Put the connection in force, through the gate. Raises ``GateClosed`` with what is open."""

    def go(moving: Moving) -> None:
        pass_gate(moving.session, moving.ticket, moving.checklist, actor)
        tell_club(moving, "activated", f"{moving.number}.{moving.ticket.version}")

    return make(actor, number, version, Move.ACTIVATE, go)


def reject(actor: Actor, number: int, version: int, reason: str) -> int:
    """End the ticket without a connection; the club reads the reason, and its codes are destroyed."""
    reason = vetted(actor, number, reason, where="reject")

    def end(moving: Moving) -> None:
        close_for_good(moving)
        tell_club(moving, "rejected", digest(actor, number, version, Move.REJECT), {"reason": reason})

    return make(actor, number, version, Move.REJECT, end, note=Note(reason))


def reopen(actor: Actor, number: int, version: int, reason: str) -> int:
    """Take a closed ticket up again. Where its codes were destroyed, they are asked for anew."""
    reason = vetted(actor, number, reason, where="reopen")

    def again(moving: Moving) -> None:
        if moving.ticket.kind is Kind.DISCONNECT:
            raise NotNow  # what was destroyed does not come back: the club connects anew
        moving.ticket.agent_id = moving.person
        stop_runs(moving.session, moving.ticket, actor)
        row = moving.session.get_one(CredentialVersion, moving.ticket.version_id)
        if row.state in (VersionState.REJECTED, VersionState.RETIRED):
            new_candidate(moving, row)
            moving.ticket.to_fix = fields_to_fix(moving)
        connection = moving.session.get_one(Connection, moving.ticket.connection_id)
        if connection.state is ConnectionState.DISCONNECTED:
            connection.state = ConnectionState.PENDING
            moving.session.add(connection)

    return make(actor, number, version, Move.REOPEN, again, note=Note(reason))


def fields_to_fix(moving: Moving) -> list[str]:
    """The fields that the club has to enter again: those that failed checks point at, and those that hold nothing."""
    connector = connectors.get(moving.ticket.package)
    row = moving.session.get_one(CredentialVersion, moving.ticket.version_id)
    wanted = {
        *missing_fields(connector, row, held_fields(moving.session, row)),
        *row.errors,
    }
    for item in moving.checklist.items:
        if item.standing is Standing.FAILED and item.owner is Owner.CLUB and item.line is not None:
            wanted.update(item.line.fields)
    return [spec.key for spec in connector.login.fields() if spec.key in wanted]


def _item(checklist: Checklist, check: str) -> Item:
    for item in checklist.items:
        if item.key == check:
            return item
    raise NotFound
