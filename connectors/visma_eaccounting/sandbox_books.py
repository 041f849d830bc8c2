"""The made-up companies: settings, fiscal years, accounts, articles, terms, customers and users."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta

from connectors.visma_eaccounting.client import today
from connectors.visma_eaccounting.made_up import NAMES

Row = Mapping[str, object]
ORDER = {name: number for number, name in enumerate(NAMES, start=1)}
TITLES = {
    "goed": "SV Voorbeeld",
    "anderbedrijf": "VV Elders",
    "sandbox": "SV Voorbeeld Sandbox",
    "buitenland": "IK Exempel",
}
ACCOUNTS = (
    ("1300", "Debiteuren"),
    ("1510", "Af te dragen btw"),
    ("4000", "Huur sporthal"),
    ("8000", "Contributie"),
    ("8010", "Inschrijfgeld"),
    ("8100", "Sponsoring"),
)
MANY = 51
"""Accounts of the club that has more than one page of them."""
ARTICLES = (("CONTRIBUTIE", "Contributie"), ("INSCHRIJF", "Inschrijfgeld"), ("KANTINE", "Kantine"))
TERMS = (("14 dagen", 14), ("30 dagen", 30), ("Contant", 0))
CUSTOMERS = ("A. Ans", "B. Bakker", "C. de Cock")


def identifier(kind: int, number: int) -> str:
    """A made-up id, recognisable as such."""
    return f"00000000-0000-4000-8{kind:03}-{number:012}"


def company(club: str, ails: str) -> Row:
    """The settings of a club's company."""
    number = ORDER[club]
    return {
        "Name": TITLES.get(club, f"SV {club.capitalize()}") if club != "sandbox" or ails else "SV Voorbeeld",
        "CountryCode": "SE" if ails == "buitenland" else "NL",
        "CurrencyCode": "SEK" if ails == "buitenland" else "EUR",
        "CorporateIdentityNumber": f"{number:08}",
        "AccountingLockedTo": None,
        "ProductVariant": 3 if ails == "boekhoudpakket" else 5,
        "ActivatedModules": ["API", "DirectDebit"],
        "CompanyStatus": 2 if ails == "alleenlezen" else 1,
        "CompanyIdentifier": identifier(1, number),
    }


def fiscal_years(ails: str) -> list[Row]:
    """Last year and this one."""
    this = today().year
    years = [this - 1] if ails == "geenjaar" else [this - 1, this]
    return [
        {
            "Id": identifier(2, year),
            "StartDate": f"{year}-01-01T00:00:00",
            "EndDate": f"{year}-12-31T00:00:00",
            "IsLockedForAccounting": year < this or ails == "geslotenjaar",
            "BookkeepingMethod": 0,
        }
        for year in years
    ]


def accounts(ails: str, year: str) -> list[Row]:
    """The ledger accounts of a fiscal year."""
    more = MANY - len(ACCOUNTS) if ails == "pagina2" else 0
    numbered = [*ACCOUNTS, *((str(8999 - more + n), f"Omzet {n}") for n in range(1, more + 1))]
    return [
        {
            "Name": name,
            "Number": number,
            "FiscalYearId": year,
            "IsActive": (ails, number) != ("rekeningweg", "8000"),
            "IsBlockedForManualBooking": False,
        }
        for number, name in numbered
    ]


def articles(_: str) -> list[Row]:
    """The articles."""
    return [
        {
            "Id": identifier(3, number),
            "IsActive": name != "KANTINE",
            "Number": name,
            "Name": title,
            "CodingId": identifier(4, number),
            "UnitId": identifier(5, 1),
        }
        for number, (name, title) in enumerate(ARTICLES, start=1)
    ]


def terms_of_payment(ails: str) -> list[Row]:
    """The terms of payment."""
    return [
        {
            "Id": identifier(6, number),
            "Name": name,
            "NumberOfDays": days,
            "AvailableForSales": ails != "geenconditie",
            "AvailableForPurchase": True,
        }
        for number, (name, days) in enumerate(TERMS, start=1)
    ]


def customers(_: str) -> list[Row]:
    """The customers."""
    return [
        {
            "Id": identifier(7, number),
            "CustomerNumber": str(number),
            "Name": name,
            "InvoiceCity": "Voorbeelddorp",
            "InvoicePostalCode": "0000 XX",
            "TermsOfPaymentId": identifier(6, 1),
            "IsPrivatePerson": True,
            "IsActive": True,
            "ChangedUtc": f"{(date(2026, 1, 1) + timedelta(days=number)).isoformat()}T00:00:00Z",
        }
        for number, name in enumerate(CUSTOMERS, start=1)
    ]


def users(ails: str) -> list[Row]:
    """The users: who gave consent is the second of them."""
    return [
        {
            "Id": identifier(8, number),
            "Email": f"user{number}@example.nl",
            "FirstName": name,
            "LastName": "Voorbeeld",
            "IsActive": True,
            "IsCurrentUser": name == "Ans",
            "IsConsultant": name == "Bert" or ails == "consultant",
        }
        for number, name in enumerate(("Bert", "Ans"), start=1)
    ]


LISTS: Mapping[str, Sequence[str]] = {
    "fiscalyears": ("ea:sales", "ea:accounting"),
    "accounts": ("ea:accounting",),
    "articles": ("ea:sales",),
    "termsofpayments": ("ea:sales", "ea:purchase"),
    "customers": ("ea:sales",),
    "customerinvoices": ("ea:sales",),
    "users": ("ea:sales", "ea:purchase", "ea:accounting"),
    "companysettings": ("ea:sales",),
}
"""The rights of which each call takes any one."""
