"""Names and connections under the one way out."""

from __future__ import annotations

import socket
import time
from collections.abc import Callable
from typing import Any

import httpcore
import httpx
import pytest

from connectors.kit.errors import Unavailable
from connectors.kit.http import Http
from connectors.kit.wire import addresses_of
from tests.unit.kit.crooked import listening, says

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"
HOST = "api.kasboek.example"


def found(*addresses: str) -> Callable[..., Any]:
    """A look-up that finds these for any name, and what is true for an address."""
    real = socket.getaddrinfo

    def look_up(host: str, port: int, *more: Any, **named: Any) -> list[Any]:
        if not host[0].isalpha():
            return real(host, port, *more, **named)
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port)) for address in addresses]

    return look_up


def test_an_address_needs_no_look_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: pytest.fail("was looked up"))
    assert addresses_of("127.0.0.1", 80, 1.0) == ["127.0.0.1"]
    assert addresses_of("::1", 80, 1.0) == ["::1"]


def test_each_address_is_given_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(socket, "getaddrinfo", found("127.0.0.2", "127.0.0.1", "127.0.0.2"))
    assert addresses_of("kasboek.example", 80, 1.0) == ["127.0.0.2", "127.0.0.1"]


def test_a_name_that_is_none_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown(*_: object, **__: object) -> None:
        raise socket.gaierror(-2, "unknown")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    with pytest.raises(httpcore.ConnectError):
        addresses_of("kasboek.example", 80, 1.0)


def test_a_slow_look_up_is_left_behind_at_the_deadline(monkeypatch: pytest.MonkeyPatch, pool: httpx.Client) -> None:
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: time.sleep(2) or [])
    http = Http("Kasboek", [HOST], client=pool, deadline=0.3)
    started = time.monotonic()
    with pytest.raises(Unavailable) as caught:
        http.call("GET", f"https://{HOST}/", operation="x")
    assert time.monotonic() - started < 0.8
    assert "ConnectTimeout" in caught.value.detail


def test_the_next_address_is_tried_when_one_is_dead(
    monkeypatch: pytest.MonkeyPatch, http_to: Callable[..., Http]
) -> None:
    with listening(says(OK)) as url:
        port = url.rpartition(":")[2]
        monkeypatch.setattr(socket, "getaddrinfo", found("::1", "127.0.0.1"))
        answer = http_to(f"http://localhost:{port}").call("GET", f"https://{HOST}/", operation="x")
    assert answer.status == 200


def test_no_answer_of_any_address_is_an_outage(monkeypatch: pytest.MonkeyPatch, http_to: Callable[..., Http]) -> None:
    monkeypatch.setattr(socket, "getaddrinfo", found("::1", "127.0.0.1"))
    with pytest.raises(Unavailable):
        http_to("http://localhost:9").call("GET", f"https://{HOST}/", operation="x")
