"""What a club hands over to connect SnelStart, and what the host owns."""

from __future__ import annotations

import re
from datetime import date

from connectors.kit.connector import Identity, Naming
from connectors.kit.credentials import Credentials, Option, Secret, ask
from connectors.kit.text import Text
from connectors.snelstart import readers
from connectors.snelstart.answers import MAATWERK
from connectors.snelstart.client import Session


def revenue_options(session: Session) -> tuple[Option, ...]:
    """The active revenue accounts by number; all active accounts where no function tells them apart."""
    active = sorted((one for one in session.ledger() if one.active), key=lambda account: account.number)
    revenue = [account for account in active if account.is_revenue]
    return tuple(Option(str(account.number), str(account)) for account in revenue or active)


def cost_centre_options(session: Session) -> tuple[Option, ...]:
    """The active cost centres by number."""
    active = sorted((one for one in session.cost_centres() if one.active), key=lambda centre: centre.number)
    return tuple(Option(str(centre.number), str(centre)) for centre in active)


class Login(Credentials):
    """The key of one administration, and what is optional."""

    koppelsleutel: Secret = ask(
        Text(nl="Koppelsleutel", en="Connection key"),
        help=Text(
            nl="De hele sleutel, van het eerste tot het laatste teken",
            en="The whole key, from the first to the last character",
        ),
        where=MAATWERK,
        example="Z2VicnVpa2VyOmdlaGVpbQ==",
        reader=readers.read_key,
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
        example="10",
        reader=readers.read_cost_centre,
        choices=cost_centre_options,
    )
    direct_debit: bool | None = ask(
        Text(nl="Incasso via SnelStart", en="Direct debit through SnelStart"),
        help=Text(
            nl="Kies ja als je de incasso's van je facturen in SnelStart doet.",
            en="Choose yes if you collect your direct debits in SnelStart.",
        ),
        example="ja",
    )


class Host(Credentials):
    """What the host got from SnelStart: it goes with every call, for all clubs."""

    subscription_key: Secret = ask(
        Text(nl="Subscription key", en="Subscription key"),
        help=Text(
            nl="Uit het profiel van de host in het ontwikkelaarsportaal van SnelStart",
            en="From the host's profile in SnelStart's developer portal",
        ),
        example="0123456789abcdef0123456789abcdef",
        reader=readers.read_subscription_key,
        most=200,
    )
    second_subscription_key: Secret | None = ask(
        Text(nl="Tweede subscription key", en="Second subscription key"),
        help=Text(
            nl="Wordt geprobeerd zodra SnelStart de eerste weigert, zodat je ze kunt wisselen",
            en="Tried as soon as SnelStart refuses the first one, so that they can be exchanged",
        ),
        reader=readers.read_subscription_key,
        most=200,
    )
    product: str | None = ask(
        Text(nl="Product", en="Product"),
        help=Text(nl="Maatwerk of Productie; leeg is Maatwerk", en="Maatwerk or Productie; empty is Maatwerk"),
        example="Maatwerk",
        reader=readers.read_product,
    )
    subscription_until: date | None = ask(
        Text(nl="Geldig tot", en="Valid until"),
        help=Text(
            nl="Wanneer de subscription key verloopt; die van een testproduct na 90 dagen",
            en="When the subscription key ends; that of a test product after 90 days",
        ),
        example="31-12-2027",
    )


def identity(session: Session) -> Identity:
    """The administration that the key opens: a new key of the same one keeps it."""
    company = session.company()
    return Identity(key=company.identifier.casefold(), label=company.name)


def named(text: str) -> Identity | None:
    """The identity for an ``administratieIdentifier``, in braces or not."""
    bare = text.removeprefix("{").removesuffix("}").strip().casefold()
    return Identity(key=bare, label=bare) if _IDENTIFIER.fullmatch(bare) else None


_IDENTIFIER = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
NAMING = Naming(
    form=Text(
        nl="de administratieIdentifier: 8-4-4-4-12 tekens met streepjes",
        en="the administratieIdentifier: 8-4-4-4-12 characters with dashes",
    ),
    read=named,
)
