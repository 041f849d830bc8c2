"""The made-up administrations: divisions, accounts, VAT codes, journals, payment conditions."""

from __future__ import annotations

from collections.abc import Mapping

from connectors.exact_online.made_up import DIVISIONS, OWN_NUMBERS, title

Row = Mapping[str, object]
SEVERAL: Mapping[str, tuple[str, ...]] = {"kantoor": ("kantoor", "goed", "andere")}
"""Whose divisions a user sees who sees more than their own."""
MANY = 60
"""VAT codes before the one that counts, at the club that has it on a second page."""
ACCOUNTS = (
    ("1000", "Kas", 10, None),
    ("1010", "Bank", 12, None),
    ("1300", "Debiteuren", 20, None),
    ("1520", "Af te dragen btw", 24, None),
    ("4000", "Huur sporthal", 121, "2  "),
    ("8000", "Contributie", 110, "4  "),
    ("8010", "Inschrijfgeld", 110, "4  "),
    ("8100", "Sponsoring", 110, "4  "),
    ("8200", "Kantine", 110, "3  "),
)
"""Code, name, type and VAT code of a made-up club's ledger accounts."""
VAT_OF: Mapping[str, str | None] = {"exclusief": "2  ", "geenbtwcode": None, "nultarief": "5  "}
"""The VAT code of account 8000, where it is not the one that includes VAT."""
VAT_CODES = (
    ("0  ", "Geen btw", "N", 0.0),
    ("1  ", "Btw laag, exclusief", "E", 0.09),
    ("2  ", "Btw hoog, exclusief", "E", 0.21),
    ("3  ", "Btw laag, inclusief", "I", 0.09),
    ("4  ", "Btw hoog, inclusief", "I", 0.21),
    ("5  ", "Btw nul", "B", 0.0),
)
JOURNALS = (
    ("10", "Kas", 10, False),
    ("20", "Bank", 12, False),
    ("60", "Inkoop", 22, False),
    ("70", "Verkoop", 20, False),
    ("71", "Verkoop oud", 20, True),
    ("90", "Memoriaal", 90, False),
)
CONDITIONS = (("00", "Contant", "K"), ("30", "30 dagen", "B"), ("IN", "Incasso", "I"))


def identifier(kind: int, number: int) -> str:
    """A made-up id, recognisable as such."""
    return f"00000000-0000-4000-8{kind:03}-{number:012}"


def clubs_of(club: str) -> tuple[str, ...]:
    """Whose divisions the user of a club sees."""
    return SEVERAL.get(club, (club,))


def club_of_division(number: int) -> str | None:
    """Whose division this is; None for one that is nobody's."""
    return next((club for club, code in DIVISIONS.items() if code == number), None)


def user(club: str) -> Row:
    """Who gave consent."""
    return {
        "UserID": identifier(1, DIVISIONS[club]),
        "FullName": f"A. Ans ({title(club)})",
        "CurrentDivision": DIVISIONS[club],
    }


def divisions(club: str, ails: str) -> list[Row]:
    """The divisions that a user sees; their own has whatever ails the club."""
    return [
        {
            "Code": DIVISIONS[one],
            "Description": title(one),
            "HID": str(OWN_NUMBERS[one]),
            "Status": 1 if ails == "archief" and one == club else 0,
            "BlockingStatus": 1 if ails == "geblokkeerd" and one == club else 0,
        }
        for one in clubs_of(club)
    ]


def accounts(ails: str) -> list[Row]:
    """The ledger accounts."""
    return [
        {
            "ID": identifier(2, int(code)),
            "Code": code,
            "Description": name,
            "Type": kind,
            "VATCode": VAT_OF.get(ails, vat) if code == "8000" else vat,
            "IsBlocked": (ails, code) == ("geenrekening", "8000"),
        }
        for code, name, kind, vat in ACCOUNTS
    ]


def vat_codes(ails: str) -> list[Row]:
    """The VAT codes, padded with blanks as Exact does."""
    more = [(f"A{n:<2}", f"Btw {n}", "E", 0.21) for n in range(MANY)] if ails == "pagina2" else []
    return [
        {"Code": code, "Description": name, "Type": kind, "Percentage": percentage, "IsBlocked": False}
        for code, name, kind, percentage in (*more, *VAT_CODES)
    ]


def journals(ails: str) -> list[Row]:
    """The journals."""
    return [
        {
            "ID": identifier(3, int(code)),
            "Code": code,
            "Description": name,
            "Type": kind,
            "IsBlocked": blocked,
            "BankAccountIBAN": "NL00DEMO0000000001" if kind == 12 and ails != "geeniban" else None,
        }
        for code, name, kind, blocked in JOURNALS
        if not (ails == "geendagboek" and kind == 20 and not blocked)
    ]


def conditions(ails: str) -> list[Row]:
    """The payment conditions."""
    return [
        {"ID": identifier(4, number), "Code": code, "Description": name, "PaymentMethod": method}
        for number, (code, name, method) in enumerate(CONDITIONS)
        if not (ails == "geenincasso" and method == "I")
    ]


def mandates(_: str) -> list[Row]:
    """The direct debit mandates."""
    return [{"ID": identifier(6, 1), "Reference": "DEMO-1"}]


def relations(_: str) -> list[Row]:
    """The customers."""
    return [{"ID": identifier(5, 1), "Code": f"{1:>18}", "Name": "A. Ans"}]


def entries(_: str) -> list[Row]:
    """The sales entries."""
    return [{"EntryID": identifier(7, 1), "EntryNumber": 26700001, "YourRef": "DEMO-0"}]
