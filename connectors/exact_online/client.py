"""A session at Exact Online: what a checklist asks, each thing read once."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from difflib import get_close_matches
from typing import TYPE_CHECKING

from connectors.exact_online import answers
from connectors.exact_online.access import Api, Call
from connectors.exact_online.answers import CHECK_NUMBER, IS_HID, IS_NEAR
from connectors.exact_online.bodies import Record
from connectors.kit.credentials import Option
from connectors.kit.http import Http
from connectors.kit.once import Once
from connectors.kit.text import Text

if TYPE_CHECKING:
    from connectors.exact_online.login import Host, Login

ME = Call("current/Me", "UserID,FullName,CurrentDivision")
DIVISIONS = Call("{n}/hrm/Divisions", "Code,Description,HID,Status,BlockingStatus")
ACCOUNTS = Call("{n}/financial/GLAccounts", "ID,Code,Description,Type,VATCode,IsBlocked", "Financial generalledgers")
SOME_ACCOUNT = Call("{n}/financial/GLAccounts", "ID", ACCOUNTS.scope, top=1)
VAT_CODES = Call("{n}/vat/VATCodes", "Code,Type", "Financial accounting")
JOURNALS = Call("{n}/financial/Journals", "Code,Description,IsBlocked,BankAccountIBAN", "Financial generalledgers")
CONDITIONS = Call("{n}/cashflow/PaymentConditions", "Code,Description,PaymentMethod", "Financial cashflow")
SOME_MANDATE = Call("{n}/cashflow/DirectDebitMandates", "ID", "Financial cashflow", top=1)
SOME_ENTRY = Call("{n}/salesentry/SalesEntries", "EntryID", "Financial accounting", top=1)
SOME_RELATION = Call("{n}/crm/Accounts", "ID", "Crm accounts", top=1)
REVENUE = 110
NOT_FOR_REVENUE = (20, 24)
"""Types of accounts that Exact itself books on: debtors, VAT."""
SALES, BANK = 20, 12
"""Types of journals."""
COLLECTION = "I"
"""Method of a payment condition: direct debit."""
CLOSE = 0.7
"""How much alike two numbers are, from 0 to 1, before one is offered for the other."""


@dataclass(frozen=True, slots=True)
class User:
    """Who gave consent; ``current`` is the division that they had open last, None when that is not told."""

    name: str
    current: int | None


@dataclass(frozen=True, slots=True)
class Division:
    """An administration; ``own_number`` is the one that the club gave it, ``blocking`` is 0 when it is free."""

    code: int
    name: str
    own_number: int | None
    is_archived: bool
    blocking: int

    def __str__(self) -> str:
        return f"{self.name} ({self.code})"


@dataclass(frozen=True, slots=True)
class LedgerAccount:
    """A ledger account; ``vat_code`` is empty when none is linked to it."""

    code: str
    name: str
    type: int
    vat_code: str
    blocked: bool

    def __str__(self) -> str:
        return f"{self.code} {self.name}".strip()


@dataclass(frozen=True, slots=True)
class Journal:
    """A journal; ``iban`` is empty unless it is of a bank account that has one."""

    code: str
    name: str
    blocked: bool
    iban: str

    def __str__(self) -> str:
        return f"{self.code} {self.name}".strip()


@dataclass(frozen=True, slots=True)
class Condition:
    """A payment condition; its method is one letter."""

    code: str
    name: str
    method: str

    def __str__(self) -> str:
        return f"{self.code} {self.name}".strip()


class Session:
    """Calls with one consent, about the chosen division. Every method raises the ``ProviderError`` of an answer."""

    def __init__(self, login: Login, host: Host, http: Http) -> None:
        self.login = login
        self.site = host.site_name
        self._api = Api(host, http)
        self.given, self.alive = self._api.given, self._api.alive
        self.user = Once(lambda: _user(self._api))
        """Who gave consent, read once."""
        self.division = Once(self._division)
        """The chosen division, read once; it may be archived or blocked."""
        self.sales_journals = Once(lambda: self._journals(SALES))
        """All sales journals, read once."""
        self.conditions = Once(self._conditions)
        """All payment conditions, read once."""
        self.vat_types = Once(self._vat_types)
        """The type of each VAT code, read once."""
        self.revenue_accounts = Once(self._revenue_accounts)
        """All accounts of revenue, read once."""
        self._accounts: dict[str, LedgerAccount | None] = {}

    def account(self, code: str) -> LedgerAccount | None:
        """The ledger account with this code; None when there is none. Each is read once."""
        if code not in self._accounts:
            found = map(_account, self._rows(ACCOUNTS, f"Code eq '{code}'"))
            self._accounts[code] = next((one for one in found if _same(one.code, code)), None)
        return self._accounts[code]

    def bank_journals(self) -> tuple[Journal, ...]:
        """All bank journals."""
        return self._journals(BANK)

    def try_to_read(self, call: Call) -> None:
        """Ask for one row, whatever it is."""
        self._rows(call)

    def _division(self) -> Division:
        number = self._number()
        found = map(_division, self._rows(DIVISIONS, f"Code eq {number}"))
        mine = next((one for one in found if one.code == number), None)
        if mine is None:
            raise answers.no_division(number, _hint(number, tuple(map(_division, self._rows(DIVISIONS)))))
        return mine

    def _revenue_accounts(self) -> tuple[LedgerAccount, ...]:
        found = tuple(map(_account, self._rows(ACCOUNTS, f"Type eq {REVENUE}")))
        self._accounts |= {account.code: account for account in found}
        return found

    def _vat_types(self) -> dict[str, str]:
        return {row.needed("Code"): row.text("Type").upper() for row in self._rows(VAT_CODES)}

    def _journals(self, kind: int) -> tuple[Journal, ...]:
        return tuple(map(_journal, self._rows(JOURNALS, f"Type eq {kind}")))

    def _conditions(self) -> tuple[Condition, ...]:
        return tuple(
            Condition(row.needed("Code"), row.text("Description"), row.text("PaymentMethod").upper())
            for row in self._rows(CONDITIONS)
        )

    def _rows(self, call: Call, where: str = "") -> tuple[Record, ...]:
        return self._api.rows(_placed(call, self._number(), where))

    def _number(self) -> int:
        if self.login.division is None:
            raise answers.no_choice()
        return self.login.division


@contextmanager
def connect(login: Login, host: Host | None, http: Http) -> Iterator[Session]:
    """A session without any call yet. There is nothing to close: consent is kept elsewhere."""
    if host is None:
        raise answers.no_host()
    yield Session(login, host, http)


def administrations(host: Host, http: Http) -> tuple[Option, ...]:
    """The divisions in use that a consent covers, by name. The one that was open last only fills the path."""
    api = Api(host, http)
    current = _user(api).current
    if current is None:
        return ()
    found = sorted(
        map(_division, api.rows(_placed(DIVISIONS, current))), key=lambda one: (one.name.casefold(), one.code)
    )
    return tuple(Option(str(one.code), str(one)) for one in found if not one.is_archived)


def _placed(call: Call, number: int, where: str = "") -> Call:
    """A call about a division."""
    return Call(call.path.format(n=number), call.select, call.scope, where, call.top)


def _hint(number: int, seen: tuple[Division, ...]) -> Text:
    """What helps when a division is not in the list: the one that was meant, where we can tell."""
    by_own_number = next((one for one in seen if one.own_number == number), None)
    if by_own_number is not None:
        return _told(IS_HID, by_own_number, number)
    near = get_close_matches(str(number), [str(one.code) for one in seen], n=1, cutoff=CLOSE)
    meant = next((one for one in seen if near and str(one.code) == near[0]), None)
    return _told(IS_NEAR, meant, number) if meant is not None else CHECK_NUMBER


def _told(hint: Text, division: Division, number: int) -> Text:
    return hint.format(n=number, name=division.name, code=division.code)


def _same(one: str, other: str) -> bool:
    return one.casefold() == other.casefold()


def _user(api: Api) -> User:
    rows = api.rows(ME)
    if len(rows) != 1:
        raise answers.unreadable(ME.path, "no user")
    return User(rows[0].text("FullName") or rows[0].needed("UserID"), rows[0].number_or_none("CurrentDivision"))


def _division(row: Record) -> Division:
    code = row.number("Code")
    return Division(
        code=code,
        name=row.text("Description") or str(code),
        own_number=row.number_or_none("HID"),
        is_archived=row.number_or_none("Status") == 1,
        blocking=row.number_or_none("BlockingStatus") or 0,
    )


def _account(row: Record) -> LedgerAccount:
    return LedgerAccount(
        code=row.needed("Code"),
        name=row.text("Description"),
        type=row.number("Type"),
        vat_code=row.text("VATCode"),
        blocked=row.flag("IsBlocked"),
    )


def _journal(row: Record) -> Journal:
    return Journal(row.needed("Code"), row.text("Description"), row.flag("IsBlocked"), row.text("BankAccountIBAN"))
