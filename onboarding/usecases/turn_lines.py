"""The one line that everybody reads first: whose turn it is and what is next, for the club and for support."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Literal

from flask_babel import gettext as _

from connectors.kit.authorization import CONSENT
from connectors.kit.errors import Owner
from onboarding.checks.checklist import Checklist, Item, Standing
from onboarding.checks.reading import what_next
from onboarding.i18n import clock, day, said
from onboarding.tickets.lifecycle import Kind, State
from onboarding.tickets.models import Ticket

Tone = Literal["you", "them", "calm", "good"]
Action = Literal["continue", "correct", "test_again", "consent"]
CONSENT_ERRORS = frozenset({"ConsentExpired", "MethodClosed"})
"""What a line reads when it is a consent, or a new one, that is needed."""


@dataclass(frozen=True, slots=True)
class TurnLine:
    """``tone`` is of the reader: "you" when they act, "them" when somebody else does, "calm" when nobody has to."""

    tone: Tone
    title: str
    text: str = ""
    action: Action | None = None


@dataclass(frozen=True, slots=True)
class OtherBooks:
    """New codes open another administration than the one that is connected, both as people know them."""

    found: str
    expected: str
    by_consent: bool = False


def waits_for_consent(checklist: Checklist, lacks: Collection[str] = ()) -> bool:
    """Whether what is open for the club is a consent, given for the first time or anew."""
    failed = [item.line for item in checklist.causes(Owner.CLUB) if item.standing is Standing.FAILED]
    return CONSENT in lacks or any(line.error in CONSENT_ERRORS for line in failed if line is not None)


def other_books_line(refused: OtherBooks) -> TurnLine:
    """For the club, whose new codes are refused."""
    if refused.by_consent:
        return _other_consent(refused)
    text = _(
        "These codes are of %(found)s, but %(expected)s is connected. Fill in the codes of %(expected)s. Nothing has "
        "changed: the codes that are in force stay so.",
        found=refused.found,
        expected=refused.expected,
    )
    return TurnLine("you", _("This is another administration"), text, "correct")


def _other_consent(refused: OtherBooks) -> TurnLine:
    text = _(
        "This consent is for %(found)s, but %(expected)s is connected. Give consent anew and choose %(expected)s. "
        "Nothing has changed: the connection goes on as it is.",
        found=refused.found,
        expected=refused.expected,
    )
    return TurnLine("you", _("This is another administration"), text, "consent")


def club_line(
    ticket: Ticket,
    checklist: Checklist,
    *,
    lacks: Collection[str],
    reason: str = "",
    refused: OtherBooks | None = None,
) -> TurnLine:
    """For the club. ``lacks`` are fields that hold nothing or something wrong, ``reason`` why it was rejected.

    ``refused`` is there when its new codes are of another administration.
    """
    if checklist.is_live:
        return TurnLine("them", _("We are testing now"), _("This takes a few seconds. You need do nothing."))
    if checklist.outage_until is not None:
        return _down(checklist)
    match ticket.state:
        case State.DRAFT | State.CLUB_TO_ACT if refused is not None:
            return other_books_line(refused)
        case State.DRAFT:
            return TurnLine("you", _("It is your turn"), _("Go on where you were; everything is kept."), "continue")
        case State.CLUB_TO_ACT:
            return _to_act(checklist, lacks)
    return _closed(ticket, checklist, reason) or _with_support(ticket, checklist)


def _closed(ticket: Ticket, checklist: Checklist, reason: str) -> TurnLine | None:
    match ticket.state:
        case State.ACTIVATED:
            text = _("Invoices can go to %(package)s from now on.", package=checklist.connector.name)
            more = _("You need do nothing more.")
            return TurnLine("good", _("The connection is active"), f"{text} {more}")
        case State.REJECTED:
            return TurnLine("calm", _("This could not be connected"), reason)
        case State.WITHDRAWN if ticket.kind is Kind.RE_ENTER:
            return TurnLine(
                "calm", _("This was withdrawn"), _("The new codes are destroyed. Nothing else has changed.")
            )
        case State.WITHDRAWN:
            return TurnLine("calm", _("This was withdrawn"), _("Its codes are destroyed. You can always begin anew."))
        case State.DONE:
            text = _("Nothing goes to %(package)s any more; the codes are destroyed.", package=checklist.connector.name)
            return TurnLine("calm", _("The connection has ended"), text)
    return None


def _down(checklist: Checklist) -> TurnLine:
    assert checklist.outage_until is not None
    title = _("%(package)s cannot be reached now", package=checklist.connector.name)
    text = _("Nobody has to do anything; we test again at %(time)s.", time=clock(checklist.outage_until))
    return TurnLine("calm", title, text)


def _to_act(checklist: Checklist, lacks: Collection[str]) -> TurnLine:
    """What the club does: enter something again, arrange something in the package, state something, or test."""
    title = _("It is your turn")
    of_club = checklist.causes(Owner.CLUB)
    failed = [item for item in of_club if item.standing is Standing.FAILED]
    name = checklist.connector.name
    if waits_for_consent(checklist, lacks):
        text = _("Give %(package)s consent by this button. Nothing else has to be filled in again.", package=name)
        return TurnLine("you", title, text, "consent")
    if lacks or any(item.line.fields for item in failed if item.line is not None):
        text = _("Something you filled in is not right yet. Fill in only that; then we test again.")
        return TurnLine("you", title, text, "correct")
    if failed:
        text = _(
            "Put this right in %(package)s: %(points)s. Then we test again; you need not fill in anything again.",
            package=name,
            points=_titles(failed),
        )
        return TurnLine("you", title, text, "test_again")
    if of_club:
        return TurnLine("you", title, _("Confirm below: %(points)s.", points=_titles(of_club)))
    return TurnLine("you", title, _("Read our message below. Are you done? Then we test again."), "test_again")


def _with_support(ticket: Ticket, checklist: Checklist) -> TurnLine:
    asked = [item for item in checklist.items if item.standing is Standing.ASKS_CLUB]
    if asked:
        return TurnLine("you", _("One thing meanwhile"), _("Confirm below: %(points)s.", points=_titles(asked)))
    match ticket.state:
        case State.AWAITING_APPROVAL:
            text = _("A colleague takes a last look. You get a mail once the connection is active.")
        case State.SUBMITTED:
            text = _("We look at your connection. You get a mail when it is active, or when we need something.")
        case _:
            text = _("We are looking at it. You get a mail when it is active, or when we need something.")
    return TurnLine("them", _("We are on it"), text)


@dataclass(frozen=True, slots=True)
class Desk:
    """What support's line needs besides the ticket: is the gate open but for an approval, and who asked for it."""

    is_ready: bool
    needs_approval: bool
    may_approve: bool
    asked_by: str = ""
    reason: str = ""


def staff_line(ticket: Ticket, checklist: Checklist, desk: Desk) -> TurnLine:
    """For support."""
    if checklist.is_live:
        return TurnLine("calm", _("Being tested now"), _("The results come in below."))
    if checklist.outage_until is not None:
        return _down(checklist)
    match ticket.state:
        case State.CLUB_TO_ACT | State.DRAFT:
            return _club_acts(ticket, checklist)
        case State.AWAITING_APPROVAL if desk.may_approve:
            text = _("%(name)s asks you to look and approve.", name=desk.asked_by)
            return TurnLine("you", _("A second person's turn"), text)
        case State.AWAITING_APPROVAL:
            text = _("A colleague has to approve; %(name)s asked.", name=desk.asked_by)
            return TurnLine("them", _("A second person's turn"), text)
        case State.ACTIVATED:
            text = _("Since %(when)s. The club got a mail.", when=day(ticket.last_move_at))
            return TurnLine("good", _("The connection is active"), text)
        case State.DONE:
            return TurnLine("good", _("This is finished"))
        case State.REJECTED:
            return TurnLine("calm", _("Rejected"), desk.reason)
        case State.WITHDRAWN:
            return TurnLine("calm", _("The club withdrew this"), _("Its codes are destroyed."))
    return TurnLine("you", _("It is our turn"), _ours(checklist, desk))


def _club_acts(ticket: Ticket, checklist: Checklist) -> TurnLine:
    since = _("The clock stands still since %(when)s.", when=day(ticket.waiting_since))
    open_items = checklist.causes()
    if not open_items:
        return TurnLine("them", _("It is the club's turn"), since)
    points = _("Open: %(points)s.", points=_titles(open_items))
    return TurnLine("them", _("It is the club's turn"), f"{points} {since}")


def _ours(checklist: Checklist, desk: Desk) -> str:
    if desk.is_ready:
        if desk.needs_approval:
            return str(_("Everything is in order. A second person has to approve: ask for it."))
        return str(_("Everything is in order: you can activate."))
    word, item = what_next(checklist)
    points = _titles(checklist.causes(item.open_for)) if item is not None else ""
    match word:
        case "club":
            return str(_("The club has to put this right: %(points)s. Ask it.", points=points))
        case "ours":
            return str(_("Ours to look into, the club need do nothing: %(points)s.", points=points))
        case "confirm":
            return str(_("Confirm with a note: %(points)s.", points=points))
        case "test":
            return str(_("Not everything was tested on these codes: test again."))
    return str(_("Look below at what is open."))


def _titles(items: Collection[Item]) -> str:
    return ", ".join(said((item.title_nl, item.title_en)) for item in items)
