"""Readers of what people paste: labels and blanks go, but nothing of a password, and no nought of a code."""

from __future__ import annotations

import re
from urllib.parse import parse_qs, unquote, urlsplit

from connectors.kit.readers import Reading, trimmed, without_label
from connectors.kit.text import Text

LONGEST_CODE = 16
"""Characters that a code in Twinfield has at most."""
HAND_OVER = re.compile(r"\bKB-[A-Za-z0-9-]+")
"""A code of our own, which stands for a consent that was given before."""

IS_A_NUMBER = Text(
    nl="Is dit je administratienummer? Een omgeving heet bijvoorbeeld TWF-SPORT.",
    en="Is this your company code? An environment is named TWF-SPORT, for example.",
)
TOO_LONG = Text(
    nl="{code} is te lang voor een code (hoogstens 16 tekens). Zet elke code op een eigen regel.",
    en="{code} is too long for a code (16 characters at most). Put each code on a line of its own.",
)
REFUSED = Text(
    nl="In dit adres staat dat er geen toestemming is gegeven. Klik op Toestemming geven en probeer het opnieuw.",
    en="This address says that no consent was given. Press the button to give consent and try again.",
)
IS_A_TOKEN = Text(
    nl="Dit is een sleutel en geen code. Klik op Toestemming geven; kopiëren is dan niet nodig.",
    en="This is a token and no code. Press the button to give consent; nothing needs to be copied then.",
)
NO_CODE = Text(
    nl="Hier staat geen code in. Klik op Toestemming geven; kopiëren is dan niet nodig.",
    en="There is no code in this. Press the button to give consent; nothing needs to be copied then.",
)

_ADDRESS = re.compile(r"[a-z][a-z0-9+.-]*://\S+", re.IGNORECASE)
_QUERY = re.compile(r"(?:^|[\s?&#])(?=(?:code|error)=)")
_CODE = re.compile(r"[A-Za-z0-9._~-]{8,}")
_TOKEN = re.compile(r"eyJ[A-Za-z0-9_-]*\.[A-Za-z0-9_-]*\.[A-Za-z0-9_-]*")
_user = without_label("Gebruikersnaam", "Gebruiker", "User name", "Username", "User")
_organisation = without_label("Omgeving", "Organisatie", "Environment", "Organisation")
_office = without_label(
    "Administratienummer", "Administratiecode", "Administratie", "Nummer", "Code", "Company code", "Company", "Office"
)
_account = without_label(
    "Grootboekrekeningen", "Grootboekrekening", "Rekeningen", "Rekening", "Debiteurenrekening", "Accounts", "Account"
)
_coded = without_label("Btw-code", "Dagboek", "Verkoopdagboek", "Incassocode", "Code", "VAT code", "Daybook")
_auth_code = without_label("Autorisatiecode", "Toestemmingscode", "Authorisation code", "Code")


def read_user(raw: str) -> Reading:
    """The user name, without a label."""
    return Reading(_user(raw))


def read_password(raw: str) -> Reading:
    """The password as it is: a blank at its end may be part of it."""
    return Reading(raw)


def read_organisation(raw: str) -> Reading:
    """The environment; a hint where it has digits only."""
    value = _organisation(raw)
    return Reading(value, hint=IS_A_NUMBER if value and is_number(value) else None)


def read_office(raw: str) -> Reading:
    """The code of the administration, noughts and letters included; a name pasted along is dropped."""
    return _one(_office(raw))


def read_code(raw: str) -> Reading:
    """One code out of a list; a name pasted along ("VH Btw hoog") is dropped."""
    return _one(_coded(raw))


def read_account(raw: str) -> Reading:
    """The code of one ledger account; a name pasted along is dropped."""
    return _one(_account(raw))


def read_accounts(raw: str) -> Reading:
    """Codes of ledger accounts, one a line; names pasted along ("8020 Contributie") are dropped."""
    entries = (_account(line) for line in re.split(r"[\r\n,;]+", raw))
    codes = dict.fromkeys(code for entry in entries for code in _codes(entry))
    long = next((code for code in codes if len(code) > LONGEST_CODE), None)
    return Reading("\n".join(codes), error=TOO_LONG.format(code=_shown(long)) if long else None)


def read_auth_code(raw: str) -> Reading:
    """A code for a consent: alone, percent-encoded, in the address that it came in, or among words."""
    value = trimmed(raw)
    if handed_over := HAND_OVER.search(value):
        return Reading(handed_over[0])
    if _TOKEN.search(value) or "access_token=" in value:
        return Reading("", error=IS_A_TOKEN)
    return _of_address(value) or _of_words(_auth_code(value))


def is_number(value: str) -> bool:
    """Digits and nothing else."""
    return value.isascii() and value.isdigit()


def _of_address(value: str) -> Reading | None:
    """What the address of a callback, or the end of one, carries."""
    address = _ADDRESS.search(value)
    query = urlsplit(address[0]).query if address else ""
    if not query and (start := _QUERY.search(value)):
        query = value[start.end() :].split("#", maxsplit=1)[0].split(maxsplit=1)[0]
    told = parse_qs(query)
    if "error" in told:
        return Reading("", error=REFUSED)
    return _of_words(told["code"][0]) if "code" in told else None


def _of_words(value: str) -> Reading:
    plain = unquote(value)
    while plain != value:  # a code has no percent sign, so that nothing is decoded too often
        value, plain = plain, unquote(plain)
    found = [word for word in _CODE.findall(value) if any(map(str.isdigit, word))] or _CODE.findall(value)[:1]
    if not found:
        return Reading("", error=NO_CODE if value.strip() else None)
    return Reading(max(found, key=len))


def _one(entry: str) -> Reading:
    codes = _codes(entry)
    code = codes[0] if codes else ""
    return Reading(code, error=TOO_LONG.format(code=_shown(code)) if len(code) > LONGEST_CODE else None)


def _codes(entry: str) -> tuple[str, ...]:
    """The codes that an entry starts with: all words of it where they are numbers, else the first."""
    words = [word for word in map(trimmed, entry.split()) if word]
    return tuple(words) if all(map(is_number, words)) else tuple(words[:1])


def _shown(code: str) -> str:
    return "".join(filter(str.isprintable, code[:40]))
