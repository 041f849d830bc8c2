"""What happened to a ticket, in words: the lines between the messages of a thread."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from flask_babel import lazy_gettext as _l

from onboarding.i18n import said
from onboarding.tickets.lifecycle import Move
from onboarding.tickets.models import Message

STATEMENT = "statement"
"""The club stated a fact."""
STAYED = "stayed"
"""A test that the club asked for came out with something of the club still open."""
SENT_BACK = "sent_back"
"""A test that the club asked for came out well: the ticket went back to support by itself."""

SENT_ON = "sent_on"
"""A test of new codes came out well for the club: they went on by themselves."""
RENEWED = "renewed"
"""New codes were put in force by the system."""
OTHER_BOOKS = "other_books"
"""A test showed that new codes are of another administration."""
DISCONNECTED = "disconnected"
"""The club ended its connection."""
CONSENT_GIVEN = "consent_given"
"""Consent was given to the package, by the club or its bookkeeper."""
CONSENT_BY_LINK = "consent_by_link"
CONSENT_DIED = "consent_died"
"""A consent is no longer valid."""


@dataclass(frozen=True, slots=True)
class Words:
    """How an event reads. ``internal`` events are for support alone; ``club`` is what the club reads instead.

    ``tells`` says that what was written along (a reason, a note) is for both sides.
    """

    staff: object
    club: object | None = None
    internal: bool = False
    tells: bool = False


WORDS: Mapping[str, Words] = MappingProxyType(
    {
        Move.SUBMIT: Words(_l("%(name)s sent this to support.")),
        Move.RESUBMIT: Words(_l("%(name)s sent this back to support.")),
        Move.WITHDRAW: Words(_l("%(name)s withdrew this.")),
        Move.TAKE: Words(_l("%(name)s is handling this.")),
        Move.ASK_CLUB: Words(_l("%(name)s asked the club to put something right.")),
        Move.CONFIRM: Words(_l("%(name)s confirmed “%(about)s”."), internal=True),
        Move.OVERRIDE: Words(_l("%(name)s let “%(about)s” pass."), internal=True),
        Move.REQUEST_APPROVAL: Words(_l("%(name)s asked a second person to approve."), internal=True),
        Move.REFUSE: Words(_l("%(name)s did not approve yet."), internal=True),
        Move.APPROVE: Words(
            _l("%(name)s approved: the connection is active."), club=_l("%(name)s activated the connection.")
        ),
        Move.ACTIVATE: Words(_l("%(name)s activated the connection.")),
        Move.FINISH: Words(_l("%(name)s finished this.")),
        Move.REJECT: Words(_l("%(name)s rejected this."), tells=True),
        Move.REOPEN: Words(_l("%(name)s opened this again.")),
        STATEMENT: Words(_l("%(name)s stated: “%(about)s”."), tells=True),
        STAYED: Words(_l("Tested again. Still open for the club: %(about)s.")),
        SENT_BACK: Words(_l("Tested again, all well for the club. Back with support.")),
        SENT_ON: Words(_l("The new codes were tested, all well for the club.")),
        RENEWED: Words(_l("The new codes are in force; the former ones are destroyed.")),
        OTHER_BOOKS: Words(
            _l("Tested: these codes are of %(about)s. That is another administration than is connected.")
        ),
        CONSENT_GIVEN: Words(_l("%(name)s brought the consent.")),
        CONSENT_BY_LINK: Words(_l("Consent was given by the link for the bookkeeper.")),
        CONSENT_DIED: Words(_l("The consent is no longer valid: it has to be given again.")),
        DISCONNECTED: Words(_l("%(name)s disconnected %(about)s; the codes are destroyed.")),
    }
)


def sentence(message: Message, *, for_staff: bool) -> str:
    """The event as one sentence in the current language, with what was written along when it is for this reader."""
    words = WORDS[message.event]
    told = words.staff if for_staff or words.club is None else words.club
    about = said(message.about).removesuffix(".")  # a title may be a sentence, and stands inside one here
    line = str(told) % {"name": message.author_name, "about": about}
    return f"{line} {message.body}".rstrip() if for_staff or words.tells else line
