"""Names and connections under the one way out."""

from __future__ import annotations

import socket
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpcore
import httpx
import pytest

from connectors.kit import pool as pool_module
from connectors.kit.errors import Unavailable
from connectors.kit.http import Http, open_client
from connectors.kit.sandbox import serve
from connectors.kit.serving import Server
from connectors.kit.wire import addresses_of, deadline
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
    assert time.monotonic() - started < 1.2
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


class TestPool:
    """Kept connections."""

    @pytest.fixture
    def server(self) -> Iterator[Server]:
        server = serve(answers)
        yield server
        server.shutdown()

    @pytest.fixture
    def client(self) -> Iterator[httpx.Client]:
        with open_client(2) as client:
            yield client

    def test_a_connection_is_used_again(self, server: Server, client: httpx.Client) -> None:
        assert len({get(client, server.url) for _ in range(5)}) == 1

    def test_one_that_the_server_ended_is_not(self, server: Server, client: httpx.Client) -> None:
        first = get(client, server.url)
        for one in list(server._open):
            one.shutdown(socket.SHUT_RDWR)
        time.sleep(0.05)
        assert get(client, server.url) != first

    def test_one_that_ended_with_its_answer_is_not_kept(self, client: httpx.Client) -> None:
        last = says(b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 1\r\n\r\nx")
        with listening(last) as url, deadline(5):
            assert [client.get(url).text for _ in range(3)] == ["x"] * 3

    def test_an_answer_that_was_not_read_ends_its_connection(self, server: Server, client: httpx.Client) -> None:
        for _ in range(5):
            with deadline(5), client.stream("GET", f"{server.url}/much") as response:
                assert response.status_code == 200
        assert get(client, server.url)

    def test_those_that_nobody_uses_end(
        self, server: Server, client: httpx.Client, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        with deadline(5), client.stream("GET", server.url) as first, client.stream("GET", server.url) as second:
            assert b"".join(first.iter_raw()) == b"".join(second.iter_raw()) == b"ok"
        monkeypatch.setattr(pool_module, "KEPT", -1.0)
        get(client, server.url)
        monkeypatch.undo()
        until = time.monotonic() + 2
        while len(server._open) > 1 and time.monotonic() < until:
            time.sleep(0.01)
        assert len(server._open) <= 1

    def test_a_failed_connection_leaves_room_for_the_next(self, server: Server, client: httpx.Client) -> None:
        for _ in range(5):
            with pytest.raises(httpx.ConnectError), deadline(1):
                client.get("http://127.0.0.1:9")
        assert get(client, server.url)

    def test_more_calls_than_connections_wait_their_turn(self, server: Server, client: httpx.Client) -> None:
        with ThreadPoolExecutor(8) as workers:
            ports = list(workers.map(lambda _: get(client, server.url), range(40)))
        assert len(set(ports)) <= 2
        assert len(ports) == 40


def answers(environ: Any, start_response: Any) -> list[bytes]:
    """Which connection asked; or much."""
    body = b"x" * 5_000_000 if environ["PATH_INFO"] == "/much" else b"ok"
    start_response("200 OK", [("Content-Length", str(len(body)))])
    return [body]


def get(client: httpx.Client, url: str) -> int:
    """The port of the connection over which the answer came."""
    with deadline(5):
        response = client.get(url)
    assert response.text == "ok"
    port: int = response.extensions["network_stream"].get_extra_info("client_addr")[1]
    return port
