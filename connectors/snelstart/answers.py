"""What each refusal of SnelStart means: the table, row by row, and which answer belongs to which row."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from connectors.kit.errors import (
    ActionRequired,
    HostMisconfigured,
    InvalidCredentials,
    MissingRight,
    ProviderError,
    RateLimited,
    SetupMissing,
    Unavailable,
    UnexpectedAnswer,
)
from connectors.kit.http import BUSY, OURS, UNREACHABLE
from connectors.kit.text import Text

NAME = "SnelStart"
MAATWERK = ("SnelStart Web", "Maatwerk")
KEY = ("koppelsleutel",)
PAUSE = 60.0
"""Seconds to wait when SnelStart asks for a pause without saying how long."""
NUMBER_EXISTS = "BOE-0021"
"""The invoice number is there already: the answer to a booking that was made before."""

KEY_UNKNOWN = Text(
    nl="SnelStart herkent deze sleutel niet, of hij is ingetrokken.",
    en="SnelStart does not know this key, or it was withdrawn.",
)
MAKE_KEY = Text(
    nl="Maak een nieuwe bij Maatwerk en plak hem hier.", en="Make a new one under Maatwerk and paste it here."
)
NOT_YOUR_KEY = Text(nl="Dit ligt aan ons, niet aan je sleutel.", en="This is on our side; your key is not the cause.")
NOTHING_TO_DO = Text(nl="Hier hoef je niets aan te doen.", en="There is nothing you need to do.")
KEY_MAY_NOT = Text(nl="Deze sleutel mist rechten.", en="This key lacks rights.")
NEW_KEY = Text(nl="Maak in SnelStart een nieuwe sleutel.", en="Make a new key in SnelStart.")
ACCOUNT_GONE = Text(
    nl="Rekening {number} bestaat niet of is niet actief.", en="Account {number} does not exist or is not active."
)
ACCOUNTS_GONE = Text(
    nl="De rekeningen {number} bestaan niet of zijn niet actief.",
    en="The accounts {number} do not exist or are not active.",
)
CENTRE_GONE = Text(
    nl="Kostenplaats {number} bestaat niet of is niet actief.",
    en="Cost centre {number} does not exist or is not active.",
)
TARGET_GONE = Text(
    nl="Een gekozen rekening of kostenplaats bestaat niet of is niet actief.",
    en="A chosen account or cost centre does not exist or is not active.",
)
CHOOSE_OTHER = Text(
    nl="Kies een andere, of zet hem in SnelStart op actief.", en="Choose another one, or make it active in SnelStart."
)
NO_DAYBOOK = Text(nl="Er is geen actief verkoopdagboek.", en="There is no active sales daybook.")
MAKE_DAYBOOK = Text(
    nl="Maak in SnelStart een verkoopdagboek aan, of zet het op actief.",
    en="Create a sales daybook in SnelStart, or make it active.",
)
NEEDS_CENTRE = Text(nl="Rekening {number} vraagt een kostenplaats.", en="Account {number} asks for a cost centre.")
SOME_NEEDS_CENTRE = Text(nl="Deze rekening vraagt een kostenplaats.", en="This account asks for a cost centre.")
CHOOSE_CENTRE = Text(nl="Kies een kostenplaats.", en="Choose a cost centre.")
PERIOD_CLOSED = Text(nl="Deze periode is dicht in SnelStart.", en="This period is closed in SnelStart.")
OPEN_PERIOD = Text(
    nl="Zet de periode open, of vraag je boekhouder erom.", en="Open the period, or ask your bookkeeper to do so."
)
DEBTOR_WRONG = Text(
    nl="De incassogegevens van deze debiteur kloppen niet in SnelStart: {reason}.",
    en="The direct debit details of this debtor are not right in SnelStart: {reason}.",
)
MEND_DEBTOR = Text(
    nl="Pas de gegevens van deze debiteur aan in SnelStart.", en="Change the details of this debtor in SnelStart."
)
DEBTOR_GONE = Text(
    nl="Deze relatie bestaat niet (meer) als klant.", en="This relation does not exist as a customer (any more)."
)
FIND_DEBTOR = Text(
    nl="Kijk in SnelStart of de debiteur er nog is en als klant staat.",
    en="See in SnelStart whether the debtor is still there, and listed as a customer.",
)
NO_IBAN = Text(nl="er staat geen IBAN bij", en="it has no IBAN")


@dataclass(frozen=True, slots=True)
class Row:
    """One row of the table: what is raised, and what the club reads of it."""

    kind: type[ProviderError]
    problem: Text
    remedy: Text | None = None
    fields: tuple[str, ...] = ()
    path: tuple[str, ...] = ()


TABLE: Mapping[str, Row] = {
    "S1": Row(InvalidCredentials, KEY_UNKNOWN, MAKE_KEY, KEY, MAATWERK),
    "S2": Row(UnexpectedAnswer, OURS),
    "S3": Row(HostMisconfigured, NOT_YOUR_KEY, NOTHING_TO_DO),
    "S4": Row(InvalidCredentials, KEY_UNKNOWN, MAKE_KEY, KEY, MAATWERK),
    "S5": Row(MissingRight, KEY_MAY_NOT, NEW_KEY, KEY, MAATWERK),
    "S6": Row(RateLimited, BUSY.format(name=NAME)),
    "S7": Row(SetupMissing, TARGET_GONE, CHOOSE_OTHER),
    "S8": Row(SetupMissing, NO_DAYBOOK, MAKE_DAYBOOK),
    "S9": Row(SetupMissing, SOME_NEEDS_CENTRE, CHOOSE_CENTRE, ("cost_centre",)),
    "S10": Row(ActionRequired, PERIOD_CLOSED, OPEN_PERIOD),
    "S11": Row(ActionRequired, DEBTOR_WRONG, MEND_DEBTOR),
    "S12": Row(UnexpectedAnswer, OURS),  # whoever books reads the invoice back before this is raised
    "S13": Row(UnexpectedAnswer, OURS),
    "S14": Row(SetupMissing, DEBTOR_GONE, FIND_DEBTOR),
    "S15": Row(UnexpectedAnswer, OURS),
    "S16": Row(Unavailable, UNREACHABLE.format(name=NAME)),
}
CODES: Mapping[str, str] = {
    **dict.fromkeys(("BOE-0008", "BOE-0019", "BOE-0026", "BOE-0037", "BOE-0061"), "S7"),
    "BOE-0081": "S8",
    "BOE-0022": "S9",
    **dict.fromkeys(("BOE-0033", "BOE-0042", "BOE-0051"), "S10"),
    **dict.fromkeys(("BOE-0052", "BOE-0055", "BOE-0066", "BOE-0067", "BOE-0079", "REL-0009"), "S11"),
    NUMBER_EXISTS: "S12",
    **dict.fromkeys(("BOE-0023", "BOE-0039", "BOE-0058", "BOE-0062", "BOE-0064", "BOE-0082"), "S13"),
    **dict.fromkeys(("ALG-0104", "ALG-0106"), "S13"),
    **dict.fromkeys(("BOE-0054", "BOE-0060", "REL-0005"), "S14"),
}
"""The row of each code that a 400 may carry."""
REASONS: Mapping[str, Text] = {
    "BOE-0052": NO_IBAN,
    "BOE-0055": Text(nl="incasso staat er uit", en="direct debit is switched off"),
    "BOE-0066": Text(nl="de machtiging is van een andere debiteur", en="the mandate is another debtor's"),
    "BOE-0067": Text(nl="de machtiging geldt maar één keer", en="the mandate is good for one time only"),
    "BOE-0079": Text(nl="de machtiging is ingetrokken", en="the mandate was withdrawn"),
    "REL-0009": NO_IBAN,
}
"""What is wrong with a debtor, in row S11."""
NOT_THE_KEYS_FAULT = frozenset({"unsupported_grant_type", "invalid_request"})


@dataclass(frozen=True, slots=True)
class Refusal:
    """An answer that is no success. ``said`` is its text, ``codes`` those that it carries, ``is_page`` a web page;
    ``detail`` is for support and holds no secret, ``wait`` what the answer asks us to wait, in seconds."""

    status: int
    said: str = ""
    codes: tuple[str, ...] = ()
    is_page: bool = False
    detail: str = ""
    wait: float = PAUSE


def row_of_token(refusal: Refusal, error: str) -> str:
    """The row of an answer of the token call; ``error`` is the name of its refusal, empty when it has none."""
    match refusal.status:
        case 429:
            return "S6"
        case status if status >= 500:
            return "S16"
        case 400 | 401 if error in NOT_THE_KEYS_FAULT:
            return "S2"
        case 400 | 401 if error in ("", "invalid_grant") and not refusal.is_page:
            return "S1"
    return "S15"


def row_of(refusal: Refusal, *, looked_up: bool = False) -> str:
    """The row of an answer of the interface; ``looked_up`` when it is about a relation that was listed before."""
    said = refusal.said.casefold()
    match refusal.status:
        case status if status >= 500:
            return "S16"
        case _ if refusal.is_page:  # a web page in between speaks for nobody
            return "S15"
        case 400:
            return _row_of_codes(refusal.codes)
        case 401:
            return "S3" if "subscription key" in said else "S4"
        case 403:
            return "S6" if "quota" in said else "S5"
        case 404 if looked_up:
            return "S14"
        case 429:
            return "S6"
    return "S15"


def _row_of_codes(codes: tuple[str, ...]) -> str:
    """A fault in what we sent outweighs what the club could mend."""
    rows = [CODES.get(code, "S15") for code in codes] or ["S15"]
    return next((row for row in rows if TABLE[row].kind is UnexpectedAnswer), rows[0])


def raised(row: str, refusal: Refusal) -> ProviderError:
    """The error of a row for this answer."""
    told, detail = TABLE[row], f"{row}: {refusal.detail}"
    if told.kind is RateLimited:
        return RateLimited(told.problem, retry_after=refusal.wait, detail=detail)
    problem = told.problem
    if row == "S11":
        problem = _filled(problem, next(REASONS[code] for code in refusal.codes if code in REASONS))
    return told.kind(problem, remedy=told.remedy, fields=told.fields, path=told.path, detail=detail)


def unreadable(operation: str, why: str) -> ProviderError:
    """An answer that we can't make anything of (S15). ``why`` must not quote a secret."""
    return UnexpectedAnswer(OURS, detail=f"S15: {operation}: {why}")


def no_subscription() -> ProviderError:
    """The host has set no subscription key (S3)."""
    return HostMisconfigured(NOT_YOUR_KEY, remedy=NOTHING_TO_DO, detail="S3: no subscription key is set")


def no_account(numbers: tuple[int, ...]) -> ProviderError:
    """Chosen ledger accounts that are not there or not active (S7)."""
    problem = ACCOUNT_GONE if len(numbers) == 1 else ACCOUNTS_GONE
    told = problem.format(number=", ".join(map(str, numbers)))
    return SetupMissing(told, remedy=CHOOSE_OTHER, fields=("revenue_accounts",), detail="S7")


def no_cost_centre(number: int) -> ProviderError:
    """A chosen cost centre that is not there or not active (S7)."""
    return SetupMissing(CENTRE_GONE.format(number=number), remedy=CHOOSE_OTHER, fields=("cost_centre",), detail="S7")


def no_daybook(found: str) -> ProviderError:
    """No sales daybook that is active (S8); ``found`` tells support what there is."""
    return SetupMissing(NO_DAYBOOK, remedy=MAKE_DAYBOOK, detail=f"S8: {found}")


def needs_cost_centre(number: int) -> ProviderError:
    """A chosen ledger account asks for a cost centre and none is chosen (S9)."""
    return SetupMissing(NEEDS_CENTRE.format(number=number), remedy=CHOOSE_CENTRE, fields=("cost_centre",), detail="S9")


def _filled(problem: Text, reason: Text) -> Text:
    return Text(nl=problem.nl.format(reason=reason.nl), en=problem.en.format(reason=reason.en))
