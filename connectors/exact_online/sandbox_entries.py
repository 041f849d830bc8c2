"""Sales entries of the emulator: checked as Exact checks them, kept, and found again by their reference."""

from __future__ import annotations

import json
import threading
import uuid
from collections.abc import Iterator, Mapping
from typing import Any

from werkzeug.wrappers import Request

from connectors.exact_online import sandbox_books as books
from connectors.exact_online.sandbox_odata import BadQuery, Row

FIRST_NUMBER = 26_700_001
"""The number of a club's first entry."""
SALES, CREDIT = 20, 21
KNOWN = {
    "Customer", "Journal", "SalesEntryLines", "EntryDate", "DueDate", "PaymentCondition", "YourRef",
    "PaymentReference", "Type", "Description",
}  # fmt: skip
OF_A_LINE = {"GLAccount", "AmountFC", "Description", "VATCode"}


class Entries:
    """What was booked, by club."""

    def __init__(self) -> None:
        self._kept: dict[str, list[Row]] = {}
        self._guard = threading.Lock()

    def of(self, club: str) -> list[Row]:
        """The entries of a club."""
        with self._guard:
            return [*books.entries(""), *self._kept.get(club, [])]

    def book(self, request: Request, club: str, ails: str) -> Row:
        """Keep an entry; raises ``BadQuery`` for one that is not right."""
        entry = _read(request)
        wrong = next(_wrong(entry, ails), None)
        if wrong is not None:
            raise BadQuery(wrong)
        with self._guard:
            kept = self._kept.setdefault(club, [])
            row: Row = {
                "EntryID": str(uuid.uuid4()),
                "EntryNumber": FIRST_NUMBER + len(kept) + 1,
                "YourRef": entry.get("YourRef"),
            }
            kept.append(row)
        return row


def _read(request: Request) -> Mapping[str, Any]:
    try:
        content = json.loads(request.get_data())
    except ValueError:
        content = None
    if request.mimetype != "application/json" or not isinstance(content, dict):
        raise BadQuery("The request body is not valid.")
    return content


def _wrong(entry: Mapping[str, Any], ails: str) -> Iterator[str]:
    if unknown := sorted(set(entry) - KNOWN):
        yield f"The property '{unknown[0]}' does not exist on type 'SalesEntry'."
    if entry.get("Customer") not in {row["ID"] for row in books.relations(ails)}:
        yield "Mandatory: Customer"
    if entry.get("Journal") not in {row["Code"] for row in books.journals(ails) if row["Type"] == SALES}:
        yield "Mandatory: Journal"
    if entry.get("Type", SALES) not in (SALES, CREDIT):
        yield "Invalid value: Type"
    condition = entry.get("PaymentCondition")
    if condition is not None and condition not in {row["Code"] for row in books.conditions(ails)}:
        yield "Invalid reference: Payment condition"
    lines = entry.get("SalesEntryLines")
    if not isinstance(lines, list) or not lines:
        yield "Mandatory: Lines"
    for line in lines if isinstance(lines, list) else ():
        yield from _wrong_line(line if isinstance(line, dict) else {}, ails)


def _wrong_line(line: Mapping[str, Any], ails: str) -> Iterator[str]:
    if set(line) - OF_A_LINE:
        yield "A property does not exist on type 'SalesEntryLine'."
    if line.get("GLAccount") not in {row["ID"] for row in books.accounts(ails) if not row["IsBlocked"]}:
        yield "Mandatory: G/L account"
    if not isinstance(line.get("AmountFC"), int | float) or isinstance(line.get("AmountFC"), bool):
        yield "Mandatory: Amount"
    code = line.get("VATCode")
    if code is not None and str(code).strip() not in {str(row["Code"]).strip() for row in books.vat_codes(ails)}:
        yield "Invalid reference: VAT code"
