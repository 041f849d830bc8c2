"""Customers and invoices that the emulator takes: refused by code when something is missing, kept, and read back."""

from __future__ import annotations

import json
import re
import threading
import uuid
from collections.abc import Iterator, Mapping
from typing import Any

from werkzeug.wrappers import Request, Response

from connectors.kit import faults
from connectors.visma_eaccounting import sandbox_books as books
from connectors.visma_eaccounting.sandbox_answers import json_answer, refusal

Sent = Mapping[str, Any]
"""What was sent."""
CUSTOMER = ("Name", "InvoiceCity", "InvoicePostalCode", "TermsOfPaymentId", "IsPrivatePerson", "IsActive")
INVOICE = ("CustomerId", "Rows", "EuThirdParty", "RotReducedInvoicingType")
LONGEST_REFERENCE = 100
_WANTED = re.compile(r"YourReference eq '([^']*)'")


class Invoices:
    """What every club sent here."""

    def __init__(self) -> None:
        self._customers: dict[str, dict[str, Sent]] = {}
        self._invoices: dict[str, list[Sent]] = {}
        self._guard = threading.Lock()

    def customers(self, club: str, ails: str) -> list[Sent]:
        """The customers of a club, those that it had before too."""
        had = {str(row["Id"]): row for row in books.customers(ails)}
        with self._guard:
            return list({**had, **self._customers.get(club, {})}.values())

    def invoices(self, request: Request, club: str) -> list[Sent]:
        """The invoices of a club, or those with one reference of ours; LookupError for any other filter."""
        wanted = request.args.get("$filter")
        found = _WANTED.fullmatch(wanted) if wanted is not None else None
        if wanted is not None and found is None:
            raise LookupError
        with self._guard:
            kept = list(self._invoices.get(club, ()))
        return [one for one in kept if found is None or one.get("YourReference") == found[1]]

    def customer(self, request: Request, club: str, ails: str, known: str = "") -> Response:
        """Keep a customer: a new one, or the ``known`` one of this id."""
        sent = _read(request)
        ids = {str(row["Id"]) for row in self.customers(club, ails)}
        wrong = [key for key in CUSTOMER if sent is None or sent.get(key) is None]
        if sent is None or wrong or sent["TermsOfPaymentId"] not in {row["Id"] for row in books.terms_of_payment(ails)}:
            return refusal(400, 2000, f"Validation failed: {', '.join(wrong) or 'TermsOfPaymentId'}.")
        if known and known not in ids:
            return refusal(404, 3002, "The customer does not exist.")
        kept = {"CustomerNumber": str(len(ids) + 1), **sent, "Id": known or str(uuid.uuid4())}
        with self._guard:
            self._customers.setdefault(club, {})[kept["Id"]] = kept
        return json_answer(kept, 200 if known else 201)

    def invoice(self, request: Request, club: str, ails: str) -> Response:
        """Keep an invoice under numbers of its own; at one club the answer does not come in time."""
        sent = _read(request) or {}
        if wrong := list(self._wrong(sent, club, ails)):
            return refusal(400, 2000, f"Validation failed: {', '.join(wrong)}.")
        with self._guard:
            kept = self._invoices.setdefault(club, [])
            number = 1000 + len(kept)
            made = {**sent, "Id": str(uuid.uuid4()), "InvoiceNumber": number, "VoucherNumber": f"A{number}"}
            kept.append(made)
        answer = json_answer(made, 201)
        return faults.slow(answer) if ails == "dubbel" else answer

    def _wrong(self, sent: Sent, club: str, ails: str) -> Iterator[str]:
        yield from (key for key in INVOICE if sent.get(key) is None)
        if "InvoiceNumber" in sent:
            yield "InvoiceNumber"
        if len(str(sent.get("YourReference") or "")) > LONGEST_REFERENCE:
            yield "YourReference"
        customer = next((row for row in self.customers(club, ails) if row["Id"] == sent.get("CustomerId")), None)
        if sent.get("CustomerId") is not None and customer is None:
            yield "CustomerId"
        elif sent.get("IsDirectDebit") and not _may_be_collected(customer or {}):
            yield "IsDirectDebit"
        articles = {row["Id"] for row in books.articles(ails) if row["IsActive"]}
        for row in sent.get("Rows") or ():
            if not isinstance(row, dict) or row.get("ArticleId") not in {*articles, None}:
                yield "ArticleId"


def _may_be_collected(customer: Sent) -> bool:
    mandate = customer.get("DirectDebitCustomerSettings")
    has_mandate = isinstance(mandate, dict) and mandate.get("MandateId") and mandate.get("SigningDate")
    return bool(customer.get("Iban") and has_mandate)


def _read(request: Request) -> Sent | None:
    try:
        content = json.loads(request.get_data())
    except ValueError:
        return None
    return content if request.mimetype == "application/json" and isinstance(content, dict) else None
