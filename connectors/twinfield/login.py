"""What a club hands over to connect Twinfield, by password or by consent, and what the host owns."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping

from connectors.kit.connector import Finding, Identity, Naming
from connectors.kit.credentials import Code, Consent, Credentials, Option, Secret, ask
from connectors.kit.oauth import Client
from connectors.kit.text import Text
from connectors.twinfield import readers
from connectors.twinfield.client import Session
from connectors.twinfield.inner import Listed

TWICE = Text(nl="Twee keer hetzelfde ingevuld?", en="Did you fill in the same twice?")
SWAPPED = Text(nl="Omgeving en administratienummer lijken verwisseld.", en="Environment and company code look swapped.")
BOTH = ("organisation", "office")
FROM_LIST = Text(
    nl="Niet verplicht. Na de eerste geslaagde test kies je uit een lijst.",
    en="Not required. After the first good test you choose from a list.",
)
LOGIN_SCREEN = ("login.twinfield.com",)


def listed_options(rows: Iterable[Listed]) -> tuple[Option, ...]:
    """Entries of a list as options, by code."""
    return tuple(Option(row.code, str(row)) for row in sorted(rows, key=lambda row: row.code))


def _choices(read: Callable[[Session], Iterable[Listed]]) -> Callable[[Session], tuple[Option, ...]]:
    return lambda session: listed_options(read(session))


class Login(Credentials):
    """User, password and environment, or a consent instead; the administration; what is optional."""

    user: str | None = ask(
        Text(nl="Gebruikersnaam", en="User name"),
        help=Text(nl="Van de gebruiker voor de koppeling", en="Of the user for the connection"),
        where=LOGIN_SCREEN,
        example="KOPPELING",
        reader=readers.read_user,
        unless="authorization",
    )
    password: Secret | None = ask(
        Text(nl="Wachtwoord", en="Password"),
        help=Text(nl="Het wachtwoord van die gebruiker in Twinfield", en="The password of that user in Twinfield"),
        where=LOGIN_SCREEN,
        reader=readers.read_password,
        most=200,
        unless="authorization",
    )
    organisation: str | None = ask(
        Text(nl="Omgeving", en="Environment"),
        help=Text(
            nl="Het derde veld van het inlogscherm; vaak TWF-SPORT of de naam van je accountant",
            en="The third field of the login screen; often TWF-SPORT or the name of your accountant",
        ),
        where=LOGIN_SCREEN,
        example="TWF-SPORT",
        reader=readers.read_organisation,
        unless="authorization",
    )
    office: str = ask(
        Text(nl="Administratienummer", en="Company code"),
        help=Text(
            nl="Uit de lijst met administraties. Neem nullen en letters over.",
            en="From the list of administrations. Copy noughts and letters.",
        ),
        example="001",
        reader=readers.read_office,
        choices=_choices(lambda session: session.offices()),
    )
    authorization: Consent | None = ask(
        Text(nl="Toestemming", en="Authorisation"),
        help=Text(
            nl="Alleen als Twinfield geen wachtwoord meer toestaat: je logt in bij Twinfield en geeft ons toestemming.",
            en="Only if Twinfield no longer allows a password: you sign in at Twinfield and give us consent.",
        ),
        most=20_000,
    )
    auth_code: Code | None = ask(
        Text(nl="Autorisatiecode", en="Authorisation code"),
        help=Text(
            nl="Alleen als iemand anders toestemming gaf en je een code stuurde.",
            en="Only if somebody else gave consent and sent you a code.",
        ),
        reader=readers.read_auth_code,
    )
    revenue_accounts: tuple[str, ...] = ask(
        Text(nl="Grootboekrekeningen omzet", en="Revenue accounts"),
        help=FROM_LIST,
        example="8020",
        reader=readers.read_accounts,
        choices=_choices(lambda session: session.profit()),
    )
    sales_daybook: str | None = ask(
        Text(nl="Verkoopdagboek", en="Sales daybook"),
        help=FROM_LIST,
        example="VRK",
        reader=readers.read_code,
        choices=_choices(lambda session: session.daybooks().rows),
    )
    vat_code: str | None = ask(
        Text(nl="Btw-code", en="VAT code"),
        help=FROM_LIST,
        example="VH",
        reader=readers.read_code,
        choices=_choices(lambda session: session.vat_codes().rows),
    )
    debtor_account: str | None = ask(
        Text(nl="Debiteurenrekening", en="Debtors' account"),
        help=FROM_LIST,
        example="1300",
        reader=readers.read_account,
        choices=_choices(lambda session: session.balance()),
    )
    paycode: str | None = ask(
        Text(nl="Incassocode", en="Direct debit code"),
        help=Text(
            nl="Alleen als je via Twinfield incasseert. Na de eerste geslaagde test kies je uit een lijst.",
            en="Only if you collect through Twinfield. After the first good test you choose from a list.",
        ),
        example="SEPANLDD",
        reader=readers.read_code,
        choices=_choices(lambda session: session.pay_codes().rows),
    )


class Host(Client):
    """What the host got from Twinfield: one client id and secret for all clubs."""


def look_over(values: Mapping[str, str]) -> tuple[Finding, ...]:
    """Environment and company code in each other's place, or one of them twice."""
    organisation, office = values.get("organisation", ""), values.get("office", "")
    if not organisation or not office:
        return ()
    if organisation.casefold() == office.casefold():
        return (Finding(BOTH, TWICE),)
    if readers.is_number(organisation) and not any(map(str.isdigit, office)):
        return (Finding(BOTH, SWAPPED, swap=BOTH),)
    return ()


def identity(session: Session) -> Identity | None:
    """Environment and administration: the same ones keep the connection, by password or by consent."""
    office = next((one for one in session.offices() if one.code == session.login.office), None)
    if office is None:
        return None
    return _identity(session.entry().organisation, office.code, office.name)


def _identity(organisation: str, office: str, name: str = "") -> Identity:
    return Identity(
        key=f"{organisation}|{office}".casefold(),
        label=" · ".join(part for part in (name, office, organisation) if part),
    )


def named(text: str) -> Identity | None:
    """The identity for an environment with a company code behind it."""
    match re.split(r"\s*[|·/]\s*", text):
        case [organisation, office] if organisation and office:
            return _identity(organisation, office)
    return None


NAMING = Naming(
    form=Text(nl="omgeving|administratienummer", en="environment|company code"),
    read=named,
)
