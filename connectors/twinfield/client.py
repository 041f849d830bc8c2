"""A session at Twinfield: what a checklist asks, each list read once, whichever way in was taken."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from connectors.kit.errors import ProviderError
from connectors.kit.http import Http
from connectors.kit.once import Once
from connectors.twinfield import answers, inner
from connectors.twinfield.cluster import FINDER, PROCESS, SESSION
from connectors.twinfield.consent import ConsentWay
from connectors.twinfield.inner import BALANCE, DEBTORS, PROFIT, Dimension, Listed
from connectors.twinfield.ways import NO_ACTION, Entry, PasswordWay, Way, ready

if TYPE_CHECKING:
    from connectors.twinfield.login import Host, Login

MOST_ROWS = 500
"""Rows that we ask of a list of the finder: where there are more, a code is looked for by itself."""
EVERYTHING = "*"


@dataclass(frozen=True, slots=True)
class Search:
    """A list of the finder."""

    type: str
    options: tuple[tuple[str, str], ...] = ()


VAT_CODES = Search("VAT")
DAYBOOKS = Search("TRS")
PAY_CODES = Search("PAY")
DEBTOR_LIST = Search("DIM", (("dimtype", DEBTORS),))


@dataclass(frozen=True, slots=True)
class Found:
    """What the finder brought: some rows of ``total``."""

    rows: tuple[Listed, ...]
    total: int


class Session:
    """Calls on behalf of one club. Every method raises the ``ProviderError`` that the answer means."""

    def __init__(self, login: Login | None, way: Way) -> None:
        self.way = way
        self.offices = Once(self._offices)
        """The administrations that the user sees, read once."""
        self.office = Once(self._office)
        """The club's own administration, chosen once."""
        self.balance = Once(lambda: self._dimensions(BALANCE))
        """All balance sheet accounts, read once."""
        self.profit = Once(lambda: self._dimensions(PROFIT))
        """All profit and loss accounts, read once."""
        self.vat_codes = Once(lambda: self._search(VAT_CODES))
        """The VAT codes, read once."""
        self.daybooks = Once(lambda: self._search(DAYBOOKS))
        """The daybooks, read once."""
        self.pay_codes = Once(lambda: self._search(PAY_CODES))
        """The codes for paying and collecting, read once."""
        self._login = login

    @property
    def login(self) -> Login:
        """What the club handed over."""
        assert self._login is not None, "a session that only lists administrations has no login"
        return self._login

    def entry(self) -> Entry:
        """Sign in."""
        return self.way.entry()

    def nothing_else(self) -> None:
        """Raise the step that Twinfield asks for after signing in, if it does."""
        action = self.entry().action
        if action != NO_ACTION:
            raise answers.asked_for(action)

    def cluster(self) -> str:
        """The host of the cluster, when it is one of Twinfield's."""
        return ready(self.entry())

    def dimension(self, dimtype: str, code: str) -> Dimension:
        """One ledger account or the like."""
        request = inner.read_dimension(self.office().code, dimtype, code)
        return inner.dimension(f"read {dimtype}", self._processed(f"read {dimtype}", request), code)

    def found(self, lists: Once[Found], search: Search, code: str) -> Listed | None:
        """The row of a list with exactly this code."""
        found = lists()
        rows = found.rows
        if len(rows) < found.total:
            rows += self._search(search, pattern=code).rows
        return next((row for row in rows if row.code == code), None)

    def debtors(self) -> int:
        """How many debtors there are."""
        return self._search(DEBTOR_LIST, most=1).total

    def role(self) -> str:
        """What Twinfield calls the level of the user."""
        return str(self.way.ask(SESSION, "GetRole") or "").strip()

    def _offices(self) -> tuple[Listed, ...]:
        root = self._processed("list offices", inner.list_offices())
        said = inner.failure(root)
        found = inner.listed("list offices", root, "offices", "office") if said is None else ()
        if not found:
            raise answers.raised("T8", f"list offices: {said or 'none'}"[:300], consented=self.way.consented)
        return found

    def _office(self) -> Listed:
        code, offices = self.login.office, self.offices()
        office = next((one for one in offices if one.code == code), None)
        if office is None:
            raise answers.no_office(code, meant(code, offices), len(offices))
        if not self.way.choose(code):
            raise answers.no_office(code, "", len(offices))
        return office

    def _dimensions(self, dimtype: str) -> tuple[Listed, ...]:
        what = f"list {dimtype}"
        root = self._processed(what, inner.list_dimensions(self.office().code, dimtype))
        said = inner.failure(root)
        if said is not None:
            raise answers.unreadable(what, said[:200])
        return inner.listed(what, root, "dimensions", "dimension")

    def _processed(self, what: str, request: str) -> Any:
        return inner.parsed(what, self.way.ask(PROCESS, "ProcessXmlString", xmlRequest=request))

    def _search(self, search: Search, *, pattern: str = EVERYTHING, most: int = MOST_ROWS) -> Found:
        self.office()
        options = {"ArrayOfString": [{"string": list(option)} for option in search.options]}
        answer = self.way.ask(
            FINDER,
            "Search",
            type=search.type,
            pattern=pattern,
            field=0,
            firstRow=1,
            maxRows=most,
            options=options if search.options else None,
        )
        for message in _members(answer.SearchResult, "MessageOfErrorCodes"):
            if message.Type != "Warning" and message.Type != "Informational":
                code, text = str(message.Code), str(message.Text or "")
                raise answers.refused_search(search.type, code, text, consented=self.way.consented)
        if answer.data is None:
            raise answers.unreadable(f"Search {search.type}", "no data")
        rows = [_members(row, "string") for row in _members(answer.data.Items, "ArrayOfString")]
        listed = tuple(Listed(_cell(row, 0), _cell(row, 1)) for row in rows if _cell(row, 0))
        return Found(listed, max(int(answer.data.TotalRows or 0), len(listed)))


def meant(code: str, offices: tuple[Listed, ...]) -> str:
    """The administration that somebody meant who wrote other capitals, noughts or blanks, or its name."""
    wanted = _bare(code)
    return next((one.code for one in offices if wanted and wanted in (_bare(one.code), _bare(one.name))), "")


@contextmanager
def connect(login: Login, host: Host | None, http: Http) -> Iterator[Session]:
    """A session without any call yet, with the consent where there is one; signed off at the end in any case."""
    consented = login.authorization is not None or http.bearer is not None
    way = ConsentWay(host, http) if consented else PasswordWay(login, http, can_consent=host is not None)
    session = Session(login, way)
    try:
        yield session
    finally:
        with suppress(ProviderError):
            session.way.leave()


def _bare(text: str) -> str:
    return "".join(filter(str.isalnum, text)).casefold().lstrip("0")


def _members(value: Any, name: str) -> list[Any]:
    """The members of a list that may be absent, empty, or hold nil entries."""
    return [one for one in getattr(value, name, None) or () if one is not None]


def _cell(row: list[Any], number: int) -> str:
    return str(row[number]).strip() if number < len(row) else ""
