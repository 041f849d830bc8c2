"""The emulator of b2bapi.snelstart.nl: the host's key first, then the club's token, then the question itself."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Request, Response

from connectors.kit import faults
from connectors.kit.ailments import Ailments
from connectors.snelstart import sandbox_books as books
from connectors.snelstart.made_up import FIRST_KEY, SECOND_KEY
from connectors.snelstart.sandbox_bookings import Bookings
from connectors.snelstart.sandbox_odata import BadQuery, page, plain
from connectors.snelstart.sandbox_token import TokenSide, json_answer

KEY_HEADER = "Ocp-Apim-Subscription-Key"
NO_KEY = "Access denied due to missing subscription key."
WRONG_KEY = "Access denied due to invalid subscription key."
Rows = Sequence[Mapping[str, object]]
SHAPES: Mapping[str, object] = {
    "vorm1": [{"errorCode": "BOE-0081", "message": "Er is geen grootboekrekening voor deze functie."}],
    "vorm2": {"message": "The request is invalid.", "modelState": {"dagboek.Soort": ["Niet geldig."]}},
    "vorm3": {"Message": "Er ging iets mis."},
    "vorm4": {"message": "Er ging iets mis."},
}
"""The shapes in which a 400 comes; the fifth is empty."""


class ApiSide:
    """Answers questions about made-up administrations."""

    def __init__(self, tokens: TokenSide, ailments: Ailments) -> None:
        self.bookings = Bookings()
        self._tokens = tokens
        self._ailments = ailments

    def __call__(self, request: Request) -> Response:
        refusal = _keyless(request)
        if refusal is not None:
            return refusal
        scheme, _, token = request.headers.get("Authorization", "").partition(" ")
        club = self._tokens.club_of(token) if scheme == "Bearer" else None
        if club is None:
            return json_answer({"message": "Authorization has been denied for this request."}, 401)
        ails = self._ailments.of(club)
        refusal = _refused(ails, request.path)
        if refusal is not None:
            return refusal
        answer = self._asked(request, club, ails)
        match ails:
            case "kapot":
                return faults.halved(answer)
            case "traag":
                return faults.slow(answer)
        return answer

    def _asked(self, request: Request, club: str, ails: str) -> Response:
        if request.headers.get("Accept") != "application/json":
            return json_answer({"message": "Only application/json is spoken here."}, 406)
        try:
            return self._routed(request, club, ails)
        except BadQuery as bad:
            return json_answer([{"errorCode": "ALG-0104", "message": str(bad)}], 400)

    def _routed(self, request: Request, club: str, ails: str) -> Response:
        match request.method, request.path.removeprefix("/v2/").split("/"):
            case "POST", ["verkoopboekingen"]:
                return self.bookings.book(request, club, ails)
            case "GET", ["companyInfo"]:
                plain(request)
                return json_answer(books.company(club))
            case "GET", ["verkoopfacturen"]:
                found = self.bookings.invoices(club)
                return json_answer(page(request, found, filters={"Factuurnummer": "factuurnummer"}))
            case "GET", [("grootboeken" | "relaties") as name]:
                rows, filters = PAGED[name]
                return json_answer(page(request, rows(ails), filters=filters))
            case "GET", [("dagboeken" | "btwtarieven" | "kostenplaatsen") as name]:
                plain(request)
                return json_answer(LISTS[name](ails))
            case "GET", ["relaties", relation, "doorlopendeincassomachtigingen"]:
                plain(request)
                return _mandates(ails, relation)
        raise NotFound


PAGED: Mapping[str, tuple[Callable[[str], Rows], Mapping[str, str]]] = {
    "grootboeken": (books.ledger, {}),
    "relaties": (books.relations, {"Relatiesoort": "relatiesoort"}),
}
LISTS: Mapping[str, Callable[[str], Rows]] = {
    "dagboeken": books.daybooks,
    "btwtarieven": books.vat_rates,
    "kostenplaatsen": books.cost_centres,
}


def _mandates(ails: str, relation: str) -> Response:
    if relation not in {known["id"] for known in books.relations(ails)}:
        return json_answer({"message": "Not Found"}, 404)
    return json_answer(books.mandates(ails, relation))


def _keyless(request: Request) -> Response | None:
    """A refusal of the host's own key, which has to be in a header and never in the address."""
    key = request.headers.get(KEY_HEADER)
    if "subscription-key" in request.args or key is None:
        return json_answer({"statusCode": 401, "message": NO_KEY}, 401)
    if key not in (FIRST_KEY, SECOND_KEY):
        return json_answer({"statusCode": 401, "message": WRONG_KEY}, 401)
    return None


def _refused(ails: str, path: str) -> Response | None:
    """What a club is refused: most of them whatever it asks."""
    match ails:
        case "geenrelaties" if path.startswith("/v2/relaties"):
            return json_answer({}, 403)
        case "vorm1" | "vorm2" | "vorm3" | "vorm4" if path == "/v2/dagboeken":
            return json_answer(SHAPES[ails], 400)
        case "vorm5" if path == "/v2/dagboeken":
            return Response("", 400)
        case "storing":
            return faults.outage()
        case "abonnement":
            return json_answer({"statusCode": 401, "message": WRONG_KEY}, 401)
        case "kaal":
            return json_answer({}, 403)
        case "quotum":
            message = "Out of call volume quota. Quota will be replenished in 00:14:02."
            return json_answer({"statusCode": 403, "message": message}, 403)
        case "limiet":
            return faults.limited(20)
    return None
