"""The table of refusals, row by row: which answer means what, to the club and to support."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.wrappers import Response

from connectors.e_boekhouden import answers
from connectors.kit import faults
from connectors.kit.errors import (
    InvalidCredentials,
    MissingRight,
    Owner,
    ProviderError,
    RateLimited,
    SetupMissing,
    Unavailable,
    UnexpectedAnswer,
)
from connectors.kit.outcomes import Line, Outcome
from connectors.kit.soap_sandbox import fault
from tests.connectors.e_boekhouden.package import Package, login, soap_answer, soap_error

OURS = ("Er ging bij ons iets mis. Je hoeft niets te doen.", "Something went wrong on our side. You need do nothing.")
WAIT = (
    "e-Boekhouden.nl vraagt ons even te wachten. We proberen het straks opnieuw.",
    "e-Boekhouden.nl asks us to wait a little. We will try again later.",
)
DOWN = (
    "e-Boekhouden.nl is nu niet bereikbaar. Je gegevens zijn bewaard; we proberen het opnieuw.",
    "e-Boekhouden.nl cannot be reached at the moment. Your details are kept; we will try again.",
)
OPEN, LEDGER = "OpenSession", "GetGrootboekrekeningen"


def rest(status: int, **body: str) -> Response:
    return Response(json.dumps(body), status, content_type="application/json")


def problem(line: Line) -> tuple[str, str]:
    assert line.problem is not None
    return line.problem.nl, line.problem.en


def test_e1_any_unlisted_code_at_sign_in_means_wrong_codes(package: Package) -> None:
    package.answers(OPEN, soap_error(OPEN, "X999", "Onbekend"))

    line = package.checks(login())["login"]

    assert (line.outcome, line.error, line.owner) == (Outcome.FAILED, "InvalidCredentials", Owner.CLUB)
    assert line.fields == ("username", "security_code_1", "security_code_2")
    assert problem(line) == (
        "e-Boekhouden.nl accepteert deze combinatie van gebruikersnaam en codes niet.",
        "e-Boekhouden.nl does not accept this combination of user name and codes.",
    )
    assert line.remedy is not None
    assert (line.remedy.nl, line.remedy.en) == ("Kopieer alle drie opnieuw.", "Copy all three again.")
    assert line.path == ("Beheer", "Inrichting", "Instellingen", "Koppelingen", "API/SOAP", "Verder")
    assert line.detail == "OpenSession: X999, Onbekend"

    assert package.checks(login())["login"].outcome is Outcome.PASSED


def test_e2_a_session_lost_twice_is_ours(package: Package) -> None:
    line = package.checks(login("sessiedood"))["ledger_readable"]

    assert (line.outcome, line.error, line.owner) == (Outcome.UNTESTED, "UnexpectedAnswer", Owner.US)
    assert problem(line) == OURS
    assert "session lost after renewal" in line.detail


@pytest.mark.parametrize("operation", [OPEN, LEDGER, "GetAdministraties"])
def test_e3_a_call_limit_asks_us_to_wait(package: Package, operation: str) -> None:
    package.answers(operation, soap_error(operation, "E003.1"))
    check = {OPEN: "login", LEDGER: "ledger_readable"}.get(operation, "accountant_login")

    line = package.checks(login())[check]

    assert (line.outcome, line.error, line.owner) == (Outcome.UNTESTED, "RateLimited", Owner.PROVIDER)
    assert problem(line) == WAIT
    assert line.retry_after == 900
    assert line.fields == ()


def test_after_a_call_limit_nothing_more_is_asked(package: Package) -> None:
    package.answers(LEDGER, soap_error(LEDGER, "E003.1"))

    package.checks(login())

    assert package.calls == [OPEN, LEDGER]


@pytest.mark.parametrize("code", ["E0023", "CREL001"])
def test_codes_about_other_things_never_mean_wrong_codes_at_sign_in(package: Package, code: str) -> None:
    package.answers(OPEN, soap_error(OPEN, code))

    line = package.checks(login())["login"]

    assert (line.outcome, line.error, line.owner) == (Outcome.UNTESTED, "UnexpectedAnswer", Owner.US)


def test_a_description_without_a_code_never_means_wrong_codes(package: Package) -> None:
    package.answers(OPEN, soap_error(OPEN, "", "Er is iets"))

    line = package.checks(login())["login"]

    assert (line.outcome, line.error) == (Outcome.UNTESTED, "UnexpectedAnswer")
    assert line.detail == "OpenSession: no code, Er is iets"


def test_e5_an_unlisted_code_elsewhere_is_ours(package: Package) -> None:
    package.answers(LEDGER, soap_error(LEDGER, "X999", "Onbekend"))

    line = package.checks(login())["ledger_readable"]

    assert (line.outcome, line.error, line.owner) == (Outcome.UNTESTED, "UnexpectedAnswer", Owner.US)
    assert problem(line) == OURS
    assert line.detail == "GetGrootboekrekeningen: X999, Onbekend"


UNREADABLE = {
    "a fault": fault("soap:Server", "Kapot"),
    "a web page": faults.web_page(),
    "a web page that is not found": faults.web_page(404),
    "nothing": Response("", content_type="text/xml"),
    "no XML": Response("oeps", content_type="text/xml"),
    "no session": soap_answer(OPEN, "<ErrorMsg/>"),
    "a blank session": soap_answer(OPEN, "<SessionID>  </SessionID>"),
    "no result": soap_answer(OPEN, ""),
    "another element": soap_answer(OPEN, "<Iets>1</Iets>"),
    "entities": faults.entities(),
}


@pytest.mark.parametrize("answer", UNREADABLE.values(), ids=UNREADABLE)
def test_e6_what_cannot_be_read_is_ours(package: Package, answer: Response) -> None:
    package.answers(OPEN, answer)

    line = package.checks(login())["login"]

    assert (line.outcome, line.error, line.owner) == (Outcome.UNTESTED, "UnexpectedAnswer", Owner.US)
    assert problem(line) == OURS
    assert line.detail


def test_e6_the_detail_of_a_fault_names_it(package: Package) -> None:
    package.answers(OPEN, UNREADABLE["a fault"])

    assert package.checks(login())["login"].detail == "OpenSession: Fault soap:Server, Kapot"


@pytest.mark.parametrize("answer", [faults.outage(502), faults.outage(503), faults.outage(504), faults.broken()])
def test_e7_an_outage_is_the_package_and_nobody_else(package: Package, answer: Response) -> None:
    package.answers(OPEN, answer)

    line = package.checks(login())["login"]

    assert (line.outcome, line.error, line.owner) == (Outcome.UNTESTED, "Unavailable", Owner.PROVIDER)
    assert problem(line) == DOWN


SESSION, LIST = "POST /v1/session", "GET /v1/invoicetemplate"


def template_line(package: Package, token: str = "tok-goed") -> Line:
    return package.checks(login(rest_token=token), only="invoice_template")["invoice_template"]


@pytest.mark.parametrize("call", [SESSION, LIST])
@pytest.mark.parametrize(
    "answers_given",
    [
        [rest(400, code="API_SESSION_004", traceId="t-1")],
        [rest(401, title="Login failed", traceId="t-1")],
        [rest(401, traceId="t-1")] * 3,
    ],
    ids=["API_SESSION_004", "Login failed", "401 again and again"],
)
def test_e8_a_token_that_is_refused(package: Package, call: str, answers_given: list[Response]) -> None:
    package.answers(call, *answers_given)

    line = template_line(package)

    assert (line.outcome, line.error, line.owner) == (Outcome.FAILED, "InvalidCredentials", Owner.CLUB)
    assert line.fields == ("rest_token",)
    assert problem(line) == ("Je API-token is onjuist of verlopen.", "Your API token is wrong or has expired.")
    assert line.remedy is not None
    assert (line.remedy.nl, line.remedy.en) == ("Maak een nieuw token.", "Make a new token.")
    assert "traceId t-1" in line.detail

    package.answers(call)
    assert template_line(package).outcome is Outcome.PASSED


@pytest.mark.parametrize("code", ["API_SESSION_001", "API_SESSION_002", "API_SESSION_003"])
@pytest.mark.parametrize("status", [400, 401, 403])
def test_e9_a_request_of_ours_that_is_wrong(package: Package, code: str, status: int) -> None:
    package.answers(SESSION, rest(status, code=code))

    line = template_line(package)

    assert (line.outcome, line.error, line.owner) == (Outcome.UNTESTED, "UnexpectedAnswer", Owner.US)
    assert problem(line) == OURS
    assert code in line.detail


def test_e10_a_token_that_may_not_read_templates(package: Package) -> None:
    line = template_line(package, "tok-geenrecht")

    assert (line.outcome, line.error, line.owner) == (Outcome.FAILED, "MissingRight", Owner.CLUB)
    assert line.fields == ("rest_token",)
    assert problem(line) == ("Het token mag de sjablonen niet lezen.", "The token may not read the templates.")
    assert "securityType InvoiceTemplates" in line.detail


def test_e11_a_token_without_an_open_administration(package: Package) -> None:
    line = template_line(package, "tok-dicht")

    assert (line.outcome, line.error, line.owner) == (Outcome.FAILED, "SetupMissing", Owner.CLUB)
    assert problem(line) == (
        "Bij dit token hoort geen geopende administratie.",
        "There is no open administration behind this token.",
    )


def test_e12_a_template_that_is_missing(package: Package) -> None:
    package.answers(LIST, rest_list())

    line = template_line(package)

    assert (line.outcome, line.error, line.owner) == (Outcome.FAILED, "SetupMissing", Owner.CLUB)
    assert problem(line) == (
        "Het sjabloon Factuursjabloon ontbreekt.",
        "The template Factuursjabloon is missing.",
    )
    assert line.remedy is not None
    assert line.remedy.nl == "Maak het aan via Beheer > Sjablonen > Factuursjablonen."
    assert line.path == ("Beheer", "Sjablonen", "Factuursjablonen")


def test_e12_a_template_by_almost_the_name_is_missing_and_named(package: Package) -> None:
    package.answers(LIST, rest_list(("factuursjabloon", True), ("Factuursjabloon ", True)))

    line = template_line(package)

    assert line.outcome is Outcome.FAILED
    assert problem(line)[0] == (
        "Het sjabloon Factuursjabloon ontbreekt. Wel gevonden: factuursjabloon, Factuursjabloon ."
    )


def test_e12_a_template_that_is_switched_off_says_so(package: Package) -> None:
    line = template_line(package, "tok-inactief")

    assert (line.outcome, line.error) == (Outcome.FAILED, "SetupMissing")
    assert problem(line) == (
        "Het sjabloon Factuursjabloon bestaat, maar staat uit.",
        "The template Factuursjabloon exists, but is switched off.",
    )
    assert line.remedy is not None
    assert line.remedy.nl == "Zet het aan via Beheer > Sjablonen > Factuursjablonen."


def test_e13_a_chosen_account_that_is_not_there(package: Package) -> None:
    line = package.checks(login(revenue_accounts="8000, 8999"))["revenue_accounts"]

    assert (line.outcome, line.error, line.owner) == (Outcome.FAILED, "SetupMissing", Owner.CLUB)
    assert line.fields == ("revenue_accounts",)
    assert problem(line) == (
        "Rekening 8999 staat niet in je administratie.",
        "Account 8999 is not in your administration.",
    )
    assert line.remedy is not None
    assert line.remedy.nl == "Kies een andere of maak hem aan."


def test_e13_several_chosen_accounts_that_are_not_there_are_all_named(package: Package) -> None:
    line = package.checks(login(revenue_accounts="8999, 8998"))["revenue_accounts"]

    assert problem(line)[0] == "De rekeningen 8999, 8998 staan niet in je administratie."


def test_e13_a_chosen_cost_centre_that_is_not_there(package: Package) -> None:
    line = package.checks(login(cost_centre="99"))["cost_centre"]

    assert (line.outcome, line.error, line.owner) == (Outcome.FAILED, "SetupMissing", Owner.CLUB)
    assert line.fields == ("cost_centre",)
    assert problem(line)[0] == "Kostenplaats 99 staat niet in je administratie."


@pytest.mark.parametrize(("asked", "seconds"), [(None, 900), (120, 120)])
def test_e14_too_many_calls_over_rest(package: Package, asked: int | None, seconds: float) -> None:
    package.answers(LIST, faults.limited(asked))

    line = template_line(package)

    assert (line.outcome, line.error, line.owner) == (Outcome.UNTESTED, "RateLimited", Owner.PROVIDER)
    assert problem(line) == WAIT
    assert line.retry_after == seconds


def rest_list(*templates: tuple[str, bool]) -> Response:
    items = [{"id": 1, "name": name, "active": active, "type": "E"} for name, active in templates]
    return Response(json.dumps({"items": items, "count": len(items)}), content_type="application/json")


REST_UNREADABLE = {
    "a web page": faults.web_page(),
    "a web page that forbids": faults.web_page(401),
    "nothing": Response("", content_type="application/json"),
    "a list": Response("[]", content_type="application/json"),
    "no items": Response("{}", content_type="application/json"),
    "an item without a name": Response('{"items": [{"active": true}]}', content_type="application/json"),
    "an item that is half open": Response('{"items": [{"name": "Factuursjabloon", "active": 1}]}'),
    "not found": rest(404, title="Not found"),
    "a foreign code": rest(400, code="OTHER_001"),
    "moved": faults.moved("https://elders.example/"),
}


@pytest.mark.parametrize("answer", REST_UNREADABLE.values(), ids=REST_UNREADABLE)
def test_what_rest_answers_and_cannot_be_read_is_ours(package: Package, answer: Response) -> None:
    package.answers(LIST, answer)

    line = template_line(package)

    assert (line.outcome, line.error, line.owner) == (Outcome.UNTESTED, "UnexpectedAnswer", Owner.US)
    assert problem(line) == OURS


@pytest.mark.parametrize("body", ["{}", '{"token": ""}', '{"token": 12}', '{"token": "a\\nb"}', '{"token": "é"}', "[]"])
def test_a_rest_session_without_a_token_is_ours(package: Package, body: str) -> None:
    package.answers(SESSION, Response(body, content_type="application/json"))

    line = template_line(package)

    assert (line.outcome, line.error, line.owner) == (Outcome.UNTESTED, "UnexpectedAnswer", Owner.US)
    assert package.calls == [SESSION]


@pytest.mark.parametrize("answer", [faults.outage(), faults.broken(), faults.web_page(500)])
def test_an_outage_of_rest_is_the_package(package: Package, answer: Response) -> None:
    package.answers(SESSION, answer)

    line = template_line(package)

    assert (line.outcome, line.error, line.owner) == (Outcome.UNTESTED, "Unavailable", Owner.PROVIDER)


KNOWN = {"E003.1": RateLimited, "E0023": UnexpectedAnswer, "CREL001": UnexpectedAnswer}


@given(operation=st.sampled_from([OPEN, LEDGER, "GetKostenplaatsen"]), code=st.text() | st.sampled_from([*KNOWN]))
def test_only_sign_in_can_blame_the_codes(operation: str, code: str) -> None:
    error = answers.refused(operation, code)

    blames_codes = operation == OPEN and bool(code) and code not in KNOWN
    assert isinstance(error, InvalidCredentials) == blames_codes
    assert blames_codes or type(error) is KNOWN.get(code, UnexpectedAnswer)


CLUB_SIDE = {
    "API_SESSION_004": InvalidCredentials,
    "SECURITY_001": MissingRight,
    "SECURITY_002": SetupMissing,
}


@given(status=st.integers(300, 599), code=st.text() | st.sampled_from([*CLUB_SIDE]), title=st.text())
def test_rest_blames_the_club_for_named_reasons_alone(status: int, code: str, title: str) -> None:
    error: ProviderError = answers.refused_rest(status, code=code, title=title)

    if error.blame is Owner.CLUB:
        assert status != 429
        assert type(error) is CLUB_SIDE.get(code, InvalidCredentials)
        assert code in CLUB_SIDE or title == "Login failed" or (status == 401 and not code)
    else:
        assert isinstance(error, RateLimited | Unavailable | UnexpectedAnswer)
