"""What comes next for a ticket, in a few words for lists; made from its summary alone, without a query."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

import connectors
from onboarding.i18n import said
from onboarding.tickets.lifecycle import Kind, State, Turn
from onboarding.tickets.models import Ticket

Tone = Literal["ok", "bad", "wait", "calm"]


@dataclass(frozen=True, slots=True)
class Step:
    """The words of a tag, and its tone."""

    text: object
    tone: Tone


@dataclass(frozen=True, slots=True)
class ForClub:
    """How an item is called on the board, and what comes next."""

    title: object
    text: object


TITLES = {
    Kind.CONNECT: _l("Connect the bookkeeping"),
    Kind.RE_ENTER: _l("Enter new codes"),
    Kind.DISCONNECT: _l("Disconnect the bookkeeping"),
}
_STATES = {
    State.DRAFT: _l("Not sent yet: go on where you were."),
    State.SUBMITTED: _l("We look at it."),
    State.IN_REVIEW: _l("We look at it."),
    State.CLUB_TO_ACT: _l("Something has to be put right."),
    State.AWAITING_APPROVAL: _l("A colleague takes a last look."),
    State.ACTIVATED: _l("The connection is active."),
    State.DONE: _l("This is finished."),
    State.REJECTED: _l("This could not be connected."),
    State.WITHDRAWN: _l("Withdrawn by the club."),
}
_NEXT: dict[str, tuple[object, Tone]] = {
    "running": (_l("Being tested now"), "calm"),
    "wait": (_l("Waits for the package"), "calm"),
    "test": (_l("Not tested yet"), "calm"),
    "club": (_l("Ask the club: %(title)s"), "bad"),
    "ours": (_l("Ours to look into: %(title)s"), "bad"),
    "confirm": (_l("Confirm: %(title)s"), "wait"),
    "ready": (_l("Ready to activate"), "ok"),
}
_NEW_MESSAGE = _l("New message from the club")
_APPROVE = _l("Look and approve")
_CLUB_HAS = _l("With the club: %(title)s")
_CLUB = _l("With the club")
_CLOSED = {
    State.ACTIVATED: (_l("Active"), "ok"),
    State.DONE: (_l("Done"), "ok"),
    State.REJECTED: (_l("Rejected"), "calm"),
    State.WITHDRAWN: (_l("Withdrawn"), "calm"),
}
_PUT_RIGHT = _l("Put right: %(title)s")
_DOWN = _l("The package cannot be reached; we test again by ourselves.")


def for_club(ticket: Ticket) -> ForClub:
    """The words of a row on the club's board."""
    text: object = _STATES[ticket.state]
    if ticket.turn is Turn.PACKAGE:
        text = _DOWN
    elif ticket.state is State.CLUB_TO_ACT and ticket.summary.get("next") == "club":
        text = _filled(_PUT_RIGHT, ticket.summary["label"])
    return ForClub(TITLES[ticket.kind], text)


def for_support(ticket: Ticket) -> Step:
    """The tag of a row in the queue."""
    title = ticket.summary.get("label") or {}
    if ticket.news_for_support and ticket.state not in (State.SUBMITTED, State.IN_REVIEW):
        return Step(_NEW_MESSAGE, "wait")
    if ticket.state in _CLOSED:
        text, tone = _CLOSED[ticket.state]
        return Step(text, "ok" if tone == "ok" else "calm")
    if ticket.turn is Turn.PACKAGE:
        return Step(_NEXT["wait"][0], "calm")
    if ticket.state is State.AWAITING_APPROVAL:
        return Step(_APPROVE, "wait")
    word = ticket.summary.get("next", "test")
    if ticket.state is State.CLUB_TO_ACT:
        return Step(_filled(_CLUB_HAS, title) if word == "club" else _CLUB, "calm")
    text, tone = _NEXT[word]
    return Step(_filled(text, title), tone)


def package_name(key: str) -> str:
    """How a package is called; its key when its folder is gone."""
    connector = connectors.find().get(key)
    return connector.name if connector is not None else key


def _filled(text: object, title: object) -> LazyString:
    """The words with the title of a check in the reader's language."""
    return LazyString(lambda: str(text) % {"title": said(title)})
