"""What we ask and read is in the published description, and the emulator answers as it says."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from connectors.snelstart import client, sandbox_books
from connectors.snelstart.access import API, Call

ROOT = Path(__file__).parents[3]
DESCRIPTION = ROOT.parent / "shared" / "contracts" / "snelstart" / "openapi.yaml"
MANDATES = Call(client.MANDATES, client.RELATIONS.scope)
CALLS = [
    client.COMPANY,
    client.LEDGER,
    client.DAYBOOKS,
    client.VAT_RATES,
    client.COST_CENTRES,
    client.RELATIONS,
    MANDATES,
]
READ = {
    client.COMPANY.path: {"administratieIdentifier", "administratieNaam", "bedrijfsnaam", "kvKNummer", "iban"},
    client.LEDGER.path: {"id", "nummer", "omschrijving", "nonactief", "kostenplaatsVerplicht", "grootboekfunctie"},
    client.DAYBOOKS.path: {"nummer", "soort", "nonactief"},
    client.VAT_RATES.path: {"btwSoort", "btwPercentage", "datumVanaf", "datumTotEnMet"},
    client.COST_CENTRES.path: {"id", "nummer", "omschrijving", "nonactief"},
    client.RELATIONS.path: {"id", "relatiesoort"},
    MANDATES.path: {"id", "kenmerk", "intrekkingsDatum"},
}
"""What we read of each answer."""
ANSWERED: Mapping[str, list[Mapping[str, object]]] = {
    client.COMPANY.path: [sandbox_books.company("goed")],
    client.LEDGER.path: sandbox_books.ledger("pagina2"),
    client.DAYBOOKS.path: sandbox_books.daybooks(""),
    client.VAT_RATES.path: sandbox_books.vat_rates(""),
    client.COST_CENTRES.path: sandbox_books.cost_centres(""),
    client.RELATIONS.path: sandbox_books.relations(""),
    MANDATES.path: sandbox_books.mandates("ingetrokken", sandbox_books.identifier(5, 3)),
}
"""What the emulator answers."""
TYPES = {"string": str, "integer": int, "number": int | float, "boolean": bool, "array": list, "object": dict}


@pytest.fixture(scope="module")
def published() -> Mapping[str, Any]:
    """SnelStart's own description of its interface."""
    described: Mapping[str, Any] = yaml.load(DESCRIPTION.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
    return described


def resolved(published: Mapping[str, Any], schema: Mapping[str, Any]) -> Mapping[str, Any]:
    """A schema behind its reference."""
    name = schema.get("$ref", "").rpartition("/")[2]
    return resolved(published, published["components"]["schemas"][name]) if name else schema


def operation(published: Mapping[str, Any], call: Call) -> Mapping[str, Any]:
    found: Mapping[str, Any] = published["paths"][f"/{call.path}"]["get"]
    return found


def properties(published: Mapping[str, Any], call: Call) -> Mapping[str, Any]:
    """The fields of one row of an answer."""
    content = operation(published, call)["responses"]["200"]["content"]["application/json"]
    schema = resolved(published, content["schema"])
    row = resolved(published, schema["items"]) if schema["type"] == "array" else schema
    found: Mapping[str, Any] = row["properties"]
    return found


def test_the_address_and_the_header_are_those(published: Mapping[str, Any]) -> None:
    assert published["servers"] == [{"url": API}]
    assert published["components"]["securitySchemes"]["apiKeyHeader"]["name"] == "Ocp-Apim-Subscription-Key"


@pytest.mark.parametrize("call", CALLS, ids=lambda call: call.path)
def test_each_call_is_there_and_takes_the_right_that_we_say(published: Mapping[str, Any], call: Call) -> None:
    assert f"- {call.scope}" in operation(published, call)["description"]


@pytest.mark.parametrize("call", CALLS, ids=lambda call: call.path)
def test_each_field_that_we_read_is_there(published: Mapping[str, Any], call: Call) -> None:
    assert READ[call.path] - set(properties(published, call)) == set()


@pytest.mark.parametrize("call", CALLS, ids=lambda call: call.path)
def test_the_emulator_answers_in_the_published_shape(published: Mapping[str, Any], call: Call) -> None:
    fields = properties(published, call)
    for row in ANSWERED[call.path]:
        assert READ[call.path] - set(row) == set()
        for name, value in row.items():
            schema = resolved(published, fields[name])
            assert value is None or isinstance(value, TYPES[schema["type"]]), name
            assert "enum" not in schema or value in schema["enum"], (name, value)


@pytest.mark.parametrize("call", [client.LEDGER, client.RELATIONS], ids=lambda call: call.path)
def test_a_page_is_as_large_as_it_may_be(published: Mapping[str, Any], call: Call) -> None:
    parameters = {one["name"]: one["schema"] for one in operation(published, call)["parameters"]}

    assert parameters["$top"]["maximum"] == client.PAGE
    assert "$filter" in parameters


@pytest.mark.parametrize("call", [client.DAYBOOKS, client.VAT_RATES, client.COST_CENTRES], ids=lambda call: call.path)
def test_where_no_filter_is_published_we_send_none(published: Mapping[str, Any], call: Call) -> None:
    assert not operation(published, call).get("parameters")


def test_mandates_can_be_read_and_nothing_else(published: Mapping[str, Any]) -> None:
    assert list(published["paths"][f"/{MANDATES.path}"]) == ["get"]
