"""The table of moves, read as a table."""

from __future__ import annotations

import pytest

from onboarding.tickets.lifecycle import (
    CLOSED,
    RULES,
    TURNS,
    IllegalMove,
    Move,
    Part,
    State,
    Turn,
    possible,
    rule_for,
    turn_of,
)
from onboarding.tickets.parts import offered

NOBODY: frozenset[Part] = frozenset()


def targets(state: State, part: Part) -> dict[Move, State]:
    return {row.move: row.target for row in RULES if row.source is state and part in row.parts}


def test_a_state_and_a_move_lead_to_one_state():
    assert len({(row.source, row.move) for row in RULES}) == len(RULES)


def test_what_a_club_can_do():
    assert targets(State.DRAFT, Part.MEMBER) == {
        Move.SUBMIT: State.SUBMITTED, Move.WITHDRAW: State.WITHDRAWN, Move.RUN_CHECKS: State.DRAFT
    }  # fmt: skip
    assert targets(State.SUBMITTED, Part.MEMBER) == {Move.WITHDRAW: State.WITHDRAWN}
    assert targets(State.IN_REVIEW, Part.MEMBER) == {Move.WITHDRAW: State.WITHDRAWN}
    assert targets(State.CLUB_TO_ACT, Part.MEMBER) == {
        Move.RESUBMIT: State.IN_REVIEW, Move.WITHDRAW: State.WITHDRAWN, Move.RUN_CHECKS: State.CLUB_TO_ACT
    }  # fmt: skip
    for state in (State.AWAITING_APPROVAL, *CLOSED):
        assert targets(state, Part.MEMBER) == {}


def test_support_and_the_system_alone_lead_into_force():
    assert {(row.source, row.move, row.parts) for row in RULES if row.target is State.ACTIVATED} == {
        (State.SUBMITTED, Move.ACTIVATE, frozenset({Part.SYSTEM})),
        (State.IN_REVIEW, Move.ACTIVATE, frozenset({Part.SUPPORT, Part.LEAD})),
        (State.AWAITING_APPROVAL, Move.APPROVE, frozenset({Part.SUPPORT, Part.LEAD})),
    }


def test_a_draft_ends_or_is_sent_by_the_system_too_and_the_system_may_ask_the_club():
    assert targets(State.DRAFT, Part.SYSTEM) == {
        Move.SUBMIT: State.SUBMITTED, Move.FINISH: State.DONE, Move.RUN_CHECKS: State.DRAFT,
        Move.ASK_CLUB: State.CLUB_TO_ACT,
    }  # fmt: skip
    assert targets(State.CLUB_TO_ACT, Part.SYSTEM)[Move.SUBMIT] is State.SUBMITTED


def test_a_lead_alone_overrides():
    assert [row.parts for row in RULES if row.move is Move.OVERRIDE] == [frozenset({Part.LEAD})]


def test_what_is_closed_is_opened_again_with_a_reason_and_nothing_else():
    for state in CLOSED:
        assert possible(state, frozenset(Part)) == {Move.REOPEN}
    assert all(row.needs_reason for row in RULES if row.move in {Move.REOPEN, Move.REJECT, Move.REFUSE, Move.OVERRIDE})


@pytest.mark.parametrize("state", list(State))
def test_a_move_that_is_not_possible_is_illegal(state):
    for move in Move:
        for part in Part:
            if move in possible(state, frozenset({part})):
                assert rule_for(state, move, frozenset({part})).move is move
            else:
                with pytest.raises(IllegalMove) as refused:
                    rule_for(state, move, frozenset({part}))
                assert (refused.value.state, refused.value.move) == (state, move)
        with pytest.raises(IllegalMove):
            rule_for(state, move, NOBODY)


def test_every_state_has_its_turn_and_an_outage_is_the_packages():
    assert set(TURNS) == set(State)
    for state in State:
        assert turn_of(state) is TURNS[state]
        assert turn_of(state, package_down=True) is (Turn.NOBODY if state in CLOSED else Turn.PACKAGE)


def test_a_new_ticket_offers_support_what_takes_it_up():
    assert Move.CONFIRM in offered(State.SUBMITTED, frozenset({Part.SUPPORT}))
    assert Move.OVERRIDE not in offered(State.SUBMITTED, frozenset({Part.SUPPORT}))
    assert offered(State.SUBMITTED, frozenset({Part.MEMBER})) == {Move.WITHDRAW}
    assert offered(State.IN_REVIEW, frozenset({Part.SUPPORT})) == possible(State.IN_REVIEW, frozenset({Part.SUPPORT}))
