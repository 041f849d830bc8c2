"""Readers of what people paste: white space, quotes and labels go, odd shapes get a hint and are never refused."""

from __future__ import annotations

import base64
import binascii
import re

from connectors.kit.readers import Reading, trimmed, without_label
from connectors.kit.text import Text

LARGEST_NUMBER = 2_147_483_647
"""The highest number that SnelStart gives to an account or a cost centre."""

NOT_WHOLE = Text(nl="Dit lijkt geen volledige koppelsleutel.", en="This does not look like a whole connection key.")
SUBSCRIPTION = Text(
    nl="Dit lijkt een subscription key; die hebben we niet nodig. Plak de koppelsleutel die je bij Maatwerk maakte.",
    en="This looks like a subscription key; we don't need that. Paste the connection key that you made under Maatwerk.",
)
NO_ACCOUNT = Text(
    nl="{entry} is geen rekeningnummer. Vul alleen cijfers in, elke rekening op een eigen regel.",
    en="{entry} is no account number. Use digits only, each account on a line of its own.",
)
NO_CENTRE = Text(
    nl="Een kostenplaats heeft een nummer. Vul alleen cijfers in.", en="A cost centre has a number. Use digits only."
)
NOT_PRINTABLE = Text(
    nl="Een subscription key heeft alleen letters en cijfers. Kopieer hem opnieuw.",
    en="A subscription key has letters and digits only. Copy it again.",
)
NO_PRODUCT = Text(nl="Kies Maatwerk of Productie.", en="Choose Maatwerk or Productie.")
PRODUCTS = {"maatwerk": "Maatwerk", "productie": "Productie"}

_BLANKS = re.compile(r"[\s\u200b-\u200f\u2060\ufeff]+")
_QUOTES = "\"'`\u201c\u201d\u201e\u2018\u2019<>"
_HEX = re.compile(r"[0-9a-f]{32}", re.IGNORECASE)
_key_label = without_label(
    "Koppelsleutel", "Koppelsleutel Maatwerk", "Koppel sleutel", "Sleutel", "Maatwerk", "Maatwerksleutel",
    "Connection key", "Client key", "Clientkey", "Key",
)  # fmt: skip
_accounts_label = without_label(
    "Grootboekrekeningen omzet", "Grootboekrekeningen", "Grootboekrekening", "Rekeningen", "Rekening",
    "Revenue accounts", "Account",
)  # fmt: skip
_centre_label = without_label("Kostenplaats", "Cost centre", "Cost center")
_subscription_label = without_label(
    "Ocp-Apim-Subscription-Key", "Subscription key", "Subscription-key", "Primary key", "Secondary key", "Key"
)


def halves(key: str) -> tuple[str, str] | None:
    """User and secret of a connection key, or None for a key of another shape."""
    try:
        decoded = base64.b64decode(key, validate=True).decode("utf-8")
    except (binascii.Error, ValueError):
        return None
    match decoded.split(":"):
        case [user, secret] if user.strip() and secret.strip():
            return user, secret
    return None


def is_subscription_key(value: str) -> bool:
    """32 hexadecimal characters: the shape of the host's own keys."""
    return _HEX.fullmatch(value) is not None


def read_key(raw: str) -> Reading:
    """The connection key in one piece, without label or quotes; also out of a sentence around it."""
    value, before = _joined(_key_label(raw)), raw
    while value != before:  # a label that was broken over lines shows once they are joined
        value, before = _joined(_key_label(value)), value
    if value and halves(value) is None:
        value = next(filter(halves, map(_joined, _BLANKS.split(raw))), value)
    if is_subscription_key(value):
        return Reading(value, hint=SUBSCRIPTION)
    return Reading(value, hint=NOT_WHOLE if value and halves(value) is None else None)


def read_accounts(raw: str) -> Reading:
    """Numbers of ledger accounts, one a line; names pasted along ("8000 Contributie") are dropped."""
    numbers: dict[str, None] = {}
    for line in re.split(r"[\r\n,;]+", raw):
        entry = _accounts_label(line)
        found = _numbers(entry)
        if entry and not found:
            shown = "".join(filter(str.isprintable, entry[:40]))
            return Reading(raw, error=NO_ACCOUNT.format(entry=shown))
        numbers |= dict.fromkeys(found)
    return Reading("\n".join(numbers))


def read_cost_centre(raw: str) -> Reading:
    """The number of a cost centre; a name pasted along ("10 Jeugd") is dropped."""
    entry = _centre_label(raw)
    found = _numbers(entry)
    if len(found) == 1:
        return Reading(found[0])
    return Reading(entry, error=NO_CENTRE if entry else None)


def read_subscription_key(raw: str) -> Reading:
    """One of the host's own keys in one piece: it travels in a header."""
    value = _joined(_subscription_label(raw))
    return Reading(value, error=None if value.isascii() and value.isprintable() else NOT_PRINTABLE)


def read_product(raw: str) -> Reading:
    """The product of the host's own subscription, as SnelStart spells it."""
    value = trimmed(raw)
    known = PRODUCTS.get(value.casefold())
    return Reading(known or value, error=NO_PRODUCT if value and known is None else None)


def _joined(value: str) -> str:
    """In one piece: without any white space or invisible marks, and without quotes around it."""
    return _BLANKS.sub("", value).strip(_QUOTES)


def _numbers(entry: str) -> tuple[str, ...]:
    """The numbers that an entry starts with, without leading noughts; none when one of them is no number."""
    words = entry.split()
    count = next((n for n, word in enumerate(words) if not _is_number(word)), len(words))
    found = [str(int(word)) for word in words[:count]]
    return tuple(found[:1] if count < len(words) else found)


def _is_number(word: str) -> bool:
    return word.isascii() and word.isdigit() and len(word) <= 12 and int(word) <= LARGEST_NUMBER
