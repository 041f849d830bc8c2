"""The one way out: what it lets through, what it refuses, and when it gives up."""

from __future__ import annotations

import gzip
import logging
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.wrappers import Request, Response

from connectors.kit import faults
from connectors.kit.errors import Owner, ProviderError, RateLimited, Unavailable, UnexpectedAnswer
from connectors.kit.http import (
    LARGEST,
    OURS,
    Answer,
    Http,
    Outside,
    is_loopback,
    open_client,
    parse_at,
    retry_after,
)
from connectors.kit.sandbox import serve
from connectors.kit.trace import KEPT
from tests.unit.kit.crooked import Talk, deaf, drips, listening, says

HOST = "api.kasboek.example"
ADDRESS = f"https://{HOST}/v1/books"
OK = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}"
IN_TIME = 0.3
MakeHttp = Callable[..., Http]


@dataclass
class Provider:
    """A provider that remembers what it was asked, and answers what a test wants."""

    url: str = ""
    asked: list[Request] = field(default_factory=list)
    answers: Callable[[Request], Response] = lambda request: Response("{}", content_type="application/json")

    def __call__(self, environ: Any, start_response: Any) -> Any:
        request = Request(environ)
        request.get_data()
        self.asked.append(request)
        return self.answers(request)(environ, start_response)


@pytest.fixture
def provider() -> Iterator[Provider]:
    provider = Provider()
    server = serve(provider)
    provider.url = server.url
    yield provider
    server.shutdown()


@pytest.fixture
def http(provider: Provider, http_to: MakeHttp) -> Http:
    return http_to(provider.url)


def get(http: Http, url: str = ADDRESS, **how: Any) -> Answer:
    return http.call("GET", url, operation="books", **how)


def fails(http: Http) -> ProviderError:
    with pytest.raises(ProviderError) as caught:
        get(http)
    return caught.value


class TestWhereACallGoes:
    """Hosts, the map of hosts, redirects."""

    @pytest.mark.parametrize(
        "url",
        [
            f"http://{HOST}/",
            "https://elsewhere.example/",
            f"https://{HOST}.elsewhere.example/",
            f"https://{HOST}:8443/",
            f"https://me@{HOST}/",
            f"https://elsewhere.example\\@{HOST}/",
            f"https://{HOST}@elsewhere.example/",
            f"//{HOST}/",
            "/v1/books",
            "https://[::1",
            f"https://{HOST}:none/",
            f"ftp://{HOST}/",
        ],
    )
    def test_an_address_that_was_not_declared_is_refused_before_any_call(
        self, url: str, http: Http, provider: Provider
    ) -> None:
        with pytest.raises(Outside):
            get(http, url)
        assert not provider.asked

    @pytest.mark.parametrize("name", ["c4.kasboek.example", "api.accounting2.kasboek.example"])
    def test_a_name_below_the_family_may_be_called(self, name: str, provider: Provider, pool: httpx.Client) -> None:
        at = {name: provider.url}
        http = Http("Kasboek", [HOST], client=pool, at=at, family="kasboek.example")
        assert get(http, f"https://{name}/v1/books").status == 200
        assert provider.asked[0].host == name

    @pytest.mark.parametrize(
        "url",
        [
            "https://kasboek.example/",
            "https://c4.kasboek.example.elsewhere.example/",
            "https://elsewherekasboek.example/",
            "https://c4.kasboekxexample/",
            "https://elsewhere.example#.kasboek.example/",
            "https://elsewhere.example?.kasboek.example/",
            "https://elsewhere.example\\.kasboek.example/",
            "https://.kasboek.example/",
            "https://c4.kasboek.example./",
            "https://c4.kasboek.example:8443/",
            "https://me@c4.kasboek.example/",
            "http://c4.kasboek.example/",
            "https://kasboek.example.kasboek.example%2eelsewhere.example/",
        ],
    )
    def test_what_only_looks_like_the_family_may_not(self, url: str, provider: Provider, pool: httpx.Client) -> None:
        with pytest.raises(Outside):
            get(Http("Kasboek", [HOST], client=pool, family="kasboek.example"), url)

    def test_without_a_family_only_what_is_declared_may_be_called(self, http: Http) -> None:
        with pytest.raises(Outside):
            get(http, "https://c4.kasboek.example/")

    def test_names_are_the_same_in_any_case(self, http: Http) -> None:
        assert get(http, f"https://{HOST.upper()}:443/v1/books").status == 200

    def test_the_map_adds_its_path_and_keeps_the_real_host(self, provider: Provider, http_to: MakeHttp) -> None:
        get(http_to(f"{provider.url}/{HOST}/"), f"{ADDRESS}?page=2", params={"name": "a b"})

        asked = provider.asked[0]
        assert (asked.host, asked.path) == (HOST, f"/{HOST}/v1/books")
        assert asked.args.to_dict() == {"page": "2", "name": "a b"}

    def test_escapes_in_a_path_stay_as_they_are(self, http: Http, provider: Provider) -> None:
        get(http, f"https://{HOST}/v1/a%2Fb")
        assert provider.asked[0].environ["PATH_INFO"] == "/v1/a/b"

    def test_without_a_map_the_real_address_is_called(self, pool: httpx.Client) -> None:
        seen: list[httpx.URL] = []

        def answer(request: httpx.Request) -> httpx.Response:
            seen.append(request.url)
            return httpx.Response(200, stream=httpx.ByteStream(b"{}"))

        with httpx.Client(transport=httpx.MockTransport(answer)) as client:
            get(Http("Kasboek", [HOST], client=client))
        assert seen == [httpx.URL(ADDRESS)]

    def test_the_words_beside_the_status_come_along(self, http: Http, provider: Provider) -> None:
        provider.answers = lambda request: Response("", status="401 354 : Access denied")
        assert (get(http).status, get(http).reason) == (401, "354 : Access denied")

    def test_a_redirect_is_an_answer_and_is_not_followed(self, http: Http, provider: Provider) -> None:
        provider.answers = lambda request: faults.moved("https://elsewhere.example/")
        assert get(http).status == 302
        assert len(provider.asked) == 1

    def test_what_is_sent_is_what_was_asked_for(self, http: Http, provider: Provider) -> None:
        http.call("POST", ADDRESS, operation="books", headers={"X-Key": "1"}, content=b"body")

        asked = provider.asked[0]
        assert (asked.method, asked.get_data()) == ("POST", b"body")
        assert asked.headers["X-Key"] == "1"
        assert asked.headers["User-Agent"] == "Koppelbalie"
        assert asked.headers["Accept-Encoding"] == "identity"

    def test_no_cookie_of_one_run_rides_along_with_another(
        self, http: Http, provider: Provider, http_to: MakeHttp
    ) -> None:
        provider.answers = lambda request: Response("{}", headers={"Set-Cookie": "session=of-another-club; Path=/"})
        get(http)
        get(http)
        get(http_to(provider.url))
        assert not any("Cookie" in asked.headers for asked in provider.asked)

    def test_a_proxy_of_the_system_is_not_used(self, monkeypatch: pytest.MonkeyPatch, provider: Provider) -> None:
        for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "HTTPS_PROXY"):
            monkeypatch.setenv(name, "http://127.0.0.1:9")
        with open_client() as client:
            assert get(Http("Kasboek", [HOST], client=client, at={HOST: provider.url})).status == 200


class TestWhenItGivesUp:
    """The deadline holds for the whole of a call."""

    @pytest.mark.parametrize(
        "talk",
        [
            pytest.param(says(OK, pause=3), id="silence"),
            pytest.param(drips(OK + b" " * 100), id="dripping headers"),
            pytest.param(drips(b"X-More: 1\r\n" * 20), id="no end of headers"),
            pytest.param(says(OK[:-2], *([b"{"] * 2), pause=0.2), id="dripping body"),
            pytest.param(says(OK[:-1], hang=3), id="half a body, then silence"),
            pytest.param(says(b"HTTP/1.1 100 Continue\r\n\r\n" * 3, hang=3), id="continue, and then nothing"),
        ],
    )
    def test_a_slow_answer_ends_at_the_deadline(self, talk: Talk, http_to: MakeHttp) -> None:
        with listening(talk) as url:
            http = http_to(url, deadline=IN_TIME)
            started = time.monotonic()
            error = fails(http)
            took = time.monotonic() - started

        assert isinstance(error, Unavailable)
        assert took < IN_TIME + 1.0
        assert http.take_exchanges()[0].status is None

    def test_a_server_that_does_not_read_ends_at_the_deadline(self, http_to: MakeHttp) -> None:
        with listening(deaf) as url:
            started = time.monotonic()
            with pytest.raises(Unavailable):
                http_to(url, deadline=IN_TIME).call("POST", ADDRESS, operation="much", content=b"x" * 20_000_000)
            assert time.monotonic() - started < IN_TIME + 1.0

    def test_a_call_may_have_a_deadline_of_its_own(self, http_to: MakeHttp) -> None:
        with listening(says(OK, pause=0.6)) as url:
            assert get(http_to(url, deadline=IN_TIME), deadline=5.0).status == 200

    def test_waiting_for_a_free_connection_counts_too(self) -> None:
        with listening(says(OK, pause=2)) as url, open_client(connections=1) as client:
            first = Http("Kasboek", [HOST], client=client, at={HOST: url}, deadline=1.5)
            thread = threading.Thread(target=fails, args=(first,))
            thread.start()
            time.sleep(0.1)
            started = time.monotonic()
            assert isinstance(fails(Http("Kasboek", [HOST], client=client, at={HOST: url}, deadline=0.3)), Unavailable)
            assert time.monotonic() - started < 1.2
            thread.join()

    @pytest.mark.parametrize(
        "talk",
        [
            pytest.param(says(), id="hangs up"),
            pytest.param(says(b"HTTP/1.1 200 OK\r\nContent-Le"), id="in the middle of headers"),
            pytest.param(says(OK[:-1]), id="in the middle of the body"),
            pytest.param(says(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab"), id="in a chunk"),
        ],
    )
    def test_a_connection_that_ends_too_soon_is_an_outage(self, talk: Talk, http_to: MakeHttp) -> None:
        with listening(talk) as url:
            assert isinstance(fails(http_to(url)), Unavailable)

    def test_nobody_there_is_an_outage(self, http_to: MakeHttp) -> None:
        assert isinstance(fails(http_to("http://127.0.0.1:9")), Unavailable)

    @pytest.mark.parametrize("said", [b"SSH-2.0-server\r\n\r\n", b"\x16\x03\x01\x00", b"HTTP/9 hm\r\n\r\n"])
    def test_something_that_speaks_no_http_is_ours_to_look_at(self, said: bytes, http_to: MakeHttp) -> None:
        with listening(says(said)) as url:
            assert isinstance(fails(http_to(url)), UnexpectedAnswer)

    @pytest.mark.parametrize("status", [502, 503, 504])
    def test_a_gateway_without_its_server_is_an_outage(self, status: int, http: Http, provider: Provider) -> None:
        provider.answers = lambda request: faults.outage(status)
        error = fails(http)
        assert isinstance(error, Unavailable)
        assert str(status) in error.detail

    @pytest.mark.parametrize("status", [200, 204, 400, 401, 404, 429, 500])
    def test_any_other_status_is_the_connectors_to_read(self, status: int, http: Http, provider: Provider) -> None:
        provider.answers = lambda request: Response(status=status)
        assert get(http).status == status

    def test_after_an_outage_the_host_is_left_alone_for_the_run(
        self, http: Http, provider: Provider, http_to: MakeHttp
    ) -> None:
        provider.answers = lambda request: faults.outage()
        first = fails(http)
        assert fails(http) is first
        assert len(provider.asked) == 1

        provider.answers = lambda request: Response("{}")
        assert get(http_to(provider.url)).status == 200, "another run asks again"

    def test_signing_off_is_tried_once_after_an_outage_too(self, http: Http, provider: Provider) -> None:
        provider.answers = lambda request: faults.outage()
        fails(http)
        provider.answers = lambda request: Response("{}")

        signed_off = get(http, parting=True)

        assert signed_off.status == 200
        assert fails(http).blame is Owner.PROVIDER, "the rest of the run still leaves the host alone"

    def test_after_an_unreadable_answer_the_host_is_still_asked(self, http: Http, provider: Provider) -> None:
        provider.answers = lambda request: Response("{}", headers={"Content-Encoding": "gzip"})
        fails(http)
        provider.answers = lambda request: Response("{}")
        assert get(http).status == 200

    def test_a_host_that_asks_to_wait_is_left_alone_too(self, http: Http, provider: Provider) -> None:
        limited = RateLimited(OURS, retry_after=20)
        assert http.hold(HOST.upper(), limited) is limited
        assert fails(http) is limited
        assert not provider.asked


class TestWhatItTakes:
    """Size, compression, kinds of answers."""

    def test_an_answer_that_is_too_large_is_refused(self, http: Http, provider: Provider) -> None:
        provider.answers = lambda request: Response(b"x" * (LARGEST + 1))
        assert isinstance(fails(http), UnexpectedAnswer)
        provider.answers = lambda request: Response(b"x" * LARGEST)
        assert len(get(http).body) == LARGEST

    def test_a_compressed_answer_that_was_not_asked_for_is_refused(self, http: Http, provider: Provider) -> None:
        provider.answers = lambda request: Response(gzip.compress(b"x"), headers={"Content-Encoding": "gzip"})
        assert isinstance(fails(http), UnexpectedAnswer)

    @pytest.mark.parametrize("value", ["é", "a\r\nX-More: 1", "\x00"])
    def test_a_header_that_cannot_be_sent_is_no_ones_fault(self, value: str, http: Http, provider: Provider) -> None:
        with pytest.raises((UnexpectedAnswer, UnicodeEncodeError)):
            get(http, headers={"Authorization": value})
        assert not provider.asked

    @pytest.mark.parametrize(
        ("body", "kind", "html"),
        [
            (b"<!DOCTYPE html><p>", "text/plain", True),
            (b"\xef\xbb\xbf \n<HTML>", "application/json", True),
            (b"{}", "text/html; charset=utf-8", True),
            (b"{}", "Text/HTML", True),
            (b"<?xml version='1.0'?><a/>", "text/xml", False),
            (b"", "", False),
        ],
    )
    def test_a_web_page_is_known_by_what_it_is(self, body: bytes, kind: str, html: bool) -> None:
        assert Answer(200, {"content-type": kind}, body).is_html is html

    def test_bytes_that_are_no_text_do_not_break_the_text(self) -> None:
        assert Answer(200, {}, b"caf\xe9").text == "caf\ufffd"

    @pytest.mark.parametrize(
        ("header", "seconds"),
        [
            ("20", 20.0),
            ("0", 1.0),
            ("-5", 1.0),
            ("9e9", 86_400.0),
            ("nan", 7.0),
            ("soon", 7.0),
            ("", 7.0),
            ("inf", 86_400.0),
        ],
    )
    def test_how_long_to_wait(self, header: str, seconds: float) -> None:
        assert retry_after(Answer(429, {"retry-after": header}, b""), otherwise=7.0) == seconds
        assert retry_after(Answer(429, {}, b""), otherwise=7.0) == 7.0


class TestWhatItKeeps:
    """Exchanges, redacted."""

    def test_an_exchange_tells_the_call_without_any_secret(self, http: Http, provider: Provider) -> None:
        provider.answers = lambda request: Response('{"session": "learnt-later", "echo": "made-up-key"}')
        http.redact.learn("made-up-key")
        get(http, f"https://{HOST}/made-up-key/x?key=made-up-key", shown={"name": "SV", "key": "made-up-key"})
        http.redact.learn("learnt-later")

        (one,) = http.take_exchanges()

        assert (one.method, one.host, one.operation, one.status) == ("GET", HOST, "books", 200)
        assert one.path == "/••••••/x"
        assert one.request == "name SV  key ••••••"
        assert one.answer == '{"session": "••••••", "echo": "••••••"}'
        assert one.ms >= 0
        assert one.at.tzinfo is not None
        assert http.take_exchanges() == ()

    def test_the_clock_comes_from_outside(self, provider: Provider, http_to: MakeHttp) -> None:
        then = datetime(2026, 1, 2, tzinfo=UTC)
        http = http_to(provider.url, clock=lambda: then)
        get(http)
        assert http.take_exchanges()[0].at == then

    def test_a_failed_call_is_kept_too(self, http_to: MakeHttp) -> None:
        http = http_to("http://127.0.0.1:9")
        fails(http)
        (one,) = http.take_exchanges()
        assert one.status is None
        assert "Connect" in one.answer

    @pytest.mark.parametrize("before", [KEPT - 3, KEPT - 20, 1990, 1999])
    @pytest.mark.parametrize("filling", [b"x", "é".encode(), "😀".encode()])
    def test_a_secret_that_the_cut_goes_through_leaves_no_half(
        self, before: int, filling: bytes, http: Http, provider: Provider
    ) -> None:
        secret = "made-up-secret-of-some-length"
        body = (filling * KEPT)[: before - before % len(filling)] + secret.encode() * 400
        provider.answers = lambda request: Response(body)
        http.redact.learn(secret)
        answer = get(http)
        (one,) = http.take_exchanges()

        for kept in (one.answer, http.excerpt(answer, 2000), http.excerpt(answer)):
            assert len(kept) <= 2000
            assert "made-up" not in kept

    def test_the_client_writes_no_address_and_no_header_to_a_log(
        self, http: Http, caplog: pytest.LogCaptureFixture
    ) -> None:
        for name in (None, "httpx", "httpcore", "httpcore.http11", "httpcore.connection"):
            caplog.set_level(logging.DEBUG, logger=name)
        get(http, f"{ADDRESS}?key=made-up-key", headers={"Authorization": "made-up-key"})
        assert "made-up-key" not in caplog.text
        assert HOST not in caplog.text


class TestTheMapOfHosts:
    """``--at HOST=URL``."""

    def test_reads_entries(self) -> None:
        at = parse_at(
            ["API.kasboek.example=http://127.0.0.1:8900/api.kasboek.example/", "b.example=https://proxy.example"]
        )
        assert at == {HOST: f"http://127.0.0.1:8900/{HOST}", "b.example": "https://proxy.example"}
        assert parse_at([]) == {}

    @pytest.mark.parametrize(
        "entry",
        [
            "",
            HOST,
            f"{HOST}=",
            "=http://127.0.0.1",
            f"{HOST}=127.0.0.1:80",
            f"{HOST}=file:///etc/hosts",
            f"{HOST}=http://elsewhere.example",
            f"{HOST}=http://10.0.0.1",
            f"{HOST}=http://127.0.0.1.elsewhere.example",
            f"{HOST}=http://me:pass@127.0.0.1",
            f"{HOST}=http://127.0.0.1/?x",
            f"{HOST}=http://127.0.0.1/#x",
            f"{HOST}=http://127.0.0.1:0",
            f"{HOST}=http://127.0.0.1:99999",
            f"{HOST}=http://[::1",
        ],
    )
    def test_refuses_what_would_leak_or_cannot_be(self, entry: str) -> None:
        with pytest.raises(ValueError, match=r"."):
            parse_at([entry])

    @pytest.mark.parametrize(
        ("host", "loopback"),
        [
            ("localhost", True),
            ("127.0.0.1", True),
            ("127.9.9.9", True),
            ("::1", True),
            ("0.0.0.0", False),
            ("10.0.0.1", False),
            ("localhost.example", False),
            ("", False),
        ],
    )
    def test_knows_this_machine(self, host: str, loopback: bool) -> None:
        assert is_loopback(host) is loopback

    @given(st.text(max_size=60))
    def test_any_text_is_a_map_or_a_value_error(self, text: str) -> None:
        try:
            parse_at([text])
        except ValueError:
            return
        assert "=" in text
