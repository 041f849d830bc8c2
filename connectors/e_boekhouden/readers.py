"""Readers of what people paste: labels, padding and broken lines go, odd shapes get a hint, case is kept."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, datetime
from zoneinfo import ZoneInfo

from connectors.kit.readers import Reading, trimmed
from connectors.kit.text import Text

HERE = ZoneInfo("Europe/Amsterdam")
CODE_1_LENGTH = 32
"""Characters of security code 1 as one client shows it: enough for a hint, never for a refusal."""
LONGEST_ACCOUNT = 10
"""Characters that a ledger account's code has at most."""

CODE_1_ODD = Text(
    nl="Beveiligingscode 1 heeft meestal 32 tekens; dit zijn er {n}. Heb je alles gekopieerd?",
    en="Security code 1 usually has 32 characters; this has {n}. Did you copy all of it?",
)
CODE_1_IS_2 = Text(
    nl="Dit lijkt beveiligingscode 2. Code 1 is meestal één rij letters en cijfers, zonder streepjes.",
    en="This looks like security code 2. Code 1 is usually one row of letters and digits, without dashes.",
)
CODE_2_ODD = Text(
    nl="Beveiligingscode 2 heeft meestal vijf groepjes met streepjes ertussen. Heb je alles gekopieerd?",
    en="Security code 2 usually has five groups with dashes in between. Did you copy all of it?",
)
NO_DIGIT = Text(
    nl="Hier staat geen cijfer in. Is dit de code die rechtsboven in je scherm staat?",
    en="This has no digit. Is it the code at the top right of your screen?",
)
TOKEN_SPACES = Text(
    nl="In het token zit een spatie of een nieuwe regel. Kopieer alleen het token zelf.",
    en="The token holds a space or a line break. Copy the token alone.",
)
DATE_PASSED = Text(
    nl="Deze datum is al voorbij. Maak een nieuw token, of kijk de datum nog eens na.",
    en="This date has passed. Make a new token, or check the date once more.",
)
ACCOUNT_TOO_LONG = Text(
    nl="{code} is te lang voor een rekening (hoogstens 10 tekens). Zet elke rekening op een eigen regel.",
    en="{code} is too long for an account (10 characters at most). Put each account on a line of its own.",
)

_GUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
_BLANKS = re.compile(r"[ \t\r\n\u00a0\u2007\u202f]+")
_DATE = re.compile(r"([0-9]{1,2})[-/. ]+([0-9]{1,2}|[a-z]+)[-/. ]+([0-9]{4})", re.IGNORECASE)
_MONTHS = ("jan", "feb", "maa", "apr", "mei", "jun", "jul", "aug", "sep", "okt", "nov", "dec")


def behind(*labels: str) -> Callable[[str], str]:
    """A cleaner that gives the value behind one of ``labels`` (patterns), also from among other pasted lines.

    An earlier label wins from a later one. Text without any label comes back with its ends trimmed.
    """
    patterns = [
        re.compile(rf"\W*(?:[0-9][.)]\s*)?(?:{label})(?:\s*[:=]\s*|\s+[-–>→]+\s+|\s+|$)", re.IGNORECASE)
        for label in labels
    ]

    def clean(raw: str) -> str:
        value = trimmed(raw)
        lines = [trimmed(line) for line in value.split("\n")]
        for pattern in patterns:
            for number, line in enumerate(lines):
                if label := pattern.match(line):
                    below = next((later for later in lines[number + 1 :] if later), "")
                    return clean(line[label.end() :] or below)
        return value

    return clean


def is_guid(value: str) -> bool:
    """Five groups of hexadecimal digits with dashes in between, in braces or not."""
    inner = value[1:-1] if value.startswith("{") and value.endswith("}") else value
    return _GUID.fullmatch(inner) is not None


_CODE = r"(?:beveiligings?[\s-]?code|security\s?code|code)\s?"
_username = behind(r"gebruikers?naam|inlog\s?naam|user\s?name")
_code_1 = behind(_CODE + "1", _CODE + "2")
_code_2 = behind(_CODE + "2", _CODE + "1")
_administration = behind(r"administratie[\s-]?(?:code|nummer)?|administration(?:\s?code)?|adm\.?")
_token = behind(r"(?:e-boekhouden\s+)?api[\s-]?(?:token|sleutel|key)|(?:access\s?)?token|bearer")
_until = behind(r"geldig\s+tot(?:\s+en\s+met)?|verloopt(?:\s+op)?|einddatum|valid\s+until|expires(?:\s+on)?")
_account = behind(r"(?:grootboek)?rekening(?:en)?(?:\s+omzet)?|(?:revenue|ledger)\s+accounts?")
_centre = behind(r"kostenplaats|cost\s+cent(?:re|er)")


def read_username(raw: str) -> Reading:
    """The user name, without a label."""
    return Reading(_username(raw))


def read_code_1(raw: str) -> Reading:
    """Security code 1; a hint where it is no 32 characters, or has the shape of the other code."""
    value = _in_one_piece(_code_1(raw))
    if is_guid(value):
        return Reading(value, hint=CODE_1_IS_2)
    odd = value and len(value) != CODE_1_LENGTH
    return Reading(value, hint=CODE_1_ODD.format(n=len(value)) if odd else None)


def read_code_2(raw: str) -> Reading:
    """Security code 2; a hint where it is no GUID."""
    value = _in_one_piece(_code_2(raw))
    return Reading(value, hint=CODE_2_ODD if value and not is_guid(value) else None)


def read_administration(raw: str) -> Reading:
    """The administration code; a hint where it has no digit at all."""
    value = _administration(raw)
    return Reading(value, hint=NO_DIGIT if value and not any(map(str.isdigit, value)) else None)


def read_token(raw: str) -> Reading:
    """The API token; white space inside is an error, because no token has it."""
    value = _token(raw)
    return Reading(value, error=TOKEN_SPACES if _BLANKS.search(value) else None)


def read_until(raw: str) -> Reading:
    """The end date of the token, written as day-month-year; an error unless it lies ahead."""
    value = _until(raw)
    day = as_date(value)
    if day is None:
        return Reading(value)
    written = f"{day.day:02}-{day.month:02}-{day.year:04}"
    return Reading(written, error=DATE_PASSED if day <= datetime.now(HERE).date() else None)


def read_accounts(raw: str) -> Reading:
    """Codes of ledger accounts, one a line; names pasted along ("8000 Contributie") are dropped."""
    lines = re.split(r"[\r\n,;]+", raw)
    codes = dict.fromkeys(code for line in lines for code in _codes(_account(line)))
    long = next((code for code in codes if len(code) > LONGEST_ACCOUNT), None)
    return Reading("\n".join(codes), error=ACCOUNT_TOO_LONG.format(code=long[:40]) if long else None)


def read_cost_centre(raw: str) -> Reading:
    """The number of a cost centre; a name pasted along ("12 Jeugd") is dropped."""
    value = _centre(raw)
    numbered = re.match(r"([0-9]+)\s+\D", value)
    return Reading(numbered[1] if numbered else value)


def as_date(value: str) -> date | None:
    """A date as people write it (31-12-2027, 31/12/2027, 31 december 2027, 2027-12-31), or None."""
    try:
        if parts := _DATE.fullmatch(value):
            day, month, year = parts.groups()
            return date(int(year), int(month) if month.isdigit() else _month(month), int(day))
        return date.fromisoformat(value)
    except ValueError:
        return None


def _month(name: str) -> int:
    short = name[:3].lower().replace("mrt", "maa").replace("mar", "maa").replace("may", "mei").replace("oct", "okt")
    return _MONTHS.index(short) + 1


def _in_one_piece(value: str) -> str:
    """A code that was broken over lines, joined where that gives the known shape."""
    joined = _BLANKS.sub("", value)
    return joined if is_guid(joined) or len(joined) == CODE_1_LENGTH else value


def _codes(entry: str) -> tuple[str, ...]:
    words = [word for word in _BLANKS.split(entry) if word]
    if len(words) > 1 and words[0][0].isdigit():
        return tuple(words) if all(map(str.isdigit, words)) else (words[0],)
    return (entry,) if entry else ()
