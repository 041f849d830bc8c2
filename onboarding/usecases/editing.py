"""How the club changes what is in its ticket: in a draft, or when it was asked to put something right."""

from __future__ import annotations

from collections.abc import Callable

from sqlmodel import Session

from onboarding.accounts.people import Actor
from onboarding.tickets.events import STATEMENT
from onboarding.tickets.lifecycle import Part, State
from onboarding.tickets.models import Ticket
from onboarding.tickets.parts import parts_of
from onboarding.usecases.moving import Moving, refuse_if_overtaken, seen_ticket
from onboarding.usecases.refusals import NotAllowed, NotNow
from onboarding.usecases.transaction import change

SAVE = "save"
"""What ``last_move`` says of a ticket whose club changed its details."""
OWN = (SAVE, STATEMENT)
"""What somebody may have done since their form was made without overtaking themselves."""
EDITABLE = frozenset({State.DRAFT, State.CLUB_TO_ACT})


def edit(actor: Actor, number: int, version: int, doing: Callable[[Moving], bool]) -> int:
    """Let a member change the ticket; ``doing`` says whether anything changed. Gives the new version.

    Somebody's own later changes overtake nobody: a form is refused only when another person changed the ticket
    since. Raises ``NotFound``, ``NotAllowed``, ``NotNow`` and ``Changed``.
    """
    with change() as session:
        ticket = editable(session, actor, number, version)
        moving = Moving(session, ticket, actor)
        if doing(moving):
            ticket.version += 1
            ticket.last_move, ticket.last_move_by, ticket.last_move_at = SAVE, actor.user_id, moving.at
            session.add(ticket)
        return ticket.version


def editable(session: Session, actor: Actor, number: int, version: int) -> Ticket:
    """The ticket, when the actor may change its details now."""
    ticket = seen_ticket(session, actor, number)
    if Part.MEMBER not in parts_of(actor, ticket):
        raise NotAllowed
    is_own = ticket.last_move in OWN and ticket.last_move_by == actor.user_id and 0 < version <= ticket.version
    if not is_own:
        refuse_if_overtaken(session, actor, ticket, version)
    if ticket.state not in EDITABLE:
        raise NotNow
    return ticket
