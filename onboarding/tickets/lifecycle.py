"""The lifecycle of a ticket: one pure table of states, moves and who may make them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class State(StrEnum):
    """Where a ticket is."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    IN_REVIEW = "in_review"
    CLUB_TO_ACT = "club_to_act"
    AWAITING_APPROVAL = "awaiting_approval"
    ACTIVATED = "activated"
    DONE = "done"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"


class Turn(StrEnum):
    """Whose turn it is."""

    CLUB = "club"
    SUPPORT = "support"
    OTHER_AGENT = "other_agent"
    PACKAGE = "package"
    NOBODY = "nobody"


class Pile(StrEnum):
    """On which pile of support's queue a ticket lies, in the order in which support looks at them."""

    SUPPORT = "support"
    OTHER_AGENT = "other_agent"
    CLUB = "club"
    PACKAGE = "package"
    CLOSED = "closed"


class Kind(StrEnum):
    """What a ticket is for."""

    CONNECT = "connect"
    RE_ENTER = "re_enter"
    DISCONNECT = "disconnect"


class Part(StrEnum):
    """In which part somebody makes a move."""

    MEMBER = "member"
    SUPPORT = "support"
    LEAD = "lead"
    SYSTEM = "system"


class Move(StrEnum):
    """What can be done to a ticket."""

    SUBMIT = "submit"
    RESUBMIT = "resubmit"
    WITHDRAW = "withdraw"
    TAKE = "take"
    RUN_CHECKS = "run_checks"
    ASK_CLUB = "ask_club"
    CONFIRM = "confirm"
    OVERRIDE = "override"
    REQUEST_APPROVAL = "request_approval"
    APPROVE = "approve"
    REFUSE = "refuse"
    ACTIVATE = "activate"
    REJECT = "reject"
    REOPEN = "reopen"
    FINISH = "finish"


class IllegalMove(Exception):
    """This move is not possible in this state, or not for this part."""

    def __init__(self, state: State, move: Move) -> None:
        super().__init__(f"{move} in {state}")
        self.state = state
        self.move = move


@dataclass(frozen=True, slots=True)
class Rule:
    """One row of the table: a move from a state to a state, and the parts that may make it."""

    move: Move
    source: State
    target: State
    parts: frozenset[Part]
    needs_reason: bool = False


_MEMBER = frozenset({Part.MEMBER})
_SUPPORT = frozenset({Part.SUPPORT, Part.LEAD})
_LEAD = frozenset({Part.LEAD})
_SYSTEM = frozenset({Part.SYSTEM})

S, M = State, Move
RULES: tuple[Rule, ...] = (
    Rule(M.SUBMIT, S.DRAFT, S.SUBMITTED, _MEMBER | _SYSTEM),
    Rule(M.WITHDRAW, S.DRAFT, S.WITHDRAWN, _MEMBER),
    Rule(M.RUN_CHECKS, S.DRAFT, S.DRAFT, _MEMBER | _SYSTEM),
    Rule(M.FINISH, S.DRAFT, S.DONE, _SYSTEM),
    Rule(M.ASK_CLUB, S.DRAFT, S.CLUB_TO_ACT, _SYSTEM),
    Rule(M.TAKE, S.SUBMITTED, S.IN_REVIEW, _SUPPORT),
    Rule(M.WITHDRAW, S.SUBMITTED, S.WITHDRAWN, _MEMBER),
    Rule(M.RUN_CHECKS, S.SUBMITTED, S.SUBMITTED, _SUPPORT | _SYSTEM),
    Rule(M.ACTIVATE, S.SUBMITTED, S.ACTIVATED, _SYSTEM),
    Rule(M.RUN_CHECKS, S.IN_REVIEW, S.IN_REVIEW, _SUPPORT | _SYSTEM),
    Rule(M.TAKE, S.IN_REVIEW, S.IN_REVIEW, _SUPPORT),
    Rule(M.ASK_CLUB, S.IN_REVIEW, S.CLUB_TO_ACT, _SUPPORT),
    Rule(M.CONFIRM, S.IN_REVIEW, S.IN_REVIEW, _SUPPORT),
    Rule(M.OVERRIDE, S.IN_REVIEW, S.IN_REVIEW, _LEAD, needs_reason=True),
    Rule(M.REQUEST_APPROVAL, S.IN_REVIEW, S.AWAITING_APPROVAL, _SUPPORT),
    Rule(M.ACTIVATE, S.IN_REVIEW, S.ACTIVATED, _SUPPORT),
    Rule(M.FINISH, S.IN_REVIEW, S.DONE, _SUPPORT),
    Rule(M.REJECT, S.IN_REVIEW, S.REJECTED, _SUPPORT, needs_reason=True),
    Rule(M.WITHDRAW, S.IN_REVIEW, S.WITHDRAWN, _MEMBER),
    Rule(M.RUN_CHECKS, S.CLUB_TO_ACT, S.CLUB_TO_ACT, _MEMBER | _SUPPORT | _SYSTEM),
    Rule(M.RESUBMIT, S.CLUB_TO_ACT, S.IN_REVIEW, _MEMBER | _SYSTEM),
    Rule(M.SUBMIT, S.CLUB_TO_ACT, S.SUBMITTED, _SYSTEM),
    Rule(M.WITHDRAW, S.CLUB_TO_ACT, S.WITHDRAWN, _MEMBER),
    Rule(M.TAKE, S.CLUB_TO_ACT, S.IN_REVIEW, _SUPPORT),
    Rule(M.APPROVE, S.AWAITING_APPROVAL, S.ACTIVATED, _SUPPORT),
    Rule(M.REFUSE, S.AWAITING_APPROVAL, S.IN_REVIEW, _SUPPORT, needs_reason=True),
    Rule(M.REOPEN, S.ACTIVATED, S.IN_REVIEW, _SUPPORT, needs_reason=True),
    Rule(M.REOPEN, S.DONE, S.IN_REVIEW, _SUPPORT, needs_reason=True),
    Rule(M.REOPEN, S.REJECTED, S.IN_REVIEW, _SUPPORT, needs_reason=True),
    Rule(M.REOPEN, S.WITHDRAWN, S.IN_REVIEW, _SUPPORT, needs_reason=True),
)
_BY_KEY = {(rule.source, rule.move): rule for rule in RULES}

TURNS = {
    State.DRAFT: Turn.CLUB,
    State.SUBMITTED: Turn.SUPPORT,
    State.IN_REVIEW: Turn.SUPPORT,
    State.CLUB_TO_ACT: Turn.CLUB,
    State.AWAITING_APPROVAL: Turn.OTHER_AGENT,
    State.ACTIVATED: Turn.NOBODY,
    State.DONE: Turn.NOBODY,
    State.REJECTED: Turn.NOBODY,
    State.WITHDRAWN: Turn.NOBODY,
}
CLOSED = frozenset(state for state, turn in TURNS.items() if turn is Turn.NOBODY)


def rule_for(state: State, move: Move, parts: frozenset[Part]) -> Rule:
    """The row for this move in this state by somebody in one of ``parts``; raises ``IllegalMove``."""
    rule = _BY_KEY.get((state, move))
    if rule is None or not rule.parts & parts:
        raise IllegalMove(state, move)
    return rule


def possible(state: State, parts: frozenset[Part]) -> frozenset[Move]:
    """The moves that somebody in one of ``parts`` can make in this state."""
    return frozenset(rule.move for rule in RULES if rule.source is state and rule.parts & parts)


def turn_of(state: State, *, package_down: bool = False) -> Turn:
    """Whose turn it is; an outage of the package leaves an open ticket to nobody but the package."""
    if package_down and state not in CLOSED:
        return Turn.PACKAGE
    return TURNS[state]


PILES = {
    Turn.SUPPORT: Pile.SUPPORT,
    Turn.OTHER_AGENT: Pile.OTHER_AGENT,
    Turn.CLUB: Pile.CLUB,
    Turn.PACKAGE: Pile.PACKAGE,
    Turn.NOBODY: Pile.CLOSED,
}


def pile_of(turn: Turn, *, news: bool) -> Pile:
    """Where a ticket lies that was sent; what somebody wrote last asks for an answer, whoever's turn it is."""
    if news and turn is not Turn.OTHER_AGENT:
        return Pile.SUPPORT
    return PILES[turn]
