"""What the checks say of what they find, beyond what the made-up clubs show."""

from __future__ import annotations

import pytest

from connectors.kit.errors import Owner
from connectors.kit.outcomes import Line, Outcome
from tests.connectors.exact_online.package import (
    ACCOUNTS,
    CONDITIONS,
    DIVISIONS,
    JOURNALS,
    VAT_CODES,
    Package,
    login,
    refusal,
    rows,
)

DIVISION = {"Code": 900002, "Description": "VV Elders", "HID": "102", "Status": 0, "BlockingStatus": 0}
ACCOUNT = {"ID": "a", "Code": "8000", "Description": "Contributie", "Type": 110, "VATCode": "4  ", "IsBlocked": False}
SALES = {"Code": "70", "Description": "Verkoop", "IsBlocked": False, "BankAccountIBAN": None}


def told(line: Line) -> tuple[str, str]:
    """Problem and remedy, in Dutch."""
    return (line.problem.nl if line.problem else "", line.remedy.nl if line.remedy else "")


def test_all_well_says_so_with_evidence(package: Package) -> None:
    lines = package.checks(login("goed"))

    assert lines["division_listed"].evidence == {
        "division": 900001, "name": "SV Voorbeeld", "site": "start.exactonline.nl",
    }  # fmt: skip
    assert lines["ledger_accounts"].evidence == {"accounts": ("8000 Contributie",), "types": ("110",)}
    assert lines["ledger_vat_inclusive"].evidence == {"VAT": ("8000: 4 I",)}
    assert lines["sales_journal"].evidence == {"journal": "70 Verkoop"}
    assert lines["bank_journal_iban"].evidence == {"journals": ("20 Bank",)}


def test_a_person_compares_the_books_with_the_reference(package: Package) -> None:
    line = package.checks(login("goed"))["division_confirmed"]

    assert (line.outcome, line.owner) == (Outcome.PERSON, Owner.SUPPORT)
    assert line.question is not None
    assert line.says is not None
    assert "“SV Voorbeeld”" in line.question.nl
    assert line.says.nl.startswith("Is SV Voorbeeld (900001) jullie administratie?")
    assert line.evidence["own number"] == "101"


def test_batch_payment_is_asked_of_the_club_and_then_confirmed_by_support(package: Package) -> None:
    line = package.checks(login("goed"))["batch_payment"]

    assert (line.outcome, line.owner, line.mandatory) == (Outcome.PERSON, Owner.CLUB, True)
    assert line.asks_club is not None
    assert line.asks_club.nl == "Bevestig: batchbetaling gebruiken staat aan bij je bankrekening."
    assert line.question is not None


def test_without_direct_debit_nothing_is_asked_about_it(package: Package) -> None:
    lines = package.checks(login(direct_debit="nee"))

    for key in ("bank_journal_iban", "collection_condition", "mandates_readable", "batch_payment"):
        assert lines[key].outcome is Outcome.NOT_APPLICABLE


@pytest.mark.parametrize(
    ("number", "hint"),
    [
        ("102", "102 is het nummer dat jullie haar zelf gaven. Het divisienummer van VV Elders is 900002."),
        ("900020", "Bedoel je 900002 (VV Elders)?"),
        ("90002", "Bedoel je 900002 (VV Elders)?"),
        ("1234567", "Kijk het nummer na, en of je deze administratie aanvinkte toen je toestemming gaf."),
    ],
)
def test_x11_a_division_that_is_not_listed_gets_a_hint(package: Package, number: str, hint: str) -> None:
    line = package.checks(login(division=number))["division_listed"]

    assert (line.outcome, line.error, line.owner) == (Outcome.FAILED, "SetupMissing", Owner.CLUB)
    assert told(line) == (f"Divisie {number} zien we niet.", hint)
    assert line.fields == ("division",)
    assert package.calls.count(DIVISIONS) == 2


def test_x11_a_list_that_refuses_a_division_in_its_path_is_read_as_what_it_says(package: Package) -> None:
    package.answers(DIVISIONS, refusal("Forbidden", 403, {"Reason": "NoDivisionAccess"}))

    line = package.checks(login(division="900009"))["division_listed"]

    assert (line.outcome, line.error, line.fields) == (Outcome.FAILED, "MissingRight", ("division",))


def test_x11_an_archived_division_is_named(package: Package) -> None:
    line = package.checks(login("archief"))["division_listed"]

    assert line.error == "SetupMissing"
    assert "is gearchiveerd." in told(line)[0]
    assert line.fields == ("division",)


@pytest.mark.parametrize("status", [1, 2, 6])
def test_x10_a_division_that_exact_works_on_is_nobodys_fault(package: Package, status: int) -> None:
    package.answers(DIVISIONS, rows({**DIVISION, "BlockingStatus": status}))

    line = package.checks(login())["division_listed"]

    assert (line.outcome, line.error, line.owner) == (Outcome.UNTESTED, "Unavailable", Owner.PROVIDER)
    assert str(status) in line.detail


def test_a_list_of_divisions_that_is_not_there_is_ours(package: Package) -> None:
    package.answers(DIVISIONS, refusal("Resource not found", 404))

    line = package.checks(login())["division_listed"]

    assert (line.outcome, line.owner) == (Outcome.UNTESTED, Owner.US)


def test_numbers_may_come_as_text_and_be_left_out(package: Package) -> None:
    package.answers(
        DIVISIONS, rows({"Code": "900002", "Description": None, "HID": None, "Status": None, "BlockingStatus": None})
    )

    line = package.checks(login())["division_listed"]

    assert line.outcome is Outcome.PASSED
    assert line.evidence["name"] == "900002"


@pytest.mark.parametrize("found", [[], [{**ACCOUNT, "IsBlocked": True}], [{**ACCOUNT, "Code": "80001"}]])
def test_x12_an_account_that_is_not_there_or_blocked(package: Package, found: list[dict[str, object]]) -> None:
    package.answers(ACCOUNTS, None, rows(*found))

    line = package.checks(login())["ledger_accounts"]

    assert (line.outcome, line.error, line.fields) == (Outcome.FAILED, "SetupMissing", ("revenue_accounts",))
    assert told(line)[0] == "Rekening 8000 ontbreekt of is geblokkeerd."


@pytest.mark.parametrize("code", ["1300", "1520"])
def test_accounts_of_debtors_and_vat_are_no_revenue(package: Package, code: str) -> None:
    line = package.checks(login(revenue_accounts=code))["ledger_accounts"]

    assert (line.outcome, line.error) == (Outcome.FAILED, "SetupMissing")
    assert told(line)[1] == "Kies een omzetrekening."


def test_padded_codes_are_the_same(package: Package) -> None:
    package.answers(ACCOUNTS, None, rows({**ACCOUNT, "Code": " 8000 ", "VATCode": "4"}))
    package.answers(VAT_CODES, rows({"Code": "4  ", "Type": "I"}))

    lines = package.checks(login())

    assert lines["ledger_vat_inclusive"].outcome is Outcome.PASSED


@pytest.mark.parametrize(
    ("vat_code", "kind", "outcome"),
    [
        ("4", "I", Outcome.PASSED),
        ("4", "E", Outcome.FAILED),
        ("4", "", Outcome.FAILED),
        ("4", None, Outcome.FAILED),
        (None, "I", Outcome.FAILED),
        ("  ", "I", Outcome.FAILED),
        ("4", "N", Outcome.WARNING),
        ("4", "B", Outcome.WARNING),
        ("4", "Q", Outcome.UNTESTED),
        ("7", "I", Outcome.UNTESTED),
    ],
)
def test_the_type_of_a_vat_code_decides(
    package: Package, vat_code: str | None, kind: str | None, outcome: Outcome
) -> None:
    package.answers(ACCOUNTS, None, rows({**ACCOUNT, "VATCode": vat_code}))
    package.answers(VAT_CODES, rows({"Code": "4  ", "Type": kind}))

    line = package.checks(login())["ledger_vat_inclusive"]

    assert line.outcome is outcome
    match outcome:
        case Outcome.FAILED:
            assert told(line) == (
                "Rekening 8000 heeft geen btw-code inclusief btw.", "Kies die in Exact op de rekening.",
            )  # fmt: skip
            assert line.fields == ("revenue_accounts",)
        case Outcome.WARNING:
            assert told(line)[0] == "Rekening 8000 heeft nul of geen btw."
        case Outcome.UNTESTED:
            assert line.owner is Owner.US


def test_without_accounts_there_is_nothing_to_prove(package: Package) -> None:
    lines = package.checks(login(revenue_accounts=""))

    assert lines["ledger_accounts"].outcome is lines["ledger_vat_inclusive"].outcome is Outcome.NOT_APPLICABLE


@pytest.mark.parametrize(
    ("chosen", "found", "outcome", "problem"),
    [
        ("70", [SALES], Outcome.PASSED, ""),
        ("", [SALES], Outcome.PASSED, ""),
        ("71", [SALES], Outcome.FAILED, "Dagboek 71 ontbreekt of is geblokkeerd."),
        ("70", [{**SALES, "IsBlocked": True}], Outcome.FAILED, "Dagboek 70 ontbreekt of is geblokkeerd."),
        ("", [], Outcome.FAILED, "Er is geen verkoopdagboek."),
        ("", [{**SALES, "IsBlocked": True}], Outcome.FAILED, "Er is geen verkoopdagboek."),
        (
            "",
            [SALES, {**SALES, "Code": "72", "Description": "Kantine"}],
            Outcome.WARNING,
            "Er zijn meer verkoopdagboeken: 70 Verkoop, 72 Kantine.",
        ),
    ],
)
def test_the_sales_journal_that_is_chosen_or_the_only_one(
    package: Package, chosen: str, found: list[dict[str, object]], outcome: Outcome, problem: str
) -> None:
    package.answers(JOURNALS, rows(*found))

    line = package.checks(login(sales_journal=chosen))["sales_journal"]

    assert (line.outcome, told(line)[0]) == (outcome, problem)
    assert line.fields == (("sales_journal",) if problem else ())


@pytest.mark.parametrize(
    ("chosen", "outcome", "says"),
    [
        ("IN", Outcome.PASSED, ""),
        ("in", Outcome.PASSED, ""),
        ("", Outcome.PASSED, ""),
        ("30", Outcome.WARNING, "Betaalconditie 30 incasseert niet."),
        ("99", Outcome.FAILED, "Betaalconditie 99 ontbreekt of is geblokkeerd."),
    ],
)
def test_the_payment_condition_that_is_chosen_collects(
    package: Package, chosen: str, outcome: Outcome, says: str
) -> None:
    line = package.checks(login(direct_debit="ja", payment_condition=chosen))["collection_condition"]

    assert (line.outcome, told(line)[0], line.mandatory) == (outcome, says, False)


def test_without_a_condition_that_collects_one_is_to_be_made(package: Package) -> None:
    package.answers(CONDITIONS, rows())

    line = package.checks(login(direct_debit="ja"))["collection_condition"]

    assert (line.outcome, told(line)[1]) == (Outcome.WARNING, "Maak een betaalconditie met incasso.")


@pytest.mark.parametrize("found", [[], [{**SALES, "BankAccountIBAN": "NL00DEMO", "IsBlocked": True}], [SALES]])
def test_without_a_bank_journal_with_an_iban_one_is_to_be_filled_in(
    package: Package, found: list[dict[str, object]]
) -> None:
    package.answers(JOURNALS, None, rows(*found))

    line = package.checks(login(direct_debit="ja"))["bank_journal_iban"]

    assert (line.outcome, told(line)[1]) == (Outcome.WARNING, "Vul het IBAN in bij je bankdagboek.")
