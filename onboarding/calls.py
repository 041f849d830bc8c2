"""Calls to the host's own addresses: a deadline for the whole call, no redirects, and an answer of limited size."""

from __future__ import annotations

import atexit
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from onboarding.settings import is_safe

if TYPE_CHECKING:
    import httpx

LARGEST = 500_000
"""Bytes of an answer that are taken."""
AT_ONCE = 20
"""Calls of this process at one time."""
_lock = threading.Lock()
_client: httpx.Client | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back."""

    status: int
    body: bytes = b""


class NoAnswer(Exception):
    """No whole answer came; the message is the kind of error alone, and holds nothing of what was sent."""


def call(
    method: str,
    url: str,
    *,
    seconds: float,
    headers: Mapping[str, str] | None = None,
    content: bytes | None = None,
    reads_body: bool = True,
) -> Answer:
    """One call, of any status; a redirect is an answer like any other. Raises ``NoAnswer``.

    Without ``reads_body`` the call ends with the status.
    """
    import httpx

    from connectors.kit.wire import deadline

    if not is_safe(url.partition("?")[0]):
        raise NoAnswer("UnsafeAddress")
    plain = {"User-Agent": "Koppelbalie", "Accept-Encoding": "identity", **(headers or {})}
    try:
        request = _shared().build_request(method, url, content=content, headers=plain, timeout=seconds)
        with deadline(seconds):
            response = _shared().send(request, stream=True)
            try:
                return Answer(response.status_code, _body(response) if reads_body else b"")
            finally:
                response.close()
    except (httpx.TransportError, httpx.InvalidURL) as error:
        raise NoAnswer(type(error).__name__) from None


def _body(response: httpx.Response) -> bytes:
    body = bytearray()
    for part in response.iter_raw():
        body += part
        if len(body) > LARGEST:
            raise NoAnswer("TooLarge")
    return bytes(body)


def _shared() -> httpx.Client:
    """The process's client, made when it is first needed: TLS verified, no cookies, no proxies of the system."""
    global _client
    with _lock:
        if _client is None:
            from connectors.kit.wire import client

            _client = client(AT_ONCE)
            atexit.register(_client.close)
        return _client
