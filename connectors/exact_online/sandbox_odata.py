"""Queries as the emulator takes them: never without ``$select``, literals by type, pages of 60 rows."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from urllib.parse import urlencode

from werkzeug.wrappers import Request

MOST = 60
Row = Mapping[str, object]
_EQUAL = re.compile(r"([A-Za-z]+) eq (?:'((?:[^']|'')*)'|(-?[0-9]+))")
NO_SELECT = "Please add a $select or a $top=1 statement to the query string."


class BadQuery(ValueError):
    """A query that is not understood; its text is what the package says."""


def page(request: Request, entity: str, rows: Sequence[Row], address: str) -> dict[str, object]:
    """The body for a query; ``address`` is that of the site, for the page that follows."""
    asked = request.args
    if not set(asked) <= {"$select", "$filter", "$top", "$skiptoken"} or "$select" not in asked:
        raise BadQuery(NO_SELECT)
    chosen = asked["$select"].split(",")
    if unknown := [name for name in chosen if rows and name not in rows[0]]:
        raise BadQuery(f"Could not find a property named '{unknown[0]}' on type '{entity}'.")
    found = [row for row in rows if _fits(row, asked.get("$filter"), entity)]
    top, start = _number(asked.get("$top"), len(found)), _number(asked.get("$skiptoken"), 0)
    shown = [_selected(row, chosen, entity, address) for row in found[:top][start : start + MOST]]
    if "$top" in asked:
        return {"d": shown}
    if start + MOST >= len(found):
        return {"d": {"results": shown}}
    following = urlencode({**asked.to_dict(), "$skiptoken": str(start + MOST)}, safe="$,'")
    return {"d": {"results": shown, "__next": f"{address}{request.path}?{following}"}}


def _selected(row: Row, chosen: list[str], entity: str, address: str) -> dict[str, object]:
    metadata = {"uri": f"{address}/api/v1/{entity}", "type": f"Exact.Web.Api.Models.{entity}"}
    return {"__metadata": metadata, **{name: row[name] for name in chosen}}


def _number(text: str | None, otherwise: int) -> int:
    if text is None:
        return otherwise
    if not (text.isascii() and text.isdigit()):
        raise BadQuery(f"Invalid value '{text}'.")
    return int(text)


def _fits(row: Row, wanted: str | None, entity: str) -> bool:
    if wanted is None:
        return True
    found = _EQUAL.fullmatch(wanted)
    if found is None:
        raise BadQuery("Syntax error in the filter.")
    name, text, number = found.groups()
    if name not in row:
        raise BadQuery(f"Could not find a property named '{name}' on type '{entity}'.")
    held = row[name]
    value = text.replace("''", "'") if number is None else int(number)
    if held is not None and not isinstance(held, type(value)):
        raise BadQuery(f"Operator 'eq' incompatible with operand types of '{name}'.")
    return held == value
