"""Calls of a run: how many, in which order, with which query, page by page, and nothing secret to be seen."""

from __future__ import annotations

import dataclasses
import json
from collections import Counter

import pytest
from werkzeug.wrappers import Response

from connectors.exact_online import CONNECTOR
from connectors.exact_online.client import administrations
from connectors.kit.bearer import Held
from connectors.kit.credentials import Option
from connectors.kit.errors import Owner
from connectors.kit.oauth import declared
from connectors.kit.outcomes import Line, Outcome
from connectors.kit.run import Found, run
from tests.connectors.exact_online.package import (
    ACCOUNTS,
    CONDITIONS,
    DIVISIONS,
    ENTRIES,
    JOURNALS,
    MANDATES,
    ME,
    NOW,
    RELATIONS,
    VAT_CODES,
    Package,
    answer,
    host,
    login,
    pair,
    refusal,
    rows,
)

RUN = [ME, DIVISIONS, ACCOUNTS, ENTRIES, RELATIONS, VAT_CODES, JOURNALS]
COLLECTING = [JOURNALS, CONDITIONS, MANDATES]


@pytest.mark.parametrize(
    ("changes", "calls"),
    [
        ({"revenue_accounts": ""}, [call for call in RUN if call != VAT_CODES]),
        ({}, [*RUN, ACCOUNTS]),
        ({"revenue_accounts": "8000, 8010, 8100"}, [*RUN, *[ACCOUNTS] * 3]),
        ({"direct_debit": "ja"}, [*RUN, ACCOUNTS, *COLLECTING]),
        ({"direct_debit": "ja", "payment_condition": "IN", "sales_journal": ""}, [*RUN, ACCOUNTS, *COLLECTING]),
    ],
    ids=["6 without accounts", "7 and an account", "7 and 3 accounts", "10 and an account", "the same with choices"],
)
def test_a_whole_run_stays_within_its_budget(package: Package, changes: dict[str, str], calls: list[str]) -> None:
    lines = package.checks(login(**changes))

    assert {line.outcome for line in lines.values()} <= {Outcome.PASSED, Outcome.PERSON, Outcome.NOT_APPLICABLE}
    assert Counter(package.calls) == Counter(calls)


def test_a_daily_run_makes_four_calls_and_one_for_each_account(package: Package) -> None:
    lines = package.checks(login("goed"), daily=True)

    assert Counter(package.calls) == Counter([ME, DIVISIONS, ACCOUNTS, ACCOUNTS, VAT_CODES])
    assert list(lines) == [
        "code_exchanged", "token_alive", "user_identified", "division_listed", "division_readable", "ledger_accounts",
        "ledger_vat_inclusive",
    ]  # fmt: skip


def test_lists_to_choose_from_take_one_call_more_at_most(package: Package) -> None:
    package.checks(login("goed"))
    without = len(package.calls)
    package.calls.clear()
    found = Found(list_options=True)

    package.checks(login("goed"), found=found)

    assert len(package.calls) <= without
    assert found.options["revenue_accounts"][:2] == (
        Option("8000", "8000 Contributie"),
        Option("8010", "8010 Inschrijfgeld"),
    )
    assert found.options["sales_journal"] == (Option("70", "70 Verkoop"),)
    assert found.options["payment_condition"] == (Option("IN", "IN Incasso"),)


def test_every_call_bears_the_token_and_says_what_it_wants(package: Package) -> None:
    package.checks(login("goed"))

    for request in package.requests:
        assert request.headers["Authorization"] == f"Bearer {pair().access_token}"
        assert request.headers["Accept"] == "application/json"
        assert request.args["$select"]
        assert request.method == "GET"
    asked = {(call, request.args.get("$filter")) for call, request in zip(package.calls, package.requests, strict=True)}
    assert {
        (DIVISIONS, "Code eq 900001"),
        (ACCOUNTS, "Code eq '8000'"),
        (JOURNALS, "Type eq 20"),
        (JOURNALS, "Type eq 12"),
    } <= asked
    assert b"%20eq%20" in package.requests[1].query_string, "a blank is no plus sign"


def test_the_division_that_was_open_last_never_chooses_the_books(package: Package) -> None:
    package.answers(ME, rows({"UserID": "u", "FullName": "A. Ans", "CurrentDivision": 900002}))

    package.checks(login("goed"))

    assert {request.path.split("/")[3] for request in package.requests[1:]} == {"900001"}


def test_a_next_page_is_followed_as_it_is_given(package: Package) -> None:
    lines = package.checks(login("pagina2"))

    assert lines["ledger_vat_inclusive"].outcome is Outcome.PASSED
    pages = [request.args for call, request in zip(package.calls, package.requests, strict=True) if call == VAT_CODES]
    assert [page.get("$skiptoken") for page in pages] == [None, "60"]
    assert all(page["$select"] == "Code,Type" for page in pages)


@pytest.mark.parametrize(
    "following",
    [
        "https://elsewhere.example/api/v1/900002/vat/VATCodes?$skiptoken=1",
        "https://start.exactonline.be/api/v1/900002/vat/VATCodes?$skiptoken=1",
        "https://start.exactonline.nl@elsewhere.example/api?$skiptoken=1",
        "//elsewhere.example/",
        "/api/v1/900002/vat/VATCodes?$skiptoken=1",
        "https://[",
    ],
)
def test_a_next_page_on_another_host_is_never_followed(package: Package, following: str) -> None:
    package.answers(VAT_CODES, rows({"Code": "9", "Type": "I"}, following=following))

    line = package.checks(login())["ledger_vat_inclusive"]

    assert (line.outcome, line.error, line.owner) == (Outcome.UNTESTED, "UnexpectedAnswer", Owner.US)
    assert package.calls.count(VAT_CODES) == 1


def test_pages_that_repeat_themselves_end(package: Package) -> None:
    def same(_: Response) -> Response:
        return rows({"Code": "9", "Type": "I"}, following=package.requests[-1].url.replace("http://", "https://"))

    package.answers(VAT_CODES, *[same] * 5)

    assert package.checks(login())["ledger_vat_inclusive"].error == "UnexpectedAnswer"
    assert package.calls.count(VAT_CODES) <= 2


@pytest.mark.parametrize(
    "wrap", [lambda row: {"d": [row]}, lambda row: {"d": row}, lambda row: {"d": {"results": [row]}}]
)
def test_rows_come_in_any_of_three_envelopes(package: Package, wrap: object) -> None:
    row = {"UserID": "u", "FullName": " A. Ans ", "CurrentDivision": 900002}
    package.answers(ME, answer(wrap(row)))  # type: ignore[operator]

    says = package.checks(login(), only="user_identified")["user_identified"].says

    assert says is not None
    assert says.nl == "De toestemming is gegeven door A. Ans."


@pytest.mark.parametrize(
    "body",
    [
        "",
        "[]",
        "{}",
        '{"d": null}',
        '{"d": {}}',
        '{"d": {"results": {}}}',
        '{"d": [1]}',
        '{"d": []}',
        '{"D": []}',
        "{" * 9999,
    ],
)
def test_what_cannot_be_read_is_ours(package: Package, body: str) -> None:
    package.answers(ME, answer(body))

    line = package.checks(login())["user_identified"]

    assert (line.outcome, line.error, line.owner) == (Outcome.UNTESTED, "UnexpectedAnswer", Owner.US)


def test_the_identity_is_the_site_with_the_division(package: Package) -> None:
    found = Found()
    package.checks(login("goed"), found=found)
    assert found.identity is not None
    assert (found.identity.key, found.identity.label) == ("start.exactonline.nl/900001", "SV Voorbeeld (900001)")

    at_the_belgian_site = Found()
    package.checks(login("goed"), with_host=host(site="be"), found=at_the_belgian_site)
    assert at_the_belgian_site.identity is not None
    assert at_the_belgian_site.identity.key == "start.exactonline.be/900001"
    assert {request.host for request in package.requests[-3:]} == {"start.exactonline.be"}


def test_without_a_division_there_is_no_identity_and_one_is_to_be_chosen(package: Package) -> None:
    found = Found()

    lines = package.checks(login("kantoor"), found=found)

    assert found.identity is None
    listed = lines["division_listed"]
    assert (listed.outcome, listed.owner, listed.fields) == (Outcome.FAILED, Owner.CLUB, ("division",))
    assert listed.remedy is not None
    assert listed.remedy.nl == "Kies je administratie uit de lijst, of vul het divisienummer in."
    assert package.calls == [ME]


def test_a_consent_lists_its_administrations_by_name(package: Package) -> None:
    oauth = declared(CONNECTOR)
    http = package.http()
    http.bearer = Held(oauth, host(), http, pair("kantoor"), lambda: NOW)

    assert oauth.lists is not None
    assert oauth.lists(host(), http) == (
        Option("900003", "Kantoor Cijfer (900003)"),
        Option("900001", "SV Voorbeeld (900001)"),
        Option("900002", "VV Elders (900002)"),
    )
    assert oauth.chooses == "division"
    assert package.calls == [ME, DIVISIONS]


def test_archived_administrations_are_not_offered(package: Package) -> None:
    http = package.http()
    http.bearer = Held(declared(CONNECTOR), host(), http, pair("archief"), lambda: NOW)

    assert administrations(host(), http) == ()


def test_without_a_division_of_their_own_there_is_nothing_to_list(package: Package) -> None:
    package.answers(ME, rows({"UserID": "u", "FullName": "", "CurrentDivision": None}))
    http = package.http()
    http.bearer = Held(declared(CONNECTOR), host(), http, pair(), lambda: NOW)

    assert administrations(host(), http) == ()


def test_without_the_hosts_keys_it_is_ours_and_nothing_is_called(package: Package) -> None:
    lines = {line.check: line for line in run(CONNECTOR, login(), None, package.http())}

    line = lines["user_identified"]
    assert (line.outcome, line.error, line.owner) == (Outcome.FAILED, "HostMisconfigured", Owner.US)
    assert package.calls == []


def test_without_a_consent_the_club_gives_it_first(package: Package) -> None:
    given = login().model_copy(update={"authorization": None})

    line = package.checks(given)["code_exchanged"]

    assert (line.outcome, line.error, line.fields) == (Outcome.FAILED, "ConsentExpired", ("authorization",))
    assert line.problem is not None
    assert line.problem.nl == "Er is nog geen toestemming."
    assert package.calls == []


def shown(lines: dict[str, Line]) -> str:
    """All that a run shows to anybody."""
    return json.dumps([dataclasses.asdict(line) for line in lines.values()], default=str, ensure_ascii=False)


@pytest.mark.parametrize("call", [ME, ACCOUNTS, JOURNALS])
@pytest.mark.parametrize("status", [200, 400, 401, 403, 404, 500])
def test_an_answer_that_repeats_what_it_was_sent_shows_nothing(package: Package, call: str, status: int) -> None:
    def echo(_: Response) -> Response:
        return refusal(json.dumps(dict(package.requests[-1].headers)), status)

    package.answers(call, echo, echo)
    lines = package.checks(login("goed"))

    assert pair().access_token not in shown(lines)
    assert "••••••" in shown(lines)


def test_nothing_is_asked_twice_in_a_run(package: Package) -> None:
    package.checks(login("goed"), found=Found(list_options=True))

    asked = [request.url for request in package.requests]
    assert len(asked) == len(set(asked))


@pytest.mark.parametrize("club", ["nietaangevinkt", "geenrecht", "licentie"])
def test_what_was_refused_is_not_asked_again_in_the_same_run(package: Package, club: str) -> None:
    found = Found(list_options=True)

    lines = package.checks(login(club), found=found)

    assert lines["division_readable"].outcome is Outcome.FAILED
    assert max(Counter(package.calls).values()) == 1, "Exact counts errors by place, and ten of them in an hour block"
    assert found.options == {}


def test_three_accounts_that_we_ask_for_wrongly_are_one_error(package: Package) -> None:
    package.answers(ACCOUNTS, None, *[refusal("Error in query syntax.", 400)] * 3)

    lines = package.checks(login(revenue_accounts="8000, 8010, 8100"))

    assert lines["ledger_accounts"].error == lines["ledger_vat_inclusive"].error == "UnexpectedAnswer"
    assert package.calls.count(ACCOUNTS) == 2
