"""A session at Visma: what a checklist asks, each list read once."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING
from urllib.parse import quote
from zoneinfo import ZoneInfo

from connectors.kit.http import Http
from connectors.kit.once import Once
from connectors.visma_eaccounting import bodies
from connectors.visma_eaccounting.access import Api, Call, Reply
from connectors.visma_eaccounting.answers import no_host, unreadable
from connectors.visma_eaccounting.bodies import Record

if TYPE_CHECKING:
    from connectors.visma_eaccounting.login import Host, Login

HERE = ZoneInfo("Europe/Amsterdam")
SALES, ACCOUNTING, PURCHASE = "ea:sales", "ea:accounting", "ea:purchase"
COMPANY = Call("companysettings", (SALES,))
FISCAL_YEARS = Call("fiscalyears", (SALES, ACCOUNTING))
ACCOUNTS = Call("accounts/{fiscalyearId}", (ACCOUNTING,))
TERMS = Call("termsofpayments", (SALES, PURCHASE))
CUSTOMERS = Call("customers", (SALES,))
ARTICLES = Call("articles", (SALES,))
USERS = Call("users", (SALES, PURCHASE, ACCOUNTING))
PAGE = 50
"""Rows that we ask for at once: the only number that is known to work."""
MOST_PAGES = 100


@dataclass(frozen=True, slots=True)
class Company:
    """The company that the consent opens; ``number`` (chamber of commerce) and ``country`` may be empty.

    ``status`` and ``variant`` are numbers of Visma's own, ``modules`` its names; accounts are closed up to and with
    ``locked_to``.
    """

    identifier: str
    name: str
    number: str
    country: str
    status: int
    variant: int
    modules: tuple[str, ...]
    locked_to: date | None


@dataclass(frozen=True, slots=True)
class FiscalYear:
    """A fiscal year from its first day to its last."""

    id: str
    first: date
    last: date
    locked: bool

    def holds(self, day: date) -> bool:
        """Whether a day falls in it."""
        return self.first <= day <= self.last

    def __str__(self) -> str:
        return f"{self.first.isoformat()} – {self.last.isoformat()}"


@dataclass(frozen=True, slots=True)
class LedgerAccount:
    """A ledger account; its number is a text."""

    number: str
    name: str
    active: bool

    def __str__(self) -> str:
        return f"{self.number} {self.name}".strip()


@dataclass(frozen=True, slots=True)
class Article:
    """An article; its coding decides on which accounts a row with it comes."""

    number: str
    name: str
    active: bool
    coding: str

    def is_called(self, text: str) -> bool:
        """Whether people mean this one: by number, by name or by both."""
        return text.casefold() in {self.number.casefold(), self.name.casefold(), str(self).casefold()}

    def __str__(self) -> str:
        return f"{self.number} {self.name}".strip()


@dataclass(frozen=True, slots=True)
class Terms:
    """Terms of payment."""

    name: str
    for_sales: bool


class Session:
    """Calls on behalf of one consent. Every method raises the ``ProviderError`` that the answer means."""

    def __init__(self, login: Login, http: Http) -> None:
        self.login = login
        self._api = Api(http)
        self.consent = self._api.consent
        """The tokens."""
        self.knock = Once(lambda: self._api.ask(COMPANY))
        """What answers to the first call, a refusal too: asked once."""
        self.company = Once(lambda: company_of(lambda _: self.knock()))
        """The company, read once."""
        self.fiscal_years = Once(self._fiscal_years)
        """All fiscal years, read once."""
        self.ledger = Once(self._ledger)
        """All ledger accounts of the year that we are in, read once; none when there is no such year."""
        self.articles = Once(self._articles)
        """All articles, read once."""

    def year(self) -> FiscalYear | None:
        """The fiscal year that we are in, if there is one; an open one rather than a locked one."""
        years = [year for year in self.fiscal_years() if year.holds(today())]
        return min(years, key=lambda year: year.locked, default=None)

    def terms(self) -> tuple[Terms, ...]:
        """All terms of payment."""
        return tuple(Terms(row.text("Name"), row.needed_flag("AvailableForSales")) for row in self._rows(TERMS))

    def has_customers(self) -> bool:
        """Whether there is any customer yet."""
        answer = self._api.ask(CUSTOMERS, {"$pagesize": "1"}).accepted()
        return bool(bodies.page(CUSTOMERS.path, answer).rows)

    def by_consultant(self) -> bool | None:
        """Whether who gave consent is a consultant, such as a bookkeeper; None when nobody is marked as the one."""
        for row in self._rows(USERS):
            if row.needed_flag("IsCurrentUser"):
                return row.needed_flag("IsConsultant")
        return None

    def _fiscal_years(self) -> tuple[FiscalYear, ...]:
        return tuple(
            FiscalYear(
                id=row.needed("Id"),
                first=row.needed_day("StartDate"),
                last=row.needed_day("EndDate"),
                locked=row.flag("IsLockedForAccounting"),
            )
            for row in self._rows(FISCAL_YEARS)
        )

    def _ledger(self) -> tuple[LedgerAccount, ...]:
        year = self.year()
        if year is None:
            return ()
        call = Call(ACCOUNTS.path.format(fiscalyearId=quote(year.id, safe="")), ACCOUNTS.scopes)
        return tuple(
            LedgerAccount(row.needed("Number"), row.text("Name"), row.needed_flag("IsActive"))
            for row in self._rows(call)
        )

    def _articles(self) -> tuple[Article, ...]:
        return tuple(
            Article(row.needed("Number"), row.text("Name"), row.needed_flag("IsActive"), row.text("CodingId"))
            for row in self._rows(ARTICLES)
        )

    def _rows(self, call: Call) -> Iterator[Record]:
        """The rows of all pages. Raises when they come in another order, or don't end."""
        for number in range(1, MOST_PAGES + 1):
            answer = self._api.ask(call, {"$page": str(number), "$pagesize": str(PAGE)}).accepted()
            page = bodies.page(call.path, answer)
            if page.number != number:
                raise unreadable(call.path, f"page {page.number} for page {number}")
            yield from page.rows
            if number >= page.of:
                return
        raise unreadable(call.path, "pages without an end")


def today() -> date:
    """The day that it is where the clubs are."""
    return datetime.now(HERE).date()


def company_of(ask: Callable[[Call], Reply]) -> Company:
    """The company that a consent opens."""
    row = bodies.record(COMPANY.path, ask(COMPANY).accepted())
    identifier, modules = row.needed("CompanyIdentifier"), row.content.get("ActivatedModules")
    return Company(
        identifier=identifier,
        name=row.text("Name") or identifier,
        number=row.text("CorporateIdentityNumber"),
        country=row.text("CountryCode"),
        status=row.number("CompanyStatus"),
        variant=row.number("ProductVariant"),
        modules=tuple(str(one)[:60] for one in modules) if isinstance(modules, list) else (),
        locked_to=row.day("AccountingLockedTo"),
    )


@contextmanager
def connect(login: Login, host: Host | None, http: Http) -> Iterator[Session]:
    """A session without any call yet. There is nothing to close: tokens are kept elsewhere."""
    if host is None:
        raise no_host()
    yield Session(login, http)
