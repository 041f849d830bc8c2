"""In which parts somebody stands before a ticket, and whether they see it at all."""

from __future__ import annotations

from onboarding.accounts.people import Actor
from onboarding.tickets.lifecycle import Move, Part, State, possible
from onboarding.tickets.models import Ticket


def parts_of(actor: Actor, ticket: Ticket) -> frozenset[Part]:
    """The parts of ``actor`` for this ticket; none means that for them it does not exist.

    A draft is the club's own: support sees a ticket from the moment that it was sent.
    """
    parts = set()
    if actor.user_id is None:
        parts.add(Part.SYSTEM)
    if ticket.club_id in actor.clubs:
        parts.add(Part.MEMBER)
    if actor.is_staff and ticket.submitted_at is not None:
        parts.add(Part.SUPPORT)
        if actor.is_lead:
            parts.add(Part.LEAD)
    return frozenset(parts)


def is_member_only(actor: Actor, ticket: Ticket) -> bool:
    """Whether the actor looks at the ticket with a club's eyes alone."""
    return parts_of(actor, ticket).isdisjoint({Part.SUPPORT, Part.LEAD, Part.SYSTEM})


def offered(state: State, parts: frozenset[Part]) -> frozenset[Move]:
    """The moves to offer: those of the state, and for support those that take a new ticket up by themselves."""
    moves = possible(state, parts)
    if state is State.SUBMITTED and Part.SUPPORT in parts:
        moves |= possible(State.IN_REVIEW, parts - {Part.MEMBER, Part.SYSTEM})
    return moves
