"""Our small WSDL says what the published one says, and no more."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from lxml import etree

from connectors.e_boekhouden.client import ADDRESS, WSDL

ROOT = Path(__file__).parents[3]
PUBLISHED = ROOT.parent / "shared" / "contracts" / "e-boekhouden" / "soap.wsdl"
XSD = "{http://www.w3.org/2001/XMLSchema}"
WSDL_NS = "{http://schemas.xmlsoap.org/wsdl/}"
SOAP = "{http://schemas.xmlsoap.org/wsdl/soap/}"
OURS = etree.parse(WSDL).getroot()

Member = tuple[str, str, str, str, str]
"""Name, type without its prefix, fewest, most, and whether it may be nil."""


def members(kind: Any) -> list[Member]:
    """The members of a complex type, or of an element that holds one, in their order."""
    return [
        (
            element.get("name"),
            element.get("type", "").rpartition(":")[2],
            element.get("minOccurs", "1"),
            element.get("maxOccurs", "1"),
            element.get("nillable", "false"),
        )
        for element in kind.iterfind(f".//{XSD}sequence/{XSD}element")
    ]


def shapes(root: Any) -> dict[str, list[Member]]:
    """Members of every element and type at the top of the schema."""
    return {
        f"{etree.QName(kind).localname} {kind.get('name')}": members(kind)
        for kind in root.find(f".//{XSD}schema").iterchildren(f"{XSD}element", f"{XSD}complexType")
    }


def actions(root: Any) -> dict[str, tuple[str, str]]:
    """SOAPAction and style of each SOAP 1.1 operation."""
    found = {}
    for binding in root.iterfind(f"{WSDL_NS}binding"):
        if binding.find(f"{SOAP}binding") is not None:
            for operation in binding.iterfind(f"{WSDL_NS}operation"):
                detail = operation.find(f"{SOAP}operation")
                found[operation.get("name")] = (detail.get("soapAction"), detail.get("style"))
    return found


def elements_of(root: Any) -> dict[str, str]:
    """The element that each message carries, by operation and direction."""
    messages = {
        message.get("name"): message.find(f"{WSDL_NS}part").get("element").rpartition(":")[2]
        for message in root.iterfind(f"{WSDL_NS}message")
        if message.find(f"{WSDL_NS}part").get("element")
    }
    return {
        f"{operation.get('name')} {direction}": messages[message.get("message").rpartition(":")[2]]
        for operation in root.iterfind(f"{WSDL_NS}portType/{WSDL_NS}operation")
        for direction in ("input", "output")
        if (message := operation.find(f"{WSDL_NS}{direction}")) is not None
        and message.get("message").rpartition(":")[2] in messages
    }


def test_it_has_the_operations_that_we_call() -> None:
    assert set(actions(OURS)) == {
        "OpenSession",
        "CloseSession",
        "GetGrootboekrekeningen",
        "GetKostenplaatsen",
        "GetAdministraties",
    }


def test_its_address_is_https() -> None:
    assert [address.get("location") for address in OURS.iter(f"{SOAP}address")] == [ADDRESS]
    assert ADDRESS.startswith("https://")


def test_it_imports_nothing() -> None:
    assert not [node.tag for node in OURS.iter("{*}import", "{*}include")]


@pytest.fixture(scope="module")
def published() -> Any:
    """The contract that the provider published, where this machine has it."""
    return etree.parse(PUBLISHED).getroot()


def test_every_shape_is_the_published_one(published: Any) -> None:
    theirs = shapes(published)

    assert shapes(OURS) == {name: theirs.get(name) for name in shapes(OURS)}
    assert OURS.get("targetNamespace") == published.get("targetNamespace")
    for root in (OURS, published):
        assert root.find(f".//{XSD}schema").get("elementFormDefault") == "qualified"


def test_every_operation_is_the_published_one(published: Any) -> None:
    theirs, elements = actions(published), elements_of(published)

    assert actions(OURS) == {name: theirs.get(name) for name in actions(OURS)}
    assert elements_of(OURS) == {name: elements.get(name) for name in elements_of(OURS)}
