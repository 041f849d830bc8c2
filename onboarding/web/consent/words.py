"""The page for each way in which no consent came: its title, and the word on the button of the next step."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from flask_babel import lazy_gettext as _l

from onboarding.usecases.authorising import Kind


@dataclass(frozen=True, slots=True)
class Told:
    """``waits``: time heals it, nobody has to change anything."""

    title: object
    button: object
    waits: bool = False


_ANEW, _HOME, _BACK = _l("Give consent anew"), _l("To Koppelbalie"), _l("Back to where you were")
_BROKEN = Told(_l("Something went wrong while asking for consent"), _BACK)
TOLD: Mapping[Kind, Told] = {
    Kind.REFUSED: Told(_l("You did not give consent"), _BACK),
    Kind.EXPIRED: Told(_l("This took too long"), _ANEW),
    Kind.USED: Told(_l("This was handled before"), _l("See how it stands")),
    Kind.UNKNOWN: Told(_l("We don't know this answer"), _HOME),
    Kind.OTHER_BROWSER: Told(_l("Go on where you began"), _HOME),
    Kind.OTHER_PERSON: Told(_l("Somebody else began this"), _HOME),
    Kind.OTHER_TICKET: Told(_l("This belongs to another item"), _l("To your own items")),
    Kind.SIGNED_OUT: Told(_l("You were signed out meanwhile"), _l("Sign in")),
    Kind.CLOSED: Told(_l("This item is not open any more"), _l("See the item")),
    Kind.LINK_GONE: Told(_l("This link is no longer valid"), _HOME),
    Kind.CODE_REFUSED: Told(_l("The consent did not come through"), _ANEW),
    Kind.OUTAGE: Told(_l("The package cannot be reached now"), _l("Try again"), waits=True),
    Kind.UNTICKED: Told(_l("Not all boxes were ticked"), _ANEW),
    Kind.PROVIDER_ERROR: _BROKEN,
    Kind.UNPROVEN: _BROKEN,
}
"""What stands between the two is in ``consent_words``, or the package's own."""
