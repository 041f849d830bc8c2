"""What a person is mailed about their second step of signing in, in the transaction of what happened."""

from __future__ import annotations

import secrets
from typing import Literal

from sqlmodel import Session

from onboarding import clock
from onboarding.accounts.models import User
from onboarding.notify import outbox

What = Literal["set", "codes", "recovery", "removed", "reset", "locked"]
"""Set up, new recovery codes, a recovery code was used, taken away by the person, reset by operations; locked after
wrong codes, by somebody who knows the password or reads the mail."""


def tell(db: Session, user: User, what: What) -> None:
    """Write the mail; about a lock at most one a day."""
    context = {"name": user.name, "what": what}
    occasion = f"{user.id}:{clock.now():%Y-%m-%d}" if what == "locked" else secrets.token_hex(12)
    outbox.put(db, "second_factor", user.email, user.language, context, once=f"factor:{occasion}")
