"""The emulator of a SOAP service: reads and writes by our own WSDL, and refuses what its schema refuses."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from copy import deepcopy
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Any

from lxml import etree
from werkzeug.wrappers import Request, Response
from zeep.xsd.context import XmlParserContext

from connectors.kit.sandbox import address_of
from connectors.kit.soap import client_of

ENVELOPE = "http://schemas.xmlsoap.org/soap/envelope/"
SOAP = "http://schemas.xmlsoap.org/wsdl/soap/"
XSD = "http://www.w3.org/2001/XMLSchema"
XML = "text/xml; charset=utf-8"
CONTEXT: Any = XmlParserContext
FAULT = f"""<?xml version="1.0" encoding="utf-8"?>
<soap:Envelope xmlns:soap="{ENVELOPE}"><soap:Body><soap:Fault>\
<faultcode>{{code}}</faultcode><faultstring>{{message}}</faultstring>{{detail}}</soap:Fault></soap:Body></soap:Envelope>"""


@dataclass(frozen=True, slots=True)
class Call:
    """What an operation is asked: typed arguments (by attribute), the SOAP header or None, and the request."""

    operation: str
    arguments: Any
    header: Any
    request: Request


Reply = Mapping[str, Any] | Response | None
"""Members of the response element, a whole response (a fault), or nothing for an element without members."""
Operation = Callable[[Call], Reply]


class Refused(Exception):
    """Answer with a SOAP Fault: ``code`` is a faultcode as the service spells it, ``detail`` is XML."""

    def __init__(self, code: str, message: str, detail: str = "") -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.detail = detail


class SoapService:
    """One port of a service, as a handler of requests.

    ``binding`` is the qualified name of a SOAP 1.1 binding in ``wsdl``; ``host`` and ``path`` are where
    the provider has it; ``operations`` are functions by name.
    """

    def __init__(self, wsdl: Path, binding: str, *, host: str, path: str, operations: Mapping[str, Operation]) -> None:
        self._wsdl = wsdl
        self._client = client_of(wsdl)
        self._binding = self._client.wsdl.bindings[binding]
        self._schemas = _schemas(wsdl)
        self._host = host
        self._path = path
        self._operations = operations

    def __call__(self, request: Request) -> Response:
        """Answer a request: the WSDL for GET with ``?WSDL``, a call for POST."""
        if request.method == "GET" and "wsdl" in request.query_string.decode("latin-1").lower():
            return Response(self._description(request), content_type=XML)
        if request.method != "POST":
            return Response("POST a SOAP envelope", 405, headers={"Allow": "GET, POST"})
        if request.mimetype != "text/xml":
            return Response("Content-Type has to be text/xml", 415)
        try:
            call = self._read(request)
            reply = self._operations[call.operation](call)
        except Refused as refused:
            return fault(refused.code, refused.message, refused.detail)
        return reply if isinstance(reply, Response) else self.answer(call.operation, **(reply or {}))

    def answer(self, operation: str, **members: Any) -> Response:
        """The response of ``operation`` with these members, checked against the schema."""
        message = self._binding.get(operation).output
        envelope = message.serialize(**members).content
        self._valid(envelope.find(f"{{{ENVELOPE}}}Body")[0])
        return Response(etree.tostring(envelope, xml_declaration=True, encoding="utf-8"), content_type=XML)

    def _read(self, request: Request) -> Call:
        envelope = _parsed(request.get_data())
        element = _only_child(envelope)
        operation = self._named(element, request.headers.get("SOAPAction", ""))
        try:
            self._valid(element)
        except etree.DocumentInvalid as error:
            raise Refused("soap:Client", f"Server was unable to read request. {error}") from None
        message = operation.input
        context = CONTEXT(settings=self._client.wsdl.settings)
        header = envelope.find(f"{{{ENVELOPE}}}Header")
        return Call(
            operation.name,
            message.body.parse(element, self._client.wsdl.types, context=context),
            None if header is None else message.header.parse(header, self._client.wsdl.types, context=context),
            request,
        )

    def _named(self, element: Any, action: str) -> Any:
        """The operation whose SOAPAction and element were sent; services of this kind choose by the first."""
        for operation in self._binding.all().values():
            if operation.soapaction == action.strip('"'):
                if operation.input.body.qname != etree.QName(element) or operation.name not in self._operations:
                    break
                return operation
        raise Refused("soap:Client", f"Server did not recognize the value of HTTP Header SOAPAction: {action}.")

    def _valid(self, element: Any) -> None:
        """Raises ``DocumentInvalid`` when the element is not what the schema says."""
        schema = self._schemas.get(etree.QName(element).namespace)
        if schema is None:
            raise Refused("soap:Client", "Server was unable to read request: unknown namespace.")
        schema.assertValid(deepcopy(element))

    def _description(self, request: Request) -> bytes:
        root = etree.parse(self._wsdl).getroot()
        for address in root.iter(f"{{{SOAP}}}address"):
            address.set("location", address_of(request, self._host) + self._path)
        return etree.tostring(root, xml_declaration=True, encoding="utf-8")


def fault(code: str, message: str, detail: str = "") -> Response:
    """A SOAP Fault with status 500; ``detail`` is XML, the others are text."""
    detail = f"<detail>{detail}</detail>" if detail else ""
    return Response(FAULT.format(code=escape(code), message=escape(message), detail=detail), 500, content_type=XML)


def _parsed(content: bytes) -> Any:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        envelope = etree.fromstring(content, parser)
    except etree.XMLSyntaxError:
        raise Refused("soap:Client", "Server was unable to read request: no well-formed XML.") from None
    if envelope.getroottree().docinfo.doctype:
        raise Refused("soap:Client", "Server was unable to read request: DTD is prohibited.")
    if envelope.tag != f"{{{ENVELOPE}}}Envelope":
        raise Refused("soap:VersionMismatch", "Possible SOAP version mismatch.")
    return envelope


def _only_child(envelope: Any) -> Any:
    body = envelope.find(f"{{{ENVELOPE}}}Body")
    if body is None or len(body) != 1:
        raise Refused("soap:Client", "Server was unable to read request: the body needs one element.")
    return body[0]


def _schemas(wsdl: Path) -> dict[str | None, Any]:
    """A validator per target namespace of the schemas in a WSDL, which may import each other."""
    embedded = list(etree.parse(wsdl).getroot().iter(f"{{{XSD}}}schema"))
    places = {schema.get("targetNamespace"): f"embedded:{number}" for number, schema in enumerate(embedded)}
    for schema in embedded:
        for other in schema.iter(f"{{{XSD}}}import"):
            if other.get("namespace") in places:
                other.set("schemaLocation", places[other.get("namespace")])
    texts = {places[schema.get("targetNamespace")]: etree.tostring(schema) for schema in embedded}

    class Embedded(etree.Resolver):
        def resolve(self, system_url: Any, public_id: Any, context: Any) -> Any:
            return self.resolve_string(texts[system_url], context) if system_url in texts else None

    parser = etree.XMLParser(no_network=True)
    parser.resolvers.add(Embedded())
    return {name: etree.XMLSchema(etree.fromstring(texts[place], parser)) for name, place in places.items()}
