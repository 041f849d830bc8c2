"""What each refusal of Exact Online means: the table, row by row, and what a missing thing reads like."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
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
from connectors.kit.http import BUSY, OURS, UNREACHABLE
from connectors.kit.oauth import StillYoung
from connectors.kit.text import Text

NAME = "Exact Online"
PAUSE = 60.0
"""Seconds to wait when Exact asks for a pause without saying how long."""
CONSENT, CODE, DIVISION, ACCOUNTS = ("authorization",), ("auth_code",), ("division",), ("revenue_accounts",)
MANAGE_COMPANIES = ("My Exact Online", "Security Centre", "app permissions", "Manage companies")
MASTER_DATA = ("Stamgegevens", "Grootboekrekeningen")

CODE_OVER = Text(
    nl="De code is verlopen, al gebruikt of niet heel overgekomen.",
    en="The code has expired, was used already, or did not arrive whole.",
)
CONSENT_BROKEN = Text(nl="De toestemming is verbroken.", en="The consent is broken.")
CONSENT_OVER = Text(nl="De toestemming is na 30 dagen verlopen.", en="The consent has expired after 30 days.")
NO_CONSENT = Text(nl="Er is nog geen toestemming.", en="There is no consent yet.")
AGAIN = Text(nl="Geef opnieuw toestemming.", en="Give consent again.")
GIVE_IT = Text(nl="Geef toestemming met de knop.", en="Press the button to give consent.")
NOT_YOU = Text(nl="Dit ligt aan ons, niet aan jou.", en="This is on our side, not on yours.")
NOTHING_TO_DO = Text(nl="Hier hoef je niets aan te doen.", en="There is nothing you need to do.")
NOT_TICKED = Text(
    nl="Deze administratie is niet aangevinkt bij de toestemming.",
    en="This administration is not ticked in the consent.",
)
TICK_IT = Text(
    nl="Vink haar aan in Exact, of geef opnieuw toestemming en vink haar dan aan.",
    en="Tick it in Exact, or give consent again and tick it then.",
)
MAY_NOT = Text(
    nl="De gebruiker die toestemming gaf, mag hier niet bij.", en="The user who gave consent has no access to this."
)
ASK_RIGHTS = Text(
    nl="Vraag om rechten in Exact, of laat iemand toestemming geven die ze heeft.",
    en="Ask for rights in Exact, or have somebody give consent who has them.",
)
ACCOUNT_STOPPED = Text(
    nl="Exact heeft dit account geblokkeerd, of de licentie is afgelopen.",
    en="Exact has blocked this account, or its licence has ended.",
)
ASK_EXACT = Text(nl="Neem contact op met Exact.", en="Contact Exact.")
BEING_WORKED_ON = Text(
    nl="Exact is met je administratie bezig, bijvoorbeeld met een back-up. We proberen het later opnieuw.",
    en="Exact is working on your administration, with a back-up for instance. We will try again later.",
)
CHOOSE_DIVISION = Text(nl="Je hebt nog geen administratie gekozen.", en="You have not chosen an administration yet.")
CHOOSE_ONE = Text(
    nl="Kies je administratie uit de lijst, of vul het divisienummer in.",
    en="Choose your administration from the list, or fill in the division number.",
)
NO_DIVISION = Text(nl="Divisie {n} zien we niet.", en="We don't see division {n}.")
ARCHIVED = Text(nl="Divisie {n} ({name}) is gearchiveerd.", en="Division {n} ({name}) is archived.")
IN_USE = Text(
    nl="Kies de administratie die jullie nu gebruiken.", en="Choose the administration that you use at present."
)
IS_HID = Text(
    nl="{n} is het nummer dat jullie haar zelf gaven. Het divisienummer van {name} is {code}.",
    en="{n} is the number that you gave it yourselves. The division number of {name} is {code}.",
)
IS_NEAR = Text(nl="Bedoel je {code} ({name})?", en="Do you mean {code} ({name})?")
CHECK_NUMBER = Text(
    nl="Kijk het nummer na, en of je deze administratie aanvinkte toen je toestemming gaf.",
    en="Check the number, and whether you ticked this administration when you gave consent.",
)
GONE = Text(nl="{what} {code} ontbreekt of is geblokkeerd.", en="{what} {code} is missing or blocked.")
CHOOSE_OTHER = Text(
    nl="Kies een andere, of haal de blokkade in Exact weg.", en="Choose another one, or unblock it in Exact."
)
NO_JOURNAL = Text(nl="Er is geen verkoopdagboek.", en="There is no sales journal.")
MAKE_JOURNAL = Text(
    nl="Maak in Exact een verkoopdagboek aan, of haal de blokkade weg.",
    en="Create a sales journal in Exact, or unblock it.",
)
NO_REVENUE = Text(
    nl="Op rekening {code} boekt Exact zelf debiteuren of btw.",
    en="Exact itself books debtors or VAT on account {code}.",
)
CHOOSE_REVENUE = Text(nl="Kies een omzetrekening.", en="Choose a revenue account.")
NOT_INCLUSIVE = Text(
    nl="Rekening {code} heeft geen btw-code inclusief btw.", en="Account {code} has no VAT code that includes VAT."
)
CHOOSE_INCLUSIVE = Text(nl="Kies die in Exact op de rekening.", en="Choose such a code for the account in Exact.")
ACCOUNT = Text(nl="Rekening", en="Account")
JOURNAL = Text(nl="Dagboek", en="Journal")
CONDITION = Text(nl="Betaalconditie", en="Payment condition")


@dataclass(frozen=True, slots=True)
class Row:
    """One row of the table: what is raised, and what the club reads of it."""

    kind: type[ProviderError]
    problem: Text
    remedy: Text | None = None
    fields: tuple[str, ...] = ()
    path: tuple[str, ...] = ()


TABLE: Mapping[str, Row] = {
    "X1": Row(ConsentExpired, CODE_OVER, AGAIN, CODE),
    "X2": Row(HostMisconfigured, NOT_YOU, NOTHING_TO_DO),
    "X3": Row(StillYoung, OURS),
    "X4": Row(ConsentExpired, CONSENT_BROKEN, AGAIN, CONSENT),
    "X5": Row(ConsentExpired, CONSENT_OVER, AGAIN, CONSENT),
    "X6": Row(ActionRequired, NOT_TICKED, TICK_IT, DIVISION, MANAGE_COMPANIES),
    "X7": Row(HostMisconfigured, NOT_YOU, NOTHING_TO_DO),
    "X8": Row(MissingRight, MAY_NOT, ASK_RIGHTS, DIVISION),
    "X9": Row(ActionRequired, ACCOUNT_STOPPED, ASK_EXACT),
    "X10": Row(Unavailable, BEING_WORKED_ON),
    "X14": Row(ConsentExpired, CONSENT_BROKEN, AGAIN, CONSENT),
    "X15": Row(RateLimited, BUSY.format(name=NAME)),
    "X16": Row(UnexpectedAnswer, OURS),
    "X17": Row(Unavailable, UNREACHABLE.format(name=NAME)),
}
"""Rows of answers; X11, X12 and X13 are of what is not there, and have a function each."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """An answer that is no success, in short.

    ``said`` is its message, ``reason`` the header of that name; ``is_page`` a web page, ``is_structured`` an error as
    OData or OAuth write it, ``sends_to_login`` a redirect to Exact's own sign-in. ``detail`` is for support and holds
    no secret, ``wait`` what the answer asks us to wait, in seconds.
    """

    status: int
    said: str = ""
    reason: str = ""
    error: str = ""
    is_page: bool = False
    is_structured: bool = False
    sends_to_login: bool = False
    detail: str = ""
    wait: float = PAUSE


def raised(row: str, refusal: Refusal) -> ProviderError:
    """The error of a row for this answer."""
    told, detail = TABLE[row], f"{row}: {refusal.detail}"
    if told.kind is RateLimited:
        return RateLimited(told.problem, retry_after=refusal.wait, detail=detail)
    in_doubt = told.kind in (Unavailable, UnexpectedAnswer)
    return told.kind(
        told.problem, remedy=told.remedy, fields=told.fields, path=told.path, detail=detail, in_doubt=in_doubt
    )


def unreadable(operation: str, why: str) -> ProviderError:
    """An answer that we can't make anything of (X16). ``why`` must not quote a secret."""
    return UnexpectedAnswer(OURS, detail=f"X16: {operation}: {why}")


def no_host() -> ProviderError:
    """The host has set no client id and secret (X2)."""
    return HostMisconfigured(NOT_YOU, remedy=NOTHING_TO_DO, detail="X2: no client id and secret are set")


def no_consent() -> ProviderError:
    """Nobody gave consent yet."""
    return ConsentExpired(NO_CONSENT, remedy=GIVE_IT, fields=CONSENT, detail="no consent")


def no_choice() -> ProviderError:
    """No administration is chosen yet."""
    return SetupMissing(CHOOSE_DIVISION, remedy=CHOOSE_ONE, fields=DIVISION, detail="no division chosen")


def no_division(number: int, hint: Text) -> ProviderError:
    """A division that the consent does not cover (X11)."""
    return SetupMissing(NO_DIVISION.format(n=number), remedy=hint, fields=DIVISION, detail="X11: not in the list")


def archived(number: int, name: str) -> ProviderError:
    """A division that is not in use any more (X11)."""
    return SetupMissing(ARCHIVED.format(n=number, name=name), remedy=IN_USE, fields=DIVISION, detail="X11: status 1")


def being_worked_on(status: int) -> ProviderError:
    """A division that Exact holds for itself (X10)."""
    return Unavailable(BEING_WORKED_ON, detail=f"X10: BlockingStatus {status}")


def gone(what: Text, codes: Sequence[str], field: str) -> ProviderError:
    """What was chosen is not there, or blocked (X12)."""
    told = _filled(GONE, what, ", ".join(codes))
    return SetupMissing(told, remedy=CHOOSE_OTHER, fields=(field,), detail="X12")


def no_journal() -> ProviderError:
    """No sales journal that can be used (X12)."""
    return SetupMissing(NO_JOURNAL, remedy=MAKE_JOURNAL, fields=("sales_journal",), detail="X12: no journal of type 20")


def no_revenue(codes: Sequence[str]) -> ProviderError:
    """Accounts of debtors or of VAT, which nobody books revenue on."""
    return SetupMissing(NO_REVENUE.format(code=", ".join(codes)), remedy=CHOOSE_REVENUE, fields=ACCOUNTS, detail="X12")


def not_inclusive(codes: Sequence[str], found: str) -> ProviderError:
    """Accounts without a VAT code that includes VAT (X13); ``found`` tells support what they have."""
    told = NOT_INCLUSIVE.format(code=", ".join(codes))
    return SetupMissing(told, remedy=CHOOSE_INCLUSIVE, fields=ACCOUNTS, path=MASTER_DATA, detail=f"X13: {found}")


def _filled(told: Text, what: Text, code: str) -> Text:
    return Text(nl=told.nl.format(what=what.nl, code=code), en=told.en.format(what=what.en, code=code))
