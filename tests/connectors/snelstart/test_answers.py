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
    HostMisconfigured,
    InvalidCredentials,
    MissingRight,
    Owner,
    RateLimited,
    SetupMissing,
    Unavailable,
    UnexpectedAnswer,
)
from connectors.kit.http import Answer
from connectors.kit.outcomes import Line, Outcome
from connectors.snelstart import bodies
from connectors.snelstart.answers import CODES, REASONS, TABLE, Refusal, raised, row_of, row_of_token
from tests.connectors.snelstart.package import TOKEN, Package, answer, host, login

OURS = ("Er ging bij ons iets mis. Je hoeft niets te doen.", "Something went wrong on our side. You need do nothing.")
UNKNOWN = (
    "SnelStart herkent deze sleutel niet, of hij is ingetrokken.",
    "SnelStart does not know this key, or it was withdrawn.",
)
MAKE_NEW = "Maak een nieuwe bij Maatwerk en plak hem hier."
WRONG_SUBSCRIPTION = {"statusCode": 401, "message": "Access denied due to invalid subscription key."}
COMPANY, DAYBOOKS, LEDGER = "companyInfo", "dagboeken", "grootboeken"


def problem(line: Line) -> tuple[str, str]:
    assert line.problem is not None
    return line.problem.nl, line.problem.en


def remedy(line: Line) -> str:
    assert line.remedy is not None
    return line.remedy.nl


def assert_the_key_is_refused(line: Line) -> None:
    assert (line.outcome, line.error, line.owner) == (Outcome.FAILED, "InvalidCredentials", Owner.CLUB)
    assert problem(line) == UNKNOWN
    assert remedy(line) == MAKE_NEW
    assert line.fields == ("koppelsleutel",)
    assert line.path == ("SnelStart Web", "Maatwerk")


def assert_it_is_ours(line: Line) -> None:
    assert (line.outcome, line.error, line.owner) == (Outcome.UNTESTED, "UnexpectedAnswer", Owner.US)
    assert problem(line) == OURS
    assert line.fields == ()


@pytest.mark.parametrize("status", [400, 401])
@pytest.mark.parametrize(
    "body",
    [
        '{"error": "invalid_grant"}',
        '{"error": "INVALID_GRANT "}',
        "",
        "oeps",
        "{}",
        "[]",
        '{"error": 1}',
        '{"message": "x"}',
    ],
)
def test_s1_a_key_that_the_token_call_refuses(package: Package, status: int, body: str) -> None:
    package.answers(TOKEN, answer(body, status))

    lines = package.checks(login())

    assert_the_key_is_refused(lines["token"])
    assert package.calls == [TOKEN]
    assert {line.outcome for key, line in lines.items() if key not in ("key_shape", "token")} == {Outcome.UNTESTED}
    assert package.checks(login())["token"].outcome is Outcome.PASSED


@pytest.mark.parametrize("error", ["unsupported_grant_type", "invalid_request", "server_error", "invalid_client"])
@pytest.mark.parametrize("status", [400, 401])
def test_s2_a_request_of_ours_that_the_token_call_refuses(package: Package, error: str, status: int) -> None:
    package.answers(TOKEN, answer({"error": error}, status))

    line = package.checks(login())["token"]

    assert_it_is_ours(line)
    assert error in line.detail


def test_s3_our_own_key_refused_is_ours_and_the_club_need_do_nothing(package: Package) -> None:
    lines = package.checks(login("abonnement"))

    line = lines["host_subscription"]
    assert (line.outcome, line.error, line.owner) == (Outcome.FAILED, "HostMisconfigured", Owner.US)
    assert problem(line) == (
        "Dit ligt aan ons, niet aan je sleutel.",
        "This is on our side; your key is not the cause.",
    )
    assert remedy(line) == "Hier hoef je niets aan te doen."
    assert line.fields == ()
    assert lines["token"].outcome is Outcome.PASSED
    later = [lines[check.check] for check in list(lines.values())[3:]]
    assert {(one.outcome, one.owner) for one in later} == {(Outcome.UNTESTED, Owner.US)}


def test_s3_the_second_key_is_tried_and_kept(package: Package) -> None:
    rotated = host(subscription_key="0000madeupandwrong")

    lines = package.checks(login("goed"), with_host=rotated)

    assert lines["host_subscription"].outcome is Outcome.PASSED
    assert package.calls.count(COMPANY) == 2
    keys = [headers.get("Ocp-Apim-Subscription-Key") for headers in package.headers]
    assert keys[1] == "0000madeupandwrong"
    assert set(keys[2:]) == {"00000000000000000000000000demo02"}


@pytest.mark.parametrize("second", ["", "0000alsowrong"])
def test_s3_without_a_key_that_works_nobody_else_is_blamed(package: Package, second: str) -> None:
    both = host(subscription_key="0000madeupandwrong", second_subscription_key=second)

    lines = package.checks(login("goed"), with_host=both)

    assert lines["host_subscription"].owner is Owner.US
    assert {line.owner for line in lines.values() if line.outcome is Outcome.FAILED} == {Owner.US}


def test_s4_a_bearer_that_is_lost_is_renewed_once(package: Package) -> None:
    lines = package.checks(login("verlopen"))

    assert lines["administration_read"].outcome is Outcome.PASSED
    assert package.calls[:4] == [TOKEN, COMPANY, TOKEN, COMPANY]


def test_s4_a_bearer_refused_twice_is_a_key_that_is_withdrawn(package: Package) -> None:
    package.answers(COMPANY, faults.outage(401), faults.outage(401))

    lines = package.checks(login())

    assert lines["host_subscription"].outcome is Outcome.PASSED
    assert_the_key_is_refused(lines["administration_read"])
    assert package.calls.count(TOKEN) == 2


def test_s4_a_key_withdrawn_in_between_is_not_held_against_us(package: Package) -> None:
    package.answers(COMPANY, faults.outage(401))
    package.answers(TOKEN, None, answer({"error": "invalid_grant"}, 400))

    lines = package.checks(login())

    assert lines["host_subscription"].outcome is Outcome.PASSED
    assert_the_key_is_refused(lines["administration_read"])


@pytest.mark.parametrize("body", ["", "{}", '{"message": "Geen toegang"}', "Forbidden"])
def test_s5_a_right_that_the_key_lacks(package: Package, body: str) -> None:
    package.answers(DAYBOOKS, answer(body, 403))

    line = package.checks(login())["sales_daybook"]

    assert (line.outcome, line.error, line.owner) == (Outcome.FAILED, "MissingRight", Owner.CLUB)
    assert problem(line) == ("Deze sleutel mist rechten.", "This key lacks rights.")
    assert remedy(line) == "Maak in SnelStart een nieuwe sleutel."
    assert line.fields == ("koppelsleutel",)
    assert "dagboeken (boekhouden:read)" in line.detail
    assert package.checks(login())["sales_daybook"].outcome is Outcome.PASSED


QUOTA = answer({"statusCode": 403, "message": "Out of call volume quota."}, 403)
LATER = answer({"message": "Out of CALL volume Quota"}, 403, {"Retry-After": "90"})


@pytest.mark.parametrize(
    ("call", "check", "reply", "seconds"),
    [
        (TOKEN, "token", faults.limited(), 60),
        (TOKEN, "token", faults.limited(20), 20),
        (DAYBOOKS, "sales_daybook", faults.limited(), 60),
        (DAYBOOKS, "sales_daybook", faults.limited(20), 20),
        (DAYBOOKS, "sales_daybook", QUOTA, 60),
        (DAYBOOKS, "sales_daybook", LATER, 90),
    ],
)
def test_s6_too_many_calls_ask_us_to_wait(
    package: Package, call: str, check: str, reply: Response, seconds: float
) -> None:
    package.answers(call, reply)

    lines = package.checks(login())

    assert (lines[check].outcome, lines[check].error) == (Outcome.UNTESTED, "RateLimited")
    assert lines[check].owner is Owner.PROVIDER
    assert problem(lines[check])[0].startswith("SnelStart vraagt ons even te wachten.")
    assert lines[check].retry_after == seconds
    assert package.calls[-1] == call, "nothing more is asked of a host that wants us to wait"


@pytest.mark.parametrize(("club", "detail"), [("quotum", "quota"), ("limiet", "429")])
def test_s6_a_limit_at_the_first_call_proves_our_key_all_the_same(package: Package, club: str, detail: str) -> None:
    lines = package.checks(login(club))

    assert lines["host_subscription"].outcome is Outcome.PASSED
    assert lines["administration_read"].error == "RateLimited"
    assert detail in lines["administration_read"].detail
    assert package.calls == [TOKEN, COMPANY]


@pytest.mark.parametrize("number", ["8999", "200000"])
def test_s7_an_account_that_is_not_there(package: Package, number: str) -> None:
    line = package.checks(login("goed", revenue_accounts=f"8000, {number}"))["ledger_accounts"]

    assert (line.outcome, line.error, line.owner) == (Outcome.FAILED, "SetupMissing", Owner.CLUB)
    assert problem(line) == (
        f"Rekening {number} bestaat niet of is niet actief.",
        f"Account {number} does not exist or is not active.",
    )
    assert line.fields == ("revenue_accounts",)


def test_s7_an_account_that_is_not_active_and_another_are_named_together(package: Package) -> None:
    line = package.checks(login("nonactief", revenue_accounts="8000, 8999"))["ledger_accounts"]

    assert problem(line)[0] == "De rekeningen 8000, 8999 bestaan niet of zijn niet actief."


def test_s7_a_cost_centre_that_is_not_there(package: Package) -> None:
    line = package.checks(login("goed", cost_centre="99"))["cost_centre"]

    assert (line.outcome, line.error, line.fields) == (Outcome.FAILED, "SetupMissing", ("cost_centre",))
    assert problem(line)[0] == "Kostenplaats 99 bestaat niet of is niet actief."


def test_s7_a_cost_centre_that_is_not_active(package: Package) -> None:
    row = {"id": "00000000-0000-4000-8004-000000000010", "nummer": 10, "omschrijving": "Jeugd", "nonactief": True}
    package.answers("kostenplaatsen", answer([row]))

    assert package.checks(login("goed"))["cost_centre"].outcome is Outcome.FAILED


@pytest.mark.parametrize(("club", "found"), [("geendagboek", "no sales daybook"), ("dicht", "none of them active")])
def test_s8_no_active_sales_daybook(package: Package, club: str, found: str) -> None:
    line = package.checks(login(club))["sales_daybook"]

    assert (line.outcome, line.error, line.owner) == (Outcome.FAILED, "SetupMissing", Owner.CLUB)
    assert problem(line) == ("Er is geen actief verkoopdagboek.", "There is no active sales daybook.")
    assert found in line.detail


def test_s9_an_account_that_asks_for_a_cost_centre(package: Package) -> None:
    line = package.checks(login("kostenplaats"))["cost_centre"]

    assert (line.outcome, line.error, line.fields) == (Outcome.FAILED, "SetupMissing", ("cost_centre",))
    assert problem(line) == ("Rekening 8000 vraagt een kostenplaats.", "Account 8000 asks for a cost centre.")

    assert package.checks(login("kostenplaats", cost_centre="10"))["cost_centre"].outcome is Outcome.PASSED


KINDS = {
    "S7": SetupMissing,
    "S8": SetupMissing,
    "S9": SetupMissing,
    "S10": ActionRequired,
    "S11": ActionRequired,
    "S12": UnexpectedAnswer,
    "S13": UnexpectedAnswer,
    "S14": SetupMissing,
}
LISTED = {
    "S7": ("BOE-0008", "BOE-0037", "BOE-0061"),
    "S8": ("BOE-0081",),
    "S9": ("BOE-0022",),
    "S10": ("BOE-0042", "BOE-0051", "BOE-0033"),
    "S11": ("BOE-0052", "BOE-0055", "BOE-0066", "BOE-0067", "BOE-0079", "REL-0009"),
    "S12": ("BOE-0021",),
    "S13": (
        "BOE-0023", "BOE-0039", "BOE-0058", "BOE-0062", "BOE-0064", "BOE-0082", "ALG-0104", "ALG-0106",
    ),
    "S14": ("REL-0005", "BOE-0054", "BOE-0060"),
}  # fmt: skip


@pytest.mark.parametrize(("row", "code"), [(row, code) for row, listed in LISTED.items() for code in listed])
def test_s7_to_s14_each_code_has_its_row(package: Package, row: str, code: str) -> None:
    package.answers(DAYBOOKS, answer([{"errorCode": code, "message": "Zomaar"}], 400))

    line = package.checks(login())["sales_daybook"]

    assert line.error == KINDS[row].__name__
    assert line.detail.startswith(f"{row}: dagboeken")
    assert code in line.detail
    assert (line.outcome is Outcome.FAILED) == (line.owner is Owner.CLUB)


@pytest.mark.parametrize("code", LISTED["S11"])
def test_s11_says_what_is_wrong_with_the_debtor(code: str) -> None:
    error = raised("S11", Refusal(400, codes=(code,)))

    assert error.problem.nl == (f"De incassogegevens van deze debiteur kloppen niet in SnelStart: {REASONS[code].nl}.")
    assert error.problem.en.endswith(f": {REASONS[code].en}.")


def test_a_fault_of_ours_outweighs_what_the_club_could_mend() -> None:
    assert row_of(Refusal(400, codes=("BOE-0052", "BOE-0023"))) == "S13"
    assert row_of(Refusal(400, codes=("BOE-0052", "XXX-0001"))) == "S15"
    assert row_of(Refusal(400, codes=("BOE-0042", "BOE-0052"))) == "S10"


def test_s14_a_relation_that_is_gone(package: Package) -> None:
    mandates = "relaties/00000000-0000-4000-8005-000000000001/doorlopendeincassomachtigingen"
    package.answers(mandates, answer({"message": "Not Found"}, 404))

    line = package.checks(login("goed"))["mandates_readable"]

    assert (line.outcome, line.error, line.owner) == (Outcome.FAILED, "SetupMissing", Owner.CLUB)
    assert problem(line)[0] == "Deze relatie bestaat niet (meer) als klant."


UNREADABLE = {
    "a web page": faults.web_page(),
    "a web page that forbids": faults.web_page(403),
    "a web page that refuses": faults.web_page(401),
    "nothing": answer(""),
    "no JSON": answer("oeps"),
    "an object": answer("{}"),
    "rows that are none": answer("[1]"),
    "a number that is none": answer('[{"nummer": "drie", "soort": "Verkoop"}]'),
    "a flag that is none": answer('[{"nummer": 3, "soort": "Verkoop", "nonactief": "nee"}]'),
    "a kind that is none": answer('[{"nummer": 3, "soort": 5}]'),
    "not found": answer({}, 404),
    "gone": answer({}, 410),
    "an unknown code": answer([{"errorCode": "BOE-9999"}], 400),
    "an empty 400": answer("", 400),
    "a 400 in words": answer("Fout", 400),
    "a deep 400": answer("[" * 50_000, 400),
    "moved": faults.moved("https://elders.example/"),
    "created": answer("[]", 201),
}


@pytest.mark.parametrize("reply", UNREADABLE.values(), ids=UNREADABLE)
def test_s15_what_cannot_be_read_is_ours(package: Package, reply: Response) -> None:
    package.answers(DAYBOOKS, reply)

    line = package.checks(login())["sales_daybook"]

    assert_it_is_ours(line)
    assert line.detail.startswith("S15: dagboeken")


@pytest.mark.parametrize(
    "reply",
    [
        faults.web_page(),
        faults.web_page(400),
        faults.web_page(401),
        faults.web_page(403),
        answer("", 200),
        answer("{}", 200),
        answer({"access_token": "a b", "expires_in": 3599}),
        answer({"access_token": "é", "expires_in": 3599}),
        answer({"access_token": 5}),
        answer("{}", 404),
        answer("{}", 403),
    ],
)
def test_s15_a_token_answer_that_cannot_be_read_never_means_a_wrong_key(package: Package, reply: Response) -> None:
    package.answers(TOKEN, reply)

    assert_it_is_ours(package.checks(login())["token"])


@pytest.mark.parametrize("reply", [faults.outage(502), faults.outage(503), faults.outage(504), faults.broken()])
@pytest.mark.parametrize(
    ("call", "check"), [(TOKEN, "token"), (COMPANY, "host_subscription"), (DAYBOOKS, "sales_daybook")]
)
def test_s16_an_outage_is_the_package_and_nobody_else(package: Package, call: str, check: str, reply: Response) -> None:
    package.answers(call, reply)

    line = package.checks(login())[check]

    assert (line.outcome, line.error, line.owner) == (Outcome.UNTESTED, "Unavailable", Owner.PROVIDER)
    assert problem(line)[0] == "SnelStart is nu niet bereikbaar. Je gegevens zijn bewaard; we proberen het opnieuw."


SHAPES = {
    "a list": [{"errorCode": "BOE-0042", "message": "De boekdatum ligt in een geblokkeerde periode"}],
    "modelState": {"message": "The request is invalid.", "modelState": {"model.Boekdatum": ["BOE-0042: geblokkeerd"]}},
    "Message": {"Message": "BOE-0042 De boekdatum ligt in een geblokkeerde periode"},
    "message": {"message": "Fout BOE-0042."},
    "one object": {"errorCode": "BOE-0042", "message": None},
}


@pytest.mark.parametrize("body", SHAPES.values(), ids=SHAPES)
def test_a_400_is_read_in_every_shape(package: Package, body: object) -> None:
    package.answers(DAYBOOKS, answer(body, 400))

    line = package.checks(login())["sales_daybook"]

    assert (line.error, problem(line)[0]) == ("ActionRequired", "Deze periode is dicht in SnelStart.")


JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.sampled_from([*CODES]),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(["errorCode", "message", "Message", "modelState", "error"]) | st.text(), inner, max_size=4
        )
    ),
    max_leaves=12,
)


@given(body=JSON_VALUES | st.binary(max_size=40))
def test_reading_a_refusal_never_breaks(body: object) -> None:
    said = body if isinstance(body, bytes) else json.dumps(body).encode()
    reply = Answer(400, {}, said)

    found = bodies.codes(bodies.faults(reply))

    assert all(isinstance(code, str) for code in found)
    assert isinstance(bodies.error_name(reply), str)
    assert row_of(Refusal(400, codes=found)) in TABLE


ROWS_OF_THE_CLUB = {"S4", "S5", "S14"}


@given(status=st.integers(201, 599), said=st.text(), is_page=st.booleans(), looked_up=st.booleans())
def test_the_club_is_blamed_for_named_reasons_alone(status: int, said: str, is_page: bool, looked_up: bool) -> None:
    row = row_of(Refusal(status, said=said, is_page=is_page), looked_up=looked_up)
    error = raised(row, Refusal(status, said=said))

    if error.blame is Owner.CLUB:
        assert row in ROWS_OF_THE_CLUB
        assert status in (401, 403, 404)
        assert not is_page
    else:
        assert isinstance(error, RateLimited | Unavailable | UnexpectedAnswer | HostMisconfigured)


@given(status=st.integers(201, 599), error=st.text() | st.just("invalid_grant"), is_page=st.booleans())
def test_the_token_call_blames_the_key_for_a_plain_refusal_alone(status: int, error: str, is_page: bool) -> None:
    row = row_of_token(Refusal(status, is_page=is_page), error)

    assert (row == "S1") == (status in (400, 401) and error in ("", "invalid_grant") and not is_page)
    assert row in {"S1", "S2", "S6", "S15", "S16"}


def test_the_table_is_as_agreed() -> None:
    assert {row: told.kind for row, told in TABLE.items()} == {
        "S1": InvalidCredentials,
        "S2": UnexpectedAnswer,
        "S3": HostMisconfigured,
        "S4": InvalidCredentials,
        "S5": MissingRight,
        "S6": RateLimited,
        **KINDS,
        "S15": UnexpectedAnswer,
        "S16": Unavailable,
    }
    assert set(REASONS) == {code for code, row in CODES.items() if row == "S11"}
