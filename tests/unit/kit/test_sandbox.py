"""Emulators: found by path or by name, addresses that fit the caller, faults, and their server."""

from __future__ import annotations

import socket
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Request, Response

from connectors.kit import faults
from connectors.kit.sandbox import Sandbox, address_of, at_sandbox, emulators, serve
from connectors.kit.serving import LARGEST_REQUEST, Server

HOST, OTHER = "api.kasboek.example", "login.kasboek.example"


def answer(request: Request) -> Response:
    if request.path == "/missing":
        raise NotFound
    told = [request.method, request.path, request.root_url, address_of(request, OTHER), request.get_data(as_text=True)]
    return Response(" ".join(told))


class Package:
    """What ``emulators`` needs of a connector."""

    hosts = (HOST, OTHER)

    def sandbox(self) -> Sandbox:
        return Sandbox({HOST: answer, OTHER: answer}, ())


PACKAGES: Any = [Package()]


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    server = serve(emulators(PACKAGES))
    yield server.url
    server.shutdown()


class TestPlaces:
    """Under the path, or by the real name."""

    def test_by_path_addresses_are_its_own(self, url: str) -> None:
        told = httpx.get(f"{url}/{HOST}/v1/books").text
        assert told == f"GET /v1/books {url}/{HOST}/ {url}/{OTHER} "

    def test_by_name_addresses_are_the_real_ones(self, url: str) -> None:
        told = httpx.get(f"{url}/v1/books", headers={"Host": HOST}).text
        assert told == f"GET /v1/books https://{HOST}/ https://{OTHER} "

    @pytest.mark.parametrize("host", [HOST, OTHER, HOST.upper(), f"{HOST}:443"])
    def test_by_path_and_name_the_path_is_called_and_the_name_counts(self, host: str, url: str) -> None:
        told = httpx.get(f"{url}/{HOST}/v1/books", headers={"Host": host}).text
        assert told.startswith("GET /v1/books https://")
        assert f" https://{OTHER} " in told

    def test_the_root_of_a_host_is_its_own_path(self, url: str) -> None:
        assert httpx.get(f"{url}/{HOST}").text.startswith("GET / ")

    def test_elsewhere_it_says_what_there_is(self, url: str) -> None:
        said = httpx.get(url)
        assert said.status_code == 404
        assert f"/{HOST}/" in said.text

    def test_what_a_package_does_not_have_is_not_there(self, url: str) -> None:
        assert httpx.get(f"{url}/{HOST}/missing").status_code == 404

    def test_the_map_of_hosts_leads_there(self, url: str) -> None:
        assert at_sandbox(PACKAGES, f"{url}/") == {HOST: f"{url}/{HOST}", OTHER: f"{url}/{OTHER}"}

    def test_each_answer_can_be_made_to_wait(self) -> None:
        server = serve(emulators(PACKAGES, latency=0.1))
        started = time.monotonic()
        httpx.get(f"{server.url}/{HOST}/")
        assert time.monotonic() - started >= 0.1
        server.shutdown()


@pytest.fixture
def played() -> Iterator[Callable[[Callable[[], Response]], str]]:
    """Serves one answer, however it is made."""
    servers: list[Server] = []

    def play(make: Callable[[], Response]) -> str:
        def app(environ: Any, start_response: Any) -> Any:
            return make()(environ, start_response)

        servers.append(serve(app))
        return servers[-1].url

    yield play
    for server in servers:
        server.shutdown()


def good() -> Response:
    return Response('{"a": "http://x"}', content_type="application/json")


class TestFaults:
    """Each looks on the wire as it says."""

    @pytest.mark.parametrize(
        ("make", "status"),
        [
            (faults.outage, 503),
            (lambda: faults.outage(502), 502),
            (faults.broken, 500),
            (faults.web_page, 200),
            (lambda: faults.web_page(403), 403),
            (faults.entities, 200),
            (faults.outside, 200),
            (lambda: faults.moved("https://elsewhere.example/"), 302),
        ],
    )
    def test_statuses(self, make: Callable[[], Response], status: int, played: Any) -> None:
        assert httpx.get(played(make)).status_code == status

    def test_limits_say_how_long_when_asked_to(self, played: Any) -> None:
        assert httpx.get(played(lambda: faults.limited(20))).headers["Retry-After"] == "20"
        assert "Retry-After" not in httpx.get(played(faults.limited)).headers

    def test_slow_is_slow(self, played: Any) -> None:
        url = played(lambda: faults.slow(good(), 0.3))
        with pytest.raises(httpx.ReadTimeout):
            httpx.get(url, timeout=0.1)
        assert httpx.get(url, timeout=2).json() == {"a": "http://x"}

    def test_drips_come_whole_in_the_end(self, played: Any) -> None:
        url = played(lambda: faults.drip(good(), 0.01))
        started = time.monotonic()
        assert httpx.get(url, timeout=0.5).json() == {"a": "http://x"}
        assert time.monotonic() - started > 0.15

    @pytest.mark.parametrize("whole", [good, lambda: Response("")])
    def test_cut_promises_more_than_it_gives(self, whole: Callable[[], Response], played: Any) -> None:
        with pytest.raises(httpx.RemoteProtocolError):
            httpx.get(played(lambda: faults.cut(whole())))

    def test_half_empty_and_foreign_arrive_well(self, played: Any) -> None:
        assert httpx.get(played(lambda: faults.halved(good()))).text == '{"a": "h'
        assert httpx.get(played(lambda: faults.empty(good()))).text == ""
        assert httpx.get(played(lambda: faults.foreign(good()))).json() == {"a_": "urn:other:x"}

    def test_huge_is_huge(self, played: Any) -> None:
        assert len(httpx.get(played(lambda: faults.huge(good()))).content) == faults.HUGE

    def test_drop_answers_nothing(self, played: Any) -> None:
        with pytest.raises(httpx.RemoteProtocolError):
            httpx.get(played(faults.drop))


class TestServer:
    """Kept-alive connections, one write an answer, an end when told."""

    def test_a_connection_is_kept(self, url: str) -> None:
        with httpx.Client() as client:
            for number in range(3):
                response = client.post(f"{url}/{HOST}/{number}", content=b"body")
                assert response.text.startswith(f"POST /{number} ")
                assert response.text.endswith(" body")
                stream = response.extensions["network_stream"]
                ports = {stream.get_extra_info("client_addr")[1]}
        assert len(ports) == 1

    def test_an_answer_of_unknown_length_ends_with_the_connection(self, played: Any) -> None:
        response = httpx.get(played(lambda: Response(iter([b"a", b"b"]))))
        assert response.text == "ab"
        assert response.headers["Connection"] == "close"

    @pytest.mark.parametrize(("method", "status"), [("HEAD", 200), ("GET", 204)])
    def test_an_answer_without_a_body_keeps_the_connection(self, method: str, status: int, played: Any) -> None:
        url = played(lambda: Response(b"" if status == 204 else b"body", status))
        with httpx.Client() as client:
            for _ in range(2):
                assert client.request(method, url).content == b""

    def test_any_method_is_the_apps_own_business(self, url: str) -> None:
        assert httpx.request("BREW", f"{url}/{HOST}/").text.startswith("BREW / ")

    @pytest.mark.parametrize(
        "headers",
        [{"Content-Length": "many"}, {"Content-Length": str(LARGEST_REQUEST + 1)}, {"Transfer-Encoding": "chunked"}],
    )
    def test_a_body_of_no_known_length_is_refused(self, headers: dict[str, str], url: str) -> None:
        lines = ["POST / HTTP/1.1", "Host: x", *(f"{name}: {value}" for name, value in headers.items()), "", ""]
        with socket.create_connection((urlsplit(url).hostname, urlsplit(url).port)) as connection:
            connection.sendall("\r\n".join(lines).encode())
            assert b" 411 " in connection.recv(1000)

    def test_an_app_that_breaks_is_logged_and_hangs_up(self, played: Any, caplog: pytest.LogCaptureFixture) -> None:
        def breaks() -> Response:
            raise ValueError

        with pytest.raises(httpx.RemoteProtocolError):
            httpx.get(played(breaks))
        assert "the emulator broke" in caplog.text

    def test_a_caller_that_hangs_up_troubles_nobody(self, played: Any) -> None:
        url = played(lambda: faults.huge(good()))
        for _ in range(3):
            with socket.create_connection((urlsplit(url).hostname, urlsplit(url).port)) as connection:
                connection.sendall(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
        assert len(httpx.get(url).content) == faults.HUGE

    def test_stopping_ends_connections_too(self) -> None:
        server = serve(emulators(PACKAGES))
        with httpx.Client() as client:
            assert client.get(f"{server.url}/{HOST}/").status_code == 200
            server.shutdown()
            with pytest.raises(httpx.TransportError):
                client.get(f"{server.url}/{HOST}/")

    def test_a_taken_port_is_an_error(self, url: str) -> None:
        with pytest.raises(OSError, match="in use"):
            serve(emulators(PACKAGES), urlsplit(url).port or 0)

    def test_sixty_four_callers_wait_at_once(self) -> None:
        server = serve(emulators(PACKAGES, latency=0.15))
        with httpx.Client(limits=httpx.Limits(max_connections=64)) as client, ThreadPoolExecutor(64) as pool:
            started = time.monotonic()
            answers = list(pool.map(lambda _: client.get(f"{server.url}/{HOST}/").status_code, range(128)))
            took = time.monotonic() - started
        server.shutdown()
        assert answers == [200] * 128
        assert took < 3
