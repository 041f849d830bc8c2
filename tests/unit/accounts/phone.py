"""A phone with an app of codes, which works as RFC 6238 says and shares no code with the product."""

from __future__ import annotations

import base64
import hmac
import re
from datetime import datetime


def code_of(secret: str, at: datetime, *, later: int = 0) -> str:
    """The 6 digits that an app with this base32 secret shows ``later`` intervals after the moment."""
    counter = int(at.timestamp()) // 30 + later
    digest = hmac.digest(base64.b32decode(secret.replace(" ", "")), counter.to_bytes(8, "big"), "sha1")
    place = digest[-1] & 0xF
    return f"{(int.from_bytes(digest[place : place + 4], 'big') & 0x7FFFFFFF) % 1_000_000:06}"


def wrong_code(secret: str, at: datetime) -> str:
    """6 digits that this app shows at none of the moments around this one."""
    near = {code_of(secret, at, later=later) for later in range(-3, 4)}
    return next(code for code in (f"{number:06}" for number in range(10)) if code not in near)


def key_on(page: str) -> str:
    """The key that the page of the set-up offers for typing over."""
    found = re.search(r"<code>([A-Z2-7 ]{32,})</code>", page)
    assert found is not None, page
    return found[1]


def codes_on(page: str) -> list[str]:
    """The recovery codes that a page shows."""
    return re.findall(r"<code>([0-9a-z]{4}(?:-[0-9a-z]{4}){3})</code>", page)
