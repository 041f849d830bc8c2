"""What each answer of e-Boekhouden.nl means: the table of refusals, row by row."""

from __future__ import annotations

from collections.abc import Sequence

from connectors.kit.errors import (
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

NAME = "e-Boekhouden.nl"
TEMPLATE = "Factuursjabloon"
"""The exact name of the invoice template that invoices are made with."""

API_SOAP = ("Beheer", "Inrichting", "Instellingen", "Koppelingen", "API/SOAP", "Verder")
API_TOKEN = ("Beheer", "Inrichting", "Koppelingen", "API", "e-Boekhouden API", "Verder", "Toevoegen")
TEMPLATES = ("Beheer", "Sjablonen", "Factuursjablonen")

PAUSE = 900.0
"""Seconds to wait after a call limit. Inferred: the real number and its period are unknown."""
SESSION_GONE = "E0023"
TOO_MANY_CALLS = "E003.1"
CODE_IN_USE = "CREL001"
LOGIN_FAILED = "Login failed"
NO_LOGIN = frozenset({SESSION_GONE, TOO_MANY_CALLS, CODE_IN_USE})
"""Codes that say nothing about the login, also when OpenSession answers them."""

WAIT = BUSY.format(name=NAME)
CODES_REFUSED = Text(
    nl="e-Boekhouden.nl accepteert deze combinatie van gebruikersnaam en codes niet.",
    en="e-Boekhouden.nl does not accept this combination of user name and codes.",
)
COPY_AGAIN = Text(nl="Kopieer alle drie opnieuw.", en="Copy all three again.")
TOKEN_REFUSED = Text(nl="Je API-token is onjuist of verlopen.", en="Your API token is wrong or has expired.")
NEW_TOKEN = Text(nl="Maak een nieuw token.", en="Make a new token.")
TOKEN_MAY_NOT = Text(nl="Het token mag de sjablonen niet lezen.", en="The token may not read the templates.")
WIDER_TOKEN = Text(
    nl="Maak een nieuw token dat sjablonen mag lezen, of laat dit veld leeg.",
    en="Make a new token that may read templates, or leave this field empty.",
)
NO_BOOKS = Text(
    nl="Bij dit token hoort geen geopende administratie.", en="There is no open administration behind this token."
)
TOKEN_IN_BOOKS = Text(
    nl="Open je administratie en maak het token daar opnieuw aan.",
    en="Open your administration and make the token there again.",
)
TEMPLATE_MISSING = Text(nl="Het sjabloon Factuursjabloon ontbreekt.", en="The template Factuursjabloon is missing.")
OTHER_NAMES = Text(
    nl="Het sjabloon Factuursjabloon ontbreekt. Wel gevonden: {names}.",
    en="The template Factuursjabloon is missing. Found instead: {names}.",
)
MAKE_TEMPLATE = Text(
    nl="Maak het aan via Beheer > Sjablonen > Factuursjablonen.",
    en="Make it under Beheer > Sjablonen > Factuursjablonen.",
)
TEMPLATE_INACTIVE = Text(
    nl="Het sjabloon Factuursjabloon bestaat, maar staat uit.",
    en="The template Factuursjabloon exists, but is switched off.",
)
SWITCH_ON = Text(
    nl="Zet het aan via Beheer > Sjablonen > Factuursjablonen.",
    en="Switch it on under Beheer > Sjablonen > Factuursjablonen.",
)
ACCOUNT_MISSING = Text(
    nl="Rekening {code} staat niet in je administratie.", en="Account {code} is not in your administration."
)
ACCOUNTS_MISSING = Text(
    nl="De rekeningen {code} staan niet in je administratie.", en="The accounts {code} are not in your administration."
)
COST_CENTRE_MISSING = Text(
    nl="Kostenplaats {code} staat niet in je administratie.", en="Cost centre {code} is not in your administration."
)
CHOOSE_OTHER = Text(nl="Kies een andere of maak hem aan.", en="Choose another one or create it.")
CHOOSE_OTHERS = Text(nl="Kies andere of maak ze aan.", en="Choose others or create them.")


def refused(operation: str, code: str, description: str = "") -> ProviderError:
    """What a filled error code of a SOAP operation means (E1 to E5)."""
    detail = f"{operation}: {code or 'no code'}, {description}"
    match code:
        case "E003.1":  # TOO_MANY_CALLS
            return RateLimited(WAIT, retry_after=PAUSE, detail=f"call limit; {detail}")
        case "E0023":  # SESSION_GONE, twice in one run
            return UnexpectedAnswer(OURS, detail=f"session lost after renewal; {detail}")
        case _ if operation == "OpenSession" and code and code not in NO_LOGIN:
            return InvalidCredentials(
                CODES_REFUSED,
                remedy=COPY_AGAIN,
                fields=("username", "security_code_1", "security_code_2"),
                path=API_SOAP,
                detail=detail,
            )
        case _:
            return UnexpectedAnswer(OURS, detail=detail)


def fault(operation: str, code: str, message: str) -> ProviderError:
    """What a SOAP Fault means: our request or their service, never the club (E6)."""
    return UnexpectedAnswer(OURS, detail=f"{operation}: Fault {code}, {message}")


def unreadable(operation: str, why: str) -> ProviderError:
    """An answer that we cannot make anything of (E6). ``why`` must not quote a secret."""
    return UnexpectedAnswer(OURS, detail=f"{operation}: {why}")


def refused_rest(
    status: int,
    *,
    code: str = "",
    title: str = "",
    trace: str = "",
    right: str = "",
    wait: float = PAUSE,
) -> ProviderError:
    """What an error of the REST interface means (E7 to E11, E14), from its status and the fields of its body.

    ``wait`` is what it asks us to wait, in seconds. A 401 without a reason means the token only when it was
    tried again in vain: that is for the caller to do.
    """
    detail = f"REST {status} {code} {title} traceId {trace or 'none'}"
    if status == 429:
        return RateLimited(WAIT, retry_after=wait, detail=detail)
    if code == "API_SESSION_004" or title == LOGIN_FAILED or (status == 401 and not code):
        return InvalidCredentials(
            TOKEN_REFUSED, remedy=NEW_TOKEN, fields=("rest_token",), path=API_TOKEN, detail=detail
        )
    if code == "SECURITY_001":
        return MissingRight(
            TOKEN_MAY_NOT,
            remedy=WIDER_TOKEN,
            fields=("rest_token",),
            path=API_TOKEN,
            detail=f"{detail}; securityType {right or 'none'}",
        )
    if code == "SECURITY_002":
        return SetupMissing(NO_BOOKS, remedy=TOKEN_IN_BOOKS, fields=("rest_token",), path=API_TOKEN, detail=detail)
    if status >= 500:
        return Unavailable(UNREACHABLE.format(name=NAME), detail=detail)
    return UnexpectedAnswer(OURS, detail=detail)  # API_SESSION_001, 002 and 003 among them: our request is wrong


def no_template(names: Sequence[str]) -> ProviderError:
    """The invoice template is not there; ``names`` are the templates that are (E12)."""
    found = ", ".join(name[:60] for name in names[:5])
    problem = OTHER_NAMES.format(names=found) if found else TEMPLATE_MISSING
    return SetupMissing(problem, remedy=MAKE_TEMPLATE, path=TEMPLATES, detail=f"templates found: {found or 'none'}")


def inactive_template() -> ProviderError:
    """The invoice template is there and switched off (E12)."""
    return SetupMissing(TEMPLATE_INACTIVE, remedy=SWITCH_ON, path=TEMPLATES, detail="template found, active is false")


def no_account(codes: tuple[str, ...]) -> ProviderError:
    """Chosen ledger accounts that the administration does not have (E13)."""
    several = len(codes) > 1
    problem = (ACCOUNTS_MISSING if several else ACCOUNT_MISSING).format(code=", ".join(codes))
    return SetupMissing(problem, remedy=CHOOSE_OTHERS if several else CHOOSE_OTHER, fields=("revenue_accounts",))


def no_cost_centre(number: int) -> ProviderError:
    """A chosen cost centre that the administration does not have (E13)."""
    return SetupMissing(COST_CENTRE_MISSING.format(code=number), remedy=CHOOSE_OTHER, fields=("cost_centre",))
