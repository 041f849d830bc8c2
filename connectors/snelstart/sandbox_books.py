"""The made-up administrations: accounts, daybooks, rates, cost centres, customers and their mandates."""

from __future__ import annotations

from collections.abc import Mapping

from connectors.snelstart.made_up import CLUBS

Row = Mapping[str, object]
ORDER = {club.name: number for number, club in enumerate(CLUBS, start=1)} | {"nieuw": 1}
"""Which administration a club has: “nieuw” is another key of that of “goed”."""
TITLES = {"goed": "SV Voorbeeld", "nieuw": "SV Voorbeeld", "andere": "VV Elders"}

ACCOUNTS = (
    (200, "Inventaris", "Diversen"),
    (1000, "Kas", "DagboekKas"),
    (1010, "Bank", "DagboekBank"),
    (1300, "Debiteuren", "Diversen"),
    (1510, "Af te dragen btw laag", "BtwAfteDragenLaag"),
    (1520, "Af te dragen btw hoog", "BtwAfTeDragenHoog"),
    (4000, "Huur sporthal", "InkopenKostenAlleBtwTarieven"),
    (4100, "Trainers", "InkopenKostenAlleBtwTarieven"),
    (8000, "Contributie", "VerkopenBtwVrij"),
    (8010, "Inschrijfgeld", "VerkopenBtwVrij"),
    (8100, "Sponsoring", "VerkopenOmzetHoog"),
    (8200, "Kantine", "VerkopenOmzetLaag"),
)
"""Number, name and function of a made-up club's ledger accounts."""
MANY = 501
"""Accounts of the club that has more than one page of them."""
CENTRES = ((10, "Senioren"), (11, "Jeugd"), (12, "Kantine"))
DAYBOOKS = ((1, "Kas", "Kas"), (2, "Bank", "Bank"), (3, "Verkopen", "Verkoop"), (4, "Inkopen", "Inkoop"))
RATES = (("Geen", 0), ("Laag", 9), ("Hoog", 21))
CUSTOMERS = (("A. Ans", 1), ("B. Bakker", 0), ("C. de Cock", 2))
"""Name and number of mandates of each made-up customer."""


def identifier(kind: int, number: int) -> str:
    """A made-up id, recognisable as such."""
    return f"00000000-0000-4000-8{kind:03}-{number:012}"


def company(club: str) -> Row:
    """The administration of a club."""
    number = ORDER[club]
    title = TITLES.get(club, f"SV {club.capitalize()}")
    return {
        "administratieIdentifier": identifier(1, number),
        "administratieNaam": title,
        "bedrijfsnaam": f"Sportvereniging {title.partition(' ')[2]}",
        "kvKNummer": f"{number:08}",
        "iban": f"NL00DEMO{number:010}",
        "huidigBoekjaar": 2026,
    }


def ledger(ails: str) -> list[Row]:
    """The ledger accounts."""
    if ails == "leeg":
        return []
    more = MANY - len(ACCOUNTS) if ails == "pagina2" else 0
    numbered = (*ACCOUNTS, *((8999 - more + n, f"Omzet {n}", "VerkopenBtwVrij") for n in range(1, more + 1)))
    return [
        {
            "id": identifier(2, number),
            "nummer": number,
            "omschrijving": name,
            "nonactief": (ails, number) == ("nonactief", 8000),
            "kostenplaatsVerplicht": (ails, number) == ("kostenplaats", 8000),
            "grootboekfunctie": function,
            "rekeningCode": "WinstEnVerlies" if number >= 4000 else "Balans",
            "btwSoort": ["Geen"],
        }
        for number, name, function in numbered
    ]


def daybooks(ails: str) -> list[Row]:
    """The daybooks."""
    return [
        {
            "id": identifier(3, number),
            "nummer": number,
            "omschrijving": name,
            "soort": kind,
            "nonactief": (ails, kind) == ("dicht", "Verkoop"),
        }
        for number, name, kind in DAYBOOKS
        if ails != "leeg" and (ails, kind) != ("geendagboek", "Verkoop")
    ]


def vat_rates(ails: str) -> list[Row]:
    """The VAT rates: that of "Geen" is no rate, it never ends."""
    old = [] if ails == "leeg" else [_rate("Hoog", 19, "2001-01-01", "2012-09-30")]
    now = [
        _rate(kind, percentage, "2012-10-01", "9999-12-31")
        for kind, percentage in RATES
        if ails != "leeg" and (ails != "oudtarief" or kind == "Geen")
    ]
    return [*old, *now]


def cost_centres(ails: str) -> list[Row]:
    """The cost centres."""
    return [
        {"id": identifier(4, number), "nummer": number, "omschrijving": name, "nonactief": False}
        for number, name in CENTRES
        if ails != "leeg"
    ]


def relations(ails: str) -> list[Row]:
    """A supplier and the customers, of whom the first has whatever ails a club."""
    supplier: Row = {
        "id": identifier(5, 99),
        "relatiecode": 99,
        "naam": "Sporthal De Bal",
        "relatiesoort": ["Leverancier"],
        "iban": None,
        "incassoSoort": "Geen",
        "nonactief": False,
    }
    customers: list[Row] = [
        {
            "id": identifier(5, number),
            "relatiecode": number,
            "naam": name,
            "relatiesoort": ["Klant"],
            "iban": None if ails == "geeniban" and number == 1 else f"NL00DEMO{number:010}",
            "incassoSoort": "Core",
            "nonactief": False,
        }
        for number, (name, _) in enumerate(CUSTOMERS, start=1)
    ]
    return [] if ails == "leeg" else [supplier, *customers]


def mandates(ails: str, relation: str) -> list[Row]:
    """The recurring mandates of a relation."""
    return [
        {
            "id": identifier(6, 10 * number + n),
            "kenmerk": f"DEMO-{number}-{n}",
            "afsluitDatum": "2025-01-01T00:00:00",
            "intrekkingsDatum": "2026-01-01T00:00:00" if ails == "ingetrokken" else None,
            "klant": {"id": relation},
        }
        for number, (_, count) in enumerate(CUSTOMERS, start=1)
        if relation == identifier(5, number)
        for n in range(1, count + 1)
    ]


def _rate(kind: str, percentage: int, first: str, last: str) -> Row:
    return {
        "btwSoort": kind,
        "btwPercentage": percentage,
        "datumVanaf": f"{first}T00:00:00",
        "datumTotEnMet": f"{last}T00:00:00",
    }
