"""What the emulator answers to the XML inside of ProcessXmlString."""

from __future__ import annotations

from typing import Any

from lxml import etree

from connectors.twinfield import sandbox_books as books

NO_XML = "The request is no well-formed XML."
BLANKS = "The request has blanks between its elements."
UNKNOWN = "The request is not known."
NO_OFFICE = "De administratie bestaat niet of u hebt geen toegang."


def processed(asked: str, club: str, ails: str, *, by_token: bool, office: str) -> str | None:
    """The answer to a request. None for one by token that names no company, which only a list of offices may do."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    try:
        root = etree.fromstring(asked.encode(), parser)
    except etree.XMLSyntaxError:
        return _failed("result", NO_XML)
    tag = str(root.tag)
    if any(text.isspace() for text in root.itertext()):
        return _failed(tag, BLANKS)
    members = {str(child.tag): child.text or "" for child in root}
    if (tag, list(members), members.get("type")) == ("list", ["type"], "offices"):
        return _offices(club)
    if by_token and not office:
        return None
    return _dimensions(tag, members, club, ails, office)


def _dimensions(tag: str, members: dict[str, str], club: str, ails: str, office: str) -> str:
    if members.get("office") not in dict(books.offices(club)) or (office and members["office"] != office):
        return _failed(tag, NO_OFFICE)
    is_known = members.get("type") == "dimensions" and members.get("dimtype") in books.DIMENSIONS
    match tag, list(members):
        case "list", ["type", "office", "dimtype"] if is_known:
            return _list(ails, members["dimtype"])
        case "read", ["type", "office", "dimtype", "code"] if is_known:
            return _read(ails, members)
    return _failed(tag, UNKNOWN)


def _offices(club: str) -> str:
    root = etree.Element("offices", result="1")
    for code, name in books.offices(club):
        etree.SubElement(root, "office", name=name, shortname="").text = code
    return _text(root)


def _list(ails: str, dimtype: str) -> str:
    root = etree.Element("dimensions", result="1")
    for code, name in books.dimensions(ails, dimtype):
        etree.SubElement(root, "dimension", name=name, shortname="").text = code
    return _text(root)


def _read(ails: str, members: dict[str, str]) -> str:
    code = members["code"]
    name = dict(books.dimensions(ails, members["dimtype"])).get(code)
    if name is None:
        return _failed("dimension", f"{code} bestaat niet.")
    root = etree.Element("dimension", status=books.status(ails, code), result="1")
    for tag, value in (("office", members["office"]), ("type", members["dimtype"]), ("code", code), ("name", name)):
        etree.SubElement(root, tag).text = value
    return _text(root)


def _failed(tag: str, message: str) -> str:
    return _text(etree.Element(tag, result="0", msgtype="error", msg=message))


def _text(root: Any) -> str:
    return etree.tostring(root, encoding="unicode")
