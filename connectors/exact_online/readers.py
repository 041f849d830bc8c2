"""Readers of what people paste: a code raw, encoded or in an address; a division as a number or in an address."""

from __future__ import annotations

import re
from urllib.parse import unquote

from connectors.exact_online.sites import COUNTRIES, HOME, SITES
from connectors.kit.readers import Reading, trimmed, without_label
from connectors.kit.text import Text

LARGEST_DIVISION = 2_147_483_647
"""The highest number that Exact gives to a division."""
HANDED_OVER = "KB-"
"""How the codes begin that we hand over ourselves; they are no codes of Exact."""

REFUSED = Text(
    nl="In dit adres staat dat er geen toestemming is gegeven. Geef opnieuw toestemming.",
    en="This address says that no consent was given. Give consent again.",
)
NO_CODE = Text(
    nl="In dit adres staat geen code. Kopieer het adres van de pagina waar je na het inloggen terechtkwam.",
    en="This address holds no code. Copy the address of the page where you ended after signing in.",
)
A_TOKEN = Text(
    nl="Dit is een toegangstoken en geen code. Plak de code van de pagina na het inloggen.",
    en="This is an access token and no code. Paste the code from the page after signing in.",
)
ODD_CODE = Text(
    nl="Dit lijkt geen volledige code van Exact. Kopieer hem van begin tot eind.",
    en="This does not look like a whole code of Exact's. Copy it from beginning to end.",
)
NO_DIVISION = Text(
    nl="Een divisienummer heeft alleen cijfers. Je vindt het in het adres van Exact, achter _Division_=.",
    en="A division number has digits only. It is in Exact's address, behind _Division_=.",
)
SEVERAL = Text(
    nl="Hier staan meer getallen. Vul alleen het divisienummer in.",
    en="There are several numbers here. Fill in the division number alone.",
)
NO_NAME = Text(
    nl="Dit lijkt een code. Vul hier de naam van je club in.",
    en="This looks like a code. Fill in the name of your club.",
)
NO_ACCOUNT = Text(
    nl="{entry} is geen rekeningnummer. Zet elke rekening op een eigen regel.",
    en="{entry} is no account number. Put each account on a line of its own.",
)
NO_JOURNAL = Text(nl="Vul de code van het dagboek in, zoals 70.", en="Fill in the code of the journal, such as 70.")
NO_CONDITION = Text(
    nl="Vul de code van de betaalconditie in, zoals IN.", en="Fill in the code of the payment condition, such as IN."
)
NO_SITE = Text(nl="Kies een site van Exact: {sites}.", en="Choose one of Exact's sites: {sites}.")

_CODE = re.compile(r"stamp[A-Z]{2}[0-9]{3}\.[^\s\"'<>&#]+")
_IN_ADDRESS = re.compile(r"[?&#]code=([^\s&#\"'<>]*)", re.IGNORECASE)
_REFUSAL = re.compile(r"[?&#]error=", re.IGNORECASE)
_TOKEN = re.compile(r"access_token|refresh_token|^bearer\s|^eyJ[\w-]+\.", re.IGNORECASE)
_DIVISION = re.compile(
    r"_Division_=0*([0-9]+)|/api/v1/0*([0-9]+)(?:/|$)|MenuPortal\.aspx\D{0,40}?0*([0-9]+)", re.IGNORECASE
)
_NUMBER = re.compile(r"(?<![0-9])[0-9]{1,3}(?:[ .\u00a0\u202f][0-9]{3})+(?![0-9])|[0-9]+")
_ENTRY = re.compile(r"[0-9A-Za-z][0-9A-Za-z._/-]{0,29}")
_code_label = without_label(
    "Autorisatiecode", "Autorisatie code", "Authorization code", "Authorisation code", "Code", "De code", "Je code"
)
_reference_label = without_label("Referentie", "Reference", "Bedrijfsnaam", "Clubnaam", "Naam")
_accounts_label = without_label(
    "Grootboekrekeningen omzet", "Grootboekrekeningen", "Grootboekrekening", "Rekeningen", "Rekening",
    "Revenue accounts", "Account",
)  # fmt: skip
_journal_label = without_label("Verkoopdagboek", "Dagboek", "Sales journal", "Journal", "Dagboekcode")
_condition_label = without_label("Betaalconditie incasso", "Betaalconditie", "Payment condition", "Code")


def read_code(raw: str) -> Reading:
    """A code as text: out of an address, out of a sentence, decoded once where it is encoded."""
    value = _code_label(raw)
    if value.startswith(HANDED_OVER):
        return Reading(value)
    if in_address := _IN_ADDRESS.search(value):
        return _code(unquote(in_address[1]))
    if _REFUSAL.search(value):
        return Reading("", error=REFUSED)
    if _TOKEN.search(value):
        return Reading("", error=A_TOKEN)
    if re.match(r"https?://", value, re.IGNORECASE):
        return Reading("", error=NO_CODE)
    joined = re.sub(r"[ \t]*[\r\n]+[ \t]*", "", value)  # a long code that was broken over lines
    found = _CODE.search(joined)
    return _code(found[0] if found else joined)


def _code(value: str) -> Reading:
    """A code has an exclamation mark: one that has it encoded was not decoded yet."""
    if "%21" in value and "!" not in value:
        value = unquote(value)
    value = trimmed(value)
    return Reading(value, hint=ODD_CODE if value and not _CODE.fullmatch(value) else None)


def read_reference(raw: str) -> Reading:
    """The name of a club; a code that belongs elsewhere is refused, as names are not kept secret."""
    value = _reference_label(" ".join(raw.split()))
    is_code = _CODE.search(value) or _IN_ADDRESS.search(value) or value.startswith(HANDED_OVER)
    return Reading("", error=NO_NAME) if is_code else Reading(value)


def division_in(text: str) -> int | None:
    """The division that an address or a text names; None when it names none, or several."""
    if found := _DIVISION.search(unquote(text)):
        numbers = {next(filter(None, found.groups()))}
    elif re.search(r"https?://|exactonline", text, re.IGNORECASE):
        return None
    else:
        numbers = {re.sub(r"[^0-9]", "", one) for one in _NUMBER.findall(text)}
    digits = numbers.pop() if len(numbers) == 1 else "0"
    return int(digits) if len(digits) <= 30 and 0 < int(digits) <= LARGEST_DIVISION else None


def read_division(raw: str) -> Reading:
    """The number of a division, also out of any of the addresses where it can be found."""
    value = trimmed(raw)
    if not value:
        return Reading("")
    number = division_in(value)
    if number is not None:
        return Reading(str(number))
    return Reading("", error=SEVERAL if len(_NUMBER.findall(value)) > 1 else NO_DIVISION)


def read_accounts(raw: str) -> Reading:
    """Codes of ledger accounts, one a line; names pasted along ("8000 Contributie") are dropped."""
    codes: dict[str, None] = {}
    for line in re.split(r"[\r\n,;]+", raw):
        entry = _accounts_label(line)
        found = _codes(entry)
        if entry and not found:
            shown = "".join(filter(str.isprintable, entry[:40]))
            return Reading(raw, error=NO_ACCOUNT.format(entry=shown))
        codes |= dict.fromkeys(found)
    return Reading("\n".join(codes))


def read_journal(raw: str) -> Reading:
    """The code of a journal; a name pasted along ("70 Verkoop") is dropped."""
    return _first(_journal_label(raw), NO_JOURNAL)


def read_condition(raw: str) -> Reading:
    """The code of a payment condition; a name pasted along ("IN Incasso") is dropped."""
    return _first(_condition_label(raw), NO_CONDITION)


def read_site(raw: str) -> Reading:
    """One of Exact's sites as an address; its country is enough."""
    value = trimmed(raw).casefold().removeprefix("https://").removeprefix("http://").partition("/")[0]
    if not value:
        return Reading("")
    if value in COUNTRIES:
        value = f"{HOME.rpartition('.')[0]}.{value}"
    return (
        Reading(f"https://{value}")
        if value in SITES
        else Reading(trimmed(raw), error=NO_SITE.format(sites=", ".join(SITES)))
    )


def _first(entry: str, error: Text) -> Reading:
    words = re.split(r"\s+(?:[-–·:]\s+)?|\s*[·:]\s*", entry)
    if not entry:
        return Reading("")
    return Reading(words[0]) if _ENTRY.fullmatch(words[0]) else Reading(entry, error=error)


def _codes(entry: str) -> tuple[str, ...]:
    """The codes that an entry starts with; what follows the first word that is none is a name."""
    words = entry.split()
    count = next((n for n, word in enumerate(words) if not _is_account(word)), len(words))
    return tuple(words[: 1 if count < len(words) else count]) if count else ()


def _is_account(word: str) -> bool:
    return _ENTRY.fullmatch(word) is not None and any("0" <= character <= "9" for character in word)
