"""The checklist: its keys and owners as agreed, and what each check says."""

from __future__ import annotations

import base64
import json
from datetime import date, timedelta

import pytest

from connectors.kit.errors import Owner
from connectors.kit.outcomes import Line, Outcome
from connectors.visma_eaccounting import CONNECTOR
from connectors.visma_eaccounting.client import today
from connectors.visma_eaccounting.consent import SCOPES
from connectors.visma_eaccounting.sandbox_books import company, fiscal_years
from tests.connectors.visma_eaccounting.package import (
    ARTICLES,
    COMPANY,
    CUSTOMERS,
    TERMS,
    USERS,
    YEARS,
    Package,
    answer,
    listed,
    login,
    pair,
    problem,
    remedy,
)

CLUB, SUPPORT = Owner.CLUB, Owner.SUPPORT
ONE, TWO = ("code_exchanged",), ("code_exchanged", "token_alive")
ALL = (*TWO, "company_read")
TABLE = [
    ("code_exchanged", "Toestemming ontvangen", CLUB, True, (), False),
    ("scopes", "Alle opties aangevinkt", CLUB, True, ONE, False),
    ("token_alive", "Toestemming werkt nog", CLUB, True, ONE, True),
    ("api_module", "Koppeling zit in je pakket", CLUB, True, TWO, True),
    ("setup_guide", "Startgids afgerond", CLUB, True, (*TWO, "api_module"), True),
    ("company_read", "Bedrijf te lezen", CLUB, True, TWO, True),
    ("company_confirmed", "Juist bedrijf", SUPPORT, True, ALL, False),
    ("not_sandbox", "Geen proefbedrijf", CLUB, True, ALL, True),
    ("company_status", "Bedrijf is actief", CLUB, True, ALL, True),
    ("trial_over", "Proefperiode voorbij", CLUB, True, ALL, False),
    ("product_variant", "Pakket kan factureren", CLUB, True, ALL, False),
    ("fiscal_year", "Boekjaar staat open", CLUB, True, ALL, True),
    ("ledger_accounts", "Grootboekrekeningen en artikel bestaan", CLUB, True, ALL, True),
    ("payment_terms", "Betaalconditie aanwezig", CLUB, True, ALL, False),
    ("customers_readable", "Klanten te lezen", CLUB, True, ALL, False),
    ("authorised_by", "Wie gaf toestemming", SUPPORT, False, ALL, False),
]


def settings(**changes: object) -> object:
    return answer({**company("goed", ""), **changes})


def test_the_checklist_is_as_agreed() -> None:
    assert [
        (check.key, check.title.nl, check.owner, check.mandatory, check.needs, check.daily)
        for check in CONNECTOR.checks
    ] == TABLE


def test_a_club_in_which_all_is_well_reads_what_was_found(package: Package) -> None:
    lines = package.checks(login("goed"))
    year = today().year

    assert {key: line.says.nl for key, line in lines.items() if line.says} == {
        "code_exchanged": "We hebben je toestemming ontvangen.",
        "scopes": "Alle opties zijn aangevinkt.",
        "token_alive": "Visma laat ons binnen.",
        "api_module": "Je pakket geeft toegang tot de koppeling.",
        "setup_guide": "De startgids is afgerond.",
        "company_read": "Dit is de boekhouding van SV Voorbeeld.",
        "company_confirmed": "Is SV Voorbeeld jullie bedrijf? Zo niet, laat het ons weten in een bericht.",
        "not_sandbox": "SV Voorbeeld is geen proefbedrijf.",
        "company_status": "Het bedrijf is actief.",
        "trial_over": "Wij kunnen niet zien of je proefperiode voorbij is.",
        "product_variant": "Met Pro kun je facturen maken.",
        "fiscal_year": f"Boekjaar {year}-01-01 – {year}-12-31 staat open.",
        "ledger_accounts": "Gekozen: 8000 Contributie, CONTRIBUTIE Contributie.",
        "payment_terms": "Voor verkoop: 14 dagen, 30 dagen, Contant.",
        "customers_readable": "Klanten zijn te lezen.",
        "authorised_by": "Een gebruiker van het bedrijf zelf gaf toestemming.",
    }


def as_token(claims: object) -> str:
    payload = base64.urlsafe_b64encode(json.dumps(claims).encode()).decode().rstrip("=")
    return f"eyJhbGciOiJub25lIn0.{payload}.made-up"


def scopes(package: Package, **tokens: object) -> Line:
    return package.checks(login(), tokens=pair(**{"scope": None, **tokens}), only="scopes")["scopes"]


@pytest.mark.parametrize("claim", [list(SCOPES), " ".join(SCOPES), ["ea:api", "ea:sales", "ea:accounting"]])
def test_what_was_granted_is_read_out_of_the_token(package: Package, claim: object) -> None:
    line = scopes(package, access_token=as_token({"scope": claim, "exp": 1}))

    assert line.outcome is Outcome.PASSED
    assert package.calls == []


def test_what_the_answer_said_of_it_goes_before_the_token(package: Package) -> None:
    line = scopes(package, access_token=as_token({"scope": ["ea:api"]}), scope=" ".join(SCOPES))

    assert line.outcome is Outcome.PASSED


@pytest.mark.parametrize(
    ("tokens", "missing"),
    [
        ({"scope": "ea:api offline_access ea:sales"}, "ea:accounting"),
        ({"scope": "ea:api ea:sales_readonly ea:accounting"}, "ea:sales"),
        ({"scope": "ea:api ea:sales ea:accounting", "refresh_token": None}, "offline_access"),
        ({"access_token": as_token({"scope": ["ea:api"]})}, "ea:sales, ea:accounting"),
    ],
)
def test_v8_what_is_missing_is_named_for_support(package: Package, tokens: dict[str, object], missing: str) -> None:
    line = scopes(package, **tokens)

    assert (line.outcome, line.error, line.fields) == (Outcome.FAILED, "ConsentExpired", ("authorization",))
    assert problem(line) == ("Niet alle opties waren aangevinkt.", "Not all options were ticked.")
    assert remedy(line) == "Geef opnieuw toestemming en vink alles aan."
    assert line.detail == f"V8: missing: {missing}"


@pytest.mark.parametrize(
    "access",
    [
        "opaque",
        "a.b.c",
        "a.e30.c",
        as_token([]),
        as_token({"scope": 1}),
        as_token({"scope": []}),
        as_token({"scope": [1]}),
    ],
)
def test_a_token_that_says_nothing_is_a_warning(package: Package, access: str) -> None:
    line = scopes(package, access_token=access)

    assert line.outcome is Outcome.WARNING
    assert remedy(line) == "We merken het bij de volgende controles."


def test_the_company_is_for_support_to_compare(package: Package) -> None:
    line = package.checks(login("anderbedrijf"))["company_confirmed"]

    assert (line.outcome, line.owner, line.asks_club) == (Outcome.PERSON, SUPPORT, None)
    assert line.question is not None
    assert line.question.nl.startswith("Is VV Elders het bedrijf van deze club?")
    assert line.evidence == {
        "company": "VV Elders",
        "chamber of commerce": "00000003",
        "reference": "SV Voorbeeld",
        "country": "NL",
    }


def test_a_company_abroad_is_not_the_right_one(package: Package) -> None:
    line = package.checks(login("buitenland"))["company_confirmed"]

    assert (line.outcome, line.owner, line.fields) == (Outcome.FAILED, CLUB, ("authorization",))
    assert problem(line)[0] == "Dit bedrijf staat niet in Nederland."


@pytest.mark.parametrize(
    ("country", "outcome"), [("nl", Outcome.PERSON), (None, Outcome.PERSON), ("BE", Outcome.FAILED)]
)
def test_a_country_that_is_not_said_is_left_to_support(package: Package, country: str | None, outcome: Outcome) -> None:
    package.answers(COMPANY, settings(CountryCode=country))  # type: ignore[arg-type]

    assert package.checks(login(), only="company_confirmed")["company_confirmed"].outcome is outcome


@pytest.mark.parametrize(
    ("name", "outcome"),
    [("SV Voorbeeld SANDBOX", Outcome.FAILED), ("Sandboxers 1", Outcome.PASSED), ("mijn-sandbox", Outcome.FAILED)],
)
def test_a_name_that_ends_in_sandbox_is_a_test_company(package: Package, name: str, outcome: Outcome) -> None:
    package.answers(COMPANY, settings(Name=name))  # type: ignore[arg-type]

    line = package.checks(login(), only="not_sandbox")["not_sandbox"]

    assert line.outcome is outcome
    if outcome is Outcome.FAILED:
        assert problem(line)[0] == "Dit is een testbedrijf."
        assert remedy(line).startswith("Kies je echte bedrijf")


def test_the_trial_period_is_for_people_and_the_club_is_asked_first(package: Package) -> None:
    line = package.checks(login())["trial_over"]

    assert (line.outcome, line.owner) == (Outcome.PERSON, CLUB)
    assert line.asks_club is not None
    assert line.asks_club.nl == "Laat weten wanneer je proefperiode afliep."
    assert line.question is not None
    assert "ook niet bij een actief bedrijf" in line.question.nl


@pytest.mark.parametrize(
    ("variant", "outcome", "error"),
    [
        (1, Outcome.PASSED, None),
        (2, Outcome.PASSED, None),
        (3, Outcome.FAILED, "ActionRequired"),
        (4, Outcome.PASSED, None),
        (5, Outcome.PASSED, None),
        (6, Outcome.WARNING, None),
        (7, Outcome.UNTESTED, "UnexpectedAnswer"),
    ],
)
def test_each_variant_of_the_package(package: Package, variant: int, outcome: Outcome, error: str | None) -> None:
    package.answers(COMPANY, settings(ProductVariant=variant))  # type: ignore[arg-type]

    line = package.checks(login(), only="product_variant")["product_variant"]

    assert (line.outcome, line.error) == (outcome, error)
    if variant == 3:
        assert problem(line)[0] == "Je pakket kan geen facturen maken."


YEAR_OF_TODAY = fiscal_years("")[-1]
NOW = today()


def year(first: date, last: date, *, locked: bool | None = False) -> dict[str, object]:
    days = {"StartDate": f"{first.isoformat()}T00:00:00", "EndDate": f"{last.isoformat()}T00:00:00"}
    return {**YEAR_OF_TODAY, **days, "IsLockedForAccounting": locked}


@pytest.mark.parametrize(
    ("years", "outcome"),
    [
        ([year(NOW, NOW)], Outcome.PASSED),
        ([year(NOW, NOW, locked=None)], Outcome.PASSED),
        ([year(NOW - timedelta(days=9), NOW - timedelta(days=1))], Outcome.FAILED),
        ([year(NOW + timedelta(days=1), NOW + timedelta(days=9))], Outcome.FAILED),
        ([year(NOW, NOW, locked=True)], Outcome.FAILED),
        ([year(NOW, NOW, locked=True), year(NOW, NOW)], Outcome.PASSED),
        ([], Outcome.FAILED),
    ],
)
def test_a_year_holds_from_its_first_day_to_its_last(package: Package, years: list[object], outcome: Outcome) -> None:
    package.answers(YEARS, listed(*years))

    line = package.checks(login(), only="fiscal_year")["fiscal_year"]

    assert line.outcome is outcome
    if outcome is Outcome.FAILED:
        assert line.error == "SetupMissing"
        assert problem(line)[0] == "Er is geen open boekjaar voor vandaag."


@pytest.mark.parametrize(("days", "outcome"), [(-1, Outcome.PASSED), (0, Outcome.FAILED), (30, Outcome.FAILED)])
def test_books_that_are_locked_up_to_a_day_are_closed_until_then(package: Package, days: int, outcome: Outcome) -> None:
    until = NOW + timedelta(days=days)
    package.answers(COMPANY, settings(AccountingLockedTo=f"{until.isoformat()}T00:00:00"))  # type: ignore[arg-type]

    line = package.checks(login(), only="fiscal_year")["fiscal_year"]

    assert line.outcome is outcome
    if outcome is Outcome.FAILED:
        assert (line.error, problem(line)[0]) == ("ActionRequired", "Deze periode is afgesloten.")
        assert until.isoformat() in line.detail


def test_without_a_choice_neither_ledger_nor_articles_are_asked(package: Package) -> None:
    line = package.checks(login())["ledger_accounts"]

    assert line.outcome is Outcome.NOT_APPLICABLE
    assert not {"accounts", ARTICLES} & set(package.calls)


@pytest.mark.parametrize(("accounts", "told"), [("8999", "Rekening 8999"), ("8000, 7, 8999", "Rekeningen 7, 8999")])
def test_v13_accounts_that_are_not_there_are_named(package: Package, accounts: str, told: str) -> None:
    line = package.checks(login(revenue_accounts=accounts), only="ledger_accounts")["ledger_accounts"]

    assert (line.outcome, line.error, line.fields) == (Outcome.FAILED, "SetupMissing", ("revenue_accounts",))
    assert problem(line)[0] == f"{told} ontbreekt of is niet actief."


@pytest.mark.parametrize("name", ["KANTINE", "Weg"])
def test_v13_an_article_that_is_not_there_or_not_active_is_named(package: Package, name: str) -> None:
    line = package.checks(login(article=name), only="ledger_accounts")["ledger_accounts"]

    assert (line.outcome, line.error, line.fields) == (Outcome.FAILED, "SetupMissing", ("article",))
    assert problem(line) == (
        f"Artikel {name} ontbreekt of is niet actief.",
        f"Article {name} is missing or not active.",
    )
    assert "accounts" not in package.calls


@pytest.mark.parametrize("name", ["contributie", "CONTRIBUTIE Contributie", "Inschrijfgeld"])
def test_an_article_goes_by_number_or_name(package: Package, name: str) -> None:
    assert package.checks(login(article=name))["ledger_accounts"].outcome is Outcome.PASSED


def test_without_a_year_the_accounts_wait_for_it(package: Package) -> None:
    lines = package.checks(login("geenjaar"))

    line = lines["ledger_accounts"]
    assert (line.outcome, line.owner, line.error) == (Outcome.UNTESTED, CLUB, None)
    assert problem(line)[0] == "Nog niet getest: eerst moet “Boekjaar staat open” in orde zijn."


def test_in_a_locked_year_the_accounts_are_looked_at_all_the_same(package: Package) -> None:
    lines = package.checks(login("geslotenjaar", revenue_accounts="8000"))

    assert lines["fiscal_year"].outcome is Outcome.FAILED
    assert lines["ledger_accounts"].outcome is Outcome.PASSED


@pytest.mark.parametrize("rows", [[], [{"Name": "Alleen inkoop", "AvailableForSales": False}]])
def test_v13_terms_for_sales_have_to_be_there(package: Package, rows: list[object]) -> None:
    package.answers(TERMS, listed(*rows))

    line = package.checks(login(), only="payment_terms")["payment_terms"]

    assert (line.outcome, line.error, line.owner) == (Outcome.FAILED, "SetupMissing", CLUB)
    assert f"{len(rows)} terms of payment" in line.detail


def test_no_customer_yet_is_no_fault(package: Package) -> None:
    package.answers(CUSTOMERS, listed(of=0))

    line = package.checks(login(), only="customers_readable")["customers_readable"]

    assert line.says is not None
    assert line.says.nl == "Klanten zijn te lezen; er zijn er nog geen."


def test_a_bookkeeper_who_gave_consent_is_told_to_support(package: Package) -> None:
    line = package.checks(login("consultant"))["authorised_by"]

    assert (line.outcome, line.mandatory, line.owner) == (Outcome.WARNING, False, SUPPORT)
    assert (problem(line)[0], remedy(line)) == ("Een boekhouder gaf toestemming.", "Weet de club dat?")


def test_nobody_marked_as_the_one_is_a_warning_too(package: Package) -> None:
    package.answers(USERS, listed({"IsCurrentUser": False, "IsConsultant": True}))

    assert problem(package.checks(login(), only="authorised_by")["authorised_by"])[0] == (
        "Visma zegt niet wie toestemming gaf."
    )


def test_the_guide_has_its_seven_steps_and_a_picture_for_each() -> None:
    steps = {step.key: step for step in CONNECTOR.guide.steps}

    assert list(steps) == ["account", "trial", "button", "company", "options", "code", "right_one"]
    assert [key for key, step in steps.items() if step.attest] == ["account", "trial"]
    assert "Vink alle opties aan" in steps["options"].text.nl
    assert "binnen vijf minuten" in steps["code"].text.nl
    assert all(step.picture for step in steps.values())
    assert [key for key, step in steps.items() if ">1</text>" in step.picture] == ["button"]
