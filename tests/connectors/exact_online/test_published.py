"""What we ask and read is what Exact publishes, and the emulator answers in its names and types."""

from __future__ import annotations

import csv
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from connectors.exact_online import client, sandbox_books
from connectors.exact_online.access import Call
from connectors.exact_online.client import BANK, COLLECTION, NOT_FOR_REVENUE, REVENUE, SALES

PLACE = Path(__file__).parents[3].parent / "shared" / "contracts" / "exact-online"
pytestmark = pytest.mark.usefixtures("published")
ENTITIES: Mapping[str, Call] = {
    "Me": client.ME,
    "Division": client.DIVISIONS,
    "GLAccount": client.ACCOUNTS,
    "VatCode": client.VAT_CODES,
    "Journal": client.JOURNALS,
    "PaymentCondition": client.CONDITIONS,
    "DirectDebitMandate": client.SOME_MANDATE,
    "SalesEntry": client.SOME_ENTRY,
    "Account": client.SOME_RELATION,
}
ANSWERED: Mapping[str, list[Mapping[str, object]]] = {
    "Me": [sandbox_books.user("goed")],
    "Division": sandbox_books.divisions("kantoor", ""),
    "GLAccount": sandbox_books.accounts("geenbtwcode"),
    "VatCode": sandbox_books.vat_codes("pagina2"),
    "Journal": sandbox_books.journals(""),
    "PaymentCondition": sandbox_books.conditions(""),
    "DirectDebitMandate": sandbox_books.mandates(""),
    "SalesEntry": sandbox_books.entries(""),
    "Account": sandbox_books.relations(""),
}
TYPES = {"string": str, "int": int, "float": float, "bool": bool}
each_entity = pytest.mark.parametrize("name", ENTITIES)


@pytest.fixture(scope="module")
def published() -> Mapping[str, Any]:
    """Exact's entities, by name."""
    found: Mapping[str, Any] = json.loads((PLACE / "entities.json").read_text(encoding="utf-8"))["entities"]
    return found


def properties(published: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    return {one["name"]: one for one in published[name]["properties"]}


@each_entity
def test_each_address_and_the_right_that_it_takes_is_there(published: Mapping[str, Any], name: str) -> None:
    call = ENTITIES[name]
    assert published[name]["url"] == f"/api/v1/{call.path.replace('{n}', '{division}')}"
    assert published[name]["scope"] == (call.scope or "-")


@each_entity
def test_each_right_is_in_the_list_of_rights(name: str) -> None:
    call = ENTITIES[name]
    with (PLACE / "scopes.csv").open(encoding="utf-8") as file:
        rights = {row["url"]: row for row in csv.DictReader(file)}
    row = rights[f"/api/v1/{call.path.replace('{n}', '{division}')}"]
    assert row["scope"] == (call.scope or "-")
    assert "GET" in row["methods"].split("|")


@each_entity
def test_each_field_that_we_ask_for_is_there(published: Mapping[str, Any], name: str) -> None:
    assert set(ENTITIES[name].select.split(",")) <= set(properties(published, name))


@each_entity
def test_the_emulator_answers_in_published_names_and_types(published: Mapping[str, Any], name: str) -> None:
    known = properties(published, name)
    for row in ANSWERED[name]:
        assert set(ENTITIES[name].select.split(",")) <= set(row)
        for field, value in row.items():
            kind = str if known[field]["edm"] == "Edm.Int64" else TYPES[known[field]["php"]]  # long ones travel as text
            assert value is None or isinstance(value, kind), (field, value)


def test_the_values_that_decide_mean_what_we_take_them_for(published: Mapping[str, Any]) -> None:
    def described(name: str, field: str) -> str:
        return str(properties(published, name)[field]["description"])

    assert f"{REVENUE} = Revenue" in described("GLAccount", "Type")
    debtors, vat = NOT_FOR_REVENUE
    assert f"{debtors} = Accounts receivable" in described("GLAccount", "Type")
    assert f"{vat} = VAT" in described("GLAccount", "Type")
    assert f"{SALES} (Sales)" in described("Journal", "Type")
    assert f"{BANK} (Bank)" in described("Journal", "Type")
    assert f"{COLLECTION} = Collection" in described("PaymentCondition", "PaymentMethod")
    for letter in ("B = VAT 0%", "E = Excluding", "I = Including", "N = No VAT"):
        assert letter in described("VatCode", "Type")
    assert "0 = Not blocked" in described("Division", "BlockingStatus")
    assert "'archived' (1)" in described("Division", "Status")


def test_nothing_tells_whether_payments_go_in_batches(published: Mapping[str, Any]) -> None:
    named = [
        one["name"].casefold()
        for name in ("BankAccount", "Bank", "Journal", "PaymentCondition")
        for one in published[name]["properties"]
    ]
    assert not [name for name in named if "batch" in name]
