"""A session at e-Boekhouden.nl: opened at the first call, renewed once when lost, always closed."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from connectors.e_boekhouden import answers
from connectors.e_boekhouden.templates import Template, read_templates
from connectors.kit.errors import ProviderError, RateLimited
from connectors.kit.http import Http
from connectors.kit.once import Once
from connectors.kit.soap import Fault, Soap

if TYPE_CHECKING:
    from connectors.e_boekhouden.login import Login

HOST = "soap.e-boekhouden.nl"
ADDRESS = f"https://{HOST}/soap.asmx"
WSDL = Path(__file__).with_name("soap.wsdl")
BINDING = "{http://www.e-boekhouden.nl/soap}Soap11"
SOURCE = "Koppelbalie"
MOST_ROWS = 2000
"""Rows that a list has at most: one of this length may have been cut."""


@dataclass(frozen=True, slots=True)
class LedgerAccount:
    """A ledger account; ``category`` is BAL, VW, FIN, DEB, CRED, VOOR, a VAT category, or empty."""

    code: str
    name: str
    category: str

    def __str__(self) -> str:
        return f"{self.code} {self.name}".strip()


@dataclass(frozen=True, slots=True)
class CostCentre:
    """A cost centre with the number that invoice lines carry."""

    number: int
    name: str

    def __str__(self) -> str:
        return f"{self.number} {self.name}".strip()


class Session:
    """Calls on behalf of one login. Every method raises the ``ProviderError`` that the answer means."""

    def __init__(self, login: Login, http: Http) -> None:
        self.login = login
        self.ledger = Once(self._ledger)
        """All ledger accounts, read once."""
        self.cost_centres = Once(self._cost_centres)
        """All cost centres, read once."""
        self._http = http
        self._soap = Soap(WSDL, BINDING, ADDRESS, http, learns=("SessionID",))
        self._id = ""
        self._renewed = False

    def open(self) -> None:
        """Open a session unless one is open."""
        if self._id:
            return
        result = self._call(
            "OpenSession",
            Username=self.login.username,
            SecurityCode1=self.login.security_code_1.reveal(),
            SecurityCode2=self.login.security_code_2.reveal(),
            Source=SOURCE,
        )
        self._accept("OpenSession", result)
        session_id = ((result and result.SessionID) or "").strip()
        if not session_id:
            raise answers.unreadable("OpenSession", "neither an error nor a SessionID")
        self._http.redact.learn(session_id)
        self._id = session_id

    def close(self) -> None:
        """Close the session if one is open: one attempt, whatever comes of it."""
        session_id, self._id = self._id, ""
        if session_id:
            with suppress(Fault):  # any answer will do
                self._soap.part("CloseSession", SessionID=session_id)

    def ledger_account(self, code: str) -> LedgerAccount | None:
        """The ledger account with exactly this code."""
        rows = self.ledger()
        if len(rows) >= MOST_ROWS:
            rows += self._ledger(Code=code)
        return next((row for row in rows if row.code == code), None)

    def debtor_account(self) -> LedgerAccount | None:
        """The first ledger account of category DEB."""
        rows = self.ledger()
        if len(rows) >= MOST_ROWS:
            rows += self._ledger(Categorie="DEB")
        return next((row for row in rows if row.category == "DEB"), None)

    def cost_centre(self, number: int) -> CostCentre | None:
        """The cost centre with this number."""
        rows = self.cost_centres()
        if len(rows) >= MOST_ROWS:
            rows += self._cost_centres(KostenplaatsID=number)
        return next((row for row in rows if row.number == number), None)

    def administrations(self) -> tuple[str, ...]:
        """Names of the administrations behind an accountant's login; none when the question is refused."""
        result = self._ask("GetAdministraties")
        code, description = _error(result)
        if code in answers.NO_LOGIN:
            raise self._refusal("GetAdministraties", code, description)
        if code or description:
            return ()
        rows = _rows(result, "Administraties", "cAdministratie")
        return tuple(row.Bedrijf or row.Guid or "?" for row in rows)

    def templates(self, token: str) -> tuple[Template, ...]:
        """The invoice templates named like ours, over REST, with the club's API token."""
        return read_templates(self._http, token)

    def _ledger(self, **filters: str) -> tuple[LedgerAccount, ...]:
        operation = "GetGrootboekrekeningen"
        rows = self._list(operation, "Rekeningen", "cGrootboekrekening", cFilter={"ID": 0, **filters})
        return tuple(
            LedgerAccount(row.Code.strip(), (row.Omschrijving or "").strip(), (row.Categorie or "").strip())
            for row in rows
            if row.Code
        )

    def _cost_centres(self, **filters: int) -> tuple[CostCentre, ...]:
        operation = "GetKostenplaatsen"
        rows = self._list(operation, "Kostenplaatsen", "cKostenplaats", cFilter=filters)
        if any(row.KostenplaatsId is None for row in rows):
            raise answers.unreadable(operation, "a cost centre without a number")
        return tuple(CostCentre(int(row.KostenplaatsId), (row.Omschrijving or "").strip()) for row in rows)

    def _list(self, operation: str, many: str, one: str, **arguments: Any) -> list[Any]:
        result = self._ask(operation, **arguments)
        self._accept(operation, result)
        if result is None:  # not even an empty list: nothing to blame the club for
            raise answers.unreadable(operation, "no result")
        return _rows(result, many, one)

    def _ask(self, operation: str, **arguments: Any) -> Any:
        """Call inside the session. A lost one is renewed once in a run and the call repeated: reads only."""
        result = self._inside(operation, arguments)
        if _error(result)[0] == answers.SESSION_GONE and not self._renewed:
            self._renewed, self._id = True, ""
            result = self._inside(operation, arguments)
        return result

    def _inside(self, operation: str, arguments: dict[str, Any]) -> Any:
        self.open()
        code_2 = self.login.security_code_2.reveal()
        return self._call(operation, SessionID=self._id, SecurityCode2=code_2, **arguments)

    def _call(self, operation: str, **arguments: Any) -> Any:
        try:
            return self._soap.call(operation, **arguments)
        except Fault as fault:
            raise answers.fault(operation, fault.code, fault.message) from None

    def _accept(self, operation: str, result: Any) -> None:
        code, description = _error(result)
        if code or description:
            raise self._refusal(operation, code, description)

    def _refusal(self, operation: str, code: str, description: str) -> ProviderError:
        error = answers.refused(operation, code, description)
        return self._http.hold(HOST, error) if isinstance(error, RateLimited) else error


@contextmanager
def connect(login: Login, host: None, http: Http) -> Iterator[Session]:
    """A session without any call yet; closed at the end in any case."""
    session = Session(login, http)
    try:
        yield session
    finally:
        with suppress(ProviderError):
            session.close()


def _error(result: Any) -> tuple[str, str]:
    """Code and description of a result; both empty when it is a success."""
    error = result and result.ErrorMsg
    if not error:
        return "", ""
    return (error.LastErrorCode or "").strip(), (error.LastErrorDescription or "").strip()


def _rows(result: Any, many: str, one: str) -> list[Any]:
    """The rows of a list that may be absent, empty, or hold nil entries."""
    return [row for row in getattr(getattr(result, many, None), one, None) or () if row is not None]
