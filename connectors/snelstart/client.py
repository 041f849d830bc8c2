"""A session at SnelStart: what a checklist asks, each list read once."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING
from urllib.parse import quote

from connectors.kit.http import Http
from connectors.kit.once import Once
from connectors.snelstart import bodies
from connectors.snelstart.access import Api, Bearer, Call
from connectors.snelstart.answers import no_subscription, unreadable
from connectors.snelstart.bodies import Record

if TYPE_CHECKING:
    from connectors.snelstart.login import Host, Login

COMPANY = Call("companyInfo", "settings:read")
LEDGER = Call("grootboeken", "boekhouden:read")
DAYBOOKS = Call("dagboeken", "boekhouden:read")
VAT_RATES = Call("btwtarieven", "settings:read")
COST_CENTRES = Call("kostenplaatsen", "settings:read")
RELATIONS = Call("relaties", "relaties:read")
MANDATES = "relaties/{id}/doorlopendeincassomachtigingen"
CUSTOMERS = "Relatiesoort/any(r:r eq 'Klant')"
"""Names in a filter begin with a capital, although those in answers do not."""
PAGE = 500
"""Rows of a full page: after one of these there may be another."""
MOST_PAGES = 40


@dataclass(frozen=True, slots=True)
class Company:
    """The administration that the key opens; all but ``identifier`` and ``name`` may be empty."""

    identifier: str
    name: str
    trade_name: str
    chamber_of_commerce: str
    iban: str


@dataclass(frozen=True, slots=True)
class LedgerAccount:
    """A ledger account; ``function`` is a word of SnelStart's such as VerkopenOmzetHoog, or empty."""

    id: str
    number: int
    name: str
    active: bool
    needs_cost_centre: bool
    function: str

    @property
    def is_revenue(self) -> bool:
        """Whether its function says that sales are booked on it."""
        return self.function.startswith("Verkopen")

    def __str__(self) -> str:
        return f"{self.number} {self.name}".strip()


@dataclass(frozen=True, slots=True)
class CostCentre:
    """A cost centre."""

    id: str
    number: int
    name: str
    active: bool

    def __str__(self) -> str:
        return f"{self.number} {self.name}".strip()


@dataclass(frozen=True, slots=True)
class Daybook:
    """A daybook; ``kind`` is a word of SnelStart's such as Verkoop."""

    number: int
    kind: str
    active: bool


@dataclass(frozen=True, slots=True)
class VatRate:
    """A VAT rate in per cent, from its first day to its last; None is without limit."""

    kind: str
    percentage: float
    first: date | None
    last: date | None

    def is_valid(self, on: date) -> bool:
        """Whether it counts on a day."""
        return (self.first is None or self.first <= on) and (self.last is None or on <= self.last)


@dataclass(frozen=True, slots=True)
class Mandate:
    """A recurring mandate of a customer; one that was withdrawn is not in force."""

    id: str
    reference: str
    in_force: bool


class Session:
    """Calls on behalf of one key. Every method raises the ``ProviderError`` that the answer means."""

    def __init__(self, login: Login, host: Host, http: Http) -> None:
        self.login = login
        self.host = host
        self.company = Once(self._company)
        """The administration, read once."""
        self.ledger = Once(self._ledger)
        """All ledger accounts, read once."""
        self.cost_centres = Once(self._cost_centres)
        """All cost centres, read once."""
        self.first_customer = Once(self._first_customer)
        """The id of some customer, or None: read once."""
        self._bearer = Bearer(login.koppelsleutel.reveal(), http)
        self._api = Api(self._bearer, host, http)
        self.knock = Once(lambda: self._api.ask(COMPANY))
        """What answers to a first call with the host's own key, a refusal too: asked once."""

    def open(self) -> None:
        """Get a bearer for the club's key."""
        self._bearer.token()

    def daybooks(self) -> tuple[Daybook, ...]:
        """All daybooks."""
        return tuple(
            Daybook(row.number("nummer"), row.text("soort"), not row.flag("nonactief")) for row in self._rows(DAYBOOKS)
        )

    def vat_rates(self) -> tuple[VatRate, ...]:
        """All VAT rates, past ones included."""
        return tuple(
            VatRate(
                row.needed("btwSoort"), row.amount("btwPercentage"), row.day("datumVanaf"), row.day("datumTotEnMet")
            )
            for row in self._rows(VAT_RATES)
        )

    def mandates(self, customer: str) -> tuple[Mandate, ...]:
        """The recurring mandates of a customer."""
        call = Call(MANDATES.format(id=quote(customer, safe="")), RELATIONS.scope)
        return tuple(
            Mandate(row.needed("id"), row.text("kenmerk"), row.day("intrekkingsDatum") is None)
            for row in self._rows(call)
        )

    def _company(self) -> Company:
        row = bodies.record(COMPANY.path, self.knock().accepted())
        identifier, trade_name = row.needed("administratieIdentifier"), row.text("bedrijfsnaam")
        return Company(
            identifier=identifier,
            name=row.text("administratieNaam") or trade_name or identifier,
            trade_name=trade_name,
            chamber_of_commerce=row.text("kvKNummer"),
            iban=row.text("iban"),
        )

    def _ledger(self) -> tuple[LedgerAccount, ...]:
        found: dict[str, LedgerAccount] = {}
        for page in range(MOST_PAGES):
            rows = self._rows(LEDGER, {"$top": str(PAGE), "$skip": str(page * PAGE)})
            known = len(found)
            found |= {account.id: account for account in map(_account, rows)}
            if len(rows) < PAGE:
                return tuple(found.values())
            if len(found) == known:
                break
        raise unreadable(LEDGER.path, "pages without an end")

    def _cost_centres(self) -> tuple[CostCentre, ...]:
        return tuple(
            CostCentre(row.needed("id"), row.number("nummer"), row.text("omschrijving"), not row.flag("nonactief"))
            for row in self._rows(COST_CENTRES)
        )

    def _first_customer(self) -> str | None:
        rows = self._rows(RELATIONS, {"$top": "1", "$filter": CUSTOMERS})
        return rows[0].needed("id") if rows else None

    def _rows(self, call: Call, params: dict[str, str] | None = None) -> tuple[Record, ...]:
        return bodies.records(call.path, self._api.ask(call, params).accepted())


@contextmanager
def connect(login: Login, host: Host | None, http: Http) -> Iterator[Session]:
    """A session without any call yet. There is nothing to close: the bearer ends with it."""
    if host is None:
        raise no_subscription()
    yield Session(login, host, http)


def _account(row: Record) -> LedgerAccount:
    return LedgerAccount(
        id=row.needed("id"),
        number=row.number("nummer"),
        name=row.text("omschrijving"),
        active=not row.flag("nonactief"),
        needs_cost_centre=row.flag("kostenplaatsVerplicht"),
        function=row.text("grootboekfunctie"),
    )
