"""Our small WSDLs say what the published ones say, and no more."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from lxml import etree

from connectors.twinfield import cluster
from connectors.twinfield.cluster import Service

ROOT = Path(__file__).parents[3]
CONTRACTS = ROOT.parent / "shared" / "contracts" / "twinfield"
XSD = "{http://www.w3.org/2001/XMLSchema}"
WSDL = "{http://schemas.xmlsoap.org/wsdl/}"
SOAP = "{http://schemas.xmlsoap.org/wsdl/soap/}"
SERVICES = {
    "logon": (cluster.LOGON, "session.wsdl", {"Logon"}),
    "session": (cluster.SESSION, "session-cluster.wsdl", {"SelectCompany", "Abandon", "GetRole"}),
    "processxml": (cluster.PROCESS, "processxml.wsdl", {"ProcessXmlString"}),
    "finder": (cluster.FINDER, "finder.wsdl", {"Search"}),
}
each_service = pytest.mark.parametrize("name", SERVICES)
LEFT_OUT = "CompanyId"
"""What clients leave out of the header, against what is published."""

Member = tuple[str, str, str, str, str]
"""Name, type without its prefix, fewest, most, and whether it may be nil."""


def root_of(path: Path) -> Any:
    return etree.parse(path).getroot()


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
        if element.get("name") != LEFT_OUT
    ]


def shapes(root: Any) -> dict[str, list[Member]]:
    """Members of every element and type at the top of the schema of Twinfield's own names."""
    return {
        f"{etree.QName(kind).localname} {kind.get('name')}": members(kind)
        for kind in root.find(f".//{XSD}schema").iterchildren(f"{XSD}element", f"{XSD}complexType")
    }


def values(root: Any) -> dict[str, list[str]]:
    """The values of every enumeration."""
    return {
        kind.get("name"): [value.get("value") for value in kind.iter(f"{XSD}enumeration")]
        for kind in root.iter(f"{XSD}simpleType")
        if kind.find(f".//{XSD}enumeration") is not None
    }


def actions(root: Any) -> dict[str, tuple[str, str, bool, bool]]:
    """SOAPAction and style of each SOAP 1.1 operation, and whether a header goes along and comes back."""
    return {
        operation.get("name"): (
            operation.find(f"{SOAP}operation").get("soapAction"),
            operation.find(f"{SOAP}operation").get("style"),
            operation.find(f"{WSDL}input/{SOAP}header") is not None,
            operation.find(f"{WSDL}output/{SOAP}header") is not None,
        )
        for binding in root.iterfind(f"{WSDL}binding")
        if binding.find(f"{SOAP}binding") is not None
        for operation in binding.iterfind(f"{WSDL}operation")
    }


@each_service
def test_it_has_the_operations_that_we_call(name: str) -> None:
    service, _, operations = SERVICES[name]
    assert set(actions(root_of(service.wsdl))) == operations


@each_service
def test_it_imports_nothing(name: str) -> None:
    assert not [node.tag for node in root_of(SERVICES[name][0].wsdl).iter("{*}import", "{*}include")]


@pytest.fixture
def published(name: str) -> Any:
    """The contract that the provider published, where this machine has it."""
    return root_of(CONTRACTS / SERVICES[name][1])


@each_service
def test_every_shape_is_the_published_one(name: str, published: Any) -> None:
    ours, theirs = root_of(SERVICES[name][0].wsdl), published

    assert shapes(ours) == {shape: shapes(theirs).get(shape) for shape in shapes(ours)}
    assert values(ours) == {kind: values(theirs).get(kind) for kind in values(ours)}
    assert ours.get("targetNamespace") == theirs.get("targetNamespace") == cluster.NAMESPACE
    for root in (ours, theirs):
        assert root.find(f".//{XSD}schema").get("elementFormDefault") == "qualified"


@each_service
def test_every_operation_is_the_published_one(name: str, published: Any) -> None:
    ours, theirs = root_of(SERVICES[name][0].wsdl), published
    assert actions(ours) == {operation: actions(theirs).get(operation) for operation in actions(ours)}


@each_service
def test_its_address_is_the_published_one(name: str, published: Any) -> None:
    service: Service = SERVICES[name][0]
    ours, theirs = (root.find(f".//{SOAP}address").get("location") for root in (root_of(service.wsdl), published))
    assert ours == theirs
    assert ours.startswith("https://")
    assert ours.endswith(service.path)
