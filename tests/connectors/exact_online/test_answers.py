"""The table of refusals, row by row: which answer means what, to the club and to support."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.wrappers import Response

from connectors.exact_online import bodies
from connectors.exact_online.answers import TABLE, Refusal, raised
from connectors.exact_online.refusals import refused, row_of, row_of_token
from connectors.kit import faults
from connectors.kit.errors import ConsentExpired, HostMisconfigured, Owner, ProviderError, RateLimited, UnexpectedAnswer
from connectors.kit.http import Answer
from connectors.kit.oauth import Grant, StillYoung
from connectors.kit.outcomes import Line, Outcome
from tests.connectors.exact_online.package import (
    ACCOUNTS,
    DIVISIONS,
    ENTRIES,
    JOURNALS,
    MANDATES,
    ME,
    RELATIONS,
    Package,
    answer,
    login,
    refusal,
)

JSON = {"content-type": "application/json; charset=utf-8"}
HTML = {"content-type": "text/html; charset=utf-8"}
MOVED = '<html><head><title>Object moved</title></head><body>Object moved to <a href="{}">here</a></body></html>'
OURS = ("Er ging bij ons iets mis. Je hoeft niets te doen.", "Something went wrong on our side. You need do nothing.")
DOWN = "Exact Online is nu niet bereikbaar. Je gegevens zijn bewaard; we proberen het opnieuw."
NOT_YOU = "Dit ligt aan ons, niet aan jou."


def problem(line: Line) -> tuple[str, str]:
    assert line.problem is not None
    return line.problem.nl, line.problem.en


def remedy(line: Line) -> str:
    assert line.remedy is not None
    return line.remedy.nl


def read(package: Package, grant: Grant, body: str | dict[str, str], status: int, **headers: str) -> ProviderError:
    """What the token endpoint means by an answer."""
    made = answer(body)
    return refused(grant, Answer(status, {**JSON, **headers}, made.get_data()), package.http())


def oauth_error(error: str, description: str = "") -> dict[str, str]:
    return {"error": error, "error_description": description}


X1_BODIES = [
    oauth_error("invalid_grant", "invalid or empty chainId"),
    oauth_error("invalid_request"),
    oauth_error("INVALID_GRANT "),
    oauth_error("something_new", "never seen before"),
    "Bad Request",
    "",
    '{"error": 1}',
]


@pytest.mark.parametrize("body", X1_BODIES)
def test_x1_any_400_on_a_code_asks_for_consent_again(package: Package, body: str | dict[str, str]) -> None:
    error = read(package, Grant.CODE, body, 400)

    assert isinstance(error, ConsentExpired)
    assert error.problem.nl == "De code is verlopen, al gebruikt of niet heel overgekomen."
    assert error.remedy is not None
    assert error.remedy.nl == "Geef opnieuw toestemming."
    assert error.fields == ("auth_code",)
    assert error.detail.startswith("X1: token (authorization_code): status 400")


@pytest.mark.parametrize("club", ["code-oud", "code-gebruikt", "code-kapot"])
def test_x1_as_the_sandbox_says_it(package: Package, club: str) -> None:
    lines = package.checks(login(club))

    line = lines["code_exchanged"]
    assert (line.outcome, line.error, line.owner) == (Outcome.FAILED, "ConsentExpired", Owner.CLUB)
    assert line.fields == ("auth_code",)
    assert package.calls == ["token"], "a code is sent once"


@pytest.mark.parametrize("grant", Grant)
@pytest.mark.parametrize("status", [400, 401])
def test_x2_our_own_keys_refused_is_ours(package: Package, grant: Grant, status: int) -> None:
    error = read(package, grant, oauth_error("invalid_client"), status)

    assert isinstance(error, HostMisconfigured)
    assert error.problem.nl == NOT_YOU
    assert error.remedy is not None
    assert error.remedy.nl == "Hier hoef je niets aan te doen."
    assert error.fields == ()


def test_x2_in_a_run_fails_and_is_ours(package: Package) -> None:
    line = package.checks(login("clientfout"))["code_exchanged"]

    assert (line.outcome, line.owner) == (Outcome.FAILED, Owner.US)


@pytest.mark.parametrize("error", ["unsupported_grant_type"])
@pytest.mark.parametrize("grant", Grant)
def test_a_request_of_ours_that_is_wrong_is_not_held_against_the_code(
    package: Package, grant: Grant, error: str
) -> None:
    assert type(read(package, grant, oauth_error(error), 400)).blame is Owner.US


@pytest.mark.parametrize("status", [400, 401])
@pytest.mark.parametrize(
    ("body", "headers"),
    [
        (oauth_error("invalid_request", "Rate limit exceeded: access_token not expired"), {}),
        (oauth_error("unauthorized_client", "access_token not expired"), {}),
        (oauth_error("invalid_request"), {"reason": "TooEarlyToRefreshTokens"}),
        ("access_token not expired", {}),
    ],
)
def test_x3_a_refresh_that_came_too_early_costs_nothing(
    package: Package, status: int, body: str | dict[str, str], headers: dict[str, str]
) -> None:
    assert isinstance(read(package, Grant.REFRESH, body, status, **headers), StillYoung)


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (oauth_error("unauthorized_client", "Old refresh token used."), 401),
        ("Unauthorized Client: Old refresh token used.", 401),
        (oauth_error("invalid_grant", "invalid or empty chainId"), 400),
        (oauth_error("invalid_request", "Invalid or empty chainId"), 401),
        (oauth_error("invalid_grant"), 400),
        (oauth_error("invalid_grant"), 200),
    ],
)
def test_x4_a_refresh_token_that_was_used_breaks_the_consent(
    package: Package, body: str | dict[str, str], status: int
) -> None:
    error = read(package, Grant.REFRESH, body, status)

    assert isinstance(error, ConsentExpired)
    assert error.problem.nl == "De toestemming is verbroken."
    assert error.fields == ("authorization",)


@pytest.mark.parametrize("status", [400, 401])
def test_x5_a_consent_of_thirty_days_is_over(package: Package, status: int) -> None:
    said = "The refresh token expired at 10/11/2026 9:18:20 PM and it is now 11/24/2026 4:15:50 PM."

    error = read(package, Grant.REFRESH, oauth_error("invalid_request", said), status)

    assert isinstance(error, ConsentExpired)
    assert error.problem.nl == "De toestemming is na 30 dagen verlopen."


@pytest.mark.parametrize("grant", Grant)
def test_an_outage_or_a_page_of_the_token_endpoint_is_nobodys_fault(package: Package, grant: Grant) -> None:
    for body, status, headers in (
        ("", 500, {}),
        (oauth_error("server_error"), 500, {}),
        (faults.PAGE, 400, HTML),
        (faults.PAGE, 401, HTML),
        ("", 302, {"location": "https://elsewhere.example/"}),
        (oauth_error("slow_down"), 429, {}),
    ):
        error = read(package, grant, body, status, **headers)
        assert type(error).blame in (Owner.PROVIDER, Owner.US), (body, status)
        assert not isinstance(error, HostMisconfigured)


@pytest.mark.parametrize("body", ["", "oeps", "{}", oauth_error("something_new")])
def test_an_unknown_refusal_of_a_refresh_is_ours(package: Package, body: str | dict[str, str]) -> None:
    assert type(read(package, Grant.REFRESH, body, 400)).blame is Owner.US


def test_x6_a_division_that_is_not_ticked(package: Package) -> None:
    line = package.checks(login("nietaangevinkt"))["division_readable"]

    assert (line.outcome, line.error, line.owner) == (Outcome.FAILED, "ActionRequired", Owner.CLUB)
    assert problem(line)[0] == "Deze administratie is niet aangevinkt bij de toestemming."
    assert line.path == ("My Exact Online", "Security Centre", "app permissions", "Manage companies")
    assert line.fields == ("division",)


def test_x7_a_right_that_our_app_lacks_is_ours(package: Package) -> None:
    lines = package.checks(login("geenscope", direct_debit="ja"))

    for key in ("scopes_ok", "mandates_readable"):
        assert (lines[key].outcome, lines[key].error, lines[key].owner) == (
            Outcome.FAILED, "HostMisconfigured", Owner.US,
        )  # fmt: skip
        assert problem(lines[key])[0] == NOT_YOU
    assert "Financial accounting" in lines["scopes_ok"].detail, "support reads which right it was"
    assert package.calls.count(RELATIONS) == 0, "after a refusal the check ends"


@pytest.mark.parametrize("call", [ENTRIES, RELATIONS])
@pytest.mark.parametrize(
    "made",
    [
        refusal("Forbidden", 403, {"Reason": "NoDivisionAccess"}),
        refusal("Forbidden", 403),
        Response("Forbidden", 403),
        refusal("Forbidden: NoDivisionAccess", 403),
    ],
)
def test_x8_a_right_that_the_user_lacks_is_the_clubs(package: Package, call: str, made: Response) -> None:
    package.answers(call, made)

    line = package.checks(login())["scopes_ok"]

    assert (line.outcome, line.error, line.owner) == (Outcome.FAILED, "MissingRight", Owner.CLUB)
    assert problem(line)[0] == "De gebruiker die toestemming gaf, mag hier niet bij."
    assert line.fields == ("division",)


@pytest.mark.parametrize("reason", ["LicenseExpired", "BlockedUser", "InactiveUser", "BlockedCustomer"])
def test_x9_an_account_that_exact_stopped(package: Package, reason: str) -> None:
    package.answers(ACCOUNTS, refusal("Forbidden", 403, {"reason": reason}))

    line = package.checks(login())["division_readable"]

    assert (line.outcome, line.error, line.owner) == (Outcome.FAILED, "ActionRequired", Owner.CLUB)
    assert problem(line)[0] == "Exact heeft dit account geblokkeerd, of de licentie is afgelopen."
    assert remedy(line) == "Neem contact op met Exact."
    assert reason in line.detail


def test_x10_a_division_that_exact_holds_is_nobodys_fault(package: Package) -> None:
    package.answers(ACCOUNTS, refusal("Forbidden", 403, {"Reason": "DivisionBlocked"}))

    line = package.checks(login())["division_readable"]

    assert (line.outcome, line.error, line.owner) == (Outcome.UNTESTED, "Unavailable", Owner.PROVIDER)
    assert "back-up" in problem(line)[0]


@pytest.mark.parametrize("message", ["", "{}", '{"error": {}}', "Access denied by proxy", '{"Message": "no"}'])
def test_a_403_that_says_nothing_we_know_is_ours(package: Package, message: str) -> None:
    package.answers(ACCOUNTS, answer(message, 403))

    line = package.checks(login())["division_readable"]

    assert (line.outcome, line.error, line.owner) == (Outcome.UNTESTED, "UnexpectedAnswer", Owner.US)


@pytest.mark.parametrize(
    "made",
    [
        answer("", 401),
        refusal("Unauthorized", 401),
        Response(MOVED.format("/docs/Login.aspx"), 401, content_type=HTML["content-type"]),
        Response(MOVED.format("/docs/Login.aspx"), 200, content_type=HTML["content-type"]),
        Response(MOVED, 302, {"Location": "/docs/Login.aspx"}, content_type=HTML["content-type"]),
        Response(
            MOVED, 302, {"Location": "https://start.exactonline.nl/docs/Login.aspx"}, content_type=HTML["content-type"]
        ),
    ],
)
def test_x14_a_token_that_is_refused_is_a_consent_that_broke(package: Package, made: Response) -> None:
    package.answers(ME, made)

    lines = package.checks(login())

    for key in ("user_identified", "division_listed", "division_readable"):
        assert (lines[key].outcome, lines[key].error, lines[key].owner) == (
            Outcome.FAILED, "ConsentExpired", Owner.CLUB,
        )  # fmt: skip
        assert lines[key].fields == ("authorization",)
    assert package.calls == [ME], "a consent that is over is not tried again in the same run"
    assert package.checks(login())["user_identified"].outcome is Outcome.PASSED


@pytest.mark.parametrize(
    "made",
    [
        Response(MOVED, 302, {"Location": "https://elsewhere.example/Login"}, content_type=HTML["content-type"]),
        Response(MOVED, 302, {"Location": "/maintenance"}, content_type=HTML["content-type"]),
        Response(MOVED, 302, {"Location": "//elsewhere.example/Login"}, content_type=HTML["content-type"]),
        Response(
            MOVED, 302, {"Location": "https://start.exactonline.example/Login"}, content_type=HTML["content-type"]
        ),
        Response(MOVED.format("/docs/Maintenance.aspx"), 200, content_type=HTML["content-type"]),
        Response("", 302, {"Location": "/docs/Login.aspx"}),
        faults.web_page(403),
        faults.web_page(404),
    ],
)
def test_another_redirect_or_page_speaks_for_nobody(package: Package, made: Response) -> None:
    package.answers(ME, made)

    line = package.checks(login())["user_identified"]

    assert (line.outcome, line.error, line.owner) == (Outcome.UNTESTED, "UnexpectedAnswer", Owner.US)


Header = str | Callable[[], str]


def milliseconds(seconds: float) -> Callable[[], str]:
    """So many seconds from when a test asks."""
    return lambda: str(int((time.time() + seconds) * 1000))


def as_sent(headers: dict[str, Header]) -> dict[str, str]:
    return {name: value if isinstance(value, str) else value() for name, value in headers.items()}


@pytest.mark.parametrize(
    ("headers", "low", "high"),
    [
        ({}, 60, 60),
        ({"Retry-After": "17"}, 17, 17),
        ({"X-RateLimit-Minutely-Remaining": "0", "X-RateLimit-Minutely-Reset": milliseconds(35)}, 1, 35),
        ({"X-RateLimit-Minutely-Reset": milliseconds(35)}, 1, 35),
        (
            {
                "X-RateLimit-Remaining": "0",
                "X-RateLimit-Reset": milliseconds(7200),
                "X-RateLimit-Minutely-Remaining": "59",
                "X-RateLimit-Minutely-Reset": milliseconds(35),
            },
            7000,
            7200,
        ),
        ({"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": lambda: str(int(time.time()) + 7200)}, 7000, 7200),
        ({"X-RateLimit-Minutely-Reset": milliseconds(-35)}, 1, 1),
        ({"X-RateLimit-Minutely-Reset": "soon", "Retry-After": "nan"}, 60, 60),
        ({"X-RateLimit-Minutely-Reset": "9" * 15}, 86_400, 86_400),
    ],
)
def test_x15_a_429_says_until_when_in_one_of_its_headers(
    package: Package, headers: dict[str, Header], low: float, high: float
) -> None:
    package.answers(ME, refusal("Too many requests", 429, as_sent(headers)))

    lines = package.checks(login())

    line = lines["user_identified"]
    assert (line.outcome, line.error, line.owner) == (Outcome.UNTESTED, "RateLimited", Owner.PROVIDER)
    assert line.retry_after is not None
    assert low <= line.retry_after <= high
    assert package.calls == [ME], "whoever asks to wait is not asked again"
    assert lines["division_listed"].error == "RateLimited"


@pytest.mark.parametrize(
    "made",
    [
        refusal("Please add a $select or a $top=1 statement to the query string.", 400),
        refusal("Error in query syntax.", 400),
        refusal("An error occurred.", 500),
        refusal("Resource not found for the segment.", 404),
        answer('{"value": []}'),
        answer("oeps", 400),
    ],
)
def test_x16_what_we_asked_or_read_wrongly_is_ours(package: Package, made: Response) -> None:
    package.answers(ACCOUNTS, made)

    line = package.checks(login())["division_readable"]

    assert (line.outcome, line.error, line.owner) == (Outcome.UNTESTED, "UnexpectedAnswer", Owner.US)
    assert problem(line) == OURS
    assert line.detail.startswith("X16")
    assert package.calls.count(ACCOUNTS) == 1, "a refusal is not repeated"


def test_x16_support_reads_what_exact_said(package: Package) -> None:
    package.answers(ACCOUNTS, refusal("Error in query syntax.", 400))

    assert "Error in query syntax." in package.checks(login())["division_readable"].detail


@pytest.mark.parametrize("made", [answer("oeps", 500), faults.web_page(500), faults.outage(503), faults.outage(502)])
def test_x17_an_outage_is_nobodys_fault(package: Package, made: Response) -> None:
    package.answers(DIVISIONS, made)

    line = package.checks(login())["division_listed"]

    assert (line.outcome, line.error, line.owner) == (Outcome.UNTESTED, "Unavailable", Owner.PROVIDER)
    assert problem(line)[0] == DOWN


def test_a_right_on_mandates_is_read_like_any_other(package: Package) -> None:
    package.answers(MANDATES, refusal("Forbidden", 403, {"Reason": "NoDivisionAccess"}))

    line = package.checks(login("goed"))["mandates_readable"]

    assert (line.outcome, line.error, line.owner, line.mandatory) == (
        Outcome.FAILED, "MissingRight", Owner.CLUB, False,
    )  # fmt: skip


@given(
    status=st.integers(100, 599),
    body=st.one_of(st.text(max_size=60), st.sampled_from(["{}", "[]", '{"error": {"message": null}}', "null", "1"])),
    reason=st.text(st.characters(codec="ascii", exclude_categories=["Cc"]), max_size=20),
    grant=st.sampled_from(Grant),
)
def test_any_answer_has_a_row_and_none_blames_the_club_for_what_is_unknown(
    status: int, body: str, reason: str, grant: Grant
) -> None:
    made = Answer(status, JSON, body.encode("utf-8", "replace"))
    refusal = Refusal(
        status, bodies.message(made), reason, bodies.error_name(made), made.is_html, bodies.is_structured(made)
    )

    row = row_of(refusal)
    assert row in TABLE
    assert type(raised(row, refusal)).blame is not Owner.CLUB or status in (401, 403)
    assert row_of_token(grant, refusal) in TABLE


def test_a_wait_is_never_without_an_end() -> None:
    error = raised("X15", Refusal(429))
    assert isinstance(error, RateLimited)
    assert error.retry_after == 60


@pytest.mark.parametrize(
    ("call", "row", "check"),
    [
        (ME, {"UserID": None, "FullName": None, "CurrentDivision": 1}, "user_identified"),
        (ME, {"UserID": "u", "FullName": 7, "CurrentDivision": 1}, "user_identified"),
        (ME, {"UserID": "u", "FullName": "A", "CurrentDivision": True}, "user_identified"),
        (DIVISIONS, {"Code": "VV Elders"}, "division_listed"),
        (DIVISIONS, {"Code": None}, "division_listed"),
        (JOURNALS, {"Code": "70", "IsBlocked": "no"}, "sales_journal"),
        (JOURNALS, {"Code": 70}, "sales_journal"),
    ],
)
def test_a_value_of_another_type_is_ours(package: Package, call: str, row: dict[str, object], check: str) -> None:
    package.answers(call, answer({"d": {"results": [row]}}))

    line = package.checks(login())[check]

    assert (line.outcome, line.error, line.owner) == (Outcome.UNTESTED, "UnexpectedAnswer", Owner.US)
    assert "no readable" in line.detail


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["d", "results", "__next", "Code"]), inner)
    ),
    max_leaves=12,
)


@given(body=values)
def test_any_json_is_a_page_or_ours(body: object) -> None:
    made = Answer(200, JSON, json.dumps(body).encode())
    try:
        page = bodies.page("made up", made)
    except UnexpectedAnswer:
        return
    for row in page.rows:
        for read in (row.text, row.needed, row.number, row.number_or_none, row.flag):
            with suppress(UnexpectedAnswer):  # any other error is a parser that broke
                assert isinstance(read("Code"), str | int | None)
