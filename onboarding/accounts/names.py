"""Names of people and clubs as they are typed."""

from __future__ import annotations

import unicodedata

from flask_babel import lazy_gettext as _l

LONGEST = 120

EMPTY: object = _l("Fill in a name.")
LONG: object = _l("Keep the name under %(n)s characters.", n=LONGEST)
STRANGE: object = _l("There are characters in this name that we can't use. Type it again instead of pasting it.")


def tidy_name(text: str) -> str:
    """The name with single spaces, its letters composed (NFC). May be empty."""
    return " ".join(unicodedata.normalize("NFC", text).split())


def problem_with(name: str) -> object | None:
    """What is wrong with a tidied name, as a lazy text; None when it will do."""
    if not name:
        return EMPTY
    if len(name) > LONGEST:
        return LONG
    if not name.isprintable() or not any(ch.isalnum() for ch in name) or "://" in name:
        return STRANGE
    return None
