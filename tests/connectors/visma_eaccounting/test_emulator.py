"""The emulator is as strict as the published contract, and its switch heals a club."""

from __future__ import annotations

import base64
from datetime import timedelta
from urllib.parse import parse_qs, urlencode, urlsplit

import httpx
import pytest

from connectors.kit.oauth_sandbox import made_up_access
from connectors.kit.outcomes import Outcome
from connectors.kit.sandbox import emulators, serve
from connectors.visma_eaccounting import CONNECTOR
from connectors.visma_eaccounting.access import API_HOST
from connectors.visma_eaccounting.consent import EXTRA, IDENTITY_HOST, OAUTH
from connectors.visma_eaccounting.made_up import CLIENT_ID, CLIENT_SECRET, CLUBS, KEY, NAMES
from connectors.visma_eaccounting.sandbox_api import MOST_A_MINUTE
from connectors.visma_eaccounting.sandbox_books import identifier
from tests.connectors.visma_eaccounting.package import HERE, Package, login

NAMED = {
    "goed", "goed-vast", "code-oud", "code-gebruikt", "geweigerd", "clientfout", "soortclient", "ingetrokken", "race",
    "halfvinkje", "geenmodule", "startgids", "inactief", "alleenlezen", "geentoegang", "sandbox", "buitenland",
    "boekhoudpakket", "consultant", "geenjaar", "geslotenjaar", "rekeningweg", "geenconditie", "anderbedrijf",
    "limiet", "storing", "traag", "kapot", "html", "pagina2", "dubbel",
}  # fmt: skip
BASIC = "Basic " + base64.b64encode(f"{CLIENT_ID}:{CLIENT_SECRET}".encode()).decode()
ASKED = {
    "client_id": CLIENT_ID,
    "redirect_uri": HERE,
    "response_type": "code",
    "scope": OAUTH.scope,
    "state": "made-up-state",
    **EXTRA,
}


def post(package: Package, path: str, form: dict[str, str], header: str | None = BASIC) -> httpx.Response:
    headers = {"Authorization": header} if header else {}
    return package.direct.post(package.address(IDENTITY_HOST, path), data=form, headers=headers)


def get(package: Package, path: str, club: str = "goed", **headers: str) -> httpx.Response:
    given = {"Authorization": f"Bearer {made_up_access(KEY, club)}", "Accept": "application/json", **headers}
    return package.direct.get(package.address(API_HOST, f"/v2/{path}"), headers=given)


def asking(package: Package, **changes: str) -> httpx.Response:
    asked = {key: value for key, value in {**ASKED, **changes}.items() if value != "left out"}
    return package.direct.get(package.address(IDENTITY_HOST, f"/connect/authorize?{urlencode(asked)}"))


def test_every_club_of_the_design_is_there() -> None:
    assert set(NAMES) == NAMED
    assert {club.name for club in CLUBS if club.featured} >= {"goed", "halfvinkje", "geenmodule", "storing"}


def test_the_page_of_consent_lists_every_club(package: Package) -> None:
    page = asking(package)

    assert page.status_code == 200
    assert all(f'value="{name}"' in page.text for name in NAMES)


@pytest.mark.parametrize(
    "changes", [{"client_id": "x"}, {"redirect_uri": "http://elders.example/"}, {"redirect_uri": "left out"}]
)
def test_nobody_is_sent_to_an_address_that_cannot_be_registered(package: Package, changes: dict[str, str]) -> None:
    answer = asking(package, **changes)

    assert answer.status_code == 400
    assert "Location" not in answer.headers


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"response_type": "token"}, "unsupported_response_type"),
        ({"scope": "ea:api ea:everything"}, "invalid_scope"),
        ({"scope": "ea:sales"}, "invalid_scope"),
        ({"state": ""}, "invalid_request"),
        ({"state": "left out"}, "invalid_request"),
        ({"prompt": "left out"}, "invalid_request"),
        ({"prompt": "login"}, "invalid_request"),
        ({"acr_values": "service:made-up"}, "invalid_request"),
        ({"code_challenge": "x"}, "invalid_request"),
    ],
)
def test_a_wrong_question_for_consent_goes_back_with_its_error(
    package: Package, changes: dict[str, str], error: str
) -> None:
    answer = asking(package, **changes)

    assert answer.status_code == 302
    assert parse_qs(urlsplit(answer.headers["Location"]).query)["error"] == [error]


GOOD = {"grant_type": "authorization_code", "redirect_uri": HERE}


def test_a_good_code_gets_the_documented_answer(package: Package) -> None:
    granted = post(package, "/connect/token", {**GOOD, "code": package.code()})

    assert granted.status_code == 200
    assert set(granted.json()) == {"access_token", "refresh_token", "token_type", "expires_in"}
    assert (granted.json()["token_type"], granted.json()["expires_in"]) == ("Bearer", 3600)
    assert granted.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    ("form", "header", "error"),
    [
        ({}, None, "invalid_client"),
        ({}, "Basic x", "invalid_client"),
        ({"client_id": CLIENT_ID, "client_secret": CLIENT_SECRET}, None, "invalid_client"),
        ({"client_secret": CLIENT_SECRET}, BASIC, "invalid_client"),
        ({"scope": "ea:api"}, BASIC, "invalid_request"),
        ({"grant_type": "password"}, BASIC, "unsupported_grant_type"),
        ({"grant_type": "refresh_token"}, BASIC, "invalid_request"),
        ({"redirect_uri": f"{HERE}?x=1"}, BASIC, "invalid_grant"),
        ({"code": "x"}, BASIC, "invalid_grant"),
    ],
)
def test_a_wrong_token_call_is_refused_as_oauth_says(
    package: Package, form: dict[str, str], header: str | None, error: str
) -> None:
    answer = post(package, "/connect/token", {**GOOD, "code": package.code(), **form}, header)

    assert (answer.status_code, answer.json()) == (400, {"error": error})


def test_a_token_call_has_to_be_a_form_and_a_post(package: Package) -> None:
    url = package.address(IDENTITY_HOST, "/connect/token")
    form = {**GOOD, "code": package.code()}

    assert package.direct.post(url, json=form, headers={"Authorization": BASIC}).json()["error"] == "invalid_request"
    assert package.direct.get(url, params=form).status_code == 405
    assert package.direct.post(f"{url}s", data=form).status_code == 404


def test_a_refresh_token_is_used_once_and_that_of_one_club_stays(package: Package) -> None:
    for club, again in (("goed", 400), ("goed-vast", 200)):
        form = {"grant_type": "refresh_token", "refresh_token": f"made-up-refresh-{KEY}-{club}"}
        assert post(package, "/connect/token", form).status_code == 200
        assert post(package, "/connect/token", form).status_code == again


def test_ending_a_consent_is_empty_and_wants_the_client(package: Package) -> None:
    form = {"token": "made-up", "token_type_hint": "refresh_token"}

    done = post(package, "/connect/revocation", form)
    assert (done.status_code, done.content) == (200, b"")
    assert post(package, "/connect/revocation", form, None).json() == {"error": "invalid_client"}
    assert post(package, "/connect/revocation", {}).json() == {"error": "invalid_request"}
    assert post(package, "/connect/revocation", {**form, "token_type_hint": "x"}).status_code == 400


@pytest.mark.parametrize("header", ["", "Bearer x", f"Basic {made_up_access(KEY, 'goed')}"])
def test_without_a_token_nothing_is_told(package: Package, header: str) -> None:
    answer = get(package, "companysettings", Authorization=header)

    assert (answer.status_code, answer.content) == (401, b"")
    assert "Bearer" in answer.headers["WWW-Authenticate"]


def test_an_access_token_lives_an_hour(package: Package) -> None:
    granted = post(package, "/connect/token", {**GOOD, "code": package.code()}).json()
    bearer = f"Bearer {granted['access_token']}"

    package.clock.turn(timedelta(hours=1))
    assert get(package, "companysettings", Authorization=bearer).status_code == 200
    package.clock.turn(timedelta(seconds=1))
    assert get(package, "companysettings", Authorization=bearer).status_code == 401


@pytest.mark.parametrize(
    ("path", "status", "code"),
    [
        ("companysettings?$page=1", 400, 2000),
        ("fiscalyears?$page=0", 400, 2000),
        ("fiscalyears?$pagesize=51", 400, 2000),
        ("fiscalyears?$pagesize=veel", 400, 2000),
        ("fiscalyears?page=1", 400, 2000),
        ("accounts/00000000-0000-4000-8002-000000000001", 404, 3002),
    ],
)
def test_a_wrong_question_is_refused_by_code(package: Package, path: str, status: int, code: int) -> None:
    answer = get(package, path)

    assert (answer.status_code, answer.json()["ErrorCode"]) == (status, code)
    assert set(answer.json()) == {"ErrorCode", "DeveloperErrorMessage", "ErrorId"}


def test_only_json_is_spoken_and_only_known_paths_are_there(package: Package) -> None:
    assert get(package, "companysettings", Accept="text/html").status_code == 406
    assert get(package, "vouchers").status_code == 404
    assert get(package, "accounts").status_code == 404
    url = package.address(API_HOST, "/v2/users")
    bearer = {"Authorization": f"Bearer {made_up_access(KEY, 'goed')}"}
    assert package.direct.post(url, headers=bearer).status_code == 405


def test_each_call_takes_one_of_its_rights(package: Package) -> None:
    year = get(package, "fiscalyears", "halfvinkje").json()["Data"][0]["Id"]
    answer = get(package, f"accounts/{year}", "halfvinkje")

    assert (answer.status_code, answer.json()["ErrorCode"]) == (403, 4006)
    assert get(package, f"accounts/{year}", "goed").status_code == 200


def test_an_endpoint_takes_600_calls_a_minute_of_all_clubs_together(package: Package) -> None:
    clubs = ("goed", "goed-vast")
    assert {get(package, "users", clubs[n % 2]).status_code for n in range(MOST_A_MINUTE)} == {200}

    refused = get(package, "users", "anderbedrijf")
    assert (refused.status_code, refused.json()["ErrorCode"]) == (429, 4010)
    assert refused.json()["DeveloperErrorMessage"].endswith("Try again in 60 seconds.")
    assert get(package, "companysettings").status_code == 200
    package.clock.turn(timedelta(minutes=1))
    assert get(package, "users").status_code == 200


CUSTOMER = {
    "Name": "D. Demo",
    "InvoiceCity": "Voorbeelddorp",
    "InvoicePostalCode": "0000 XX",
    "TermsOfPaymentId": identifier(6, 1),
    "IsPrivatePerson": True,
    "IsActive": True,
}
MANDATE = {"MandateId": "DEMO-1", "MandateType": 1, "SequenceType": 1, "SigningDate": "2026-01-01T00:00:00"}
INVOICE = {
    "CustomerId": identifier(7, 1),
    "Rows": [{"ArticleId": identifier(3, 1), "Text": "Contributie", "UnitPrice": 10, "Quantity": 1}],
    "EuThirdParty": False,
    "RotReducedInvoicingType": 0,
    "YourReference": "DEMO-2026-1",
}


def send(package: Package, path: str, body: object, club: str = "goed", method: str = "POST") -> httpx.Response:
    given = {"Authorization": f"Bearer {made_up_access(KEY, club)}", "Accept": "application/json"}
    return package.direct.request(method, package.address(API_HOST, f"/v2/{path}"), json=body, headers=given)


def test_an_invoice_is_kept_and_found_by_our_reference(package: Package) -> None:
    made = send(package, "customerinvoices", INVOICE)
    assert made.status_code == 201
    assert {"Id", "InvoiceNumber", "VoucherNumber"} <= set(made.json())

    found = get(package, "customerinvoices?$filter=YourReference eq 'DEMO-2026-1'").json()["Data"]
    assert [one["Id"] for one in found] == [made.json()["Id"]]
    assert get(package, "customerinvoices?$filter=YourReference eq 'x'").json()["Data"] == []
    assert get(package, "customerinvoices", "goed-vast").json()["Data"] == []
    assert get(package, "customerinvoices?$filter=Odd").json()["ErrorCode"] == 2000


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"CustomerId": None}, "CustomerId"),
        ({"CustomerId": "x"}, "CustomerId"),
        ({"Rows": None}, "Rows"),
        ({"Rows": [{"ArticleId": "x"}]}, "ArticleId"),
        ({"EuThirdParty": None}, "EuThirdParty"),
        ({"InvoiceNumber": 1}, "InvoiceNumber"),
        ({"YourReference": "x" * 101}, "YourReference"),
        ({"IsDirectDebit": True}, "IsDirectDebit"),
    ],
)
def test_a_wrong_invoice_is_refused_with_what_is_wrong(
    package: Package, changes: dict[str, object], named: str
) -> None:
    answer = send(package, "customerinvoices", {**INVOICE, **changes})

    assert (answer.status_code, answer.json()["ErrorCode"]) == (400, 2000)
    assert named in answer.json()["DeveloperErrorMessage"]
    assert get(package, "customerinvoices").json()["Data"] == []


def test_direct_debit_takes_a_customer_with_iban_and_mandate(package: Package) -> None:
    customer = send(package, "customers", CUSTOMER)
    assert customer.status_code == 201
    number = customer.json()["Id"]
    collected = {**INVOICE, "CustomerId": number, "IsDirectDebit": True}
    assert send(package, "customerinvoices", collected).status_code == 400

    more = {**CUSTOMER, "Iban": "NL00DEMO0000000001", "DirectDebitCustomerSettings": MANDATE}
    assert send(package, f"customers/{number}", more, method="PUT").status_code == 200
    assert send(package, "customerinvoices", collected).status_code == 201
    assert number in {row["Id"] for row in get(package, "customers").json()["Data"]}
    assert send(package, "customers/x", more, method="PUT").json()["ErrorCode"] == 3002
    assert send(package, "customers", {**CUSTOMER, "Name": None}).json()["ErrorCode"] == 2000


def test_an_invoice_whose_answer_is_too_late_is_kept_all_the_same(package: Package) -> None:
    with pytest.raises(httpx.ReadTimeout):
        package.direct.post(
            package.address(API_HOST, "/v2/customerinvoices"),
            json=INVOICE,
            headers={"Authorization": f"Bearer {made_up_access(KEY, 'dubbel')}", "Accept": "application/json"},
            timeout=0.5,
        )

    assert len(get(package, "customerinvoices", "dubbel").json()["Data"]) == 1


@pytest.mark.parametrize("club", ["geenmodule", "ingetrokken", "storing", "rekeningweg", "sandbox", "limiet"])
def test_the_switch_heals_a_club_and_brings_the_trouble_back(package: Package, club: str) -> None:
    stopped = {Outcome.FAILED, Outcome.UNTESTED}
    assert stopped & {line.outcome for line in package.checks(login(club)).values()}

    server = serve(emulators([CONNECTOR]))
    try:
        switch = f"{server.url}/{API_HOST}/_sandbox"
        assert package.direct.post(f"{switch}/heal/{club}").json() == {"healed": [club]}
        assert package.direct.post(f"{switch}/break/{club}").json() == {"healed": []}
    finally:
        server.shutdown()

    package.emulator.ailments.heal(club)
    assert not stopped & {line.outcome for line in package.checks(login(club)).values()}
