"""Where a ticket of the club goes when its test ended: back to support by itself, or it stays and says why."""

from __future__ import annotations

from connectors.kit.errors import Owner
from connectors.kit.text import Text
from onboarding.accounts.people import SYSTEM
from onboarding.checks.checklist import Item
from onboarding.checks.models import Run, RunState
from onboarding.tickets.events import SENT_BACK, STAYED
from onboarding.tickets.lifecycle import Move, Part, State, rule_for
from onboarding.usecases.moving import Moving, Note, carry_out, digest, write_event
from onboarding.usecases.runs import RESUBMIT
from onboarding.usecases.telling import points_of, tell_club


def return_or_stay(moving: Moving, run: Run) -> None:
    """Send a ticket that is with the club back to its agent when nothing of the club is open any more.

    That is when the club asked for it, and also when what is open is ours to mend: that is never the club's turn.
    """
    if moving.ticket.state is not State.CLUB_TO_ACT:
        return
    of_club = moving.checklist.open_items(Owner.CLUB)
    of_us = moving.checklist.open_items(Owner.US)
    once = digest(SYSTEM, run.id, run.attempt, "ended")
    if not of_club and (run.then == RESUBMIT or of_us):
        rule = rule_for(State.CLUB_TO_ACT, Move.RESUBMIT, frozenset({Part.SYSTEM}))
        carry_out(moving, rule, Note(event=SENT_BACK), once)
    elif of_club and run.then == RESUBMIT:
        moving.ticket.news_for_club = True
        causes = moving.checklist.causes(Owner.CLUB)
        write_event(moving, STAYED, Note(about=_titles(causes)), once)
        tell_club(moving, "your_turn", run.id, {"message": "", "points": points_of(causes)})


def return_when_stated(moving: Moving) -> None:
    """The club's word was the last thing that was open after its own test: the ticket goes back by itself."""
    run = moving.checklist.run
    if moving.ticket.state is not State.CLUB_TO_ACT or run is None or run.then != RESUBMIT:
        return
    if run.state is RunState.ENDED and not moving.checklist.open_items(Owner.CLUB):
        rule = rule_for(State.CLUB_TO_ACT, Move.RESUBMIT, frozenset({Part.SYSTEM}))
        carry_out(moving, rule, Note(event=SENT_BACK), digest(SYSTEM, run.id, run.attempt, "stated"))


def _titles(items: tuple[Item, ...]) -> Text:
    return Text(nl="; ".join(item.title_nl for item in items), en="; ".join(item.title_en for item in items))
