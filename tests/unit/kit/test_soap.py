"""SOAP both ways: the client over the one way out, and the emulator that checks what it is sent."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from werkzeug.wrappers import Request, Response

from connectors.kit import faults, soap
from connectors.kit.errors import RateLimited, Unavailable, UnexpectedAnswer
from connectors.kit.http import Http
from connectors.kit.sandbox import ADDRESSES, Sandbox, emulators, serve
from connectors.kit.soap import Fault, Soap, client_of
from connectors.kit.soap_sandbox import ENVELOPE, Call, Refused, Reply, SoapService, fault

WSDL = Path(__file__).with_name("kasboek.wsdl")
HOST = "soap.kasboek.example"
BINDING = "{urn:kasboek.example:soap}Books"
SECRET = "made-up-secret"
Change = Callable[[Response], Response]


class Books:
    """The emulator, which remembers what it was asked, and may spoil its answer."""

    def __init__(self) -> None:
        self.calls: list[Call] = []
        self.spoil: Change = lambda answer: answer
        operations = {"Open": self._open, "Close": self._close}
        self.service = SoapService(WSDL, BINDING, host=HOST, path="/books", operations=operations)

    def __call__(self, request: Request) -> Response:
        return self.spoil(self.service(request))

    def _open(self, call: Call) -> Reply:
        self.calls.append(call)
        match call.arguments.User:
            case "refused":
                raise Refused("soap:Server", "No <entry>", "<reason>closed</reason>")
            case "whole":
                return fault("soap:Client", "Whole")
        return {"Session": "session-1", "Year": call.arguments.Year}

    def _close(self, call: Call) -> Reply:
        self.calls.append(call)
        return None


@pytest.fixture
def books() -> Books:
    return Books()


@pytest.fixture
def url(books: Books) -> Iterator[str]:
    class Package:
        """What ``emulators`` needs of a connector."""

        def sandbox(self) -> Sandbox:
            return Sandbox({HOST: books}, ())

    server = serve(emulators([Package()]))  # type: ignore[list-item]
    yield server.url
    server.shutdown()


@pytest.fixture
def http(url: str, pool: httpx.Client) -> Http:
    http = Http("Kasboek", [HOST], client=pool, at={HOST: f"{url}/{HOST}"}, deadline=3.0)
    http.redact.learn(SECRET)
    return http


@pytest.fixture
def port(http: Http) -> Soap:
    return Soap(WSDL, BINDING, f"https://{HOST}/books", http)


def opens(port: Soap, **more: Any) -> Any:
    return port.call("Open", **{"User": "sv", "Code": SECRET} | more)


class TestClient:
    """Calls and what their answers mean."""

    def test_writes_and_reads_by_the_wsdl(self, port: Soap, books: Books, http: Http) -> None:
        answer = opens(port, Year=2026)

        assert (answer.Session, answer.Year) == ("session-1", 2026)
        assert (books.calls[0].arguments.User, books.calls[0].arguments.Code) == ("sv", SECRET)
        (one,) = http.take_exchanges()
        assert (one.method, one.path, one.operation, one.status) == ("POST", "/books", "Open", 200)
        assert one.request == "User sv  Code ••••••  Year 2026"

    def test_sends_a_header_and_reads_nothing(self, port: Soap, books: Books) -> None:
        assert port.call("Close", _soapheaders={"Session": "session-1"}) is None
        assert books.calls[0].header.Session == "session-1"

    def test_what_goes_in_the_header_is_no_part_of_what_was_asked(self, port: Soap, http: Http) -> None:
        port.call("Close", _soapheaders={"Session": "session-1"})
        assert [one.request for one in http.take_exchanges()] == [""]

    def test_what_is_hidden_is_not_shown_however_short_it_is(self, http: Http) -> None:
        opens(Soap(WSDL, BINDING, f"https://{HOST}/books", http, hides=("Code",)), Code="ab")
        assert [one.request for one in http.take_exchanges()] == ["User sv"]

    @pytest.mark.parametrize("status", ["401 354 : Access denied", "403 354 : Access denied"])
    def test_a_bare_refusal_is_a_fault_where_the_service_may_give_one(
        self, status: str, http: Http, books: Books
    ) -> None:
        books.spoil = lambda answer: Response("", status, content_type="text/html")
        port = Soap(WSDL, BINDING, f"https://{HOST}/books", http, bare=True)
        with pytest.raises(Fault) as caught:
            opens(port)
        assert (caught.value.code, caught.value.message) == (status[:3], "354 : Access denied")
        with pytest.raises(UnexpectedAnswer):
            opens(Soap(WSDL, BINDING, f"https://{HOST}/books", http))

    def test_a_fault_of_401_stays_the_fault_that_it_is(self, http: Http, books: Books) -> None:
        def spoil(answer: Response) -> Response:
            told = fault("soap:Client", "Whole")
            told.status = "401 Unauthorized"
            return told

        books.spoil = spoil
        with pytest.raises(Fault) as caught:
            opens(Soap(WSDL, BINDING, f"https://{HOST}/books", http, bare=True))
        assert (caught.value.code, caught.value.message) == ("soap:Client", "Whole")

    def test_a_fault_is_the_connectors_to_read(self, port: Soap) -> None:
        with pytest.raises(Fault) as caught:
            opens(port, User="refused")
        assert (caught.value.code, caught.value.message) == ("soap:Server", "No <entry>")
        assert caught.value.detail.findtext(".//reason") == "closed"
        assert "entry" not in str(caught.value)

    def test_a_fault_without_a_word_is_a_fault(self, port: Soap, books: Books) -> None:
        empty = f'<e:Envelope xmlns:e="{ENVELOPE}"><e:Body><e:Fault/></e:Body></e:Envelope>'
        books.spoil = lambda answer: Response(empty, 500, content_type="text/xml")
        with pytest.raises(Fault) as caught:
            opens(port)
        assert (caught.value.code, caught.value.message) == ("", "")

    def test_429_says_how_long_and_leaves_the_host_alone(self, port: Soap, books: Books) -> None:
        books.spoil = lambda answer: faults.limited(20)
        with pytest.raises(RateLimited) as caught:
            opens(port)
        assert caught.value.retry_after == 20
        with pytest.raises(RateLimited):
            opens(port)
        assert len(books.calls) == 1

    def test_429_without_a_word_waits_a_minute(self, port: Soap, books: Books) -> None:
        books.spoil = lambda answer: faults.limited()
        with pytest.raises(RateLimited) as caught:
            opens(port)
        assert caught.value.retry_after == soap.PAUSE

    @pytest.mark.parametrize(
        "spoil",
        [
            pytest.param(lambda answer: faults.web_page(), id="page"),
            pytest.param(lambda answer: faults.web_page(403), id="page of 403"),
            pytest.param(faults.empty, id="empty"),
            pytest.param(faults.halved, id="half"),
            pytest.param(faults.foreign, id="other namespaces"),
            pytest.param(lambda answer: faults.entities(), id="entities"),
            pytest.param(lambda answer: faults.outside(), id="outside"),
            pytest.param(lambda answer: faults.moved("https://elsewhere.example/"), id="moved"),
            pytest.param(lambda answer: Response(b"\xff\xfe", content_type="text/xml"), id="no text"),
            pytest.param(lambda answer: Response("<a/>", content_type="text/xml"), id="other element"),
            pytest.param(lambda answer: Response("<a/>", 404, content_type="text/xml"), id="404"),
            pytest.param(lambda answer: Response(status=202), id="accepted"),
            pytest.param(
                lambda answer: Response(f'<e:Envelope xmlns:e="{ENVELOPE}"><e:Body/></e:Envelope>'), id="none in it"
            ),
        ],
    )
    def test_an_answer_that_is_none_is_ours(self, spoil: Change, port: Soap, books: Books) -> None:
        books.spoil = spoil
        with pytest.raises(UnexpectedAnswer):
            opens(port)

    @pytest.mark.parametrize(
        "spoil",
        [
            lambda answer: faults.broken(),
            lambda answer: faults.broken("text/html"),
            lambda answer: Response("<a/>", 500, content_type="text/xml"),
            lambda answer: Response(status=500),
            lambda answer: faults.outage(),
        ],
    )
    def test_500_without_a_fault_is_an_outage(self, spoil: Change, port: Soap, books: Books) -> None:
        books.spoil = spoil
        with pytest.raises(Unavailable):
            opens(port)

    def test_a_file_is_never_read_for_an_answer(self, port: Soap, books: Books, tmp_path: Path) -> None:
        (tmp_path / "secret").write_text("of this machine", encoding="utf-8")
        body = faults.OUTSIDE.replace("file:///etc/hostname", f"file://{tmp_path}/secret")
        books.spoil = lambda answer: Response(body, content_type="text/xml")
        with pytest.raises(UnexpectedAnswer) as caught:
            opens(port)
        assert "of this machine" not in caught.value.detail

    def test_an_answer_that_echoes_a_secret_is_told_without_it(self, port: Soap, books: Books) -> None:
        books.spoil = lambda answer: Response(f"{'x' * 190}{SECRET}", content_type="text/plain")
        with pytest.raises(UnexpectedAnswer) as caught:
            opens(port)
        assert "made-up" not in caught.value.detail

    def test_a_deep_answer_is_refused(self, port: Soap, books: Books) -> None:
        deep = "<a>" * 20_000 + "</a>" * 20_000
        books.spoil = lambda answer: Response(deep, content_type="text/xml")
        with pytest.raises(UnexpectedAnswer):
            opens(port)

    def test_there_is_one_client_in_a_process(self, monkeypatch: pytest.MonkeyPatch) -> None:
        built: list[Path] = []
        monkeypatch.setattr(soap, "_clients", {})
        build = soap._build
        monkeypatch.setattr(soap, "_build", lambda wsdl: built.append(wsdl) or build(wsdl))
        threads = [threading.Thread(target=client_of, args=(WSDL,)) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert built == [WSDL]

    def test_a_wsdl_is_never_fetched(self, tmp_path: Path) -> None:
        importing = WSDL.read_text(encoding="utf-8").replace(
            '<xs:import namespace="urn:kasboek.example:types"/>',
            '<xs:import namespace="urn:other" schemaLocation="http://127.0.0.1:9/other.xsd"/>',
        )
        (tmp_path / "fetching.wsdl").write_text(importing, encoding="utf-8")
        with pytest.raises(Exception, match=r"127\.0\.0\.1"):
            client_of(tmp_path / "fetching.wsdl")
        with pytest.raises(ValueError, match="never fetched"):
            client_of(tmp_path / "missing.wsdl")

    def test_its_transport_carries_nothing(self) -> None:
        with pytest.raises(ValueError, match="Http"):
            client_of(WSDL).transport.post("https://elsewhere.example", "", {})


def envelope(body: str) -> str:
    return f'<e:Envelope xmlns:e="{ENVELOPE}"><e:Body>{body}</e:Body></e:Envelope>'


def element(inner: str, name: str = "Open") -> str:
    return envelope(f'<{name} xmlns="urn:kasboek.example:soap">{inner}</{name}>')


def post(url: str, body: str, *, action: str = "Open", kind: str = "text/xml") -> httpx.Response:
    headers = {"SOAPAction": f'"urn:kasboek.example:soap/{action}"', "Content-Type": kind}
    return httpx.post(f"{url}/{HOST}/books", content=body.encode(), headers=headers)


class TestEmulator:
    """It refuses what the schema refuses."""

    def test_takes_what_is_right(self, url: str) -> None:
        answer = post(url, element("<User>sv</User><Code>x</Code><Year>2026</Year>"))
        assert answer.status_code == 200
        assert "session-1" in answer.text

    @pytest.mark.parametrize(
        "body",
        [
            pytest.param(element("<Code>x</Code><User>sv</User>"), id="another order"),
            pytest.param(element("<User>sv</User>"), id="an element missing"),
            pytest.param(element("<User>sv</User><Code>x</Code><More/>"), id="an element too many"),
            pytest.param(element("<User>sv</User><Code>x</Code><Year>1999</Year>"), id="a value of the other schema"),
            pytest.param(element("<User>sv</User><Code>x</Code><Year>soon</Year>"), id="a value of another type"),
            pytest.param(element("", "Close"), id="the element of another operation"),
            pytest.param(envelope('<Open xmlns="urn:other"/>'), id="another namespace"),
            pytest.param(envelope(""), id="nothing"),
            pytest.param(envelope("<a/><b/>"), id="two elements"),
            pytest.param("<a/>", id="no envelope"),
            pytest.param("<a", id="no XML"),
            pytest.param("", id="not a byte"),
            pytest.param(faults.LAUGHS, id="a document type"),
        ],
    )
    def test_refuses_what_is_wrong_with_a_fault(self, body: str, url: str, books: Books) -> None:
        answer = post(url, body)
        assert answer.status_code == 500
        assert "faultcode" in answer.text
        assert not books.calls

    def test_refuses_an_action_that_it_does_not_have(self, url: str) -> None:
        assert "did not recognize" in post(url, element("<User>sv</User><Code>x</Code>"), action="Other").text

    def test_refuses_other_methods_and_kinds(self, url: str) -> None:
        assert httpx.get(f"{url}/{HOST}/books").status_code == 405
        assert post(url, "{}", kind="application/json").status_code == 415

    def test_a_fault_of_an_operation_is_its_answer(self, url: str) -> None:
        body = element("<User>whole</User><Code>x</Code>")
        assert "Whole" in post(url, body).text

    def test_its_own_answers_keep_to_the_schema(self, books: Books) -> None:
        with pytest.raises(Exception, match="1999"):
            books.service.answer("Open", Year=1999)

    def test_its_wsdl_gives_the_address_that_the_caller_used(self, url: str) -> None:
        own = httpx.get(f"{url}/{HOST}/books?WSDL").text
        real = httpx.get(f"{url}/books?wsdl", headers={"Host": HOST}).text
        assert f'location="{url}/{HOST}/books"' in own
        assert f'location="https://{HOST}/books"' in real

    def test_a_namespace_without_a_schema_is_refused(self, books: Books, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(books.service, "_schemas", {})
        body = element("<User>sv</User><Code>x</Code>").encode()
        headers = {"SOAPAction": "urn:kasboek.example:soap/Open"}
        environ = {ADDRESSES: "https://{host}"}
        request = Request.from_values(method="POST", data=body, headers=headers, content_type="text/xml")
        request.environ.update(environ)
        assert "unknown namespace" in books.service(request).get_data(as_text=True)
