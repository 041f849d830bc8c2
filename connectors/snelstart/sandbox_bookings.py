"""Sales bookings at the emulator: refused by code as SnelStart does, kept, and read back as invoices."""

from __future__ import annotations

import json
import threading
import uuid
from collections.abc import Iterator, Mapping
from typing import Any

from werkzeug.wrappers import Request, Response

from connectors.kit import faults
from connectors.snelstart import sandbox_books as books
from connectors.snelstart.sandbox_token import json_answer

LONGEST_NUMBER = 25
Booking = Mapping[str, Any]
"""A booking as it was sent."""
Invoice = Mapping[str, object]


class Bookings:
    """The invoices of every club that booked here."""

    def __init__(self) -> None:
        self._kept: dict[str, list[Invoice]] = {}
        self._guard = threading.Lock()

    def invoices(self, club: str) -> list[Invoice]:
        """The invoices of a club."""
        with self._guard:
            return list(self._kept.get(club, ()))

    def book(self, request: Request, club: str, ails: str) -> Response:
        """Keep a booking under an id of its own; or say by code what is wrong with it."""
        booking = _read(request)
        if booking is None:
            return json_answer([{"errorCode": "ALG-0106", "message": "De data in het request is leeg"}], 400)
        found = list(dict.fromkeys(_wrong(booking, ails)))
        if found:
            return json_answer([{"errorCode": code, "message": "Geweigerd door de sandbox."} for code in found], 400)
        answer = self._keep(booking, club, ails)
        return faults.slow(answer) if ails == "dubbel" else answer

    def _keep(self, booking: Booking, club: str, ails: str) -> Response:
        invoice = _invoice(booking["factuurnummer"], booking["klant"]["id"], booking.get("factuurbedrag"))
        with self._guard:
            kept = self._kept.setdefault(club, [])
            if ails == "bestaat" and not kept:
                kept.append(_invoice(booking["factuurnummer"], books.identifier(5, 2), 999.99))
            if any(one["factuurnummer"] == invoice["factuurnummer"] for one in kept):
                return json_answer([{"errorCode": "BOE-0021", "message": "Het factuurnummer bestaat al"}], 400)
            kept.append(invoice)
        return json_answer({**booking, "id": _id_of(invoice)}, 201)


def _invoice(number: str, customer: str, amount: object) -> Invoice:
    return {
        "id": str(uuid.uuid4()),
        "factuurnummer": number,
        "relatie": {"id": customer},
        "factuurBedrag": amount,
        "openstaandSaldo": amount,
        "verkoopBoeking": {"id": str(uuid.uuid4())},
    }


def _id_of(invoice: Invoice) -> str:
    match invoice["verkoopBoeking"]:
        case {"id": str(number)}:
            return number
    raise LookupError


def _read(request: Request) -> Booking | None:
    try:
        content = json.loads(request.get_data())
    except ValueError:
        return None
    return content if request.mimetype == "application/json" and isinstance(content, dict) and content else None


def _wrong(booking: Booking, ails: str) -> Iterator[str]:
    number = booking.get("factuurnummer")
    if not isinstance(number, str) or not 1 <= len(number) <= LONGEST_NUMBER:
        yield "BOE-0058"
    if ails == "dicht":
        yield "BOE-0042"
    relation = next((one for one in books.relations(ails) if one["id"] == _id(booking, "klant")), None)
    if relation is None:
        yield "REL-0005"
    elif "Klant" not in str(relation["relatiesoort"]):
        yield "BOE-0060"
    else:
        yield from _wrong_mandate(booking, ails, relation)
    lines = booking.get("boekingsregels")
    if not isinstance(lines, list) or not lines:
        yield "BOE-0023"
    for line in lines if isinstance(lines, list) else ():
        yield from _wrong_line(line if isinstance(line, dict) else {}, ails)


def _wrong_mandate(booking: Booking, ails: str, relation: Mapping[str, object]) -> Iterator[str]:
    recurring, once = _id(booking, "doorlopendeIncassoMachtiging"), booking.get("eenmaligeIncassoMachtiging")
    if recurring and once:
        yield "BOE-0064"
    if (recurring or once) and not relation["iban"]:
        yield "BOE-0052"
    if recurring:
        theirs = {mandate["id"]: mandate for mandate in books.mandates(ails, str(relation["id"]))}
        if recurring not in theirs:
            yield "BOE-0066"
        elif theirs[recurring]["intrekkingsDatum"]:
            yield "BOE-0079"


def _wrong_line(line: Booking, ails: str) -> Iterator[str]:
    account = next((one for one in books.ledger(ails) if one["id"] == _id(line, "grootboek")), None)
    if account is None:
        yield "BOE-0037"
        return
    if account["nonactief"]:
        yield "BOE-0008"
    if account["kostenplaatsVerplicht"] and not _id(line, "kostenplaats"):
        yield "BOE-0022"
    if line.get("btwSoort") not in ("Geen", "Laag", "Hoog", "Overig") or not isinstance(
        line.get("bedrag"), int | float
    ):
        yield "BOE-0082"


def _id(content: Booking, key: str) -> str:
    match content.get(key):
        case {"id": str(number)}:
            return number
    return ""
