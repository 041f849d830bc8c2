"""The emulator of Exact's REST interface: the bearer first, then the limits, then the question itself."""

from __future__ import annotations

import threading
import time
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

from werkzeug.wrappers import Request, Response

from connectors.exact_online import sandbox_books as books
from connectors.exact_online.sandbox_entries import Entries
from connectors.exact_online.sandbox_oauth import ConsentSide, json_answer
from connectors.exact_online.sandbox_odata import BadQuery, page
from connectors.kit import faults
from connectors.kit.ailments import Ailments

if TYPE_CHECKING:
    from connectors.exact_online.sandbox_odata import Row

MOVED = """<html><head><title>Object moved</title></head><body>
<h2>Object moved to <a href="/docs/Login.aspx">here</a>.</h2></body></html>"""
MOST_ERRORS, AN_HOUR, A_MINUTE, A_DAY = 10, 3600.0, 60.0, 86_400.0
"""Errors of one kind of call in an hour; seconds."""
LISTS: Mapping[str, tuple[str, Callable[[str], Sequence[Row]]]] = {
    "financial/GLAccounts": ("GLAccount", books.accounts),
    "vat/VATCodes": ("VatCode", books.vat_codes),
    "financial/Journals": ("Journal", books.journals),
    "cashflow/PaymentConditions": ("PaymentCondition", books.conditions),
    "cashflow/DirectDebitMandates": ("DirectDebitMandate", books.mandates),
    "crm/Accounts": ("Account", books.relations),
}
ENTRIES = "salesentry/SalesEntries"
REASONS = {"geenrecht": "NoDivisionAccess", "licentie": "LicenseExpired", "geblokkeerd": "DivisionBlocked"}
NOT_TICKED = "Forbidden - User division is not within division scope."
NO_SCOPE = "Forbidden - Application Scope Violated. Cannot read."


class ApiSide:
    """Answers questions about made-up administrations, and counts the errors of whoever asks."""

    def __init__(self, consent: ConsentSide, ailments: Ailments, clock: Callable[[], float] = time.time) -> None:
        self.entries = Entries()
        self._consent = consent
        self._ailments = ailments
        self._clock = clock
        self._errors: dict[tuple[str, str], list[float]] = defaultdict(list)
        self._guard = threading.Lock()

    def __call__(self, request: Request, address: str) -> Response:
        club = self._consent.club_of(request)
        if club is None:
            return _error("Unauthorized", 401)
        ails = self._ailments.of(club)
        answer = self._limited(club, ails) or self._refused(request, ails) or self._asked(request, club, ails, address)
        for name, value in self._limits().items():
            answer.headers.setdefault(name, value)
        match ails:
            case "kapot":
                return faults.halved(answer)
            case "traag":
                return faults.slow(answer)
        return answer

    def _asked(self, request: Request, club: str, ails: str, address: str) -> Response:
        """Whatever is wrong with a question itself counts as an error; what ails a club does not."""
        try:
            answer = self._routed(request, club, ails, address)
        except BadQuery as bad:
            answer = _error(str(bad), 400)
        if answer.status_code in (400, 404, 405, 406):
            with self._guard:
                self._errors[club, request.path].append(self._clock())
        return answer

    def _routed(self, request: Request, club: str, ails: str, address: str) -> Response:
        if request.headers.get("Accept") != "application/json":
            return _error("Only application/json is spoken here.", 406)
        place = request.path.removeprefix("/api/v1/").split("/", 1)
        if request.method == "POST" and place[-1] == ENTRIES:
            return _elsewhere(club, place[0]) or self._booked(request, club, ails)
        if request.method != "GET":
            return _error("Method not allowed", 405)
        match place:
            case ["current", "Me"]:
                return json_answer(page(request, "Me", [books.user(club)], address))
            case [number, "hrm/Divisions"] if number.isdigit():
                return json_answer(page(request, "Division", books.divisions(club, ails), address))
            case [number, path] if path == ENTRIES:
                found = self.entries.of(club)
                return _elsewhere(club, number) or json_answer(page(request, "SalesEntry", found, address))
            case [number, path] if number.isdigit() and path in LISTS:
                return _elsewhere(club, number) or _of_books(request, path, ails, address)
        return _error("Resource not found for the segment.", 404)

    def _booked(self, request: Request, club: str, ails: str) -> Response:
        answer = json_answer({"d": self.entries.book(request, club, ails)}, 201)
        return faults.slow(answer) if ails == "dubbel" else answer

    def _limited(self, club: str, ails: str) -> Response | None:
        """A 429 of a minute, of a day, or without a word after too many errors."""
        now = self._clock()
        if ails == "foutlimiet" or self._is_blocked(club, now):
            return _error("Too many errors", 429)
        if ails in ("minuut", "dag"):
            name, wait = ("Minutely-", 35.0) if ails == "minuut" else ("", 5 * AN_HOUR)
            answer = _error("Too many requests", 429)
            answer.headers[f"X-RateLimit-{name}Remaining"] = "0"
            answer.headers[f"X-RateLimit-{name}Reset"] = str(int((now + wait) * 1000))
            return answer
        return None

    def _is_blocked(self, club: str, now: float) -> bool:
        with self._guard:
            recent = [
                sum(now - at < AN_HOUR for at in moments) for (who, _), moments in self._errors.items() if who == club
            ]
        return any(count > MOST_ERRORS for count in recent)

    def _limits(self) -> dict[str, str]:
        now = self._clock()
        return {
            "X-RateLimit-Limit": "5000",
            "X-RateLimit-Remaining": "4999",
            "X-RateLimit-Reset": str(int((now // A_DAY + 1) * A_DAY * 1000)),
            "X-RateLimit-Minutely-Limit": "60",
            "X-RateLimit-Minutely-Remaining": "59",
            "X-RateLimit-Minutely-Reset": str(int((now // A_MINUTE + 1) * A_MINUTE * 1000)),
        }

    def _refused(self, request: Request, ails: str) -> Response | None:
        """What a club is refused, whatever it asks of its books."""
        if ails == "storing":
            return faults.outage()
        if ails == "htmllogin":
            return Response(MOVED, 401, content_type="text/html; charset=utf-8")
        if request.path.endswith(("/Me", "/hrm/Divisions")):
            return None
        if ails == "nietaangevinkt":
            return _error(NOT_TICKED, 403)
        if ails == "geenscope" and request.path.endswith(("/SalesEntries", "/DirectDebitMandates")):
            return _error(NO_SCOPE, 403)
        return _forbidden(REASONS[ails]) if ails in REASONS else None


def _of_books(request: Request, path: str, ails: str, address: str) -> Response:
    entity, rows = LISTS[path]
    return json_answer(page(request, entity, rows(ails), address))


def _elsewhere(club: str, number: str) -> Response | None:
    """A refusal of a division that the user does not see."""
    whose = books.club_of_division(int(number)) if number.isdigit() else None
    return None if whose in books.clubs_of(club) else _forbidden("NoDivisionAccess")


def _forbidden(reason: str) -> Response:
    answer = _error("Forbidden", 403)
    answer.headers["Reason"] = reason
    return answer


def _error(message: str, status: int) -> Response:
    return json_answer({"error": {"code": "", "message": {"lang": "", "value": message}}}, status)
