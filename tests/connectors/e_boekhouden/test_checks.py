"""The checklist: its keys and owners as agreed, and what each check says."""

from __future__ import annotations

import pytest
from werkzeug.wrappers import Response

from connectors.e_boekhouden import CONNECTOR
from connectors.e_boekhouden.login import Login
from connectors.kit import faults
from connectors.kit.credentials import Secret
from connectors.kit.errors import Owner
from connectors.kit.outcomes import Outcome
from connectors.kit.soap_sandbox import fault
from tests.connectors.e_boekhouden.package import Package, login, soap_answer, soap_error

CLUB, SUPPORT, US = Owner.CLUB, Owner.SUPPORT, Owner.US
TABLE = [
    ("fields_shape", "Alle codes zijn ingevuld", CLUB, True, (), False),
    ("login", "Inloggen lukt", CLUB, True, (), True),
    ("ledger_readable", "Grootboek is te lezen", US, True, ("login",), True),
    ("debtor_account", "Er is een debiteurenrekening", CLUB, False, ("login",), False),
    ("revenue_accounts", "Gekozen rekeningen bestaan", CLUB, True, ("login", "ledger_readable"), True),
    ("cost_centre", "Gekozen kostenplaats bestaat", CLUB, True, ("login", "ledger_readable"), True),
    ("invoice_template", "Sjabloon Factuursjabloon bestaat", CLUB, True, (), True),
    ("administration_code", "Administratiecode klopt", SUPPORT, True, (), False),
    ("accountant_login", "Geen accountantslogin", SUPPORT, False, ("login",), False),
    ("session_closed", "Netjes afgemeld", US, False, ("login",), True),
]


def test_the_checklist_is_as_agreed() -> None:
    assert [
        (check.key, check.title.nl, check.owner, check.mandatory, check.needs, check.daily)
        for check in CONNECTOR.checks
    ] == TABLE


def test_a_club_in_which_all_is_well_reads_what_was_found(package: Package) -> None:
    lines = package.checks(login("goed"))

    assert {key: line.says.nl for key, line in lines.items() if line.says} == {
        "fields_shape": "Alle verplichte velden zijn gevuld.",
        "login": "Ingelogd als goed.",
        "ledger_readable": "19 rekeningen gevonden, waaronder 1300 Debiteuren.",
        "debtor_account": "1300 Debiteuren is je debiteurenrekening.",
        "revenue_accounts": "Gekozen: 8000 Contributie.",
        "cost_centre": "Gekozen: 12 Jeugd.",
        "invoice_template": "Het sjabloon Factuursjabloon staat klaar.",
        "administration_code": "Wij vergelijken de code met je gegevens. Je hoeft niets te doen.",
        "accountant_login": "Dit is een gewone login van de club.",
        "session_closed": "We zijn weer uitgelogd.",
    }
    assert lines["ledger_readable"].evidence == {"accounts": 19}


def test_empty_codes_are_named(package: Package) -> None:
    empty = login().model_copy(update={"security_code_1": Secret(""), "administration_code": " "})

    line = package.checks(empty, only="fields_shape")["fields_shape"]

    assert (line.outcome, line.owner) == (Outcome.FAILED, CLUB)
    assert line.fields == ("security_code_1", "administration_code")


@pytest.mark.parametrize(
    ("changes", "fields"),
    [
        ({"security_code_1": "kort"}, ("security_code_1",)),
        ({"security_code_2": "kort"}, ("security_code_2",)),
        ({"administration_code": "Voorbeeld"}, ("administration_code",)),
        ({"security_code_1": "kort", "security_code_2": "kort"}, ("security_code_1", "security_code_2")),
    ],
)
def test_an_odd_shape_is_a_warning_beside_its_field(
    package: Package, changes: dict[str, str], fields: tuple[str, ...]
) -> None:
    line = package.checks(login(**changes), only="fields_shape")["fields_shape"]

    assert (line.outcome, line.fields) == (Outcome.WARNING, fields)
    assert line.problem is not None
    assert line.problem.nl == "Kijk de codes nog eens na."


def test_a_token_that_ran_out_while_it_was_kept_is_a_warning(package: Package) -> None:
    kept = login("goed").model_dump() | {"rest_token_until": "2020-01-01"}

    line = package.checks(Login.model_validate(kept), only="fields_shape")["fields_shape"]

    assert (line.outcome, line.fields) == (Outcome.WARNING, ("rest_token_until",))


def test_swapped_codes_are_a_warning_and_pass_once_swapped_back(package: Package) -> None:
    swapped = login("verwisseld")
    line = package.checks(swapped)["fields_shape"]
    assert (line.outcome, line.fields) == (Outcome.WARNING, ("security_code_1", "security_code_2"))
    assert line.remedy is not None
    assert line.remedy.nl == "De codes lijken verwisseld."

    back = swapped.model_copy(
        update={"security_code_1": swapped.security_code_2, "security_code_2": swapped.security_code_1}
    )
    lines = package.checks(back)
    assert (lines["fields_shape"].outcome, lines["login"].outcome) == (Outcome.PASSED, Outcome.PASSED)


@pytest.mark.parametrize("result", ["<ErrorMsg/><Rekeningen/>", "<Rekeningen/>", "<ErrorMsg/>"])
def test_an_empty_ledger_is_for_the_club(package: Package, result: str) -> None:
    package.answers("GetGrootboekrekeningen", soap_answer("GetGrootboekrekeningen", result))

    lines = package.checks(login())

    assert (lines["ledger_readable"].outcome, lines["ledger_readable"].owner) == (Outcome.FAILED, CLUB)
    assert lines["ledger_readable"].problem is not None
    assert lines["ledger_readable"].problem.nl == "Er staan nog geen grootboekrekeningen in je administratie."
    assert lines["debtor_account"].remedy is not None
    assert lines["debtor_account"].remedy.nl == "Maak een debiteurenrekening aan."


def test_no_result_at_all_is_not_an_empty_ledger(package: Package) -> None:
    empty = soap_answer("GetGrootboekrekeningen", "").get_data(as_text=True)
    bare = empty.replace("<GetGrootboekrekeningenResult></GetGrootboekrekeningenResult>", "")
    package.answers("GetGrootboekrekeningen", Response(bare, content_type="text/xml"))

    line = package.checks(login())["ledger_readable"]

    assert (line.outcome, line.owner) == (Outcome.UNTESTED, US)


def test_a_ledger_without_debtors_says_so_in_a_friendly_way(package: Package) -> None:
    lines = package.checks(login("geendeb"))

    assert lines["ledger_readable"].says is not None
    assert lines["ledger_readable"].says.nl == "18 rekeningen gevonden."
    assert lines["debtor_account"].outcome is Outcome.WARNING


def test_without_a_token_the_club_is_asked_first_and_nothing_turns_green(package: Package) -> None:
    line = package.checks(login())["invoice_template"]

    assert (line.outcome, line.owner) == (Outcome.PERSON, CLUB)
    assert line.asks_club is not None
    assert line.asks_club.nl == "Bevestig: het sjabloon heet precies Factuursjabloon."
    assert line.question is not None


def test_the_administration_code_is_for_support(package: Package) -> None:
    line = package.checks(login())["administration_code"]

    assert (line.outcome, line.owner, line.asks_club) == (Outcome.PERSON, SUPPORT, None)
    assert line.question is not None
    assert "123457" in line.question.nl
    assert line.evidence == {"administration code": "123457", "username": "zondertoken"}


ADMINISTRATIONS = "GetAdministraties"


@pytest.mark.parametrize(
    "answer",
    [
        soap_answer(ADMINISTRATIONS, "<ErrorMsg/><Administraties/>"),
        soap_answer(ADMINISTRATIONS, ""),
        soap_error(ADMINISTRATIONS, "X1"),
        soap_error(ADMINISTRATIONS, "", "Mag niet"),
    ],
    ids=["empty", "emptier", "refused", "refused without a code"],
)
def test_no_list_of_administrations_means_an_ordinary_login(package: Package, answer: Response) -> None:
    package.answers(ADMINISTRATIONS, answer)

    assert package.checks(login())["accountant_login"].outcome is Outcome.PASSED


def test_a_list_of_administrations_means_an_accountant(package: Package) -> None:
    line = package.checks(login("accountant"))["accountant_login"]

    assert (line.outcome, line.owner) == (Outcome.WARNING, SUPPORT)
    assert line.problem is not None
    assert line.problem.nl == "Deze login hoort bij een accountant. Welke administratie is van jullie?"
    assert line.evidence == {"administrations": ("SV Voorbeeld", "VV Elders"), "number": 2}


@pytest.mark.parametrize("answer", [faults.outage(), faults.web_page(), fault("soap:Server", "Kapot")])
def test_an_outage_is_not_an_ordinary_login(package: Package, answer: Response) -> None:
    package.answers(ADMINISTRATIONS, answer)

    assert package.checks(login())["accountant_login"].outcome is Outcome.UNTESTED


@pytest.mark.parametrize("answer", [None, fault("soap:Server", "Kapot")])
def test_any_answer_to_signing_out_will_do(package: Package, answer: Response | None) -> None:
    package.answers("CloseSession", answer)

    assert package.checks(login())["session_closed"].outcome is Outcome.PASSED


@pytest.mark.parametrize("answer", [faults.outage(), faults.web_page(), faults.broken()])
def test_signing_out_that_fails_is_a_warning_without_work_for_the_club(package: Package, answer: Response) -> None:
    package.answers("CloseSession", answer)

    line = package.checks(login())["session_closed"]

    assert (line.outcome, line.owner, line.remedy) == (Outcome.WARNING, US, None)
    assert package.calls.count("CloseSession") == 1


def test_the_guide_has_its_seven_steps_and_its_pictures_follow_the_fields() -> None:
    steps = {step.key: step for step in CONNECTOR.guide.steps}

    assert list(steps) == ["sign_in", "template", "codes", "administration", "token", "item", "renew"]
    assert CONNECTOR.guide.prepare == ("sign_in", "template")
    assert steps["template"].attest is not None
    assert "precies de naam Factuursjabloon" in steps["template"].text.nl
    assert all(step.picture for step in steps.values())
    numbers = {"codes": "123", "administration": "4", "token": "5"}
    for key, step in steps.items():
        drawn = [n for n in "123456789" if f">{n}</text>" in step.picture]
        assert "".join(drawn) == numbers.get(key, "")
