"""What each refusal of Visma means: the table, row by row, and which answer belongs to which row."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from connectors.kit.errors import (
    ActionRequired,
    ConsentExpired,
    HostMisconfigured,
    MissingRight,
    ProviderError,
    RateLimited,
    SetupMissing,
    Unavailable,
    UnexpectedAnswer,
)
from connectors.kit.http import OURS, UNREACHABLE
from connectors.kit.oauth import Grant
from connectors.kit.text import Text

NAME = "Visma eAccounting"
CONSENT = ("authorization",)
PAUSE = 60.0
"""Seconds to wait when Visma asks for a pause without saying how long."""

NO_CONSENT = Text(nl="Je hebt nog geen toestemming gegeven.", en="You have not given consent yet.")
GIVE_CONSENT = Text(nl="Geef toestemming met de knop.", en="Give consent with the button.")
CODE_OVER = Text(nl="De code is verlopen of al gebruikt.", en="The code has expired or was used before.")
CONSENT_OVER = Text(nl="De toestemming werkt niet meer.", en="The consent does not work any more.")
GIVE_AGAIN = Text(nl="Geef opnieuw toestemming.", en="Give consent again.")
NOT_YOU = Text(nl="Dit ligt aan ons, niet aan jou.", en="This is on our side, not yours.")
NOTHING_TO_DO = Text(nl="Hier hoef je niets aan te doen.", en="There is nothing you need to do.")
NO_MODULE = Text(
    nl="Je pakket geeft nog geen toegang tot de koppeling.", en="Your package does not give access to connections yet."
)
SWITCH_ON = Text(
    nl="Zet de API-module aan in Visma of vraag Visma erom. Opnieuw toestemming geven helpt niet.",
    en="Switch on the API module in Visma, or ask Visma for it. Giving consent again does not help.",
)
NOT_SET_UP = Text(nl="De startgids in Visma is nog niet afgerond.", en="The set-up guide in Visma is not finished yet.")
FINISH_GUIDE = Text(nl="Rond eerst de startgids in Visma af.", en="Finish the set-up guide in Visma first.")
NOT_ACTIVE = Text(
    nl="Dit bedrijf is niet actief of alleen te lezen.", en="This company is not active, or can only be read."
)
SEE_SUBSCRIPTION = Text(nl="Controleer je abonnement bij Visma.", en="Check your subscription with Visma.")
NOT_ALL_TICKED = Text(nl="Niet alle opties waren aangevinkt.", en="Not all options were ticked.")
TICK_ALL = Text(nl="Geef opnieuw toestemming en vink alles aan.", en="Give consent again and tick every option.")
NO_ACCESS = Text(
    nl="Deze gebruiker heeft geen toegang tot eAccounting van dit bedrijf.",
    en="This user has no access to eAccounting of this company.",
)
SOMEBODY_ELSE = Text(
    nl="Laat iemand met toegang toestemming geven.", en="Have somebody who has access give the consent."
)
BUSY = Text(
    nl="Visma vraagt ons even te wachten. We proberen het straks opnieuw.",
    en="Visma asks us to wait a little. We will try again later.",
)
NO_YEAR = Text(nl="Er is geen open boekjaar voor vandaag.", en="There is no open fiscal year for today.")
OPEN_YEAR = Text(
    nl="Maak in Visma een boekjaar aan waar vandaag in valt, of zet het open.",
    en="Create a fiscal year in Visma that holds today, or open it.",
)
GONE = Text(nl="{kind} {code} ontbreekt of is niet actief.", en="{kind} {code} is missing or not active.")
SOMETHING_GONE = Text(
    nl="Iets wat je koos ontbreekt in Visma of is niet actief.",
    en="Something that you chose is missing in Visma or not active.",
)
CHOOSE_OTHER = Text(
    nl="Kies een andere, of zet hem in Visma op actief.", en="Choose another one, or make it active in Visma."
)
ACCOUNT, ACCOUNTS = Text(nl="Rekening", en="Account"), Text(nl="Rekeningen", en="Accounts")
ARTICLE = Text(nl="Artikel", en="Article")
NO_TERMS = Text(
    nl="Een betaalconditie voor verkoop ontbreekt of is niet actief.",
    en="Terms of payment for sales are missing or not active.",
)
MAKE_TERMS = Text(
    nl="Maak in Visma een betaalconditie die je bij verkoop kunt kiezen.",
    en="Create terms of payment in Visma that can be chosen for sales.",
)
PERIOD_CLOSED = Text(nl="Deze periode is afgesloten.", en="This period is closed.")
OPEN_PERIOD = Text(
    nl="Zet de periode open in Visma, of vraag je boekhouder erom.",
    en="Open the period in Visma, or ask your bookkeeper to do so.",
)


@dataclass(frozen=True, slots=True)
class Row:
    """One row of the table: what is raised, and what the club reads of it."""

    kind: type[ProviderError]
    problem: Text
    remedy: Text | None = None
    fields: tuple[str, ...] = ()


TABLE: Mapping[str, Row] = {
    "V1": Row(ConsentExpired, CODE_OVER, GIVE_AGAIN, ("auth_code",)),
    "V2": Row(ConsentExpired, CONSENT_OVER, GIVE_AGAIN, CONSENT),
    "V3": Row(HostMisconfigured, NOT_YOU, NOTHING_TO_DO),
    "V4": Row(ActionRequired, NO_MODULE, SWITCH_ON),
    "V5": Row(UnexpectedAnswer, OURS),
    "V6": Row(ActionRequired, NOT_SET_UP, FINISH_GUIDE),
    "V7": Row(ActionRequired, NOT_ACTIVE, SEE_SUBSCRIPTION),
    "V8": Row(ConsentExpired, NOT_ALL_TICKED, TICK_ALL, CONSENT),
    "V9": Row(MissingRight, NO_ACCESS, SOMEBODY_ELSE, CONSENT),
    "V10": Row(ConsentExpired, CONSENT_OVER, GIVE_AGAIN, CONSENT),  # after a refresh that did not help
    "V11": Row(RateLimited, BUSY),
    "V12": Row(SetupMissing, NO_YEAR, OPEN_YEAR),
    "V13": Row(SetupMissing, SOMETHING_GONE, CHOOSE_OTHER),
    "V14": Row(ActionRequired, PERIOD_CLOSED, OPEN_PERIOD),
    "V15": Row(UnexpectedAnswer, OURS),
    "V16": Row(Unavailable, UNREACHABLE.format(name="Visma")),
}
CODES: Mapping[int, str] = {
    4000: "V5", 4001: "V5", 4003: "V6", 4004: "V7", 4005: "V10", 4006: "V8", 4010: "V11", 4011: "V9",
    3001: "V12", 3002: "V13", 4026: "V14", 4034: "V3",
}  # fmt: skip
"""The row of each error code that means one thing."""
TWO_MEANINGS = 4002
"""The code of a module that is missing, and of something else with another text."""
OUR_CLIENT = frozenset({"invalid_client", "unauthorized_client", "invalid_scope"})
"""What a token endpoint calls a registration of ours that is not right."""
_NO_MODULE = re.compile(r"no\s+access\s+to\s+(?:the\s+)?module", re.IGNORECASE)
_SECONDS = re.compile(r"\bin\s+([0-9]{1,6})\s+sec", re.IGNORECASE)
A_DAY = 86_400.0


@dataclass(frozen=True, slots=True)
class Refusal:
    """An answer that is no success. ``code`` and ``said`` are what Visma gives as reason (None and empty for none),
    ``is_page`` a web page; ``detail`` is for support and holds no secret, ``wait`` what the answer asks us to wait,
    in seconds."""

    status: int
    code: int | None = None
    said: str = ""
    is_page: bool = False
    detail: str = ""
    wait: float = PAUSE


def row_of(refusal: Refusal) -> str:
    """The row of an answer of the interface: by code and text, and by status alone only where none can be."""
    match refusal.status, refusal.code:
        case status, _ if status >= 500:
            return "V16"
        case _ if refusal.is_page:  # a web page in between speaks for nobody
            return "V15"
        case _, code if code == TWO_MEANINGS:
            return "V4" if _NO_MODULE.search(refusal.said) else "V5"
        case _, int() as code:
            return CODES.get(code, "V11" if refusal.status == 429 else "V15")
        case 401, _:
            return "V10"
        case 429, _:
            return "V11"
    return "V15"


def row_of_token(grant: Grant, refusal: Refusal, error: str) -> str:
    """The row of an answer of the token endpoint; ``error`` is the name of its refusal, empty when it has none."""
    match refusal.status:
        case status if status >= 500:
            return "V16"
        case _ if refusal.is_page:
            return "V15"
        case _ if error == "invalid_grant":
            return "V1" if grant is Grant.CODE else "V2"
        case _ if error in OUR_CLIENT or refusal.code == 4034:
            return "V3"
        case _ if refusal.status == 429 or refusal.code == 4010:
            return "V11"
    return "V15"


def asked_to_wait(said: str, otherwise: float) -> float:
    """Seconds out of a text such as "Try again in 55 seconds", at least 1 and at most a day."""
    found = _SECONDS.search(said)
    return min(max(float(found[1]), 1.0), A_DAY) if found else otherwise


def raised(row: str, refusal: Refusal, *, in_doubt: bool = False) -> ProviderError:
    """The error of a row for this answer; ``in_doubt`` when what was asked may have been done all the same."""
    told, detail = TABLE[row], f"{row}: {refusal.detail}"
    if told.kind is RateLimited:
        return RateLimited(told.problem, retry_after=refusal.wait, detail=detail)
    return told.kind(told.problem, remedy=told.remedy, fields=told.fields, detail=detail, in_doubt=in_doubt)


def found(row: str, why: str) -> ProviderError:
    """The error of a row for something that was read in an answer. ``why`` must not quote a secret."""
    return raised(row, Refusal(200, detail=why))


def unreadable(operation: str, why: str) -> ProviderError:
    """An answer that we can't make anything of (V15). ``why`` must not quote a secret."""
    return found("V15", f"{operation}: {why}")


def no_host() -> ProviderError:
    """The host has set no client of its own (V3)."""
    return found("V3", "no client id and secret are set")


def no_consent() -> ProviderError:
    """Nobody gave consent yet."""
    return ConsentExpired(NO_CONSENT, remedy=GIVE_CONSENT, fields=CONSENT, detail="no tokens are kept")


def no_accounts(numbers: tuple[str, ...]) -> ProviderError:
    """Chosen ledger accounts that are not there or not active (V13)."""
    return _gone(ACCOUNT if len(numbers) == 1 else ACCOUNTS, ", ".join(numbers), "revenue_accounts")


def no_article(name: str) -> ProviderError:
    """A chosen article that is not there or not active (V13)."""
    return _gone(ARTICLE, name, "article")


def no_terms(seen: int) -> ProviderError:
    """No terms of payment for sales (V13); ``seen`` tells support how many there are in all."""
    return SetupMissing(NO_TERMS, remedy=MAKE_TERMS, detail=f"V13: {seen} terms of payment, none of them for sales")


def _gone(kind: Text, code: str, field: str) -> ProviderError:
    problem = Text(nl=GONE.nl.format(kind=kind.nl, code=code), en=GONE.en.format(kind=kind.en, code=code))
    return SetupMissing(problem, remedy=CHOOSE_OTHER, fields=(field,), detail="V13")
