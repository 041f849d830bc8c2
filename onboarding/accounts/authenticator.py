"""An app that shows a new code every 30 seconds (RFC 6238): its secret, its picture, and which code is good."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

ISSUER = "Koppelbalie"
"""How the app calls us."""
DIGITS = 6
PERIOD = 30
"""Seconds that a code holds; the one before it and the one after it are taken too, as clocks differ."""


@dataclass(frozen=True, slots=True)
class Picture:
    """A QR code: so many squares on a side, the quiet border included, and an SVG path of the dark ones."""

    size: int
    path: str


def new_secret() -> str:
    """160 random bits in base32, as apps take them."""
    from passlib.totp import TOTP  # it is slow to load, and few requests need it

    return str(TOTP(new=True).base32_key)


def in_fours(secret: str) -> str:
    """The secret for who types it over."""
    return " ".join(secret[at : at + 4] for at in range(0, len(secret), 4))


def address(secret: str, email: str) -> str:
    """What the picture says to the app: ``otpauth://totp/…``."""
    from passlib.totp import TOTP

    return str(TOTP(secret).to_uri(label=email, issuer=ISSUER))


def picture(text: str) -> Picture:
    """``text`` as a QR code."""
    from qrcode import QRCode
    from qrcode.constants import ERROR_CORRECT_M

    code = QRCode(error_correction=ERROR_CORRECT_M, border=4)
    code.add_data(text)
    rows: list[list[bool]] = code.get_matrix()
    return Picture(len(rows), "".join(_runs(number, row) for number, row in enumerate(rows)))


def digits_in(typed: str) -> str | None:
    """The code in what was typed, spaces and dashes left out; None when it is no code of an app."""
    plain = "".join(typed.replace("-", " ").split())
    return plain if len(plain) == DIGITS and plain.isascii() and plain.isdecimal() else None


def counter_of(secret: str, code: str, at: datetime, newest: int) -> int | None:
    """The interval that ``code`` belongs to; None when it is wrong, too old, or of ``newest`` or before."""
    from passlib.exc import TokenError
    from passlib.totp import TOTP

    try:
        match = TOTP(secret).match(code, time=at, window=PERIOD, last_counter=newest)
    except TokenError:
        return None
    return int(match.counter)


def _runs(y: int, row: list[bool]) -> str:
    """The dark squares of a row, those beside each other in one go."""
    path, x = "", 0
    while x < len(row):
        end = x
        while end < len(row) and row[end]:
            end += 1
        if end > x:
            path += f"M{x} {y}h{end - x}v1h-{end - x}z"
        x = end + 1
    return path
