"""Calls of a run: how many, in which order, with which headers, and nothing secret to be seen."""

from __future__ import annotations

import json
import logging
from collections import Counter
from datetime import timedelta

import pytest
from werkzeug.wrappers import Response

from connectors.kit.credentials import Option
from connectors.kit.errors import Owner
from connectors.kit.outcomes import Outcome
from connectors.kit.redaction import spellings
from connectors.kit.run import Found, run
from connectors.visma_eaccounting import CONNECTOR
from tests.connectors.visma_eaccounting.package import (
    ACCOUNTS,
    ARTICLES,
    COMPANY,
    CUSTOMERS,
    TERMS,
    TOKEN,
    USERS,
    YEARS,
    Package,
    answer,
    listed,
    login,
    pair,
    shown,
)

LEAST = [COMPANY, YEARS, TERMS, CUSTOMERS, USERS]


@pytest.mark.parametrize(
    ("changes", "calls"),
    [
        ({}, LEAST),
        ({"revenue_accounts": "8000"}, [*LEAST, ACCOUNTS]),
        ({"article": "CONTRIBUTIE"}, [*LEAST, ARTICLES]),
        ({"revenue_accounts": "8000, 8010", "article": "CONTRIBUTIE"}, [*LEAST, ACCOUNTS, ARTICLES]),
    ],
    ids=["5", "6 with accounts", "6 with an article", "7 with both"],
)
def test_a_whole_run_makes_seven_calls_at_most(package: Package, changes: dict[str, str], calls: list[str]) -> None:
    package.checks(login(**changes))

    assert Counter(package.calls) == Counter(calls)
    assert package.calls[0] == COMPANY


def test_a_daily_run_makes_four_calls(package: Package) -> None:
    lines = package.checks(login("goed"), daily=True)

    assert package.calls == [COMPANY, YEARS, ACCOUNTS, ARTICLES]
    assert list(lines) == [
        "code_exchanged",
        "token_alive",
        "api_module",
        "setup_guide",
        "company_read",
        "not_sandbox",
        "company_status",
        "fiscal_year",
        "ledger_accounts",
    ]


def test_a_run_whose_token_is_due_spends_one_refresh_more(package: Package) -> None:
    tokens = package.exchanged("goed").tokens
    package.clock.turn(timedelta(hours=1))
    package.calls.clear()

    lines = package.checks(login("goed"), tokens=tokens)

    assert package.calls == [TOKEN, COMPANY, YEARS, ACCOUNTS, ARTICLES, TERMS, CUSTOMERS, USERS]
    assert lines["token_alive"].outcome is Outcome.PASSED


def test_more_accounts_than_a_page_are_read_page_by_page(package: Package) -> None:
    lines = package.checks(login("pagina2"))

    assert lines["ledger_accounts"].outcome is Outcome.PASSED
    asked = [query for call, query in zip(package.calls, package.queries, strict=True) if call == ACCOUNTS]
    assert asked == [{"$page": "1", "$pagesize": "50"}, {"$page": "2", "$pagesize": "50"}]


@pytest.mark.parametrize("number", [2, 0])
def test_a_page_that_was_not_asked_for_is_not_taken(package: Package, number: int) -> None:
    package.answers(YEARS, listed(number=number, of=2))

    line = package.checks(login())["fiscal_year"]

    assert (line.outcome, line.error, line.owner) == (Outcome.UNTESTED, "UnexpectedAnswer", Owner.US)
    assert package.calls.count(YEARS) == 1


def test_pages_without_an_end_end(package: Package) -> None:
    pages = [listed({"IsCurrentUser": False, "IsConsultant": False}, number=n, of=10**9) for n in range(1, 120)]
    package.answers(USERS, *pages)

    line = package.checks(login(), only="authorised_by")["authorised_by"]

    assert (line.error, package.calls.count(USERS)) == ("UnexpectedAnswer", 100)


def test_who_gave_consent_is_looked_for_no_further_than_needed(package: Package) -> None:
    package.answers(USERS, listed({"IsCurrentUser": True, "IsConsultant": False}, of=5))

    assert package.checks(login())["authorised_by"].outcome is Outcome.PASSED
    assert package.calls.count(USERS) == 1


def test_a_list_that_failed_is_not_asked_again(package: Package) -> None:
    package.answers(ARTICLES, answer("oeps"))

    lines = package.checks(login("goed"), found=Found(list_options=True))

    assert package.calls.count(ARTICLES) == 1
    assert lines["ledger_accounts"].error == "UnexpectedAnswer"


def test_every_call_bears_the_token_in_a_header_and_nothing_secret_in_its_address(package: Package) -> None:
    package.checks(login("goed"))

    for headers, query in zip(package.headers, package.queries, strict=True):
        assert headers["Authorization"] == "Bearer made-up-access-visma-eaccounting-goed"
        assert headers["Accept"] == "application/json"
        assert set(query) <= {"$page", "$pagesize"}
    assert package.queries[package.calls.index(CUSTOMERS)] == {"$pagesize": "1"}


def test_without_a_client_of_ours_it_is_ours_and_nothing_is_called(package: Package) -> None:
    lines = {line.check: line for line in run(CONNECTOR, login(), None, package.http())}

    line = lines["company_read"]
    assert (line.outcome, line.error, line.owner) == (Outcome.FAILED, "HostMisconfigured", Owner.US)
    assert package.calls == []


def test_a_mark_that_is_no_token_means_that_there_is_no_consent(package: Package) -> None:
    marked = login().model_copy(update={"authorization": type(login().authorization)("kept elsewhere")})

    lines = package.checks(marked)

    line = lines["code_exchanged"]
    assert (line.outcome, line.error, line.fields) == (Outcome.FAILED, "ConsentExpired", ("authorization",))
    assert {one.outcome for one in lines.values() if one is not line} == {Outcome.UNTESTED}
    assert package.calls == []


@pytest.mark.parametrize("call", [COMPANY, YEARS])
@pytest.mark.parametrize("status", [200, 400, 401, 403, 404, 500])
def test_an_answer_that_repeats_what_it_was_sent_shows_nothing(
    package: Package, call: str, status: int, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)

    def echo(_: Response) -> Response:
        said = json.dumps(package.headers[-1])
        return answer({"ErrorCode": 4011, "DeveloperErrorMessage": said, "ErrorId": said}, status)

    package.answers(call, echo, echo)
    everything = shown(package.checks(login("goed"))) + caplog.text

    for secret in pair("goed").secrets():
        assert not [form for form in spellings(secret) if form in everything]


def test_the_lists_of_the_session_are_offered_by_name(package: Package) -> None:
    found = Found(list_options=True)
    package.checks(login(), found=found)

    assert found.options["revenue_accounts"][3:] == (
        Option("8000", "8000 Contributie"),
        Option("8010", "8010 Inschrijfgeld"),
        Option("8100", "8100 Sponsoring"),
    )
    assert found.options["article"] == (
        Option("CONTRIBUTIE", "CONTRIBUTIE Contributie"),
        Option("INSCHRIJF", "INSCHRIJF Inschrijfgeld"),
    )
    assert package.calls.count(ACCOUNTS) == 1


def test_what_is_not_active_is_not_offered(package: Package) -> None:
    found = Found(list_options=True)
    package.checks(login("rekeningweg"), found=found)

    assert "8000" not in {option.value for option in found.options["revenue_accounts"]}


def test_a_new_consent_for_the_same_company_keeps_the_identity_and_another_company_does_not(package: Package) -> None:
    identities = {}
    for name, club in (("first", "goed"), ("again", "goed"), ("other", "anderbedrijf")):
        found = Found()
        package.checks(login(), tokens=package.exchanged(club).tokens, found=found)
        assert found.identity is not None
        identities[name] = found.identity

    assert identities["first"] == identities["again"]
    assert identities["other"].key != identities["first"].key
    assert identities["other"].label == "VV Elders"
