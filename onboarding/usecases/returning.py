"""Where a ticket of the club goes when its test ended: on by itself, or it stays and says why."""

from __future__ import annotations

from connectors.kit.errors import Owner
from connectors.kit.text import Text
from onboarding.accounts.people import SYSTEM
from onboarding.checks.checklist import Item
from onboarding.checks.models import Run, RunState
from onboarding.tickets.events import SENT_BACK, STAYED
from onboarding.tickets.lifecycle import Move, State, rule_for
from onboarding.usecases.moving import Moving, Note, carry_out, digest, write_event
from onboarding.usecases.renewing import (
    BY_ITSELF,
    are_other_books,
    is_renewal_draft,
    put_in_force,
    send_on,
    tell_other_books,
)
from onboarding.usecases.runs import RESUBMIT
from onboarding.usecases.telling import points_of, tell_club


def return_or_stay(moving: Moving, run: Run) -> None:
    """Send a ticket that is with the club on to support when nothing of the club is open any more.

    That is when the club asked for it, and also when what is open is ours to mend: that is never the club's turn.
    New codes that were sent already are put in force when that is possible by now.
    """
    put_in_force(moving)
    if not _is_with_club(moving):
        return
    once = digest(SYSTEM, run.id, run.attempt, "ended")
    of_club = moving.checklist.open_items(Owner.CLUB)
    if are_other_books(moving):
        tell_other_books(moving, once)
        _tell(moving, run)
    elif not of_club and (run.then == RESUBMIT or _is_ours(moving)):
        _go_on(moving, once)
    elif of_club and run.then == RESUBMIT:
        if not is_renewal_draft(moving.ticket):
            causes = moving.checklist.causes(Owner.CLUB)
            write_event(moving, STAYED, Note(about=_titles(causes)), once)
        _tell(moving, run)


def return_when_stated(moving: Moving) -> None:
    """The club's word was the last thing that was open after its own test: the ticket goes on by itself."""
    run = moving.checklist.run
    if not _is_with_club(moving) or run is None or run.then != RESUBMIT or are_other_books(moving):
        return
    if run.state is RunState.ENDED and not moving.checklist.open_items(Owner.CLUB):
        _go_on(moving, digest(SYSTEM, run.id, run.attempt, "stated"))


def _is_with_club(moving: Moving) -> bool:
    return moving.ticket.state is State.CLUB_TO_ACT or is_renewal_draft(moving.ticket)


def _is_ours(moving: Moving) -> bool:
    """Whether something of ours is open in what support asked the club: a draft is not support's to look at yet."""
    return moving.ticket.state is State.CLUB_TO_ACT and bool(moving.checklist.open_items(Owner.US))


def _go_on(moving: Moving, once: str) -> None:
    if is_renewal_draft(moving.ticket):
        send_on(moving, once)
    else:
        carry_out(moving, rule_for(State.CLUB_TO_ACT, Move.RESUBMIT, BY_ITSELF), Note(event=SENT_BACK), once)


def _tell(moving: Moving, run: Run) -> None:
    """Tell the club that it stays with them; who waits for a test of a draft reads it on the page."""
    if is_renewal_draft(moving.ticket) and run.attempt == 1:
        return
    moving.ticket.news_for_club = True
    points = points_of(moving.checklist.causes(Owner.CLUB))
    tell_club(moving, "your_turn", run.id, {"message": "", "points": points})


def _titles(items: tuple[Item, ...]) -> Text:
    return Text(nl="; ".join(item.title_nl for item in items), en="; ".join(item.title_en for item in items))
