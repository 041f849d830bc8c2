"""What a club hands over to connect Visma eAccounting, and what the host owns."""

from __future__ import annotations

import re

from connectors.kit.connector import Identity, Naming
from connectors.kit.credentials import Code, Consent, Credentials, Option, ask
from connectors.kit.oauth import Client
from connectors.kit.text import Text
from connectors.visma_eaccounting import readers
from connectors.visma_eaccounting.client import Session


def account_options(session: Session) -> tuple[Option, ...]:
    """The active ledger accounts by number."""
    active = sorted((one for one in session.ledger() if one.active), key=lambda account: account.number)
    return tuple(Option(account.number, str(account)) for account in active)


def article_options(session: Session) -> tuple[Option, ...]:
    """The active articles by number."""
    active = sorted((one for one in session.articles() if one.active), key=lambda article: article.number)
    return tuple(Option(article.number, str(article)) for article in active)


class Login(Credentials):
    """The consent for one company, and what is optional."""

    reference: str = ask(
        Text(nl="Referentie (bedrijfsnaam)", en="Reference (company name)"),
        help=Text(
            nl="De naam van je club zoals die in Visma staat. Zo herkennen we je bedrijf.",
            en="The name of your club as Visma has it. That is how we recognise your company.",
        ),
        example="SV Voorbeeld",
        reader=readers.read_reference,
        most=200,
    )
    authorization: Consent = ask(
        Text(nl="Toestemming", en="Consent"),
        help=Text(
            nl="Druk op de knop, log in bij Visma, kies je bedrijf en vink alle opties aan.",
            en="Press the button, sign in at Visma, choose your company and tick every option.",
        ),
    )
    auth_code: Code | None = ask(
        Text(nl="Autorisatiecode", en="Authorisation code"),
        help=Text(
            nl="Alleen als Visma je een code toont. Kopieer hem als tekst en plak hem binnen vijf minuten.",
            en="Only if Visma shows you a code. Copy it as text and paste it within five minutes.",
        ),
        example="4f1c2e7a90b84d65a3c1f0e29d7b6c58",
        reader=readers.read_code,
    )
    revenue_accounts: tuple[str, ...] = ask(
        Text(nl="Grootboekrekeningen omzet", en="Revenue accounts"),
        help=Text(
            nl="De rekeningen waarop je facturen komen. Na de eerste geslaagde test kies je ze uit een lijst.",
            en="The accounts that your invoices go to. After the first good test you choose them from a list.",
        ),
        example="8000",
        reader=readers.read_accounts,
        choices=account_options,
    )
    article: str | None = ask(
        Text(nl="Artikel voor factuurregels", en="Article for invoice lines"),
        help=Text(
            nl="Via dit artikel komen factuurregels op je grootboek. Na de eerste geslaagde test kies je het uit een "
            "lijst.",
            en="Invoice lines reach your ledger through this article. After the first good test you choose it from a "
            "list.",
        ),
        example="CONTRIBUTIE",
        reader=readers.read_article,
        choices=article_options,
        most=200,
    )
    direct_debit: bool | None = ask(
        Text(nl="Incasso via Visma", en="Direct debit through Visma"),
        help=Text(
            nl="Kies ja als je de incasso's van je facturen in Visma doet. Zet dan ook de incassomodule aan, bij Apps.",
            en="Choose yes if you collect your direct debits in Visma. Then switch on its module too, under Apps.",
        ),
        example="nee",
    )


class Host(Client):
    """What the host got from Visma: the client that clubs give consent to."""


def identity(session: Session) -> Identity:
    """The company that was chosen at Visma: a new consent for the same one keeps it."""
    company = session.company()
    return Identity(key=company.identifier.casefold(), label=company.name)


def named(text: str) -> Identity | None:
    """The identity for a ``CompanyIdentifier``, in braces or not; its shape is not documented."""
    bare = text.removeprefix("{").removesuffix("}").strip().casefold()
    return Identity(key=bare, label=bare) if _IDENTIFIER.fullmatch(bare) else None


_IDENTIFIER = re.compile(r"[\w.:-]+")
NAMING = Naming(
    form=Text(
        nl="de CompanyIdentifier van het bedrijf: één reeks tekens zonder spaties",
        en="the CompanyIdentifier of the company: one row of characters without blanks",
    ),
    read=named,
)
