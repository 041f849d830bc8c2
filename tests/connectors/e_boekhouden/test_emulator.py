"""The emulator is as strict as the published contract, and its switch heals a club."""

from __future__ import annotations

import json
from collections.abc import Iterator

import httpx
import pytest

from connectors.e_boekhouden import CONNECTOR
from connectors.e_boekhouden.made_up import CLUBS, CODES
from connectors.kit.outcomes import Outcome
from connectors.kit.sandbox import emulators, serve
from tests.connectors.e_boekhouden.package import NAMESPACE, Package, login

ENVELOPE = '<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body>{}</s:Body></s:Envelope>'
ALL = "<cFilter><ID>0</ID></cFilter>"


def post(package: Package, operation: str, members: str) -> httpx.Response:
    """A body made by hand."""
    return package.direct.post(
        f"{package.url}/soap.e-boekhouden.nl/soap.asmx",
        content=ENVELOPE.format(f'<{operation} xmlns="{NAMESPACE}">{members}</{operation}>'),
        headers={"Content-Type": "text/xml; charset=utf-8", "SOAPAction": f'"{NAMESPACE}/{operation}"'},
    )


def codes(name: str, *order: str) -> str:
    values = {"Username": name, "SecurityCode1": CODES[name].one, "SecurityCode2": CODES[name].two, "Source": "Test"}
    return "".join(f"<{key}>{values[key]}</{key}>" for key in order or values)


def opened(package: Package, name: str = "zondertoken") -> str:
    """A session's id, and the second code, as calls have to begin."""
    session_id = post(package, "OpenSession", codes(name)).text.partition("SessionID>")[2].partition("<")[0]
    return f"<SessionID>{session_id}</SessionID><SecurityCode2>{CODES[name].two}</SecurityCode2>"


def test_the_right_order_is_accepted(package: Package) -> None:
    answer = post(package, "GetGrootboekrekeningen", opened(package) + ALL)

    assert answer.status_code == 200
    assert "Contributie" in answer.text


@pytest.mark.parametrize(
    ("operation", "members"),
    [
        ("OpenSession", codes("goed", "SecurityCode1", "Username", "SecurityCode2", "Source")),
        ("OpenSession", codes("goed", "Username", "Source", "SecurityCode1", "SecurityCode2")),
        ("OpenSession", codes("goed") + "<Extra/>"),
        ("GetGrootboekrekeningen", "<SessionID>a</SessionID><cFilter/>"),
        ("GetGrootboekrekeningen", "<SessionID>a</SessionID><cFilter><Code>8000</Code></cFilter>"),
        ("GetGrootboekrekeningen", "<SessionID>a</SessionID><cFilter><Code>8000</Code><ID>0</ID></cFilter>"),
        ("GetGrootboekrekeningen", f"{ALL}<SessionID>a</SessionID>"),
        ("GetGrootboekrekeningen", "<cFilter><ID>alle</ID></cFilter>"),
        ("GetKostenplaatsen", "<cFilter><Omschrijving>a</Omschrijving><KostenplaatsID>1</KostenplaatsID></cFilter>"),
    ],
)
def test_a_wrong_order_or_a_missing_element_is_refused(package: Package, operation: str, members: str) -> None:
    answer = post(package, operation, members)

    assert answer.status_code == 500
    assert "Server was unable to read request" in answer.text


def test_an_operation_that_is_not_there_is_refused(package: Package) -> None:
    assert "did not recognize" in post(package, "AutoLogin", "").text


def test_a_session_counts_only_while_it_is_open(package: Package) -> None:
    inside = opened(package)
    session_id = inside.partition("<SecurityCode2>")[0]
    assert "E0023" not in post(package, "GetAdministraties", inside).text

    post(package, "CloseSession", session_id)

    assert "E0023" in post(package, "GetAdministraties", inside).text
    assert package.emulator.soap.sessions == {}


def test_the_second_code_goes_with_every_call(package: Package) -> None:
    inside = opened(package).replace(CODES["zondertoken"].two, CODES["goed"].two)

    assert "SANDBOX_CODE2" in post(package, "GetAdministraties", inside).text


def test_codes_count_by_case(package: Package) -> None:
    assert "SANDBOX_LOGIN" in post(package, "OpenSession", codes("goed").replace("demo", "Demo")).text


def test_filters_are_followed(package: Package) -> None:
    inside = opened(package)
    one = post(package, "GetGrootboekrekeningen", f"{inside}<cFilter><ID>0</ID><Code>8000</Code></cFilter>").text
    debtors = post(
        package, "GetGrootboekrekeningen", f"{inside}<cFilter><ID>0</ID><Categorie>DEB</Categorie></cFilter>"
    )

    assert "Contributie" in one
    assert "Debiteuren" not in one
    assert "Debiteuren" in debtors.text
    assert "Contributie" not in debtors.text


def test_the_description_gives_the_address_that_it_was_called_by(package: Package) -> None:
    server = serve(emulators([CONNECTOR]))
    try:
        url = f"{server.url}/soap.e-boekhouden.nl/soap.asmx"
        assert f'location="{url}"' in package.direct.get(f"{url}?WSDL").text
        real = package.direct.get(f"{url}?WSDL", headers={"Host": "soap.e-boekhouden.nl"}).text
        assert 'location="https://soap.e-boekhouden.nl/soap.asmx"' in real
    finally:
        server.shutdown()


def rest(package: Package, method: str, path: str, **more: object) -> httpx.Response:
    return package.direct.request(method, f"{package.url}/api.e-boekhouden.nl{path}", **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ("geen json", "API_SESSION_001"),
        ("[]", "API_SESSION_001"),
        ({"source": "Koppel"}, "API_SESSION_002"),
        ({"accessToken": "tok-goed"}, "API_SESSION_003"),
        ({"accessToken": "tok-goed", "source": "Koppelbalie"}, "API_SESSION_003"),
        ({"accessToken": "tok-goed", "source": "Kop-pel"}, "API_SESSION_003"),
    ],
)
def test_a_wrong_request_for_a_rest_session_is_refused(package: Package, body: object, code: str) -> None:
    content = body if isinstance(body, str) else json.dumps(body)
    answer = rest(package, "POST", "/v1/session", content=content, headers={"Content-Type": "application/json"})

    assert (answer.status_code, answer.json()["code"]) == (400, code)


def test_rest_needs_a_session(package: Package) -> None:
    assert rest(package, "GET", "/v1/invoicetemplate").status_code == 401
    assert rest(package, "DELETE", "/v1/session").status_code == 401


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [("GET", "/v1/session", 405), ("POST", "/v1/invoicetemplate", 405), ("GET", "/v1/ledger", 404)],
)
def test_rest_knows_its_own_addresses_alone(package: Package, method: str, path: str, status: int) -> None:
    assert rest(package, method, path).status_code == status


def test_a_limit_out_of_range_is_refused(package: Package) -> None:
    asked = {"accessToken": "tok-goed", "source": "Koppel"}
    session = rest(package, "POST", "/v1/session", json=asked).json()["token"]

    for limit in ("0", "2001", "x"):
        answer = rest(package, "GET", f"/v1/invoicetemplate?limit={limit}", headers={"Authorization": session})
        assert answer.status_code == 400


def test_made_up_codes_can_be_recognised() -> None:
    for code in CODES.values():
        assert code.one.startswith("demo0000")
        assert len(code.one) == 32
        assert code.two.startswith("{00000000-0000-4000-8000-")
    assert len({club.input["administration_code"] for club in CLUBS}) == len(CLUBS)


def test_every_club_says_what_becomes_of_every_check() -> None:
    keys = [check.key for check in CONNECTOR.checks]
    for club in CLUBS:
        assert list(club.expected) == keys
    assert {club.name for club in CLUBS if club.featured} == {
        "goed",
        "zondertoken",
        "fout",
        "verwisseld",
        "geensjabloon",
        "storing",
        "accountant",
    }


@pytest.fixture
def sandbox_url(package: Package) -> Iterator[str]:
    """The real sandbox, switch included, in the place of the package's bare hosts."""
    server = serve(emulators([CONNECTOR]))
    package.url = server.url
    yield server.url
    server.shutdown()


@pytest.mark.parametrize("host", CONNECTOR.hosts)
@pytest.mark.parametrize(("name", "check"), [("storing", "login"), ("geensjabloon", "invoice_template")])
def test_a_club_is_healed_and_ails_again(package: Package, sandbox_url: str, host: str, name: str, check: str) -> None:
    switch = f"{sandbox_url}/{host}/_sandbox"
    ailing = package.checks(login(name))[check].outcome
    assert ailing in {Outcome.FAILED, Outcome.UNTESTED}

    assert package.direct.post(f"{switch}/heal/{name}").json() == {"healed": [name]}

    healed = package.checks(login(name))
    assert not [line for line in healed.values() if line.outcome in {Outcome.FAILED, Outcome.UNTESTED}]
    assert healed["invoice_template"].outcome is Outcome.PASSED
    assert package.direct.get(switch).json() == {"healed": [name]}

    assert package.direct.post(f"{switch}/break/{name}").json() == {"healed": []}
    assert package.checks(login(name))[check].outcome is ailing


@pytest.mark.parametrize(
    ("method", "path"), [("POST", "heal/niemand"), ("GET", "heal/storing"), ("POST", "kill/storing"), ("POST", "")]
)
def test_the_switch_takes_nothing_else(package: Package, sandbox_url: str, method: str, path: str) -> None:
    answer = package.direct.request(method, f"{sandbox_url}/soap.e-boekhouden.nl/_sandbox/{path}".rstrip("/"))

    assert answer.status_code == 404
