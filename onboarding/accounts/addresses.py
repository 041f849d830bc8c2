"""E-mail addresses as people type and paste them."""

from __future__ import annotations

import hashlib
from email.utils import parseaddr

from email_validator import EmailNotValidError, validate_email

LONGEST = 254


def tidy_email(text: str) -> str:
    """The address in ``text``, in lower case; takes ``Ans <ans@club.example>`` and ``mailto:`` too.

    Raises ``ValueError`` when there is no address in it that mail could reach.
    """
    plain = text.strip().removeprefix("mailto:").strip()
    if len(plain) > 2 * LONGEST or not plain.isprintable():
        raise ValueError("not an e-mail address")
    if "<" in plain:
        plain = parseaddr(plain)[1]
    try:
        found = validate_email(plain, check_deliverability=False, allow_smtputf8=False, test_environment=True)
    except EmailNotValidError:
        raise ValueError("not an e-mail address") from None
    return found.normalized.lower()


def mark_of(email: str) -> str:
    """What stands for an address where the address itself has no business: SHA-256 in hex."""
    return hashlib.sha256(email.encode()).hexdigest()
