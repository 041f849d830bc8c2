"""Use cases of the second person: asked to approve, approving, which activates, or not yet."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from sqlmodel import col, select

from onboarding.accounts.people import Actor
from onboarding.audit.events import ApprovalAsked, ApprovalGiven, ApprovalRefused
from onboarding.audit.log import record
from onboarding.connections.models import Connection, CredentialVersion
from onboarding.tickets.lifecycle import Move
from onboarding.tickets.models import Approval
from onboarding.usecases.gate import (
    GateFacts,
    facts_of,
    fingerprint,
    open_points,
    overriders,
    pass_gate,
    reasons,
)
from onboarding.usecases.moving import Moving, Note, make
from onboarding.usecases.refusals import GateClosed, NotAllowed
from onboarding.usecases.telling import tell_club
from onboarding.usecases.wording import vetted

VOID = _l("Codes or results changed since approval was asked: give it back, so that it is asked again.")


def request_approval(actor: Actor, number: int, version: int, note: str = "") -> int:
    """Ask a second person to look; nothing else may be open. Raises ``GateClosed`` with what is."""
    note = vetted(actor, number, note, where="request_approval", may_be_empty=True)

    def ask(moving: Moving) -> None:
        points = open_points(_facts(moving), with_approval=False)
        if points:
            raise GateClosed(reasons(points))
        seen = _fingerprint(moving)
        row = Approval(ticket_id=moving.number, fingerprint=seen, asked_by=moving.person, asked_at=moving.at, note=note)
        moving.session.add(row)
        record(moving.session, actor.audit_name, ApprovalAsked(moving.number, fingerprint=seen))

    return make(actor, number, version, Move.REQUEST_APPROVAL, ask, note=Note(note))


def approve(actor: Actor, number: int, version: int) -> int:
    """Agree as the second person: this activates. Void when codes or results changed since it was asked.

    Raises ``NotAllowed`` for whoever asked, and for whoever let a check of it pass.
    """

    def agree(moving: Moving) -> None:
        asked = _asked(moving)
        if moving.person in {asked.asked_by, *overriders(moving.checklist.items)}:
            raise NotAllowed
        seen = _fingerprint(moving)
        if asked.fingerprint != seen:
            raise GateClosed((VOID,))
        asked.approved, asked.decided_by, asked.decided_at = True, moving.person, moving.at
        moving.session.add(asked)
        moving.session.flush()
        record(moving.session, actor.audit_name, ApprovalGiven(moving.number, fingerprint=seen))
        pass_gate(moving.session, moving.ticket, moving.checklist, actor)
        tell_club(moving, "activated", f"{moving.number}.{moving.ticket.version}")

    return make(actor, number, version, Move.APPROVE, agree)


def refuse(actor: Actor, number: int, version: int, reason: str) -> int:
    """Don't agree, with a reason: the ticket goes back to its agent."""
    reason = vetted(actor, number, reason, where="refuse")

    def disagree(moving: Moving) -> None:
        asked = _asked(moving)
        asked.approved, asked.decided_by, asked.decided_at = False, moving.person, moving.at
        asked.reason = reason
        moving.session.add(asked)
        record(moving.session, actor.audit_name, ApprovalRefused(moving.number, fingerprint=asked.fingerprint))

    return make(actor, number, version, Move.REFUSE, disagree, note=Note(reason))


def _asked(moving: Moving) -> Approval:
    """The question that is open: the newest one."""
    query = select(Approval).where(Approval.ticket_id == moving.number).order_by(col(Approval.id).desc()).limit(1)
    return moving.session.exec(query).one()


def _fingerprint(moving: Moving) -> str:
    version = moving.session.get_one(CredentialVersion, moving.ticket.version_id)
    return fingerprint(moving.ticket, version, moving.checklist)


def _facts(moving: Moving) -> GateFacts:
    connection = moving.session.get_one(Connection, moving.ticket.connection_id)
    version = moving.session.get_one(CredentialVersion, moving.ticket.version_id)
    return facts_of(moving.session, moving.ticket, connection, version, moving.checklist, ())
