"""What we ask and read is in the published description, and the emulator answers as it says."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from connectors.visma_eaccounting import client, sandbox_books
from connectors.visma_eaccounting.access import Call

ROOT = Path(__file__).parents[3]
DESCRIPTION = ROOT.parent / "shared" / "contracts" / "visma-eaccounting" / "swagger.json"
pytestmark = pytest.mark.usefixtures("published")

CALLS = [
    client.COMPANY,
    client.FISCAL_YEARS,
    client.ACCOUNTS,
    client.TERMS,
    client.CUSTOMERS,
    client.ARTICLES,
    client.USERS,
]
READ = {
    client.COMPANY.path: {
        "Name", "CorporateIdentityNumber", "CountryCode", "ProductVariant", "CompanyStatus", "CompanyIdentifier",
        "ActivatedModules", "AccountingLockedTo",
    },
    client.FISCAL_YEARS.path: {"Id", "StartDate", "EndDate", "IsLockedForAccounting"},
    client.ACCOUNTS.path: {"Number", "Name", "IsActive"},
    client.TERMS.path: {"Name", "AvailableForSales"},
    client.CUSTOMERS.path: {"Id"},
    client.ARTICLES.path: {"Number", "Name", "IsActive", "CodingId"},
    client.USERS.path: {"IsCurrentUser", "IsConsultant"},
}  # fmt: skip
"""What we read of each answer."""
ANSWERED: Mapping[str, Sequence[Mapping[str, object]]] = {
    client.COMPANY.path: [sandbox_books.company(name, name) for name in ("goed", "buitenland", "boekhoudpakket")],
    client.FISCAL_YEARS.path: sandbox_books.fiscal_years("geslotenjaar"),
    client.ACCOUNTS.path: sandbox_books.accounts("pagina2", sandbox_books.identifier(2, 2026)),
    client.TERMS.path: sandbox_books.terms_of_payment("geenconditie"),
    client.CUSTOMERS.path: sandbox_books.customers(""),
    client.ARTICLES.path: sandbox_books.articles(""),
    client.USERS.path: sandbox_books.users("consultant"),
}
"""What the emulator answers."""
TYPES = {"string": str, "integer": int, "number": int | float, "boolean": bool, "array": list, "object": dict}
each_call = pytest.mark.parametrize("call", CALLS, ids=lambda call: call.path)


@pytest.fixture(scope="module")
def published() -> Mapping[str, Any]:
    """Visma's own description of its interface, of 2021."""
    described: Mapping[str, Any] = json.loads(DESCRIPTION.read_text(encoding="utf-8"))
    return described


def operation(published: Mapping[str, Any], call: Call) -> Mapping[str, Any]:
    found: Mapping[str, Any] = published["paths"][f"/v2/{call.path}"]["get"]
    return found


def definition(published: Mapping[str, Any], reference: str) -> Mapping[str, Any]:
    found: Mapping[str, Any] = published["definitions"][reference.rpartition("/")[2]]
    return found


def properties(published: Mapping[str, Any], call: Call) -> Mapping[str, Any]:
    """The fields of one row of an answer."""
    schema = definition(published, operation(published, call)["responses"]["200"]["schema"]["$ref"])
    fields: Mapping[str, Any] = schema["properties"]
    if "Data" in fields:
        fields = definition(published, fields["Data"]["items"]["$ref"])["properties"]
    return fields


@each_call
def test_each_call_is_there_and_takes_the_rights_that_we_say(published: Mapping[str, Any], call: Call) -> None:
    scopes = re.findall(r"ea:[a-z]+(?![a-z_])", operation(published, call)["description"])

    assert set(scopes) == set(call.scopes)
    assert set(sandbox_books.LISTS[call.path.partition("/")[0]]) == set(call.scopes)
    assert "application/json" in operation(published, call)["produces"]


@each_call
def test_each_field_that_we_read_is_there(published: Mapping[str, Any], call: Call) -> None:
    assert READ[call.path] - set(properties(published, call)) == set()


@each_call
def test_the_emulator_answers_in_the_published_shape(published: Mapping[str, Any], call: Call) -> None:
    fields = properties(published, call)
    for row in ANSWERED[call.path]:
        assert READ[call.path] - set(row) == set()
        for name, value in row.items():
            schema = fields[name]
            assert value is None or isinstance(value, TYPES[schema["type"]]), name
            assert "enum" not in schema or value in schema["enum"], (name, value)
            assert "required" not in schema or value is not None


def test_lists_come_in_an_envelope_and_the_company_does_not(published: Mapping[str, Any]) -> None:
    for call in CALLS:
        schema = definition(published, operation(published, call)["responses"]["200"]["schema"]["$ref"])
        assert ({"Meta", "Data"} <= set(schema["properties"])) is (call is not client.COMPANY)
    meta = definition(published, "PaginationMetadata")["properties"]
    assert {"CurrentPage", "PageSize", "TotalNumberOfPages", "TotalNumberOfResults"} <= set(meta)


def test_the_numbers_of_variant_and_status_are_those(published: Mapping[str, Any]) -> None:
    fields = properties(published, client.COMPANY)

    assert fields["ProductVariant"]["enum"] == [1, 2, 3, 4, 5, 6]
    assert "3 = Bookkeeping" in fields["ProductVariant"]["description"]
    assert fields["CompanyStatus"]["enum"] == [0, 1, 2]
