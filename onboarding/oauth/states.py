"""What goes out with a browser and what we keep of it: hashes, and values that follow from the state and our secret."""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
import secrets
from datetime import timedelta

from onboarding.settings import current_settings

LASTS = timedelta(minutes=30)
"""How long a question may take to come back."""
CODE = re.compile(r"KB(?:[\s\u2010-\u2015-]*[0-9A-HJKMNP-TV-Z]){20}(?![0-9A-Z])", re.IGNORECASE)
"""A hand-over code, however it was copied: with spaces, lines and dashes of any kind in it."""
_LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


def new_value() -> str:
    """A random value that nobody guesses: a state, a nonce, the token of a link."""
    return secrets.token_urlsafe(32)


def digest(value: str) -> str:
    """What is kept of such a value. It has 256 random bits, so it needs no salt."""
    return hashlib.sha256(value.encode("utf-8", "surrogatepass")).hexdigest()


def fits(value: str, kept: str) -> bool:
    """Whether ``kept`` was made of ``value``."""
    return bool(kept) and hmac.compare_digest(digest(value), kept)


def redirect_address(package: str) -> str:
    """Where a package sends the browser back to."""
    return f"{current_settings().base_url}/oauth/{package}/terug"


def verifier_of(state: str) -> str:
    """The verifier of PKCE for a state: derived, so that it is stored nowhere."""
    return base64.urlsafe_b64encode(_derived("pkce", state)).decode().rstrip("=")


def challenge_of(verifier: str) -> str:
    """What of a verifier goes along in the address."""
    return base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).decode().rstrip("=")


def hand_over_code(state: str) -> str:
    """The code to hand over for a state: whoever comes back with it in the same browser sees the same code again."""
    number = int.from_bytes(_derived("hand-over", state), "big")
    letters = "".join(_LETTERS[(number >> 5 * place) & 31] for place in range(20))
    return "KB-" + "-".join(letters[at : at + 4] for at in range(0, 20, 4))


def read_hand_over_code(text: str) -> str | None:
    """The hand-over code in a text that somebody pasted; None when there is none."""
    found = CODE.search(text)
    if found is None:
        return None
    letters = re.sub(r"[^0-9A-Z]", "", found.group().upper())[2:]
    return "KB-" + "-".join(letters[at : at + 4] for at in range(0, 20, 4))


def _derived(purpose: str, state: str) -> bytes:
    key = current_settings().secret.encode()
    return hmac.digest(key, f"koppelbalie/{purpose}/{state}".encode("utf-8", "surrogatepass"), hashlib.sha256)
