"""The emulator is as strict as the published contract, and its switch heals a club."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest

from connectors.kit.outcomes import Outcome
from connectors.kit.sandbox import emulators, serve
from connectors.snelstart import CONNECTOR
from connectors.snelstart.made_up import CLUBS, FIRST_KEY, NAMES, SECOND_KEY, key_of
from tests.connectors.snelstart.package import Package, login

NAMED = {
    "goed", "onbekend", "onbekend401", "echo", "abonnement", "kaal", "geenrelaties", "quotum", "limiet", "dicht",
    "nonactief", "kostenplaats", "geendagboek", "oudtarief", "leeg", "andere", "ingetrokken", "geeniban", "bestaat",
    "dubbel", "vorm1", "vorm2", "vorm3", "vorm4", "vorm5", "verlopen", "pagina2", "storing", "traag", "kapot",
}  # fmt: skip


def ask_token(package: Package, **form: str) -> httpx.Response:
    return package.direct.post(f"{package.url}/auth.snelstart.nl/b2b/token", data=form)


def bearer(package: Package, club: str = "goed") -> str:
    answer = ask_token(package, grant_type="clientkey", clientkey=key_of(club))
    return str(answer.json()["access_token"])


def headers(package: Package, club: str = "goed", **changes: str | None) -> dict[str, str]:
    given = {
        "Authorization": f"Bearer {bearer(package, club)}",
        "Ocp-Apim-Subscription-Key": FIRST_KEY,
        "Accept": "application/json",
        **{name.replace("_", "-"): value for name, value in changes.items()},
    }
    return {name: value for name, value in given.items() if value is not None}


def get(package: Package, path: str, club: str = "goed", **changes: str | None) -> httpx.Response:
    url = f"{package.url}/b2bapi.snelstart.nl/v2/{path}"
    return package.direct.get(url, headers=headers(package, club, **changes))


def test_a_known_key_gets_a_token(package: Package) -> None:
    granted = ask_token(package, grant_type="clientkey", clientkey=key_of("goed")).json()

    assert granted["token_type"] == "bearer"
    assert granted["expires_in"] == 3599


@pytest.mark.parametrize(
    ("form", "error"),
    [
        ({}, "invalid_request"),
        ({"grant_type": "clientkey"}, "invalid_request"),
        ({"grant_type": "clientkey", "clientkey": ""}, "invalid_request"),
        ({"grant_type": "clientkey", "clientkey": key_of("goed"), "scope": "x"}, "invalid_request"),
        ({"grant_type": "password", "clientkey": key_of("goed")}, "unsupported_grant_type"),
        ({"grant_type": "clientkey", "clientkey": "x"}, "invalid_grant"),
        ({"grant_type": "clientkey", "clientkey": key_of("onbekend")}, "invalid_grant"),
    ],
)
def test_a_wrong_token_call_is_refused_as_oauth_says(package: Package, form: dict[str, str], error: str) -> None:
    answer = ask_token(package, **form)

    assert (answer.status_code, answer.json()["error"]) == (400, error)


def test_a_token_call_has_to_be_a_form_and_a_post(package: Package) -> None:
    url = f"{package.url}/auth.snelstart.nl/b2b/token"
    asked = {"grant_type": "clientkey", "clientkey": key_of("goed")}

    assert package.direct.post(url, json=asked).json()["error"] == "invalid_request"
    assert package.direct.get(url, params=asked).status_code == 405
    assert package.direct.post(f"{url}s", data=asked).status_code == 404


@pytest.mark.parametrize(
    ("changes", "status", "says"),
    [
        ({"Ocp_Apim_Subscription_Key": None}, 401, "missing subscription key"),
        ({"Ocp_Apim_Subscription_Key": "x"}, 401, "invalid subscription key"),
        ({"Authorization": None}, 401, "Authorization has been denied"),
        ({"Authorization": "Bearer x"}, 401, "Authorization has been denied"),
        ({"Authorization": f"Basic {key_of('goed')}"}, 401, "Authorization has been denied"),
        ({"Accept": "text/html"}, 406, "application/json"),
    ],
)
def test_a_missing_or_wrong_header_is_refused(
    package: Package, changes: dict[str, str | None], status: int, says: str
) -> None:
    answer = get(package, "companyInfo", **changes)

    assert answer.status_code == status
    assert says in answer.json()["message"]


def test_either_of_the_hosts_keys_is_accepted_in_the_header_alone(package: Package) -> None:
    assert get(package, "companyInfo", Ocp_Apim_Subscription_Key=SECOND_KEY).status_code == 200
    assert get(package, f"companyInfo?subscription-key={FIRST_KEY}").status_code == 401


@pytest.mark.parametrize(
    "path",
    [
        "grootboeken?$top=501",
        "grootboeken?$top=0",
        "grootboeken?$top=veel",
        "grootboeken?$skip=-1",
        "grootboeken?$orderby=Nummer",
        "grootboeken?$filter=nummer eq '8000'",
        "relaties?$filter=relatiesoort/any(r:r eq 'Klant')",
        "relaties?$filter=Relatiesoort eq Klant",
        "relaties?$filter=",
        "dagboeken?$filter=Soort eq 'Verkoop'",
        "btwtarieven?$top=1",
        "kostenplaatsen?$top=1",
        "companyInfo?$top=1",
    ],
)
def test_a_query_that_is_not_taken_is_refused(package: Package, path: str) -> None:
    answer = get(package, path)

    assert (answer.status_code, answer.json()[0]["errorCode"]) == (400, "ALG-0104")


def test_filters_and_pages_are_followed(package: Package) -> None:
    customers = get(package, "relaties?$filter=Relatiesoort/any(r:r eq 'Klant')").json()
    suppliers = get(package, "relaties?$filter=Relatiesoort/any(r:r eq 'Leverancier')").json()

    assert [one["naam"] for one in customers] == ["A. Ans", "B. Bakker", "C. de Cock"]
    assert [one["naam"] for one in suppliers] == ["Sporthal De Bal"]
    assert len(get(package, "relaties").json()) == 4
    assert [one["naam"] for one in get(package, "relaties?$top=1&$skip=1").json()] == ["A. Ans"]
    assert len(get(package, "grootboeken?$top=500", "pagina2").json()) == 500
    assert len(get(package, "grootboeken?$top=500&$skip=500", "pagina2").json()) == 1


def test_customers_have_one_none_and_two_mandates(package: Package) -> None:
    customers = get(package, "relaties?$filter=Relatiesoort/any(r:r eq 'Klant')").json()
    found = [get(package, f"relaties/{one['id']}/doorlopendeincassomachtigingen").json() for one in customers]

    assert [len(mandates) for mandates in found] == [1, 0, 2]
    assert get(package, "relaties/niemand/doorlopendeincassomachtigingen").status_code == 404


@pytest.mark.parametrize("path", ["artikelen", "", "relaties/x", "../v1/companyInfo"])
def test_it_knows_its_own_addresses_alone(package: Package, path: str) -> None:
    assert get(package, path).status_code == 404


def customer(number: int) -> dict[str, str]:
    return {"id": f"00000000-0000-4000-8005-{number:012}"}


def line(account: int = 8000, **more: object) -> dict[str, object]:
    return {"grootboek": {"id": f"00000000-0000-4000-8002-{account:012}"}, "bedrag": 25, "btwSoort": "Geen", **more}


def mandate(number: int) -> dict[str, str]:
    return {"id": f"00000000-0000-4000-8006-{number:012}"}


def book(package: Package, club: str = "goed", **changes: object) -> httpx.Response:
    booking = {"factuurnummer": "F-1", "klant": customer(1), "boekingsregels": [line()], "factuurbedrag": 25, **changes}
    url = f"{package.url}/b2bapi.snelstart.nl/v2/verkoopboekingen"
    return package.direct.post(url, headers=headers(package, club), json=booking)


def test_a_booking_is_kept_and_read_back_as_an_invoice(package: Package) -> None:
    answer = book(package, doorlopendeIncassoMachtiging=mandate(11))

    assert answer.status_code == 201
    (invoice,) = get(package, "verkoopfacturen?$filter=Factuurnummer eq 'F-1'").json()
    assert invoice["verkoopBoeking"]["id"] == answer.json()["id"]
    assert (invoice["relatie"], invoice["factuurBedrag"]) == (customer(1), 25)
    assert get(package, "verkoopfacturen?$filter=Factuurnummer eq 'F-2'").json() == []
    assert get(package, "verkoopfacturen", "nieuw").json() == []


@pytest.mark.parametrize(
    ("club", "changes", "code"),
    [
        ("goed", {"factuurnummer": ""}, "BOE-0058"),
        ("goed", {"factuurnummer": "F" * 26}, "BOE-0058"),
        ("goed", {"klant": None}, "REL-0005"),
        ("goed", {"klant": customer(99)}, "BOE-0060"),
        ("goed", {"boekingsregels": []}, "BOE-0023"),
        ("goed", {"boekingsregels": [line(1)]}, "BOE-0037"),
        ("goed", {"boekingsregels": [line(btwSoort="hoog")]}, "BOE-0082"),
        ("goed", {"doorlopendeIncassoMachtiging": mandate(31)}, "BOE-0066"),
        (
            "goed",
            {"doorlopendeIncassoMachtiging": mandate(11), "eenmaligeIncassoMachtiging": {"kenmerk": "x"}},
            "BOE-0064",
        ),
        ("nonactief", {}, "BOE-0008"),
        ("kostenplaats", {}, "BOE-0022"),
        ("dicht", {}, "BOE-0042"),
        ("geeniban", {"doorlopendeIncassoMachtiging": mandate(11)}, "BOE-0052"),
        ("ingetrokken", {"doorlopendeIncassoMachtiging": mandate(11)}, "BOE-0079"),
        ("bestaat", {}, "BOE-0021"),
    ],
)
def test_a_booking_that_is_wrong_is_refused_by_code(
    package: Package, club: str, changes: dict[str, object], code: str
) -> None:
    answer = book(package, club, **changes)

    assert answer.status_code == 400
    assert code in [fault["errorCode"] for fault in answer.json()]


def test_a_number_counts_once(package: Package) -> None:
    assert book(package).status_code == 201
    assert book(package).json()[0]["errorCode"] == "BOE-0021"
    assert len(get(package, "verkoopfacturen").json()) == 1


def test_a_booking_that_gets_stuck_is_kept_all_the_same(package: Package) -> None:
    package.direct.timeout = httpx.Timeout(0.5)
    with pytest.raises(httpx.ReadTimeout):
        book(package, "dubbel")

    assert len(get(package, "verkoopfacturen", "dubbel").json()) == 1


def test_a_booking_without_anything_in_it_is_refused(package: Package) -> None:
    url = f"{package.url}/b2bapi.snelstart.nl/v2/verkoopboekingen"
    for content in ("", "{}", "[]", "oeps"):
        sent = {**headers(package), "Content-Type": "application/json"}
        assert package.direct.post(url, headers=sent, content=content).json()[0]["errorCode"] == "ALG-0106"


def test_every_club_of_the_agreed_list_is_there_and_its_key_can_be_recognised() -> None:
    assert {club.name for club in CLUBS} >= NAMED
    assert len(NAMES) == len(CLUBS)
    for club in CLUBS:
        assert club.input["koppelsleutel"].startswith(("Y2x1Yj", "0123456789abcdef")), (
            "base64 of club:…, or hexadecimal"
        )
    keys = [check.key for check in CONNECTOR.checks]
    for club in CLUBS:
        assert list(club.expected) == keys
    assert {club.name for club in CLUBS if club.featured} == {
        "goed", "andere", "onbekend", "verkeerde", "abonnement", "kaal", "nonactief", "storing",
    }  # fmt: skip


@pytest.fixture
def sandbox_url(package: Package) -> Iterator[str]:
    """The real sandbox, switch included, in the place of the package's bare hosts."""
    server = serve(emulators([CONNECTOR]))
    package.url = server.url
    yield server.url
    server.shutdown()


@pytest.mark.parametrize("host", CONNECTOR.hosts)
@pytest.mark.parametrize(
    ("name", "check"),
    [("storing", "token"), ("onbekend", "token"), ("abonnement", "host_subscription"), ("leeg", "sales_daybook")],
)
def test_a_club_is_healed_and_ails_again(package: Package, sandbox_url: str, host: str, name: str, check: str) -> None:
    switch = f"{sandbox_url}/{host}/_sandbox"
    ailing = package.checks(login(name))[check].outcome
    assert ailing in {Outcome.FAILED, Outcome.UNTESTED}

    assert package.direct.post(f"{switch}/heal/{name}").json() == {"healed": [name]}
    healed = package.checks(login(name))
    assert not [line for line in healed.values() if line.outcome in {Outcome.FAILED, Outcome.UNTESTED}]

    assert package.direct.post(f"{switch}/break/{name}").json() == {"healed": []}
    assert package.checks(login(name))[check].outcome is ailing
