"""SOAP over the one way out: zeep writes and reads the envelopes, ``Http`` carries them."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from connectors.kit.errors import ProviderError, RateLimited, Unavailable, UnexpectedAnswer
from connectors.kit.http import BUSY, OURS, UNREACHABLE, Answer, Http, retry_after

PAUSE = 60.0
"""Seconds to wait after a 429 that does not say how long."""
NO_FAULT = "Unknown fault occured"
"""What zeep says of an error answer without a SOAP Fault in it (its own spelling)."""
HEADERS = "_soapheaders"
"""The argument that zeep puts in the SOAP header: sessions and tokens, no part of the question."""

_clients: dict[Path, Any] = {}
_building = threading.Lock()


def client_of(wsdl: Path) -> Any:
    """The process's zeep client for a WSDL of our own on disk: built once, hardened, unable to fetch anything."""
    if wsdl not in _clients:
        with _building:
            if wsdl not in _clients:
                _clients[wsdl] = _build(wsdl)
    return _clients[wsdl]


def _build(wsdl: Path) -> Any:
    import zeep  # heavy: loaded where it is used
    from zeep.transports import Transport

    class LocalOnly(Transport):
        """Reads the WSDL from disk and nothing else; the calls themselves go through ``Http``."""

        def load(self, url: str) -> bytes:
            path = Path(url)
            if not path.is_file():
                raise ValueError("a WSDL is never fetched")
            return path.read_bytes()

        def post(self, address: str, message: str, headers: dict[str, str]) -> Any:
            raise ValueError("calls go through Http")

        get = post

    settings = zeep.Settings(
        strict=True, forbid_dtd=True, forbid_entities=True, forbid_external=True, xml_huge_tree=False
    )
    client: Any = zeep.Client
    transport: Any = LocalOnly
    return client(str(wsdl), transport=transport(), settings=settings)


@dataclass(frozen=True, slots=True)
class _Reply:
    """An answer in the shape that zeep reads."""

    status_code: int
    content: bytes
    headers: dict[str, str]
    encoding: str = "utf-8"


class Fault(Exception):
    """The service answered with a SOAP Fault; ``code`` and ``message`` are the provider's, unredacted."""

    def __init__(self, code: str, message: str, detail: Any = None) -> None:
        super().__init__("SOAP Fault")
        self.code = code
        self.message = message
        self.detail = detail


class Soap:
    """Calls of one run on one port of a service.

    ``binding`` is the qualified name of a binding in the WSDL ("{namespace}name"); ``address`` is the
    provider's real https address, whatever the WSDL says; ``learns`` are elements of answers whose text is a
    secret (a session's id), redacted from then on, also out of an answer that cannot be read. ``bare`` says that
    the service may refuse with 401 or 403 and words beside the status instead of a Fault: they come as one, whose
    code is the status. ``hides`` are arguments that are never shown, not even as dots.
    """

    def __init__(
        self,
        wsdl: Path,
        binding: str,
        address: str,
        http: Http,
        *,
        learns: tuple[str, ...] = (),
        bare: bool = False,
        hides: tuple[str, ...] = (),
    ) -> None:
        self._wsdl = wsdl
        names = "|".join(map(re.escape, learns))
        self._learns = re.compile(rf"<(?:[\w.-]+:)?(?:{names})(?:\s[^<>]*)?>\s*([^<\s]+)") if learns else None
        self._name = binding
        self._address = address
        self._http = http
        self._bare = bare
        self._hides = frozenset({HEADERS, *hides})

    @cached_property
    def _client(self) -> Any:
        return client_of(self._wsdl)

    @cached_property
    def _binding(self) -> Any:
        return self._client.wsdl.bindings[self._name]

    def part(self, operation: str, **arguments: Any) -> Any:
        """Call the operation that signs off: once, briefly, also when the service failed before."""
        return self._send(operation, arguments, parting=True)

    def call(self, operation: str, **arguments: Any) -> Any:
        """Call an operation and give its result as zeep does; ``_soapheaders`` is what goes in the SOAP header.

        Raises ``Fault`` for a SOAP Fault, ``RateLimited`` for 429, ``Unavailable`` for no answer or 500
        without a Fault, and ``UnexpectedAnswer`` for anything that is not the answer that the WSDL promises.
        """
        return self._send(operation, arguments)

    def _send(self, operation: str, arguments: Mapping[str, Any], *, parting: bool = False) -> Any:
        from lxml import etree

        envelope, headers = self._binding._create(  # noqa: SLF001 - zeep can only write an envelope and send it at once
            operation, (), arguments, client=self._client, options={"address": self._address}
        )
        answer = self._http.call(
            "POST",
            self._address,
            operation=operation,
            shown=dict(_flat({key: value for key, value in arguments.items() if key not in self._hides})),
            headers=headers,
            content=etree.tostring(envelope, xml_declaration=True, encoding="utf-8"),
            parting=parting,
        )
        return self._read(operation, answer)

    def _read(self, operation: str, answer: Answer) -> Any:
        import zeep.exceptions

        if self._learns is not None:
            self._http.redact.learn(*self._learns.findall(answer.text))
        if answer.status == 429:
            raise self._limited(answer)
        if self._bare and answer.status in (401, 403) and _is_no_envelope(answer):
            raise Fault(str(answer.status), answer.reason)
        if answer.is_html or not answer.body.strip():
            raise self._unreadable(answer, "a web page" if answer.is_html else "nothing")
        reply = _Reply(answer.status, answer.body, {"Content-Type": "text/xml"})
        try:
            return self._binding.process_reply(self._client, self._binding.get(operation), reply)
        except zeep.exceptions.Fault as fault:
            if fault.code is None and fault.message == NO_FAULT:
                raise self._unreadable(answer, "no Fault in an error answer") from None
            raise Fault(fault.code or "", fault.message or "", fault.detail) from None
        except Exception as error:  # noqa: BLE001 - zeep and lxml raise many kinds on foreign XML
            raise self._unreadable(answer, type(error).__name__) from None

    def _limited(self, answer: Answer) -> RateLimited:
        host = urlsplit(self._address).hostname or ""
        pause = retry_after(answer, otherwise=PAUSE)
        limited = RateLimited(BUSY.format(name=self._http.name), retry_after=pause, detail="status 429")
        return self._http.hold(host, limited)

    def _unreadable(self, answer: Answer, why: str) -> ProviderError:
        detail = f"{why}; status {answer.status}; {self._http.excerpt(answer)}"
        if answer.status == 500:
            return Unavailable(UNREACHABLE.format(name=self._http.name), detail=detail)
        return UnexpectedAnswer(OURS, detail=detail)


def _is_no_envelope(answer: Answer) -> bool:
    return answer.is_html or b":Envelope" not in answer.body[:1000]


def _flat(arguments: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, Any]]:
    for key, value in arguments.items():
        if isinstance(value, Mapping):
            yield from _flat(value, f"{prefix}{key}.")
        else:
            yield f"{prefix}{key}", value
