"""The XML inside of ProcessXmlString: requests without a blank between elements, and answers read with care."""

from __future__ import annotations

import re
from dataclasses import dataclass
from html import escape
from typing import Any

from connectors.twinfield.answers import unreadable

BALANCE, PROFIT, DEBTORS = "BAS", "PNL", "DEB"
"""Types of dimensions: balance sheet, profit and loss, debtors."""
ACTIVE = "active"
_DECLARATION = re.compile(r"^<\?xml[^>]*\?>")
"""It is text by now: whatever encoding it names, it no longer has."""


@dataclass(frozen=True, slots=True)
class Listed:
    """One entry of a list: a code, which is text whatever it looks like, and a name."""

    code: str
    name: str

    def __str__(self) -> str:
        return f"{self.code} {self.name}".strip()


@dataclass(frozen=True, slots=True)
class Dimension:
    """A ledger account or the like as reading it tells; ``said`` is why it cannot be used, empty when it can."""

    code: str
    name: str
    said: str = ""

    def __str__(self) -> str:
        return f"{self.code} {self.name}".strip()


def list_offices() -> str:
    """Asks for the administrations that the user sees."""
    return _request("list", type="offices")


def list_dimensions(office: str, dimtype: str) -> str:
    """Asks for all dimensions of a type."""
    return _request("list", type="dimensions", office=office, dimtype=dimtype)


def read_dimension(office: str, dimtype: str, code: str) -> str:
    """Asks for one dimension."""
    return _request("read", type="dimensions", office=office, dimtype=dimtype, code=code)


def parsed(what: str, answer: object) -> Any:
    """The root of an answer; ``UnexpectedAnswer`` for what is no XML, or XML with a DTD."""
    from lxml import etree  # heavy: loaded where it is used

    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    if not isinstance(answer, str) or not answer.strip():
        raise unreadable(what, "nothing inside")
    try:
        root = etree.fromstring(_DECLARATION.sub("", answer.strip()).encode(), parser)
    except (etree.XMLSyntaxError, ValueError):
        raise unreadable(what, "no well-formed XML inside") from None
    if root.getroottree().docinfo.doctype:
        raise unreadable(what, "a DTD inside")
    return root


def failure(root: Any) -> str | None:
    """Why an answer is a failure, None for a success. The result stands on the root or on a child of it."""
    results = [element.get("result") for element in root.iter("*")]
    if "0" not in results:
        return None
    said = (element.get("msg") for element in root.iter("*"))
    return next((msg for msg in said if msg), "no reason given")


def listed(what: str, root: Any, name: str, entry: str) -> tuple[Listed, ...]:
    """The entries of a list that succeeded; ``name`` and ``entry`` are the elements of list and entries."""
    if root.tag != name:
        raise unreadable(what, f"{root.tag!s:.40} instead of {name}")
    rows = [Listed((element.text or "").strip(), element.get("name", "").strip()) for element in root.iter(entry)]
    return tuple(row for row in rows if row.code)


def dimension(what: str, root: Any, code: str) -> Dimension:
    """What reading a dimension brought."""
    said = failure(root)
    if said is not None:
        return Dimension(code, "", said)
    if root.tag != "dimension":
        raise unreadable(what, f"{root.tag!s:.40} instead of dimension")
    status = root.get("status", ACTIVE)
    return Dimension(code, (root.findtext("name") or "").strip(), "" if status == ACTIVE else f"status {status}")


def _request(kind: str, **members: str) -> str:
    inside = "".join(f"<{name}>{escape(value, quote=False)}</{name}>" for name, value in members.items())
    return f"<{kind}>{inside}</{kind}>"
