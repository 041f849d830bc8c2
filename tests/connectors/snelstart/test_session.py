"""Calls of a run: how many, in which order, with which headers, and nothing secret to be seen."""

from __future__ import annotations

import base64
import dataclasses
import json
import logging
from collections import Counter
from urllib.parse import parse_qs, quote

import pytest
from werkzeug.wrappers import Response

from connectors.kit import faults
from connectors.kit.credentials import Option, Secret
from connectors.kit.errors import Owner
from connectors.kit.outcomes import Line, Outcome
from connectors.kit.redaction import spellings
from connectors.kit.run import Found, run
from connectors.snelstart import CONNECTOR
from connectors.snelstart.access import Bearer
from tests.connectors.snelstart.package import TOKEN, Package, answer, host, login

MANDATES = "relaties/00000000-0000-4000-8005-000000000001/doorlopendeincassomachtigingen"
RUN = [TOKEN, "companyInfo", "grootboeken", "dagboeken", "btwtarieven", "relaties"]
DAILY = [TOKEN, "companyInfo", "grootboeken", "dagboeken"]
LONG_KEY = base64.b64encode(b"demo-user-0001:made-up/secret+0001==?").decode()


@pytest.mark.parametrize(
    ("changes", "calls"),
    [
        ({}, RUN),
        ({"revenue_accounts": "8000"}, RUN),
        ({"direct_debit": "ja"}, [*RUN, MANDATES]),
        ({"direct_debit": "ja", "cost_centre": "10"}, [*RUN, MANDATES, "kostenplaatsen"]),
    ],
    ids=["6", "6 with accounts", "7 with direct debit", "8 with a cost centre"],
)
def test_a_whole_run_makes_no_call_too_many(package: Package, changes: dict[str, str], calls: list[str]) -> None:
    package.checks(login(**changes))

    assert Counter(package.calls) == Counter(calls)
    assert package.calls[:2] == [TOKEN, "companyInfo"]


def test_a_daily_run_makes_four(package: Package) -> None:
    lines = package.checks(login("goed"), daily=True)

    assert package.calls == DAILY
    assert list(lines) == ["token", "host_subscription", "administration_read", "ledger_accounts", "sales_daybook"]


def test_more_accounts_than_a_page_are_read_page_by_page(package: Package) -> None:
    lines = package.checks(login("pagina2"))

    assert lines["ledger_accounts"].outcome is Outcome.PASSED
    asked = [query for call, query in zip(package.calls, package.queries, strict=True) if call == "grootboeken"]
    assert asked == [{"$top": "500", "$skip": "0"}, {"$top": "500", "$skip": "500"}]


def test_a_full_last_page_is_followed_by_an_empty_one(package: Package) -> None:
    rows = [{"id": f"a{number}", "nummer": number} for number in range(500)]
    package.answers("grootboeken", answer(rows), answer([]))

    assert package.checks(login())["ledger_accounts"].outcome is Outcome.NOT_APPLICABLE
    assert package.calls.count("grootboeken") == 2


def test_pages_that_repeat_themselves_end(package: Package) -> None:
    page = answer([{"id": f"a{number}", "nummer": number} for number in range(500)])
    package.answers("grootboeken", *[page] * 5)

    line = package.checks(login())["ledger_accounts"]

    assert (line.outcome, line.error, line.owner) == (Outcome.UNTESTED, "UnexpectedAnswer", Owner.US)
    assert package.calls.count("grootboeken") == 2


def test_a_list_that_failed_is_not_asked_again(package: Package) -> None:
    package.answers("grootboeken", answer("oeps"))

    lines = package.checks(login("goed"), found=Found(list_options=True))

    assert package.calls.count("grootboeken") == 1
    assert lines["ledger_accounts"].error == "UnexpectedAnswer"


def test_the_key_travels_in_a_form_and_without_the_hosts_own(package: Package) -> None:
    package.checks(login(koppelsleutel=LONG_KEY), only="token")

    assert parse_qs(package.bodies[0].decode(), strict_parsing=True) == {
        "grant_type": ["clientkey"],
        "clientkey": [LONG_KEY],
    }
    assert quote(LONG_KEY, safe="").encode() in package.bodies[0]
    assert package.headers[0]["Content-Type"] == "application/x-www-form-urlencoded"
    assert "Ocp-Apim-Subscription-Key" not in package.headers[0]
    assert "Authorization" not in package.headers[0]


def test_every_other_call_brings_both_keys_in_headers_and_none_in_its_address(package: Package) -> None:
    package.checks(login("goed"))

    for headers, query in zip(package.headers[1:], package.queries[1:], strict=True):
        assert headers["Authorization"].startswith("Bearer ")
        assert headers["Ocp-Apim-Subscription-Key"] == host().subscription_key.reveal()
        assert headers["Accept"] == "application/json"
        assert "subscription-key" not in query


def test_customers_are_asked_for_with_a_capital(package: Package) -> None:
    package.checks(login(), only="relations_readable")

    assert package.queries[-1] == {"$top": "1", "$filter": "Relatiesoort/any(r:r eq 'Klant')"}


def test_a_bearer_is_kept_until_a_minute_before_its_end(package: Package, monkeypatch: pytest.MonkeyPatch) -> None:
    now = [1000.0]
    monkeypatch.setattr("connectors.snelstart.access.time.monotonic", lambda: now[0])
    bearer = Bearer(login().koppelsleutel.reveal(), package.http())

    first = bearer.token()
    now[0] += 3599 - 60 - 1
    assert bearer.token() == first
    now[0] += 2
    assert bearer.token() != first
    assert package.calls == [TOKEN, TOKEN]


@pytest.mark.parametrize("more", [{}, {"expires_in": None}, {"expires_in": "3599"}])
def test_a_bearer_without_a_lifetime_is_kept_for_the_run(package: Package, more: dict[str, object]) -> None:
    known = package.direct.post(
        f"{package.url}/auth.snelstart.nl/b2b/token",
        data={"grant_type": "clientkey", "clientkey": login().koppelsleutel.reveal()},
    ).json()["access_token"]
    package.calls.clear()
    package.answers(TOKEN, answer({"access_token": known, "token_type": "bearer", **more}))

    assert package.checks(login())["administration_read"].outcome is Outcome.PASSED
    assert package.calls.count(TOKEN) == 1


def test_without_a_subscription_key_it_is_ours_and_nothing_is_called(package: Package) -> None:
    lines = {line.check: line for line in run(CONNECTOR, login(), None, package.http())}

    line = lines["administration_read"]
    assert (line.outcome, line.error, line.owner) == (Outcome.FAILED, "HostMisconfigured", Owner.US)
    assert package.calls == []


def shown(lines: dict[str, Line]) -> str:
    """All that a run shows to anybody."""
    return json.dumps([dataclasses.asdict(line) for line in lines.values()], default=str, ensure_ascii=False)


ECHOES = {
    "the key": LONG_KEY,
    "the key in an address": quote(LONG_KEY, safe=""),
    "the key encoded again": base64.b64encode(LONG_KEY.encode()).decode(),
    "decoded": "demo-user-0001:made-up/secret+0001==?",
    "its user": "demo-user-0001",
    "its secret": "made-up/secret+0001==?",
    "its secret in an address": quote("made-up/secret+0001==?", safe=""),
    "its secret encoded": base64.b64encode(b"made-up/secret+0001==?").decode(),
}


@pytest.mark.parametrize("echo", ECHOES.values(), ids=ECHOES)
@pytest.mark.parametrize("error", ["invalid_grant", "invalid_request", ""])
def test_a_key_that_the_refusal_repeats_is_never_shown(
    package: Package, echo: str, error: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    said = {"error": error, "error_description": f"client {echo} is unknown ({echo})"}
    package.answers(TOKEN, answer(said, 400))

    lines = package.checks(login(koppelsleutel=LONG_KEY))

    assert "client ••••••" in lines["token"].detail
    everything = shown(lines) + caplog.text
    for secret in (LONG_KEY, "demo-user-0001", "made-up/secret+0001==?"):
        assert not [form for form in spellings(secret) if form in everything]


def test_the_sandbox_repeats_the_key_too(package: Package) -> None:
    given = login("echo")

    everything = shown(package.checks(given))

    assert given.koppelsleutel.reveal() not in everything
    assert "club:echo" not in everything


def test_a_word_within_a_key_does_not_eat_our_own_sentences(package: Package) -> None:
    line = package.checks(login("kostenplaats"))["cost_centre"]

    assert line.problem is not None
    assert line.problem.nl == "Rekening 8000 vraagt een kostenplaats."


@pytest.mark.parametrize("change", [faults.halved, faults.foreign])
def test_a_bearer_in_an_answer_that_cannot_be_read_is_not_shown(package: Package, change: object) -> None:
    bearer = "made-up-bearer-0123456789"
    package.answers(TOKEN, change(answer({"access_token": bearer, "scope": "x" * 200})))  # type: ignore[operator]

    lines = package.checks(login())

    assert lines["token"].error == "UnexpectedAnswer"
    assert bearer not in shown(lines)


@pytest.mark.parametrize("call", ["companyInfo", "dagboeken"])
@pytest.mark.parametrize("status", [400, 401, 403, 404, 500])
def test_an_answer_that_repeats_what_it_was_sent_shows_nothing(package: Package, call: str, status: int) -> None:
    def echo(_: Response) -> Response:
        return answer({"message": json.dumps(package.headers[-1])}, status)

    package.answers(call, echo, echo)
    lines = package.checks(login("goed"))

    bearer = next(headers["Authorization"] for headers in package.headers if "Authorization" in headers)
    everything = shown(lines)
    assert bearer.removeprefix("Bearer ") not in everything
    assert host().subscription_key.reveal() not in everything


def test_the_lists_of_the_session_are_offered_by_name(package: Package) -> None:
    found = Found(list_options=True)
    package.checks(login(), found=found)

    assert found.options["revenue_accounts"] == (
        Option("8000", "8000 Contributie"),
        Option("8010", "8010 Inschrijfgeld"),
        Option("8100", "8100 Sponsoring"),
        Option("8200", "8200 Kantine"),
    )
    assert found.options["cost_centre"][0] == Option("10", "10 Senioren")
    assert package.calls.count("grootboeken") == 1


def test_what_is_not_active_is_not_offered(package: Package) -> None:
    found = Found(list_options=True)
    package.checks(login("nonactief"), found=found)

    assert "8000" not in {option.value for option in found.options["revenue_accounts"]}


def test_without_functions_every_active_account_is_offered(package: Package) -> None:
    package.answers("grootboeken", answer([{"id": "b", "nummer": 2}, {"id": "a", "nummer": 1, "nonactief": False}]))
    found = Found(list_options=True)

    package.checks(login(), found=found)

    assert found.options["revenue_accounts"] == (Option("1", "1"), Option("2", "2"))


def test_a_new_key_of_the_same_books_keeps_the_identity_and_other_books_do_not(package: Package) -> None:
    identities = {}
    for club in ("goed", "nieuw", "andere"):
        found = Found()
        package.checks(login(club), found=found)
        assert found.identity is not None
        identities[club] = found.identity

    assert identities["goed"] == identities["nieuw"]
    assert identities["goed"].key != identities["andere"].key
    assert identities["andere"].label == "VV Elders"


def test_a_key_with_an_odd_character_is_refused_and_not_broken(package: Package) -> None:
    odd = login().model_copy(update={"koppelsleutel": Secret("sleutél &=+%")})

    line = package.checks(odd)["token"]

    assert (line.outcome, line.error) == (Outcome.FAILED, "InvalidCredentials")
    assert parse_qs(package.bodies[0].decode())["clientkey"] == ["sleutél &=+%"]
