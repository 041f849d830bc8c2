"""Queries as the emulator takes them: pages of at most 500 rows, and filters whose names begin with a capital."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from werkzeug.wrappers import Request

MOST = 500
Row = Mapping[str, object]
_ANY = re.compile(r"([A-Za-z]+)/any\(([a-z]):\2 eq '([^']*)'\)")
_EQUAL = re.compile(r"([A-Za-z]+) eq '([^']*)'")


class BadQuery(ValueError):
    """A query that is not understood."""


def plain(request: Request) -> None:
    """Raise ``BadQuery`` when a question that takes no query has one."""
    if request.args:
        raise BadQuery("Ongeldig OData filter")


def page(request: Request, rows: Sequence[Row], *, filters: Mapping[str, str]) -> list[Row]:
    """The rows that a query asks for; ``filters`` are the names that a filter may use, with the key of each."""
    if not set(request.args) <= {"$top", "$skip", "$filter"}:
        raise BadQuery("Ongeldig OData filter")
    top, skip = _number(request, "$top", MOST), _number(request, "$skip", 0)
    if not 1 <= top <= MOST:
        raise BadQuery("The limit for $top is 500")
    wanted = request.args.get("$filter")
    found = [row for row in rows if wanted is None or _fits(row, wanted, filters)]
    return found[skip : skip + top]


def _number(request: Request, name: str, otherwise: int) -> int:
    text = request.args.get(name, str(otherwise))
    if not (text.isascii() and text.isdigit()):
        raise BadQuery(f"{name} is no number")
    return int(text)


def _fits(row: Row, wanted: str, filters: Mapping[str, str]) -> bool:
    if one := _ANY.fullmatch(wanted):
        name, value, many = one[1], one[3], True
    elif one := _EQUAL.fullmatch(wanted):
        name, value, many = one[1], one[2], False
    else:
        raise BadQuery("Ongeldig OData filter")
    if name not in filters:
        raise BadQuery(f"Could not find a property named '{name}'")
    held = row[filters[name]]
    return value in held if many and isinstance(held, list) else value == held
