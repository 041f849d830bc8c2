"""Readers of what people paste: a code alone, encoded or in a whole address; account numbers; an article."""

from __future__ import annotations

import re
from collections.abc import Callable
from urllib.parse import unquote

from connectors.kit.readers import Reading, trimmed, without_label
from connectors.kit.text import Text

HAND_OVER = "kb-"
"""How our own hand-over codes begin: those are no matter of Visma's."""
LONG_ENOUGH = 16
"""Characters that a code among words has at least."""

REFUSED = Text(nl="Je hebt geen toestemming gegeven.", en="You did not give consent.")
NO_CODE = Text(nl="Dit is geen code.", en="This is no code.")
COPY_AGAIN = Text(
    nl="Hier staan tekens in die niet in een code horen. Kopieer hem opnieuw, als tekst.",
    en="This holds characters that don't belong in a code. Copy it again, as text.",
)
LOOKS_SHORT = Text(
    nl="Dit lijkt geen hele code. Kopieer hem van het eerste tot het laatste teken.",
    en="This does not look like a whole code. Copy it from the first to the last character.",
)
NO_ACCOUNT = Text(
    nl="{entry} lijkt geen rekeningnummer. Zet elke rekening op een eigen regel.",
    en="{entry} does not look like an account number. Put each account on a line of its own.",
)

_BLANKS = re.compile(r"[\s\u200b-\u200f\u2060\ufeff]+")
_WRAPPING = "\"'`\u201c\u201d\u201e\u2018\u2019<>()[],;.!"
_DENIED = re.compile(r"(?:^|[?&#\s])error=access_denied\b")
_FAILED = re.compile(r"(?:^|[?&#\s])error=")
_IN_ADDRESS = re.compile(r"(?:^|[?&#\s\"'<(])code=([^&#\s\"'<>]*)")
_TOKEN = re.compile(r"[A-Za-z0-9_-]{4,}\.[A-Za-z0-9_-]{4,}\.[A-Za-z0-9_-]{4,}")
_CODE = re.compile(r"[A-Za-z0-9._~+/=%-]+")
_label = without_label(
    "Autorisatiecode", "Authorisatiecode", "Autorisatie code", "Code", "De code", "De code is", "Authorization code",
    "Authorisation code", "Toestemmingscode",
)  # fmt: skip
_accounts_label = without_label(
    "Grootboekrekeningen omzet", "Grootboekrekeningen", "Grootboekrekening", "Rekeningen", "Rekening",
    "Revenue accounts", "Account",
)  # fmt: skip
_article_label = without_label("Artikel voor factuurregels", "Artikel", "Artikelnummer", "Article", "Article number")
_reference_label = without_label("Referentie (bedrijfsnaam)", "Referentie", "Bedrijfsnaam", "Reference")


def read_code(raw: str) -> Reading:
    """The code out of what was pasted: alone, among words, encoded once, or in the address that one came back to."""
    value = trimmed(raw)
    told = _IN_ADDRESS.search(value)
    if told is None and _FAILED.search(value):
        return Reading(value, error=REFUSED if _DENIED.search(value) else NO_CODE)
    found = trimmed(told[1]) if told else _alone(value)
    if found.casefold().startswith(HAND_OVER):
        return Reading(found)
    decoded = unquote(found) if "%" in found else found
    if _TOKEN.fullmatch(decoded.removeprefix("Bearer").strip()):
        return Reading(decoded, error=NO_CODE)
    if decoded and (not _CODE.fullmatch(decoded) or "%" in decoded or _alone(decoded) != decoded):
        return Reading(decoded, error=COPY_AGAIN)
    if told and not decoded:
        return Reading("", error=NO_CODE)
    return Reading(decoded, hint=LOOKS_SHORT if decoded and not _is_code(decoded) else None)


def read_reference(raw: str) -> Reading:
    """The club's own name, on one line."""
    return Reading(_settled(raw, lambda text: " ".join(_reference_label(text).split())))


def read_accounts(raw: str) -> Reading:
    """Numbers of ledger accounts, one a line; names pasted along ("8000 Contributie") are dropped."""
    found: dict[str, None] = {}
    odd = ""
    for line in re.split(r"[\r\n,;]+", raw):
        entry = _settled(line, lambda text: " ".join(_accounts_label(text).split()))
        numbers = _numbers(entry)
        odd = odd or ("" if numbers or not entry else "".join(filter(str.isprintable, entry[:40])))
        found |= dict.fromkeys(numbers or ([entry] if entry else []))
    return Reading(
        "\n".join(found), hint=NO_ACCOUNT.format(entry=odd.replace("{", "").replace("}", "")) if odd else None
    )


def read_article(raw: str) -> Reading:
    """Number or name of an article, on one line."""
    return Reading(_settled(raw, lambda text: " ".join(_article_label(text).split())))


def _alone(value: str) -> str:
    """A code that stands by itself or among words; our own hand-over code as it is."""
    rest = _settled(value, _label)
    if rest.casefold().startswith(HAND_OVER):
        return rest
    pieces = [piece for piece in (part.strip(_WRAPPING) for part in _BLANKS.split(rest)) if piece]
    own = next((piece for piece in pieces if piece.casefold().startswith(HAND_OVER)), None)
    if own is not None:
        return own
    codes = [piece for piece in pieces if _is_code(piece)]
    broken = all(_has_digit(piece) for piece in pieces)  # over lines: words around it would have none
    return codes[0] if len(codes) == 1 and not broken else "".join(pieces)


def _is_code(piece: str) -> bool:
    return len(piece) >= LONG_ENOUGH and _has_digit(piece) and _CODE.fullmatch(piece) is not None


def _has_digit(piece: str) -> bool:
    return any(map(str.isdigit, piece))


def _numbers(entry: str) -> list[str]:
    """The numbers that an entry starts with: all of them when it holds nothing else, else the first."""
    words = entry.split()
    count = next((n for n, word in enumerate(words) if not (word.isascii() and word.isdigit())), len(words))
    return words[:count] if count == len(words) else words[: min(count, 1)]


def _settled(text: str, clean: Callable[[str], str]) -> str:
    """Cleaned until cleaning changes nothing."""
    while (cleaned := clean(text)) != text:
        text = cleaned
    return text
