"""The emulator of Kasboek Online. Every key here is made up."""

from __future__ import annotations

import json
from collections.abc import Mapping

from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Request, Response

from connectors.kit import faults
from connectors.kit.outcomes import Outcome
from connectors.kit.sandbox import MadeUpClub, Sandbox
from connectors.kit.text import Text

from .client import HOST

PASSED, FAILED, WARNING = Outcome.PASSED, Outcome.FAILED, Outcome.WARNING
PERSON, NOT_APPLICABLE, UNTESTED = Outcome.PERSON, Outcome.NOT_APPLICABLE, Outcome.UNTESTED
WELL = {
    "books_can_be_read": PASSED,
    "has_revenue_account": PASSED,
    "revenue_account_exists": PASSED,
    "books_are_right": PERSON,
}
NOTHING = WELL | {"has_revenue_account": UNTESTED, "revenue_account_exists": UNTESTED}


def _club(
    name: str, says: Text, expected: Mapping[str, Outcome], *, account: str = "", featured: bool = True
) -> MadeUpClub:
    return MadeUpClub(name, {"api_key": f"kb_made_up_{name}", "revenue_account": account}, expected, says, featured)


CLUBS = (
    _club("goed", Text(nl="Alles in orde.", en="All well."), WELL, account="8000"),
    _club("fout", Text(nl="De sleutel klopt niet.", en="A wrong key."), NOTHING | {"books_can_be_read": FAILED}),
    _club(
        "leeg",
        Text(nl="Nog geen rekeningen.", en="No accounts yet."),
        WELL | {"has_revenue_account": WARNING, "revenue_account_exists": NOT_APPLICABLE},
    ),
    _club(
        "rekeningweg",
        Text(nl="De gekozen rekening is weg.", en="The chosen account is gone."),
        WELL | {"revenue_account_exists": FAILED},
        account="8999",
    ),
    _club("storing", Text(nl="Er is storing.", en="An outage."), NOTHING | {"books_can_be_read": UNTESTED}),
    _club("limiet", Text(nl="Te veel gevraagd.", en="Asked too much."), NOTHING | {"books_can_be_read": UNTESTED}),
)


def emulate() -> Sandbox:
    """A new emulator."""
    return Sandbox(handlers={HOST: _answer}, clubs=CLUBS)


def _answer(request: Request) -> Response:
    club = request.headers.get("Authorization", "").removeprefix("Bearer kb_made_up_")
    match club, request.path:
        case "storing", _:
            return faults.outage()
        case "limiet", _:
            return faults.limited(30)
        case (("goed" | "leeg" | "rekeningweg"), "/v1/books"):
            return _json({"id": f"kb-{club}", "name": f"SV {club.capitalize()}"})
        case (("goed" | "rekeningweg"), "/v1/accounts"):
            return _json({"accounts": [{"number": "8000", "name": "Contributie", "kind": "revenue"}]})
        case "leeg", "/v1/accounts":
            return _json({"accounts": []})
        case _, ("/v1/books" | "/v1/accounts"):
            return _json({"error": "unauthorized"}, 401)
    raise NotFound


def _json(body: object, status: int = 200) -> Response:
    return Response(json.dumps(body), status, content_type="application/json")
