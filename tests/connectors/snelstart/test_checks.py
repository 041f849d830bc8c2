"""The checklist: its keys and owners as agreed, and what each check says."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from werkzeug.wrappers import Response

from connectors.kit import faults
from connectors.kit.errors import Owner
from connectors.kit.outcomes import Outcome
from connectors.snelstart import CONNECTOR
from connectors.snelstart.client import VatRate
from tests.connectors.snelstart.package import Package, answer, host, login

CLUB, SUPPORT, US = Owner.CLUB, Owner.SUPPORT, Owner.US
BOTH = ("token", "host_subscription")
TABLE = [
    ("key_shape", "Sleutel ziet er goed uit", CLUB, False, (), False),
    ("token", "Sleutel wordt geaccepteerd", CLUB, True, (), True),
    ("host_subscription", "Onze aansluiting werkt", US, True, ("token",), True),
    ("administration_read", "Administratie te lezen", CLUB, True, BOTH, True),
    ("administration_confirmed", "Juiste administratie", SUPPORT, True, (*BOTH, "administration_read"), False),
    ("ledger_accounts", "Grootboekrekeningen bestaan", CLUB, True, BOTH, True),
    ("cost_centre", "Kostenplaats klopt", CLUB, True, BOTH, False),
    ("sales_daybook", "Verkoopdagboek actief", CLUB, True, BOTH, True),
    ("vat_rates", "Btw-tarieven van nu", CLUB, False, BOTH, False),
    ("relations_readable", "Klanten te lezen", CLUB, True, BOTH, False),
    ("mandates_readable", "Machtigingen te lezen", CLUB, False, BOTH, False),
]


def test_the_checklist_is_as_agreed() -> None:
    assert [
        (check.key, check.title.nl, check.owner, check.mandatory, check.needs, check.daily)
        for check in CONNECTOR.checks
    ] == TABLE


def test_a_club_in_which_all_is_well_reads_what_was_found(package: Package) -> None:
    lines = package.checks(login("goed"))

    assert {key: line.says.nl for key, line in lines.items() if line.says} == {
        "key_shape": "De sleutel is compleet.",
        "token": "SnelStart herkent je sleutel.",
        "host_subscription": "Onze eigen sleutel wordt geaccepteerd.",
        "administration_read": "Dit is de administratie van SV Voorbeeld.",
        "administration_confirmed": "Is SV Voorbeeld jullie administratie? Zo niet, laat het ons weten in een bericht.",
        "ledger_accounts": "Gekozen: 8000 Contributie.",
        "cost_centre": "Gekozen: 10 Senioren.",
        "sales_daybook": "Verkoopdagboek 3 is actief.",
        "vat_rates": "Vandaag gelden: Laag 9%, Hoog 21%.",
        "relations_readable": "Klanten zijn te lezen.",
        "mandates_readable": "Machtigingen zijn te lezen: 1 geldig bij de eerste klant.",
    }


@pytest.mark.parametrize(
    ("club", "says"),
    [("geknipt", "Dit lijkt geen volledige koppelsleutel."), ("verkeerde", "Dit lijkt een subscription key")],
)
def test_an_odd_key_is_a_warning_beside_its_field(package: Package, club: str, says: str) -> None:
    line = package.checks(login(club), only="key_shape")["key_shape"]

    assert (line.outcome, line.fields) == (Outcome.WARNING, ("koppelsleutel",))
    assert line.problem is not None
    assert line.problem.nl.startswith(says)
    assert line.remedy is not None
    assert line.remedy.nl == "Kopieer de sleutel opnieuw."
    assert package.calls == []


def test_our_subscription_tells_support_when_it_ends(package: Package) -> None:
    line = package.checks(login())["host_subscription"]
    assert line.evidence == {"product": "Maatwerk", "until": "2099-12-31"}

    bare = host(product="", subscription_until="")
    assert package.checks(login(), with_host=bare)["host_subscription"].evidence == {"product": "Maatwerk"}


@pytest.mark.parametrize(
    "reply", [answer({}, 403), answer({}, 404), answer("{}"), answer("oeps"), answer([], 400), faults.limited(5)]
)
def test_any_answer_but_a_refusal_of_it_proves_our_subscription(package: Package, reply: Response) -> None:
    package.answers("companyInfo", reply)

    lines = package.checks(login())

    assert lines["host_subscription"].outcome is Outcome.PASSED
    assert lines["administration_read"].outcome is not Outcome.PASSED
    assert lines["administration_confirmed"].outcome is Outcome.UNTESTED


@pytest.mark.parametrize(
    "reply",
    [
        faults.outage(),
        faults.web_page(),
        faults.web_page(403),
        faults.broken(),
        faults.moved("https://elders.example/"),
    ],
)
def test_an_outage_proves_nothing_of_our_subscription(package: Package, reply: Response) -> None:
    package.answers("companyInfo", reply)

    assert package.checks(login())["host_subscription"].outcome is Outcome.UNTESTED


def test_the_administration_is_for_support_to_compare(package: Package) -> None:
    line = package.checks(login("andere"))["administration_confirmed"]

    assert (line.outcome, line.owner, line.asks_club) == (Outcome.PERSON, SUPPORT, None)
    assert line.question is not None
    assert line.question.nl.startswith("Is VV Elders de administratie van deze club?")
    assert line.evidence == {
        "administration": "VV Elders",
        "trade name": "Sportvereniging Elders",
        "chamber of commerce": "00000003",
        "IBAN": "NL00DEMO0000000003",
    }


def test_an_administration_without_a_name_goes_by_what_it_has(package: Package) -> None:
    bare = {"administratieIdentifier": "AB-1", "administratieNaam": None, "bedrijfsnaam": " VV Kaal "}
    package.answers("companyInfo", answer(bare), answer({"administratieIdentifier": "AB-1"}))

    assert package.checks(login())["administration_read"].evidence["administration"] == "VV Kaal"
    assert package.checks(login())["administration_read"].evidence["administration"] == "AB-1"


def test_an_administration_without_an_identifier_is_not_readable(package: Package) -> None:
    package.answers("companyInfo", answer({"administratieNaam": "VV Kaal"}))

    assert package.checks(login())["administration_read"].error == "UnexpectedAnswer"


def test_without_a_choice_the_ledger_has_to_be_readable_all_the_same(package: Package) -> None:
    line = package.checks(login())["ledger_accounts"]
    assert line.outcome is Outcome.NOT_APPLICABLE
    assert line.says is not None
    assert line.says.nl == "Je hebt geen rekeningen gekozen. We vonden er 12."

    package.answers("grootboeken", answer({}, 403))
    assert package.checks(login())["ledger_accounts"].error == "MissingRight"


def test_an_account_of_another_kind_is_a_question(package: Package) -> None:
    line = package.checks(login("balans"))["ledger_accounts"]

    assert (line.outcome, line.fields) == (Outcome.WARNING, ("revenue_accounts",))
    assert line.problem is not None
    assert line.problem.nl == "Is 1300 echt een omzetrekening?"
    assert line.evidence == {"accounts": ("1300 Debiteuren",), "functions": ("Diversen",)}


def test_an_account_without_a_function_is_not_doubted(package: Package) -> None:
    package.answers("grootboeken", answer([{"id": "a", "nummer": 8000}]))

    line = package.checks(login("goed"))["ledger_accounts"]

    assert (line.outcome, line.evidence["accounts"]) == (Outcome.PASSED, ("8000",))


TODAY = date(2026, 11, 24)


@pytest.mark.parametrize(
    ("first", "last", "valid"),
    [
        (None, None, True),
        (TODAY, TODAY, True),
        (TODAY + timedelta(days=1), None, False),
        (None, TODAY - timedelta(days=1), False),
        (date(2012, 10, 1), date(9999, 12, 31), True),
    ],
)
def test_a_rate_counts_from_its_first_day_to_its_last(first: date | None, last: date | None, valid: bool) -> None:
    assert VatRate("Hoog", 21.0, first, last).is_valid(TODAY) is valid


def test_rates_of_the_past_alone_are_a_warning(package: Package) -> None:
    line = package.checks(login("oudtarief"))["vat_rates"]

    assert line.outcome is Outcome.WARNING
    assert line.remedy is not None
    assert line.remedy.nl == "Controleer je btw-tarieven."


@pytest.mark.parametrize(
    "row",
    [
        {"btwSoort": "Hoog", "btwPercentage": 21.5},
        {"btwSoort": "Hoog", "btwPercentage": 21.5, "datumVanaf": "0001-01-01T00:00:00", "datumTotEnMet": None},
        {"btwSoort": "Hoog", "btwPercentage": 21.5, "datumTotEnMet": "0001-01-01T00:00:00"},
    ],
)
def test_a_rate_without_an_end_counts(package: Package, row: object) -> None:
    package.answers("btwtarieven", answer([row]))

    assert package.checks(login())["vat_rates"].evidence == {"rates": ("Hoog 21.5%",)}


@pytest.mark.parametrize(
    "row", [{"btwSoort": "Hoog", "btwPercentage": 21, "datumVanaf": "gisteren"}, {"btwSoort": "Hoog"}]
)
def test_a_rate_that_cannot_be_read_is_ours(package: Package, row: object) -> None:
    package.answers("btwtarieven", answer([row]))

    assert package.checks(login())["vat_rates"].error == "UnexpectedAnswer"


def test_no_customer_yet_is_no_fault(package: Package) -> None:
    lines = package.checks(login("leeg"))

    assert lines["relations_readable"].outcome is Outcome.PASSED
    assert lines["relations_readable"].says is not None
    assert lines["relations_readable"].says.nl == "Klanten zijn te lezen; er zijn er nog geen."
    assert lines["mandates_readable"].outcome is Outcome.NOT_APPLICABLE


@pytest.mark.parametrize("debit", ["nee", ""])
def test_without_direct_debit_no_mandate_is_asked(package: Package, debit: str) -> None:
    line = package.checks(login("goed", direct_debit=debit))["mandates_readable"]

    assert line.outcome is Outcome.NOT_APPLICABLE
    assert not [call for call in package.calls if "machtigingen" in call]


def test_no_mandate_in_force_says_to_set_them_at_snelstart(package: Package) -> None:
    line = package.checks(login("ingetrokken"))["mandates_readable"]

    assert (line.outcome, line.evidence) == (Outcome.PASSED, {"mandates": 1, "in force": 0})
    assert line.says is not None
    assert line.says.nl.endswith("Zet machtigingen zelf in SnelStart.")


def test_the_guide_has_its_seven_steps_and_a_picture_for_each() -> None:
    steps = {step.key: step for step in CONNECTOR.guide.steps}

    assert list(steps) == ["package", "maatwerk", "key", "collect", "mandates", "asked", "left_out"]
    assert [key for key, step in steps.items() if step.attest] == ["package", "mandates"]
    assert "Kies de koppeling Maatwerk" in steps["maatwerk"].text.nl
    assert all(step.picture for step in steps.values())
    assert [key for key, step in steps.items() if ">1</text>" in step.picture] == ["key"]
