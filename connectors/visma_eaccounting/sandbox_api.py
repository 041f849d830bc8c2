"""The emulator of eaccountingapi.vismaonline.com: the token first, then the limit, the company, the right, the rows."""

from __future__ import annotations

import threading
from collections import defaultdict, deque
from collections.abc import Callable, Mapping, Sequence

from werkzeug.exceptions import MethodNotAllowed, NotFound
from werkzeug.wrappers import Request, Response

from connectors.kit import faults
from connectors.kit.ailments import Ailments
from connectors.kit.oauth_sandbox import Consents, Pair
from connectors.visma_eaccounting import sandbox_books as books
from connectors.visma_eaccounting.sandbox_answers import json_answer, page, refusal
from connectors.visma_eaccounting.sandbox_identity import granted_scopes, token_within
from connectors.visma_eaccounting.sandbox_invoices import Invoices

A_MINUTE, MOST_A_MINUTE = 60.0, 600
REFUSALS: Mapping[str, tuple[int, int, str]] = {
    "soortclient": (403, 4034, "The client is of the wrong type for this company."),
    "geenmodule": (403, 4002, "No access to module API."),
    "startgids": (403, 4003, "StartupGuideNotCompleted"),
    "inactief": (403, 4004, "The company is not active."),
    "geentoegang": (403, 4011, "The user has no access to eAccounting for this company."),
    "limiet": (429, 4010, "Rate limit is exceeded. Try again in 55 seconds."),
}
"""What a club is refused, whatever it asks: status, code and text."""
ROWS: Mapping[str, Callable[[str], Sequence[books.Row]]] = {
    "fiscalyears": books.fiscal_years,
    "articles": books.articles,
    "termsofpayments": books.terms_of_payment,
    "users": books.users,
}
FILTER = frozenset({"$filter"})
WRITES: Mapping[str, frozenset[str]] = {
    "customers": frozenset({"POST", "PUT"}),
    "customerinvoices": frozenset({"POST"}),
}
"""Methods besides GET that an endpoint takes."""


class Limit:
    """600 calls a minute for each endpoint, shared by all clubs."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._calls: dict[str, deque[float]] = defaultdict(deque)
        self._guard = threading.Lock()

    def wait(self, endpoint: str) -> int:
        """Whole seconds to wait before this endpoint may be called; 0 counts it as called now."""
        with self._guard:
            now, calls = self._clock(), self._calls[endpoint]
            while calls and calls[0] <= now - A_MINUTE:
                calls.popleft()
            if len(calls) >= MOST_A_MINUTE:
                return max(1, round(calls[0] + A_MINUTE - now))
            calls.append(now)
            return 0


class ApiSide:
    """Answers questions about made-up companies."""

    def __init__(self, consents: Consents, ailments: Ailments) -> None:
        self._consents = consents
        self._ailments = ailments
        self._limit = Limit(consents.clock)
        self._invoices = Invoices()

    def __call__(self, request: Request) -> Response:
        scheme, _, token = request.headers.get("Authorization", "").partition(" ")
        pair = self._consents.alive(token_within(token)) if scheme == "Bearer" else None
        ails = self._ailments.of(pair.club) if pair else ""
        if pair is None or ails == "ingetrokken":
            return Response("", 401, {"WWW-Authenticate": 'Bearer error="invalid_token"'})
        if ails == "storing":
            return faults.outage()
        endpoint, key = _asked(request)
        if wait := self._limit.wait(endpoint):
            return refusal(429, 4010, f"Rate limit is exceeded. Try again in {wait} seconds.")
        if ails in REFUSALS:
            return refusal(*REFUSALS[ails])
        if not set(granted_scopes(pair)) & set(books.LISTS[endpoint]) or "ea:api" not in granted_scopes(pair):
            return refusal(403, 4006, f"Missing scope: any of {', '.join(books.LISTS[endpoint])}.")
        if request.headers.get("Accept") != "application/json":
            return refusal(406, 2000, "Only application/json is spoken here.")
        return _spoilt(ails, self._answered(request, endpoint, key, pair, ails))

    def _answered(self, request: Request, endpoint: str, key: str, pair: Pair, ails: str) -> Response:
        match request.method, endpoint:
            case "POST" | "PUT", "customers":
                return self._invoices.customer(request, pair.club, ails, key)
            case "POST", "customerinvoices":
                return self._invoices.invoice(request, pair.club, ails)
            case _, "customers":
                return page(request, self._invoices.customers(pair.club, ails))
            case _, "customerinvoices":
                return self._invoices_of(request, pair.club)
            case _, "companysettings":
                return refusal(400, 2000, "Unknown parameter.") if request.args else _company(pair.club, ails)
            case _, "accounts":
                known = key in {row["Id"] for row in books.fiscal_years(ails)}
                rows = books.accounts(ails, key)
                return page(request, rows) if known else refusal(404, 3002, "The fiscal year does not exist.")
        return page(request, ROWS[endpoint](ails))

    def _invoices_of(self, request: Request, club: str) -> Response:
        try:
            return page(request, self._invoices.invoices(request, club), FILTER)
        except LookupError:
            return refusal(400, 2000, "The filter is not understood.")


def _asked(request: Request) -> tuple[str, str]:
    """The endpoint of a call, and the key in its path: the fiscal year of accounts, a customer to change."""
    match request.path.split("/"):
        case ["", "v2", "accounts", key] if key:
            endpoint = "accounts"
        case ["", "v2", "customers", key] if key and request.method == "PUT":
            endpoint = "customers"
        case ["", "v2", name] if name in {*books.LISTS} - {"accounts"} and request.method != "PUT":
            endpoint, key = name, ""
        case _:
            raise NotFound
    if request.method not in {"GET", *WRITES.get(endpoint, ())}:
        raise MethodNotAllowed
    return endpoint, key


def _company(club: str, ails: str) -> Response:
    return json_answer(books.company(club, ails))


def _spoilt(ails: str, answer: Response) -> Response:
    match ails:
        case "kapot":
            return faults.halved(answer)
        case "html":
            return faults.web_page()
        case "traag":
            return faults.slow(answer)
    return answer
