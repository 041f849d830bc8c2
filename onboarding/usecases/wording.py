"""Texts that people write along: cleaned, not empty, not too long, and without a code in them."""

from __future__ import annotations

import re

from flask_babel import lazy_gettext as _l

import connectors
from onboarding.accounts.people import Actor
from onboarding.audit.events import SecretCaught
from onboarding.audit.log import record
from onboarding.db import session
from onboarding.tickets.secrets_in_text import find_secret
from onboarding.usecases.moving import seen_ticket
from onboarding.usecases.refusals import LooksLikeSecret, Wrong
from onboarding.usecases.transaction import change, end_reading

LONGEST_NOTE = 2000
LONGEST_MESSAGE = 8000
EMPTY = _l("Write something first.")
TOO_LONG = _l("This is too long: at most %(most)d characters.")
_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")


def vetted(
    actor: Actor,
    number: int,
    text: str,
    *,
    where: str,
    field: str = "text",
    most: int = LONGEST_NOTE,
    may_be_empty: bool = False,
) -> str:
    """``text`` as it may be stored with a ticket that the actor sees. Called before a change begins.

    Raises ``Wrong`` beside ``field``, and ``LooksLikeSecret`` for what looks like a code; that it was caught
    is in the audit log, the text is nowhere.
    """
    package = seen_ticket(session(), actor, number).package
    end_reading()
    clean = _CONTROLS.sub("", text.replace("\r\n", "\n").replace("\r", "\n")).strip()
    if not clean and not may_be_empty:
        raise Wrong({field: EMPTY})
    if len(clean) > most:
        raise Wrong({field: str(TOO_LONG) % {"most": most}})
    suspect = find_secret(clean, connectors.get(package))
    if suspect is None:
        return clean
    key = suspect.field.key if suspect.field is not None else None
    with change() as db:
        record(db, actor.audit_name, SecretCaught(number, where=where, field=key))
    raise LooksLikeSecret(key, suspect.field.label if suspect.field is not None else None)
