"""The emulator is as strict as what Exact publishes, and its switch heals a club."""

from __future__ import annotations

from urllib.parse import parse_qs, urlencode, urlsplit

import httpx
import pytest

from connectors.exact_online import CONNECTOR
from connectors.exact_online import sandbox_books as books
from connectors.exact_online.made_up import CLIENT_ID, CLUBS, DIVISIONS, KEY, PASTED_AT, code_of
from connectors.exact_online.sites import HOME, SITES
from connectors.kit.oauth import consent_address
from connectors.kit.oauth_sandbox import made_up_access, made_up_refresh
from connectors.kit.outcomes import Outcome
from connectors.kit.sandbox import at_sandbox
from tests.connectors.exact_online.package import BACK, NOW, Package, host, login

NAMED = {
    "goed", "code-oud", "code-gebruikt", "code-kapot", "clientfout", "tevroeg", "oudtoken", "dertigdagen",
    "nietaangevinkt", "geenscope", "geenrecht", "licentie", "geblokkeerd", "archief", "hid", "exclusief",
    "geenbtwcode", "nultarief", "geendagboek", "geeniban", "geenincasso", "htmllogin", "minuut", "dag", "foutlimiet",
    "storing", "traag", "kapot", "pagina2", "dubbel",
}  # fmt: skip


def page(package: Package, **changes: str | None) -> str:
    """The address of the authorise page."""
    asked = {"client_id": CLIENT_ID, "redirect_uri": BACK, "response_type": "code", "state": "s1", "force_login": "1"}
    query = {name: value for name, value in (asked | changes).items() if value is not None}
    return f"{package.url}/{HOME}/api/oauth2/auth?{urlencode(query)}"


def given_code(package: Package, club: str = "goed", **changes: str) -> str:
    """The code that the authorise page sends back."""
    answer = package.direct.post(page(package, **changes), data={"club": club})
    return parse_qs(urlsplit(answer.headers["Location"]).query)["code"][0]


def exchanged(package: Package, code: str, redirect_uri: str = BACK) -> httpx.Response:
    return package.ask_token(grant_type="authorization_code", code=code, redirect_uri=redirect_uri)


def refreshed(package: Package, token: str) -> httpx.Response:
    return package.ask_token(grant_type="refresh_token", refresh_token=token)


def test_there_is_a_club_for_every_outcome() -> None:
    assert {club.name for club in CLUBS} >= NAMED
    numbers = [int(club.input["division"]) for club in CLUBS if club.name not in ("hid", "kantoor")]
    assert min(numbers) == 900001
    assert len(set(numbers)) == len(numbers)


def test_the_address_that_we_send_people_to_is_taken(package: Package) -> None:
    at = at_sandbox([CONNECTOR], package.url)
    address = consent_address(CONNECTOR, host(), redirect_uri=BACK, state="s1", at=at)

    answer = package.direct.get(address)

    assert answer.status_code == 200
    assert parse_qs(urlsplit(address).query) == {
        "client_id": [CLIENT_ID], "redirect_uri": [BACK], "response_type": ["code"], "state": ["s1"],
        "force_login": ["1"],
    }  # fmt: skip
    for club in CLUBS:
        assert f'value="{club.name}"' in answer.text


@pytest.mark.parametrize(
    "changes",
    [
        {"client_id": "x"},
        {"client_id": None},
        {"state": None},
        {"response_type": "token"},
        {"redirect_uri": "http://desk.example/terug"},
        {"redirect_uri": None},
        {"scope": "openid"},
        {"code_challenge": "x"},
    ],
)
def test_a_question_for_consent_that_is_not_right_is_refused(package: Package, changes: dict[str, str | None]) -> None:
    assert package.direct.get(page(package, **changes)).status_code == 400


def test_consent_sends_back_a_code_with_the_state_and_a_refusal_says_so(package: Package) -> None:
    back = urlsplit(package.direct.post(page(package), data={"club": "goed"}).headers["Location"])
    assert f"{back.scheme}://{back.netloc}{back.path}" == BACK
    assert parse_qs(back.query)["state"] == ["s1"]
    assert "%21" in back.query, "the exclamation mark of a code travels encoded"

    no = urlsplit(package.direct.post(page(package), data={"refuse": "1"}).headers["Location"])
    assert parse_qs(no.query) == {"error": ["access_denied"], "state": ["s1"]}
    assert package.direct.post(page(package), data={"club": "nobody"}).status_code == 400


def test_where_clubs_copy_codes_the_page_shows_one(package: Package) -> None:
    answer = package.direct.post(page(package, redirect_uri=PASTED_AT), data={"club": "goed"})

    code = answer.text.partition("<code>")[2].partition("</code>")[0]
    assert exchanged(package, code, PASTED_AT).status_code == 200


def test_a_code_brings_a_pair_whose_life_is_a_text(package: Package) -> None:
    granted = exchanged(package, given_code(package)).json()

    assert set(granted) == {"access_token", "token_type", "expires_in", "refresh_token"}
    assert granted["expires_in"] == "600"
    answer = package.get("current/Me?$select=FullName", Authorization=f"Bearer {granted['access_token']}")
    assert answer.status_code == 200


def test_a_code_is_good_once_for_three_minutes_and_with_its_own_address(package: Package) -> None:
    code = given_code(package)
    assert exchanged(package, code).status_code == 200
    again = exchanged(package, code)
    assert (again.status_code, again.json()["error"]) == (400, "invalid_request")

    late = given_code(package)
    package.at[0] += 181
    assert exchanged(package, late).json()["error"] == "invalid_grant"

    assert exchanged(package, given_code(package), "https://other.example/terug").status_code == 400
    assert exchanged(package, "stampNL001.made-up!unknown").status_code == 400
    assert exchanged(package, "x" * 700).status_code == 400


@pytest.mark.parametrize(
    ("form", "error"),
    [
        ({"client_secret": "x"}, "invalid_client"),
        ({"client_secret": None}, "invalid_client"),
        ({"client_id": None}, "invalid_client"),
        ({"grant_type": "password"}, "unsupported_grant_type"),
        ({"scope": "x"}, "invalid_request"),
        ({"code": None}, "invalid_request"),
        ({"redirect_uri": None}, "invalid_request"),
        ({"redirect_uri": ""}, "invalid_request"),
        ({"refresh_token": "x"}, "invalid_request"),
    ],
)
def test_a_token_call_that_is_not_right_is_refused(package: Package, form: dict[str, str | None], error: str) -> None:
    right = {"grant_type": "authorization_code", "code": package.code(), "redirect_uri": BACK}

    assert package.ask_token(**{**right, **form}).json()["error"] == error
    assert package.ask_token(**right).status_code == 200, "what was refused for its form used nothing up"


def test_the_secret_belongs_in_the_form_and_the_call_is_a_post_of_a_form(package: Package) -> None:
    right = {"grant_type": "authorization_code", "code": package.code(), "redirect_uri": BACK}
    url = f"{package.url}/{HOME}/api/oauth2/token"

    assert package.ask_token({"Authorization": "Basic eDp4"}, **right).json()["error"] == "invalid_client"
    assert package.direct.post(url, json=right).json()["error"] == "invalid_request"
    assert package.direct.get(url, params=right).status_code == 405
    assert package.direct.post(f"{url}s", data=right).status_code == 404


def test_a_refresh_is_taken_from_570_seconds_on_and_rotates(package: Package) -> None:
    first = exchanged(package, given_code(package)).json()
    package.at[0] += 569
    early = refreshed(package, first["refresh_token"])
    assert early.status_code == 400
    assert "access_token not expired" in early.json()["error_description"]
    assert early.headers["Reason"] == "TooEarlyToRefreshTokens"

    package.at[0] += 1
    second = refreshed(package, first["refresh_token"]).json()
    assert second["refresh_token"] != first["refresh_token"]

    again = refreshed(package, first["refresh_token"])
    assert (again.status_code, again.json()["error_description"]) == (401, "Old refresh token used.")


def test_an_access_token_lives_600_seconds_and_a_refresh_token_thirty_days(package: Package) -> None:
    pair = exchanged(package, given_code(package)).json()
    bearer = f"Bearer {pair['access_token']}"
    package.at[0] += 600
    assert package.get("current/Me?$select=FullName", Authorization=bearer).status_code == 200
    package.at[0] += 1
    assert package.get("current/Me?$select=FullName", Authorization=bearer).status_code == 401

    package.at[0] = NOW.timestamp() + 30 * 86_400 + 60
    late = refreshed(package, pair["refresh_token"])
    assert "refresh token expired" in late.json()["error_description"]
    assert "chainId" in refreshed(package, "unknown").json()["error_description"]


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("current/Me", 400),
        ("current/Me?$select=Nickname", 400),
        ("current/Me?$select=FullName&$expand=x", 400),
        ("900001/financial/GLAccounts?$filter=Code eq '8000'", 400),
        ("900001/financial/GLAccounts?$select=ID&$filter=Code eq 8000", 400),
        ("900001/financial/GLAccounts?$select=ID&$filter=Type eq '110'", 400),
        ("900001/financial/GLAccounts?$select=ID&$filter=Code ne '8000'", 400),
        ("900001/financial/GLAccounts?$select=ID&$filter=Number eq 1", 400),
        ("900001/financial/GLAccounts?$select=ID&$top=many", 400),
        ("900001/financial/GLAccount?$select=ID", 404),
        ("goed/financial/GLAccounts?$select=ID", 404),
        ("goed/salesentry/SalesEntries?$select=EntryID", 403),
        ("900002/financial/GLAccounts?$select=ID", 403),
        ("1/financial/GLAccounts?$select=ID", 403),
        ("900001/financial/GLAccounts?$select=ID&$top=1", 200),
        ("900001/hrm/Divisions?$select=Code&$filter=Code eq 900001", 200),
    ],
)
def test_a_question_is_answered_by_the_rules_alone(package: Package, path: str, status: int) -> None:
    assert package.get(path).status_code == status


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Authorization": None}, 401),
        ({"Authorization": "Bearer x"}, 401),
        ({"Authorization": f"Basic {made_up_access(KEY, 'goed')}"}, 401),
        ({"Accept": "application/atom+xml"}, 406),
        ({"Accept": None}, 406),
    ],
)
def test_a_missing_or_wrong_header_is_refused(package: Package, headers: dict[str, str | None], status: int) -> None:
    assert package.get("current/Me?$select=FullName", **headers).status_code == status


def test_pages_have_sixty_rows_and_name_the_next_under_the_name_that_was_called(package: Package) -> None:
    first = package.get("900033/vat/VATCodes?$select=Code,Type", "pagina2").json()["d"]
    assert len(first["results"]) == 60
    assert first["__next"].startswith(f"{package.url}/{HOME}/api/v1/900033/vat/VATCodes?")

    bearer = {"Authorization": f"Bearer {made_up_access(KEY, 'pagina2')}", "Accept": "application/json"}
    rest = package.direct.get(first["__next"], headers=bearer).json()["d"]
    assert len(rest["results"]) == 6
    assert "__next" not in rest
    assert rest["results"][-1]["Code"] == "5  ", "codes are padded with blanks"

    named = package.get("900033/vat/VATCodes?$select=Code", "pagina2", Host=HOME).json()["d"]
    assert named["__next"].startswith(f"https://{HOME}/api/v1/")


def test_limits_are_told_with_every_answer(package: Package) -> None:
    headers = package.get("current/Me?$select=FullName").headers

    assert headers["X-RateLimit-Minutely-Remaining"] == "59"
    assert int(headers["X-RateLimit-Minutely-Reset"]) > NOW.timestamp() * 1000


def test_more_than_ten_errors_in_an_hour_block_for_an_hour(package: Package) -> None:
    good = "current/Me?$select=FullName"
    for _ in range(10):
        assert package.get("current/Me").status_code == 400
    assert package.get(good).status_code == 200
    assert package.get("current/Me").status_code == 400

    assert package.get(good).status_code == 429
    assert package.get(good, "andere").status_code == 200, "others are not blocked"
    package.at[0] += 3601
    assert package.get(good).status_code == 200


def test_every_site_is_the_same_exact(package: Package) -> None:
    headers = {"Authorization": f"Bearer {made_up_access(KEY, 'goed')}", "Accept": "application/json"}
    for site in SITES:
        answer = package.direct.get(f"{package.url}/{site}/api/v1/current/Me?$select=FullName", headers=headers)
        assert answer.status_code == 200
    assert package.direct.get(f"{package.url}/{HOME}/docs").status_code == 404


@pytest.mark.parametrize("club", ["nietaangevinkt", "exclusief", "htmllogin", "storing", "code-oud", "oudtoken"])
def test_the_switch_heals_a_club(package: Package, club: str) -> None:
    assert Outcome.PASSED not in {package.checks(login(club))[key].outcome for key in ("ledger_vat_inclusive",)}

    package.direct.post(f"{package.url}/{HOME}/_sandbox/heal/{club}")

    assert package.checks(login(club))["ledger_vat_inclusive"].outcome is Outcome.PASSED


def test_tokens_of_a_new_consent_work_until_they_are_to_be_refreshed(package: Package) -> None:
    pair = exchanged(package, given_code(package, "oudtoken")).json()

    fresh = package.get("current/Me?$select=FullName", Authorization=f"Bearer {pair['access_token']}")
    assert fresh.status_code == 200
    package.at[0] += 580
    assert refreshed(package, pair["refresh_token"]).status_code == 401


def test_refresh_tokens_of_made_up_clubs_are_used_once_too(package: Package) -> None:
    assert refreshed(package, made_up_refresh(KEY, "goed")).status_code == 200
    assert refreshed(package, made_up_refresh(KEY, "goed")).status_code == 401
    assert refreshed(package, made_up_refresh(KEY, "clientfout")).json()["error"] == "invalid_client"
    assert refreshed(package, made_up_refresh(KEY, "storing")).status_code == 503
    assert exchanged(package, code_of("code-oud"), "https://koppelbalie.example/oauth/exact-online/terug").is_error


ENTRY = {
    "Customer": books.identifier(5, 1),
    "Journal": "70",
    "YourRef": "DEMO-2026-1",
    "PaymentCondition": "IN",
    "SalesEntryLines": [{"GLAccount": books.identifier(2, 8000), "AmountFC": 12.5, "VATCode": "4  "}],
}


def book(package: Package, club: str = "goed", entry: object = ENTRY, timeout: float = 5.0) -> httpx.Response:
    headers = {"Authorization": f"Bearer {made_up_access(KEY, club)}", "Accept": "application/json"}
    url = f"{package.url}/{HOME}/api/v1/{DIVISIONS[club]}/salesentry/SalesEntries"
    return package.direct.post(url, json=entry, headers=headers, timeout=timeout)


def by_reference(package: Package, club: str = "goed") -> list[dict[str, object]]:
    path = f"{DIVISIONS[club]}/salesentry/SalesEntries?$select=EntryNumber&$filter=YourRef eq 'DEMO-2026-1'"
    found: list[dict[str, object]] = package.get(path, club).json()["d"]["results"]
    return found


def test_an_entry_is_kept_and_found_again_by_its_reference(package: Package) -> None:
    assert by_reference(package) == []

    booked = book(package)

    assert booked.status_code == 201
    assert [one["EntryNumber"] for one in by_reference(package)] == [booked.json()["d"]["EntryNumber"]]
    assert by_reference(package, "andere") == []


def test_an_entry_that_gets_stuck_is_kept_all_the_same(package: Package) -> None:
    with pytest.raises(httpx.ReadTimeout):
        book(package, "dubbel", timeout=0.5)

    assert len(by_reference(package, "dubbel")) == 1


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"Customer": None}, "Customer"),
        ({"Journal": "10"}, "Journal"),
        ({"Type": 30}, "Type"),
        ({"PaymentCondition": "99"}, "Payment condition"),
        ({"SalesEntryLines": []}, "Lines"),
        ({"SalesEntryLines": [{"GLAccount": "8000", "AmountFC": 1}]}, "G/L account"),
        ({"SalesEntryLines": [{"GLAccount": books.identifier(2, 8000), "AmountFC": "1"}]}, "Amount"),
        ({"SalesEntryLines": [{**ENTRY["SalesEntryLines"][0], "VATCode": "9"}]}, "VAT code"),  # type: ignore[index]
        ({"SalesEntryLines": [{**ENTRY["SalesEntryLines"][0], "Vat": "9"}]}, "SalesEntryLine"),  # type: ignore[index]
        ({"Number": 1}, "Number"),
    ],
)
def test_an_entry_that_is_not_right_is_refused_and_not_kept(
    package: Package, change: dict[str, object], says: str
) -> None:
    refused = book(package, entry={**ENTRY, **change})

    assert refused.status_code == 400
    assert says in refused.json()["error"]["message"]["value"]
    assert by_reference(package) == []
    assert book(package, entry=["x"]).status_code == 400
