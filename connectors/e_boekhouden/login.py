"""What a club hands over to connect e-Boekhouden.nl."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date

from connectors.e_boekhouden import readers
from connectors.e_boekhouden.answers import API_SOAP, API_TOKEN
from connectors.e_boekhouden.client import Session
from connectors.kit.connector import Finding, Identity, Naming
from connectors.kit.credentials import Credentials, Option, Secret, ask
from connectors.kit.text import Text

SWAPPED = Text(nl="De codes lijken verwisseld.", en="The codes look swapped.")


def revenue_options(session: Session) -> tuple[Option, ...]:
    """The profit and loss accounts by code; all accounts where no category tells them apart."""
    accounts = sorted(session.ledger(), key=lambda account: account.code)
    revenue = [account for account in accounts if account.category == "VW"]
    return tuple(Option(account.code, str(account)) for account in revenue or accounts)


def cost_centre_options(session: Session) -> tuple[Option, ...]:
    """The cost centres by name."""
    centres = sorted(session.cost_centres(), key=lambda centre: centre.name.casefold())
    return tuple(Option(str(centre.number), str(centre)) for centre in centres)


class Login(Credentials):
    """The three codes of the API/SOAP screen, the administration code, and what is optional."""

    username: str = ask(
        Text(nl="Gebruikersnaam", en="User name"),
        help=Text(nl="Zoals hij op het scherm API/SOAP staat", en="As the API/SOAP screen shows it"),
        where=API_SOAP,
        example="svvoorbeeld",
        reader=readers.read_username,
    )
    security_code_1: Secret = ask(
        Text(nl="Beveiligingscode 1", en="Security code 1"),
        help=Text(nl="Meestal 32 letters en cijfers achter elkaar", en="Usually 32 letters and digits in a row"),
        where=API_SOAP,
        example="a1b2…",
        reader=readers.read_code_1,
    )
    security_code_2: Secret = ask(
        Text(nl="Beveiligingscode 2", en="Security code 2"),
        help=Text(nl="Groepjes met streepjes ertussen", en="Groups with dashes in between"),
        where=API_SOAP,
        example="{00000000-0000-4000-8000-000000000001}",
        reader=readers.read_code_2,
    )
    administration_code: str = ask(
        Text(nl="Administratiecode", en="Administration code"),
        help=Text(nl="Rechtsboven in beeld als je bent ingelogd", en="At the top right once you are signed in"),
        example="123456",
        reader=readers.read_administration,
    )
    rest_token: Secret | None = ask(
        Text(nl="API-token", en="API token"),
        help=Text(
            nl="Niet verplicht. Hiermee kijken wij zelf of je sjabloon klopt. Je ziet het token maar één keer.",
            en="Not required. With it we can see for ourselves whether your template is right. It is shown only once.",
        ),
        where=API_TOKEN,
        example="eb-…",
        reader=readers.read_token,
    )
    rest_token_until: date | None = ask(
        Text(nl="Geldig tot", en="Valid until"),
        help=Text(
            nl="De einddatum van het token, als je die hebt gekozen. We waarschuwen je op tijd.",
            en="The end date of the token, if you chose one. We will warn you in time.",
        ),
        where=API_TOKEN,
        example="31-12-2027",
        reader=readers.read_until,
    )
    revenue_accounts: tuple[str, ...] = ask(
        Text(nl="Grootboekrekeningen omzet", en="Revenue accounts"),
        help=Text(
            nl="De rekeningen waarop je facturen komen. Na de eerste geslaagde test kies je ze uit een lijst.",
            en="The accounts that your invoices go to. After the first good test you choose them from a list.",
        ),
        example="8000",
        reader=readers.read_accounts,
        choices=revenue_options,
    )
    cost_centre: int | None = ask(
        Text(nl="Kostenplaats", en="Cost centre"),
        help=Text(
            nl="Alleen als je met kostenplaatsen werkt. Na de eerste geslaagde test kies je uit een lijst.",
            en="Only if you use cost centres. After the first good test you choose from a list.",
        ),
        example="12",
        reader=readers.read_cost_centre,
        choices=cost_centre_options,
    )


def look_over(values: Mapping[str, str]) -> tuple[Finding, ...]:
    """Codes 1 and 2 in each other's place: seen when the first is a GUID and the second is not."""
    code_1, code_2 = values.get("security_code_1", ""), values.get("security_code_2", "")
    if code_2 and readers.is_guid(code_1) and not readers.is_guid(code_2):
        both = ("security_code_1", "security_code_2")
        return (Finding(both, SWAPPED, swap=both),)
    return ()


def identity(session: Session) -> Identity:
    """User name and administration code: no call gives more, so support compares the code itself."""
    return _identity(session.login.username, session.login.administration_code)


def _identity(username: str, code: str) -> Identity:
    return Identity(key=f"{username.casefold()}|{code}", label=f"{username} · {code}" if code else username)


def named(text: str) -> Identity | None:
    """The identity for a user name, with the administration code behind it where that is known."""
    match re.split(r"\s*[|·]\s*", text):
        case [username] if username:
            return _identity(readers.read_username(username).value, "")
        case [username, code] if username:
            return _identity(readers.read_username(username).value, readers.read_administration(code).value)
    return None


def fits(expected: str, found: str) -> bool:
    """Whether this is the administration that is expected; one whose code is not known is known by its user name."""
    return found.startswith(expected) if expected.endswith("|") else found == expected


NAMING = Naming(
    form=Text(
        nl="gebruikersnaam|administratiecode, of alleen de gebruikersnaam",
        en="user name|administration code, or the user name alone",
    ),
    read=named,
    fits=fits,
)
