"""What a person is mailed about their second step of signing in, in the transaction of what happened."""

from __future__ import annotations

import secrets
from typing import Literal

from sqlmodel import Session

from onboarding.accounts.models import User
from onboarding.notify import outbox

What = Literal["set", "codes", "recovery", "removed", "reset"]
"""Set up, new recovery codes, a recovery code was used, taken away by the person, reset by operations."""


def tell(db: Session, user: User, what: What) -> None:
    """Write the mail."""
    context = {"name": user.name, "what": what}
    outbox.put(db, "second_factor", user.email, user.language, context, once=f"factor:{secrets.token_hex(12)}")
