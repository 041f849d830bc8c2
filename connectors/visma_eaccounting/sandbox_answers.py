"""How the emulator writes what it answers: JSON, refusals with a code, pages of a list."""

from __future__ import annotations

import json
import uuid
from collections.abc import Mapping, Sequence

from werkzeug.wrappers import Request, Response

from connectors.visma_eaccounting.client import PAGE

PAGING = frozenset({"$page", "$pagesize"})


def json_answer(body: object, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    """An answer in JSON."""
    return Response(json.dumps(body), status, headers, content_type="application/json; charset=utf-8")


def refusal(status: int, code: int, said: str) -> Response:
    """A refusal as Visma writes it."""
    body = {"ErrorCode": code, "DeveloperErrorMessage": said, "ErrorId": str(uuid.uuid4())}
    return json_answer(body, status)


def page(request: Request, rows: Sequence[Mapping[str, object]], also: frozenset[str] = frozenset()) -> Response:
    """One page of a list in its envelope; ``also`` are parameters besides those of paging.

    More rows at once than is known to work are refused.
    """
    try:
        number, size = (int(request.args.get(name, usual)) for name, usual in (("$page", "1"), ("$pagesize", "50")))
    except ValueError:
        return refusal(400, 2000, "Paging takes numbers.")
    if not set(request.args) <= PAGING | also or number < 1 or not 1 <= size <= PAGE:
        return refusal(400, 2000, "Unknown parameter, or a number out of range.")
    meta = {
        "CurrentPage": number,
        "PageSize": size,
        "TotalNumberOfPages": -(-len(rows) // size),
        "TotalNumberOfResults": len(rows),
        "ServerTimeUtc": "2026-11-24T08:00:00Z",
    }
    return json_answer({"Meta": meta, "Data": rows[(number - 1) * size : number * size]})
