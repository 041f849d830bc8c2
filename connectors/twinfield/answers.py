"""What each refusal of Twinfield means: the table, row by row, and which answer belongs to which row."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from connectors.kit.errors import (
    ActionRequired,
    ConsentExpired,
    HostMisconfigured,
    InvalidCredentials,
    MethodClosed,
    MissingRight,
    ProviderError,
    RateLimited,
    SetupMissing,
    Unavailable,
    UnexpectedAnswer,
)
from connectors.kit.http import BUSY, OURS, UNREACHABLE
from connectors.kit.soap import Fault
from connectors.kit.text import Text

NAME = "Twinfield"
USER, PASSWORD, ORGANISATION, OFFICE = ("user",), ("password",), ("organisation",), ("office",)
CONSENT = ("authorization",)
CODES = frozenset({"user", "password", "organisation"})
"""Fields of the password way: to whoever gave consent, the consent stands for all of them."""
PAUSE = 60.0
"""Seconds to wait when Twinfield asks for a pause without saying how long. Inferred."""

CODES_REFUSED = Text(
    nl="Gebruikersnaam, wachtwoord of omgeving klopt niet. Welke van de drie zegt Twinfield er niet bij.",
    en="User name, password or environment is not right. Twinfield does not say which of the three.",
)
FILL_IN_AGAIN = Text(
    nl="Log in je browser in om ze te controleren en vul ze daarna opnieuw in. Tot die tijd proberen wij het niet nog "
    "eens, anders raakt de gebruiker geblokkeerd.",
    en="Sign in with your browser to check them, then fill them in again. Until then we don't try again, or the user "
    "gets blocked.",
)
BLOCKED = Text(nl="Deze gebruiker is geblokkeerd.", en="This user is blocked.")
RELEASE = Text(nl="Laat hem vrijgeven in Twinfield.", en="Have the user released in Twinfield.")
USER_GONE = Text(nl="Deze gebruiker staat uit of bestaat niet meer.", en="This user is switched off or gone.")
OTHER_USER = Text(nl="Geef een andere op.", en="Give another one.")
ORGANISATION_OFF = Text(nl="Deze omgeving is niet actief.", en="This environment is not active.")
ASK_TWINFIELD = Text(nl="Neem contact op met Twinfield.", en="Contact Twinfield.")
SMS = Text(nl="Deze gebruiker moet een sms-code invullen.", en="This user has to enter a code from a text message.")
NO_SMS = Text(nl="Gebruik een gebruiker zonder sms-controle.", en="Use a user without text message check.")
NEW_PASSWORD = Text(nl="Twinfield wil dat je het wachtwoord wijzigt.", en="Twinfield wants you to change the password.")
CHANGE_IT = Text(
    nl="Log in via je browser, wijzig het en vul het hier in.",
    en="Sign in with your browser, change it and fill it in here.",
)
PASSWORD_CLOSED = Text(
    nl="Inloggen met een wachtwoord mag niet meer in jouw omgeving.",
    en="Signing in with a password is no longer allowed in your environment.",
)
CONSENT_TO_COME = Text(
    nl="Wij maken het eerst mogelijk om ons toestemming te geven. Daarna lees je hier hoe het verder gaat; nu hoef je "
    "niets te doen.",
    en="We first make it possible to give us consent. You then read here how it goes on; there is nothing to do now.",
)
GIVE_CONSENT = Text(nl="Geef ons toestemming via de knop.", en="Give us consent with the button.")
MAY_NOT = Text(nl="Deze gebruiker mag niet bij de administratie.", en="This user may not get at the administration.")
ASK_RIGHTS = Text(nl="Vraag om rechten (niveau 3 of 4).", en="Ask for rights (level 3 or 4).")
NO_OFFICE = Text(nl="Administratie {code} zien we niet.", en="We don't see administration {code}.")
MEANT = Text(nl="Bedoel je {hint}?", en="Do you mean {hint}?")
CHECK_OFFICE = Text(
    nl="Neem het nummer precies over uit de lijst met administraties, met nullen en letters.",
    en="Copy the code exactly from the list of administrations, with noughts and letters.",
)
NOT_THERE = Text(
    nl="{kind} {code} bestaat niet of is niet actief.", en="{kind} {code} does not exist or is not active."
)
CHOOSE_OTHER = Text(
    nl="Kies een andere, of maak hem in Twinfield actief.", en="Choose another one, or make it active in Twinfield."
)
NOT_YOU = Text(nl="Dit ligt aan ons, niet aan jou.", en="This is on our side, not on yours.")
NOTHING_TO_DO = Text(nl="Hier hoef je niets aan te doen.", en="There is nothing you need to do.")
CONSENT_OVER = Text(nl="De toestemming is verlopen of ingetrokken.", en="The consent has expired or was withdrawn.")
GIVE_AGAIN = Text(nl="Geef opnieuw toestemming.", en="Give consent again.")
SOMEBODY_ELSE = Text(
    nl="Iemand anders logde tegelijk in met deze gebruiker.", en="Somebody else signed in with this user meanwhile."
)
SEPARATE = Text(
    nl="Maak in Twinfield een aparte gebruiker voor de koppeling.",
    en="Make a separate user for the connection in Twinfield.",
)


@dataclass(frozen=True, slots=True)
class Row:
    """One row of the table: what is raised, and what the club reads of it."""

    kind: type[ProviderError]
    problem: Text
    remedy: Text | None = None
    fields: tuple[str, ...] = ()


TABLE: Mapping[str, Row] = {
    "T1": Row(InvalidCredentials, CODES_REFUSED, FILL_IN_AGAIN, (*USER, *PASSWORD, *ORGANISATION)),
    "T2": Row(ActionRequired, BLOCKED, RELEASE, USER),
    "T3": Row(ActionRequired, USER_GONE, OTHER_USER, USER),
    "T4": Row(ActionRequired, ORGANISATION_OFF, ASK_TWINFIELD, ORGANISATION),
    "T5": Row(ActionRequired, SMS, NO_SMS, USER),
    "T6": Row(ActionRequired, NEW_PASSWORD, CHANGE_IT, PASSWORD),
    "T7": Row(MethodClosed, PASSWORD_CLOSED, GIVE_CONSENT, CONSENT),
    "T8": Row(MissingRight, MAY_NOT, ASK_RIGHTS, USER),
    "T11": Row(HostMisconfigured, NOT_YOU, NOTHING_TO_DO),
    "T12": Row(HostMisconfigured, NOT_YOU, NOTHING_TO_DO),
    "T13": Row(ConsentExpired, CONSENT_OVER, GIVE_AGAIN, CONSENT),
    "T14": Row(ActionRequired, SOMEBODY_ELSE, SEPARATE, USER),
    "T15": Row(UnexpectedAnswer, OURS),
    "T16": Row(UnexpectedAnswer, OURS),
    "T17": Row(UnexpectedAnswer, OURS),
    "T18": Row(RateLimited, BUSY.format(name=NAME)),
    "T19": Row(Unavailable, UNREACHABLE.format(name=NAME)),
}
"""All rows but T9 and T10, which say what it is about: ``no_office`` and ``not_there``."""
LOGON: Mapping[str, str] = {
    "Invalid": "T1",
    "Blocked": "T2",
    "Disabled": "T3",
    "Deleted": "T3",
    "OrganisationInactive": "T4",
    "OAuth2AuthenticationRequired": "T7",
    "NoAvailableCompanies": "T8",
    "Untrusted": "T11",
    "ClientInvalid": "T11",
    "TokenInvalid": "T13",
    "Failed": "T17",
}
"""The row of each result of Logon that is no success; any other is T17."""
ACTIONS: Mapping[str, str] = {"SMSLogon": "T5", "ChangePassword": "T6"}
"""The row of each step that Logon asks for next; None is no step."""
FAULTS: Mapping[str, str] = {
    **dict.fromkeys(("104", "105"), "T3"),
    "106": "T4",
    "107": "T5",
    **dict.fromkeys(("102", "109"), "T8"),
    **dict.fromkeys(("110", "122"), "T11"),
    **dict.fromkeys(("351", "352", "353"), "T12"),
    "354": "T13",
    "168": "T14",
    "103": "T15",
    "108": "T16",
    "358": "T19",
}
"""The row of each code in a Fault; any other (100, 101, 187, 359 among them) is T17."""
FINDER: Mapping[str, str] = {"NoAccessToOffice": "T8", "AccessDenied": "T8"}
"""The row of each code that the finder answers; any other is T17."""


def raised(row: str, detail: str, *, wait: float = PAUSE, consented: bool = False) -> ProviderError:
    """The error of a row. ``consented`` when there is a consent instead of a user and a password."""
    told, detail = TABLE[row], f"{row}: {detail}"
    if told.kind is RateLimited:
        return RateLimited(told.problem, retry_after=wait, detail=detail)
    fields = CONSENT if consented and CODES & set(told.fields) else told.fields
    return told.kind(told.problem, remedy=told.remedy, fields=fields, detail=detail)


def refused_logon(result: str, *, can_consent: bool = True) -> ProviderError:
    """What a result of Logon means that is no success; ``can_consent`` when the host could be given consent.

    Where it could not, a password that is no longer taken is the host's to mend: the club has no other way here.
    """
    row, detail = LOGON.get(result, "T17"), f"Logon: {result or 'no result'}"
    if row == "T7" and not can_consent:
        return HostMisconfigured(
            PASSWORD_CLOSED, remedy=CONSENT_TO_COME, detail=f"{row}: {detail}, and no client id and secret are set"
        )
    return raised(row, detail)


def asked_for(action: str) -> ProviderError:
    """What a further step of Logon means: nobody is there to take it."""
    return raised(ACTIONS.get(action, "T17"), f"Logon: next action {action or 'missing'}")


def code_of(fault: Fault) -> str:
    """The code of a Fault: out of its detail, or from the start of the words beside a bare 401 or 403."""
    for element in fault.detail.iter() if fault.detail is not None else ():
        if isinstance(element.tag, str) and element.tag.rpartition("}")[2] == "code":
            return str(element.text or "").strip()
    said = re.match(r"\s*([0-9]{3})\b", fault.message)
    return said[1] if said else ""


def fault(operation: str, told: Fault, *, consented: bool = False) -> ProviderError:
    """What a Fault means, by its code: its text follows the language of the user."""
    code = code_of(told)
    detail = f"{operation}: Fault {code or told.code or 'without a code'}, {told.message[:200]}"
    return raised(FAULTS.get(code, "T17"), detail, consented=consented)


def refused_search(kind: str, code: str, text: str, *, consented: bool = False) -> ProviderError:
    """What a message of the finder means."""
    return raised(FINDER.get(code, "T17"), f"Search {kind}: {code}, {text[:200]}", consented=consented)


def unreadable(operation: str, why: str) -> ProviderError:
    """An answer that we can't make anything of (T17). ``why`` must not quote a secret."""
    return raised("T17", f"{operation}: {why}")


def no_client() -> ProviderError:
    """Consent is what is tried, and the host has set no client id and secret (T12)."""
    return raised("T12", "no client id and secret are set")


def no_office(code: str, hint: str, seen: int) -> ProviderError:
    """An administration that the user does not see; ``hint`` is the one that was probably meant (T9)."""
    problem = NO_OFFICE.format(code=code)
    if hint:
        meant = MEANT.format(hint=hint)
        problem = Text(nl=f"{problem.nl} {meant.nl}", en=f"{problem.en} {meant.en}")
    return SetupMissing(problem, remedy=CHECK_OFFICE, fields=OFFICE, detail=f"T9: {seen} administrations seen")


def not_there(kind: Text, codes: Sequence[str], field: str, said: str = "") -> ProviderError:
    """Something chosen that does not exist or is not active (T10); ``said`` is what Twinfield said of it."""
    told = ", ".join(codes)
    problem = Text(nl=NOT_THERE.nl.format(kind=kind.nl, code=told), en=NOT_THERE.en.format(kind=kind.en, code=told))
    return SetupMissing(problem, remedy=CHOOSE_OTHER, fields=(field,), detail=f"T10: {said[:200] or 'not in the list'}")
