"""What a club hands over to connect Exact Online, and what the host owns."""

from __future__ import annotations

import re
from collections.abc import Mapping

from connectors.exact_online import readers
from connectors.exact_online.client import COLLECTION, Session
from connectors.exact_online.sites import HOME, SITES
from connectors.kit.connector import Finding, Identity, Naming
from connectors.kit.credentials import Code, Consent, Credentials, Option, ask
from connectors.kit.oauth import Client
from connectors.kit.text import Text

API_REFERENCE = ("Cockpits", "App Center Partners Cockpit", "API Referentie documentatie")
NO_COLLECTION = Text(
    nl="Een betaalconditie is alleen nodig als je via Exact incasseert.",
    en="A payment condition is only needed if you collect direct debits through Exact.",
)
NAME_IS_NUMBER = Text(
    nl="Bij de referentie hoort de naam van je club, niet het divisienummer.",
    en="The reference is the name of your club, not the division number.",
)


def revenue_options(session: Session) -> tuple[Option, ...]:
    """The revenue accounts that are not blocked, by code."""
    free = sorted((one for one in session.revenue_accounts() if not one.blocked), key=lambda account: account.code)
    return tuple(Option(account.code, str(account)) for account in free)


def journal_options(session: Session) -> tuple[Option, ...]:
    """The sales journals that are not blocked, by code."""
    free = sorted((one for one in session.sales_journals() if not one.blocked), key=lambda journal: journal.code)
    return tuple(Option(journal.code, str(journal)) for journal in free)


def condition_options(session: Session) -> tuple[Option, ...]:
    """The payment conditions that collect."""
    found = (one for one in session.conditions() if one.method == COLLECTION)
    return tuple(Option(one.code, str(one)) for one in sorted(found, key=lambda condition: condition.code))


class Login(Credentials):
    """The consent of one club, and which of its administrations is meant."""

    reference: str = ask(
        Text(nl="Referentie (bedrijfsnaam)", en="Reference (company name)"),
        help=Text(nl="De naam van je club, zoals die in Exact staat.", en="The name of your club as it is in Exact."),
        example="SV Voorbeeld",
        reader=readers.read_reference,
        most=120,
    )
    authorization: Consent = ask(
        Text(nl="Toestemming", en="Authorisation"),
        help=Text(
            nl="Klik op de knop, log in bij Exact, vink je administratie aan en geef toestemming.",
            en="Press the button, sign in at Exact, tick your administration and give consent.",
        ),
    )
    auth_code: Code | None = ask(
        Text(nl="Autorisatiecode", en="Authorisation code"),
        help=Text(
            nl="Alleen als je na het inloggen een code zag. Plak hem binnen drie minuten, als tekst; het hele adres "
            "van die pagina mag ook.",
            en="Only if you saw a code after signing in. Paste it within three minutes, as text; the whole address of "
            "that page will do too.",
        ),
        example="stampNL001.x%21y",
        reader=readers.read_code,
    )
    division: int | None = ask(
        Text(nl="Divisienummer", en="Division number"),
        help=Text(
            nl="Na het geven van toestemming kies je je administratie uit een lijst. Staat ze er niet bij, vul dan het "
            "nummer in of plak het adres van Exact waar het in staat.",
            en="After you gave consent you choose your administration from a list. If it is not there, fill in the "
            "number, or paste the address of Exact that holds it.",
        ),
        where=API_REFERENCE,
        example="900001",
        reader=readers.read_division,
        most=2000,
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
    sales_journal: str | None = ask(
        Text(nl="Verkoopdagboek", en="Sales journal"),
        help=Text(
            nl="Het dagboek waarin je facturen komen. Na de eerste geslaagde test kies je uit een lijst.",
            en="The journal that your invoices go to. After the first good test you choose from a list.",
        ),
        example="70",
        reader=readers.read_journal,
        choices=journal_options,
        most=60,
    )
    direct_debit: bool | None = ask(
        Text(nl="Incasso via Exact", en="Direct debit through Exact"),
        help=Text(
            nl="Kies ja als je de incasso's van je facturen in Exact doet.",
            en="Choose yes if you collect your direct debits in Exact.",
        ),
        example="ja",
    )
    payment_condition: str | None = ask(
        Text(nl="Betaalconditie incasso", en="Payment condition for direct debit"),
        help=Text(
            nl="Alleen als je incasseert. Na de eerste geslaagde test kies je uit een lijst.",
            en="Only if you collect direct debits. After the first good test you choose from a list.",
        ),
        example="IN",
        reader=readers.read_condition,
        choices=condition_options,
        most=60,
    )


class Host(Client):
    """The host's app as it is registered at one of Exact's sites."""

    site: str | None = ask(
        Text(nl="Site van Exact", en="Site of Exact"),
        help=Text(
            nl="Waar de app is geregistreerd; leeg is https://start.exactonline.nl",
            en="Where the app is registered; empty is https://start.exactonline.nl",
        ),
        example="https://start.exactonline.nl",
        reader=readers.read_site,
    )

    @property
    def site_name(self) -> str:
        """The host name of that site."""
        return (self.site or HOME).removeprefix("https://")


def look_over(values: Mapping[str, str]) -> tuple[Finding, ...]:
    """A number where a name belongs, and a payment condition that nothing is collected with."""
    found = []
    if values.get("reference", "").isdigit():
        found.append(Finding(("reference",), NAME_IS_NUMBER))
    if values.get("payment_condition") and values.get("direct_debit") == "no":
        found.append(Finding(("payment_condition", "direct_debit"), NO_COLLECTION))
    return tuple(found)


def identity(session: Session) -> Identity | None:
    """The site and the division; None until one is chosen."""
    if session.login.division is None:
        return None
    division = session.division()
    return Identity(key=f"{session.site}/{division.code}", label=str(division))


def named(text: str) -> Identity | None:
    """The identity for a division number, an address that holds it, or a site with the number behind it."""
    short = re.fullmatch(r"(?:https?://)?(start\.exactonline\.[a-z.]+)/([0-9]+)/?", text.strip(), re.IGNORECASE)
    number = readers.division_in(short[2] if short else text)
    if number is None:
        return None
    site = next((one for one in sorted(SITES, key=len, reverse=True) if one in text.casefold()), "")
    key = f"{site}/{number}" if site else str(number)
    return Identity(key=key, label=str(number))


def fits(expected: str, found: str) -> bool:
    """Whether this is the division that is expected; a number alone is of whichever site the host is at."""
    return found == expected or ("/" not in expected and found.rpartition("/")[2] == expected)


NAMING = Naming(
    form=Text(
        nl="het divisienummer, met of zonder de site ervoor (start.exactonline.nl/900001)",
        en="the division number, with or without the site before it (start.exactonline.nl/900001)",
    ),
    read=named,
    fits=fits,
)
