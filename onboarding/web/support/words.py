"""How support's screens call things: standings, owners, decisions, levels of evidence."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from connectors.kit.connector import EvidenceLevel
from connectors.kit.errors import Owner
from onboarding.checks.checklist import Item, Standing
from onboarding.tickets.lifecycle import Move

STANDINGS = {
    Standing.OK: _l("in order"),
    Standing.WARNING: _l("look at this"),
    Standing.OVERRIDDEN: _l("let through"),
    Standing.CONFIRMED: _l("confirmed"),
    Standing.NOT_APPLICABLE: _l("not needed"),
    Standing.ASKS_CLUB: _l("club states first"),
    Standing.ASKS_SUPPORT: _l("needs a person"),
    Standing.UNTESTED: _l("not tested"),
    Standing.RUNNING: _l("being tested"),
}
TAGS = {
    Standing.OK: "ok",
    Standing.CONFIRMED: "ok",
    Standing.WARNING: "wait",
    Standing.OVERRIDDEN: "wait",
    Standing.ASKS_CLUB: "wait",
    Standing.ASKS_SUPPORT: "wait",
    Standing.FAILED: "bad",
}
"""The class of a tag; a standing that is not here is calm."""
FAILED = {
    Owner.CLUB: _l("club solves it"),
    Owner.SUPPORT: _l("we solve it"),
    Owner.US: _l("our mistake"),
    Owner.PROVIDER: _l("package's turn"),
}
OWNERS = {
    Owner.CLUB: _l("the club"),
    Owner.SUPPORT: _l("support"),
    Owner.US: _l("us, it is our mistake"),
    Owner.PROVIDER: _l("the package"),
}
DECISIONS = {
    Move.REOPEN: _l("Reopen"),
    Move.REJECT: _l("Reject"),
    Move.REFUSE: _l("Don't approve"),
    Move.REQUEST_APPROVAL: _l("Ask for approval"),
    Move.APPROVE: _l("Approve and activate"),
    Move.ACTIVATE: _l("Activate"),
}
"""Moves with a panel of their own, in the order of their buttons."""
LEVELS = {
    EvidenceLevel.DOCUMENTED: _l("documented"),
    EvidenceLevel.SEEN_IN_CLIENTS: _l("seen in other software"),
    EvidenceLevel.INFERRED: _l("inferred"),
    EvidenceLevel.RECORDED: _l("recorded"),
    EvidenceLevel.LIVE: _l("seen live"),
}


def standing_tag(item: Item) -> object:
    """What the tag of an item says: how it stands, and who solves it when it failed."""
    return FAILED[item.owner] if item.standing is Standing.FAILED else STANDINGS[item.standing]
