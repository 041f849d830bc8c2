"""Kasboek Online: an invented package with one key, to show how little a package takes."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from connectors.kit.connector import Connector, EvidenceLevel, Fact, Identity
from connectors.kit.credentials import Credentials, Option, Secret, ask
from connectors.kit.guide import Guide, Step
from connectors.kit.readers import labelled
from connectors.kit.text import Text

from .checks import books_are_right, books_can_be_read, has_revenue_account, revenue_account_exists
from .client import HOST, Kasboek, connect

if TYPE_CHECKING:
    from connectors.kit.sandbox import Sandbox

MENU = ("Instellingen", "Koppelingen", "Sleutels")
PICTURE = """<svg viewBox="0 0 240 96" role="img" xmlns="http://www.w3.org/2000/svg">
<title>De knop Nieuwe sleutel, op het scherm Sleutels</title>
<rect x="1" y="1" width="238" height="94" rx="6" fill="none" stroke="var(--line)"/>
<rect x="16" y="16" width="96" height="10" rx="2" fill="var(--line)"/>
<rect x="140" y="58" width="84" height="24" rx="4" fill="none" stroke="var(--ink)"/>
<text x="182" y="74" text-anchor="middle" font-size="11" fill="var(--ink)">Nieuwe sleutel</text>
</svg>"""


def revenue_accounts(kasboek: Kasboek) -> tuple[Option, ...]:
    """What the field for the revenue account offers."""
    return tuple(Option(account.number, f"{account.number} {account.name}") for account in kasboek.accounts())


class Login(Credentials):
    """What a club hands over."""

    api_key: Secret = ask(
        Text(nl="Sleutel", en="Key"),
        help=Text(nl="Je maakt hem zelf in Kasboek Online.", en="You make it yourself in Kasboek Online."),
        where=MENU,
        example="kb_…",
        reader=labelled("Sleutel", "API key", "Key"),
        most=200,
    )
    revenue_account: str | None = ask(
        Text(nl="Rekening voor contributie", en="Account for membership fees"),
        help=Text(nl="Kies hem na de eerste test uit de lijst.", en="Choose it from the list after the first test."),
        choices=revenue_accounts,
        most=10,
    )


GUIDE = Guide(
    minutes=3,
    at_hand=(Text(nl="Je inlog van Kasboek Online", en="Your sign-in of Kasboek Online"),),
    steps=(
        Step(
            key="make_key",
            text=Text(
                nl="Log in op Kasboek Online en maak een nieuwe sleutel.",
                en="Sign in to Kasboek Online and make a key.",
            ),
            path=MENU,
            picture=PICTURE,
            attest=Text(nl="Ik heb een sleutel gemaakt.", en="I made a key."),
        ),
        Step(key="paste_key", text=Text(nl="Plak de sleutel hiernaast.", en="Paste the key in the form beside this.")),
    ),
    prepare=("make_key",),
)


def identity(kasboek: Kasboek) -> Identity | None:
    """The administration's own number."""
    books = kasboek.books()
    return Identity(books.id, books.name)


def sandbox() -> Sandbox:
    """The emulator, loaded where it is used."""
    from .sandbox import emulate

    return emulate()


CONNECTOR = Connector(
    key="kasboek",
    name="Kasboek Online",
    version="1",
    hosts=(HOST,),
    auth="codes",
    login=Login,
    guide=GUIDE,
    summary=Text(nl="Eén sleutel, 3 minuten.", en="One key, 3 minutes."),
    connect=connect,
    checks=(books_can_be_read, has_revenue_account, revenue_account_exists, books_are_right),
    identity=identity,
    opens="books_can_be_read",
    sandbox=sandbox,
    facts=(
        Fact(
            Text(nl="Het pakket is verzonnen.", en="The package is invented."),
            EvidenceLevel.DOCUMENTED,
            "this folder",
            date(2026, 11, 1),
        ),
    ),
)
