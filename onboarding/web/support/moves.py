"""What support does to a ticket: each view calls one use case."""

from __future__ import annotations

from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from onboarding.usecases import reviewing, running, thread
from onboarding.web.proof import proven_actor
from onboarding.web.session import current_actor
from onboarding.web.support.sent import Sent, answered
from onboarding.web.support.workspace import page


def take(number: int) -> ResponseReturnValue:
    """Make the ticket one's own."""

    def act(sent: Sent) -> object:
        return reviewing.take(current_actor(), number, sent.version)

    return answered(number, "take", act, page, said=_("This ticket is yours now."))


def test(number: int) -> ResponseReturnValue:
    """Run the whole checklist again, or the one item whose button was pressed."""

    def act(sent: Sent) -> object:
        return running.request(current_actor(), number, only=sent.check or None)

    return answered(number, "test", act, page, at="checklist")


def confirm(number: int) -> ResponseReturnValue:
    """Say that a person-check is in order, with a note."""

    def act(sent: Sent) -> object:
        return reviewing.confirm(current_actor(), number, sent.version, sent.check, sent.text)

    return answered(number, "confirm", act, page, at="checklist")


def override(number: int) -> ResponseReturnValue:
    """Let an item pass as lead, with a reason."""

    def act(sent: Sent) -> object:
        return reviewing.override(proven_actor(), number, sent.version, sent.check, sent.text)

    return answered(number, "override", act, page, at="checklist")


def request_approval(number: int) -> ResponseReturnValue:
    """Ask another agent to look."""

    def act(sent: Sent) -> object:
        return reviewing.request_approval(current_actor(), number, sent.version, sent.text)

    return answered(number, "request_approval", act, page, said=_("Asked. Another agent finds it on top of the queue."))


def approve(number: int) -> ResponseReturnValue:
    """Agree as the second person: this activates."""

    def act(sent: Sent) -> object:
        return reviewing.approve(current_actor(), number, sent.version)

    return answered(number, "approve", act, page, said=_("Approved and activated. The club gets a mail."))


def refuse(number: int) -> ResponseReturnValue:
    """Don't agree, with a reason; it goes back to its agent."""

    def act(sent: Sent) -> object:
        return reviewing.refuse(current_actor(), number, sent.version, sent.text)

    return answered(number, "refuse", act, page, said=_("Not approved. It is back with its agent."))


def activate(number: int) -> ResponseReturnValue:
    """Bring the connection into use, through the gate."""

    def act(sent: Sent) -> object:
        return reviewing.activate(current_actor(), number, sent.version)

    return answered(number, "activate", act, page, said=_("Activated. The club gets a mail."))


def reject(number: int) -> ResponseReturnValue:
    """End the ticket without a connection, with a reason that the club reads."""

    def act(sent: Sent) -> object:
        return reviewing.reject(current_actor(), number, sent.version, sent.text)

    return answered(number, "reject", act, page, said=_("Rejected. The club gets a mail with your reason."))


def reopen(number: int) -> ResponseReturnValue:
    """Take a closed ticket up again, with a reason."""

    def act(sent: Sent) -> object:
        return reviewing.reopen(current_actor(), number, sent.version, sent.text)

    return answered(number, "reopen", act, page, said=_("Open again, and yours."))


def reply(number: int) -> ResponseReturnValue:
    """Write to the club; it leaves a little later and can be taken back until then."""

    def act(sent: Sent) -> object:
        return thread.reply(current_actor(), number, sent.text, sent.once)

    return answered(number, "reply", act, page, at="compose")


def note(number: int) -> ResponseReturnValue:
    """Keep a note that the club never sees."""

    def act(sent: Sent) -> object:
        return thread.note(current_actor(), number, sent.text, sent.once)

    return answered(number, "note", act, page, at="compose")


def undo(number: int, message: int) -> ResponseReturnValue:
    """Take a reply back that has not left yet."""

    def act(_sent: Sent) -> object:
        return thread.undo_reply(current_actor(), number, message)

    return answered(number, "undo", act, page, said=_("Taken back. The club has not seen it."), at="compose")


def redact(number: int, message: int) -> ResponseReturnValue:
    """Make a message unreadable for good, as it holds what should not be there."""

    def act(_sent: Sent) -> object:
        return thread.redact(current_actor(), number, message)

    return answered(number, "redact", act, page, said=_("Made unreadable. That it was done is in the log."))
