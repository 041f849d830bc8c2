"""The table of refusals, row by row: which answer means what, to the club and to support."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.wrappers import Response

from connectors.kit import faults
from connectors.kit.errors import (
    ActionRequired,
    ConsentExpired,
    HostMisconfigured,
    MissingRight,
    Owner,
    RateLimited,
    SetupMissing,
    Unavailable,
    UnexpectedAnswer,
)
from connectors.kit.http import Answer
from connectors.kit.oauth import Grant
from connectors.kit.outcomes import Line, Outcome
from connectors.visma_eaccounting import bodies
from connectors.visma_eaccounting.answers import CODES, TABLE, Refusal, asked_to_wait, raised, row_of, row_of_token
from tests.connectors.visma_eaccounting.package import (
    ACCOUNTS,
    ARTICLES,
    COMPANY,
    CUSTOMERS,
    TERMS,
    USERS,
    YEARS,
    Package,
    answer,
    login,
    problem,
    refused,
    remedy,
)

OURS = ("Er ging bij ons iets mis. Je hoeft niets te doen.", "Something went wrong on our side. You need do nothing.")
KINDS = {
    "V1": ConsentExpired,
    "V2": ConsentExpired,
    "V3": HostMisconfigured,
    "V4": ActionRequired,
    "V5": UnexpectedAnswer,
    "V6": ActionRequired,
    "V7": ActionRequired,
    "V8": ConsentExpired,
    "V9": MissingRight,
    "V10": ConsentExpired,
    "V11": RateLimited,
    "V12": SetupMissing,
    "V13": SetupMissing,
    "V14": ActionRequired,
    "V15": UnexpectedAnswer,
    "V16": Unavailable,
}
FIRST_CHECKS = ("token_alive", "api_module", "setup_guide", "company_read")
PASSED, FAILED, UNTESTED = Outcome.PASSED, Outcome.FAILED, Outcome.UNTESTED


def first(package: Package, reply: Response, *more: Response) -> dict[str, Line]:
    """The lines after this answer to the first call."""
    package.answers(COMPANY, reply, *more)
    lines = package.checks(login())
    later = list(lines)[6:]
    assert {lines[key].outcome for key in later} == {UNTESTED}
    return lines


def outcomes(lines: dict[str, Line]) -> tuple[Outcome, ...]:
    return tuple(lines[key].outcome for key in FIRST_CHECKS)


def test_every_row_has_its_kind_and_both_languages() -> None:
    assert {row: told.kind for row, told in TABLE.items()} == KINDS
    for told in TABLE.values():
        assert told.problem.nl != told.problem.en
        assert told.remedy is None or told.remedy.nl != told.remedy.en


@pytest.mark.parametrize(
    "said", ["No access to module API.", "no  access to Module: api", "No access to the module API"]
)
def test_v4_a_module_that_is_missing(package: Package, said: str) -> None:
    lines = first(package, refused(4002, said))

    assert outcomes(lines) == (PASSED, FAILED, UNTESTED, UNTESTED)
    line = lines["api_module"]
    assert (line.error, line.owner, line.fields) == ("ActionRequired", Owner.CLUB, ())
    assert problem(line)[0] == "Je pakket geeft nog geen toegang tot de koppeling."
    assert remedy(line).endswith("Opnieuw toestemming geven helpt niet.")
    assert said.replace("  ", " ")[:20].casefold() in line.detail.casefold().replace("  ", " ")
    assert {lines["setup_guide"].owner, lines["company_read"].owner} == {Owner.CLUB}


@pytest.mark.parametrize(("code", "said"), [(4002, "Token is not valid here"), (4002, ""), (4000, "x"), (4001, "x")])
def test_v5_the_same_number_with_another_text_is_ours(package: Package, code: int, said: str) -> None:
    lines = first(package, refused(code, said))

    assert outcomes(lines) == (PASSED, UNTESTED, UNTESTED, UNTESTED)
    line = lines["api_module"]
    assert (line.error, line.owner, problem(line)) == ("UnexpectedAnswer", Owner.US, OURS)
    assert lines["company_read"].owner is Owner.US


def test_v6_a_set_up_guide_that_is_not_finished(package: Package) -> None:
    lines = first(package, refused(4003, "StartupGuideNotCompleted"))

    assert outcomes(lines) == (PASSED, PASSED, FAILED, UNTESTED)
    line = lines["setup_guide"]
    assert (line.error, remedy(line)) == ("ActionRequired", "Rond eerst de startgids in Visma af.")
    assert problem(lines["company_read"])[0] == "Nog niet getest: eerst moet “Startgids afgerond” in orde zijn."


def test_v7_a_company_that_is_not_active(package: Package) -> None:
    lines = first(package, refused(4004))

    assert outcomes(lines) == (PASSED, PASSED, PASSED, FAILED)
    line = lines["company_read"]
    assert problem(line)[0] == "Dit bedrijf is niet actief of alleen te lezen."
    assert (line.error, remedy(line)) == ("ActionRequired", "Controleer je abonnement bij Visma.")


@pytest.mark.parametrize("status", [0, 2])
def test_v7_a_status_that_is_not_active(package: Package, status: int) -> None:
    def change(reply: Response) -> Response:
        return answer({**json.loads(reply.get_data()), "CompanyStatus": status})

    package.answers(COMPANY, change)
    lines = package.checks(login())

    assert outcomes(lines) == (PASSED,) * 4
    assert (lines["company_status"].error, problem(lines["company_status"])) == (
        "ActionRequired",
        (TABLE["V7"].problem.nl, TABLE["V7"].problem.en),
    )
    assert lines["company_status"].detail == f"V7: CompanyStatus {status}"


@pytest.mark.parametrize(
    ("code", "error", "told", "what"),
    [
        (4006, "ConsentExpired", "Niet alle opties waren aangevinkt.", "vink alles aan"),
        (4011, "MissingRight", "Deze gebruiker heeft geen toegang tot eAccounting van dit bedrijf.", "met toegang"),
    ],
    ids=["V8", "V9"],
)
def test_v8_and_v9_are_told_where_the_company_is_read(
    package: Package, code: int, error: str, told: str, what: str
) -> None:
    lines = first(package, refused(code))

    assert outcomes(lines) == (PASSED, UNTESTED, UNTESTED, FAILED)
    line = lines["company_read"]
    assert (line.error, line.owner, line.fields) == (error, Owner.CLUB, ("authorization",))
    assert problem(line)[0] == told
    assert what in remedy(line)
    assert (lines["api_module"].owner, lines["api_module"].error) == (Owner.CLUB, None)
    assert problem(lines["api_module"])[0] == "Nog niet getest: eerst moet “Bedrijf te lezen” in orde zijn."


def test_v8_a_right_that_one_list_asks(package: Package) -> None:
    line = package.checks(login("halfvinkje"))["ledger_accounts"]

    assert (line.outcome, line.error) == (FAILED, "ConsentExpired")
    assert "Missing scope" in line.detail


@pytest.mark.parametrize(
    "reply", [Response("", 401), answer({}, 401), answer("oeps", 401), refused(4005), refused("4005", status=401)]
)
def test_v10_a_token_that_is_not_taken_and_cannot_be_renewed(package: Package, reply: Response) -> None:
    lines = first(package, reply)

    assert outcomes(lines) == (FAILED, UNTESTED, UNTESTED, UNTESTED)
    line = lines["token_alive"]
    assert (line.error, line.owner, line.fields) == ("ConsentExpired", Owner.CLUB, ("authorization",))
    assert problem(line) == ("De toestemming werkt niet meer.", "The consent does not work any more.")
    assert remedy(line) == "Geef opnieuw toestemming."
    assert package.calls == [COMPANY]
    assert package.checks(login())["token_alive"].outcome is PASSED


def test_v3_a_client_of_the_wrong_kind_is_ours(package: Package) -> None:
    lines = first(package, refused(4034))

    assert outcomes(lines) == (PASSED, FAILED, UNTESTED, UNTESTED)
    line = lines["api_module"]
    assert (line.error, line.owner) == ("HostMisconfigured", Owner.US)
    assert problem(line)[0] == "Dit ligt aan ons, niet aan jou."
    assert {one.owner for one in lines.values() if one.outcome is FAILED} == {Owner.US}


SAYS_55 = "Rate limit is exceeded. Try again in 55 seconds."


@pytest.mark.parametrize(
    ("reply", "seconds"),
    [
        (refused(4010, SAYS_55, 429), 55),
        (refused(4010, SAYS_55, 403), 55),
        (refused(4010, "Later", 429), 60),
        (refused(9999, "Later", 429), 60),
        (faults.limited(), 60),
        (faults.limited(20), 20),
        (Response(SAYS_55, 429), 55),
        (refused(4010, "Try again in 0 seconds", 429), 1),
        (refused(4010, "Try again in 999999 seconds", 429), 86_400),
    ],
)
def test_v11_too_many_calls_ask_us_to_wait(package: Package, reply: Response, seconds: float) -> None:
    lines = first(package, reply)

    line = lines["token_alive"]
    assert (line.outcome, line.error, line.owner, line.retry_after) == (
        UNTESTED,
        "RateLimited",
        Owner.PROVIDER,
        seconds,
    )
    assert problem(line)[0].startswith("Visma vraagt ons even te wachten.")
    assert package.calls == [COMPANY], "nothing more is asked of a host that wants us to wait"


@pytest.mark.parametrize(
    ("call", "check", "code", "error", "told"),
    [
        (YEARS, "fiscal_year", 3001, "SetupMissing", "Er is geen open boekjaar voor vandaag."),
        (ACCOUNTS, "ledger_accounts", 3002, "SetupMissing", "Iets wat je koos ontbreekt in Visma of is niet actief."),
        (TERMS, "payment_terms", 3002, "SetupMissing", "Iets wat je koos ontbreekt in Visma of is niet actief."),
        (CUSTOMERS, "customers_readable", 4026, "ActionRequired", "Deze periode is afgesloten."),
        (CUSTOMERS, "customers_readable", 4006, "ConsentExpired", "Niet alle opties waren aangevinkt."),
        (USERS, "authorised_by", 4011, "MissingRight", TABLE["V9"].problem.nl),
    ],
    ids=["V12", "V13", "V13 terms", "V14", "V8", "V9"],
)
def test_a_code_means_the_same_at_every_call(
    package: Package, call: str, check: str, code: int, error: str, told: str
) -> None:
    package.answers(call, refused(code, status=400))

    line = package.checks(login("goed"))[check]

    assert (line.outcome, line.error, line.owner) == (FAILED, error, Owner.CLUB)
    assert problem(line)[0] == told
    assert "ErrorId made-up-error-id" in line.detail
    assert package.checks(login("goed"))[check].outcome is PASSED


@pytest.mark.parametrize("call", [YEARS, ARTICLES, CUSTOMERS])
@pytest.mark.parametrize(
    "reply",
    [
        refused(2000, status=400),
        refused(3000, status=404),
        refused(4999),
        refused(None),
        refused("veel"),
        refused(True),
        answer("", 403),
        answer("Forbidden", 403),
        answer([], 400),
        faults.web_page(403),
        faults.web_page(401),
        faults.web_page(),
        faults.moved("https://elders.example/"),
        answer("{}"),
        answer("[]"),
        answer('{"Meta": {}, "Data": []}'),
        answer('{"Meta": {"CurrentPage": 1, "TotalNumberOfPages": 1}, "Data": {}}'),
        answer('{"Meta": {"CurrentPage": 1, "TotalNumberOfPages": 1}, "Data": [1]}'),
        answer("[" * 100_000),
    ],
)
def test_v15_what_cannot_be_read_is_ours(package: Package, call: str, reply: Response) -> None:
    check = {YEARS: "fiscal_year", ARTICLES: "ledger_accounts", CUSTOMERS: "customers_readable"}[call]
    package.answers(call, reply)

    line = package.checks(login("goed"))[check]

    assert (line.outcome, line.error, line.owner) == (UNTESTED, "UnexpectedAnswer", Owner.US)
    assert problem(line) == OURS
    assert line.fields == ()


@pytest.mark.parametrize("status", [500, 502, 503, 504, 599])
@pytest.mark.parametrize("body", ["", '{"ErrorCode": 4006, "DeveloperErrorMessage": "x"}'])
def test_v16_an_outage_is_nobodys_fault(package: Package, status: int, body: str) -> None:
    lines = first(package, answer(body, status))

    line = lines["token_alive"]
    assert (line.outcome, line.error, line.owner) == (UNTESTED, "Unavailable", Owner.PROVIDER)
    assert problem(line)[0].startswith("Visma")
    assert {one.outcome for key, one in lines.items() if key not in ("code_exchanged", "scopes")} == {UNTESTED}


@pytest.mark.parametrize("field", ["CompanyIdentifier", "CompanyStatus", "ProductVariant"])
def test_a_company_without_what_we_need_is_not_readable(package: Package, field: str) -> None:
    def without(reply: Response) -> Response:
        return answer({key: value for key, value in json.loads(reply.get_data()).items() if key != field})

    lines = first(package, without)  # type: ignore[arg-type]

    assert outcomes(lines) == (PASSED, UNTESTED, UNTESTED, UNTESTED)
    assert field in lines["api_module"].detail


def test_other_shapes_of_a_refusal_are_read_too() -> None:
    def fault(body: object) -> bodies.Fault:
        return bodies.fault(Answer(400, {}, json.dumps(body).encode()))

    assert fault({"errorCode": "4006", "developerErrorMessage": "x", "errorId": "a"}) == bodies.Fault(4006, "x", "a")
    assert fault({"ErrorCode": 4002, "Errors": ["No access", {"Message": "to module"}]}).said == "No access to module"
    assert fault({"Message": "Too many"}).said == "Too many"
    assert fault({"ErrorCode": 4006.5}) == fault([1]) == fault("x") == bodies.Fault()


CODE_NUMBERS = st.one_of(st.none(), st.integers(), st.sampled_from([*CODES, 4002]))


@given(status=st.integers(100, 699), code=CODE_NUMBERS, said=st.text(max_size=30), is_page=st.booleans())
def test_any_answer_has_its_row_and_no_status_alone_blames_a_club(
    status: int, code: int | None, said: str, is_page: bool
) -> None:
    refusal = Refusal(status, code, said, is_page)
    row = row_of(refusal)

    error = raised(row, refusal)
    assert isinstance(error, TABLE[row].kind)
    if status >= 500 or is_page or (code is None and status != 401):
        assert error.blame in (Owner.PROVIDER, Owner.US)


@given(
    grant=st.sampled_from(Grant),
    status=st.integers(100, 699),
    error=st.sampled_from(["", "invalid_grant", "invalid_client", "invalid_request", "x"]),
    is_page=st.booleans(),
)
def test_only_an_invalid_grant_ends_a_consent(grant: Grant, status: int, error: str, is_page: bool) -> None:
    row = row_of_token(grant, Refusal(status, is_page=is_page), error)

    if TABLE[row].kind.blame is Owner.CLUB:
        assert (error, is_page, row) == ("invalid_grant", False, "V1" if grant is Grant.CODE else "V2")
        assert status < 500


@given(st.text())
def test_any_text_says_how_long_to_wait_or_does_not(said: str) -> None:
    assert 1 <= asked_to_wait(said, 60.0) <= 86_400
