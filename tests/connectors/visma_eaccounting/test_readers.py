"""What people paste into the form, and what becomes of it."""

from __future__ import annotations

from urllib.parse import quote, urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.kit.credentials import FieldSpec, read_field, read_form
from connectors.kit.readers import Reading
from connectors.visma_eaccounting import readers
from connectors.visma_eaccounting.login import Host, Login, named

CODE = "4f1c2e7a90b84d65a3c1f0e29d7b6c58"
TOKEN = "eyJhbGciOiJSUzI1NiJ9.eyJzY29wZSI6WyJlYTphcGkiXX0.bWFkZS11cA"
SPECS = {spec.key: spec for spec in Login.fields()}


def read(key: str, raw: str) -> Reading:
    return read_field(SPECS[key], raw)


def test_the_fields_are_those_that_a_club_hands_over() -> None:
    assert [(spec.key, spec.kind, spec.secret, spec.required) for spec in SPECS.values()] == [
        ("reference", "text", False, True),
        ("authorization", "consent", True, True),
        ("auth_code", "code", True, False),
        ("revenue_accounts", "many", False, False),
        ("article", "text", False, False),
        ("direct_debit", "yes_no", False, False),
    ]
    assert {key for key, spec in SPECS.items() if spec.choices} == {"revenue_accounts", "article"}


def test_the_fields_of_the_host_are_its_own() -> None:
    assert [(spec.key, spec.secret, spec.required) for spec in Host.fields()] == [
        ("client_id", False, True),
        ("client_secret", True, True),
        ("pasted_redirect_uri", False, False),
    ]


@pytest.mark.parametrize(
    "raw",
    [
        CODE,
        f"  {CODE}\n",
        f"Code: {CODE}",
        f"Autorisatiecode\n{CODE}",
        f'"{CODE}"',
        f"De code is {CODE}, groet van Ans",
        f"{CODE[:9]}\n{CODE[9:]}",
        f"https://club.example/terug?code={CODE}&scope=ea%3Aapi&state=abc",
        f"https://club.example/terug?state=abc&code={CODE}",
        f"Dit staat er nu: https://club.example/terug?code={CODE} en nu?",
        f"code={CODE}",
        f"?code={CODE}#top",
        f"<https://club.example/terug?code={CODE}>",
    ],
)
def test_a_code_is_found_wherever_it_stands(raw: str) -> None:
    assert read("auth_code", raw) == Reading(CODE)


ODD_CODE = "ab+12/34=cd~56-78_90.ef"


@pytest.mark.parametrize(
    "raw", [ODD_CODE, quote(ODD_CODE, safe=""), "https://club.example/?" + urlencode({"code": ODD_CODE, "state": "s"})]
)
def test_a_code_is_decoded_once_where_it_is_encoded(raw: str) -> None:
    assert read("auth_code", raw) == Reading(ODD_CODE)


@pytest.mark.parametrize(
    "raw", [quote(quote("ab+12/34=cd56789", safe=""), safe=""), "ab%zz12345678901234567", "é" * 20]
)
def test_what_would_have_to_be_decoded_twice_is_asked_again(raw: str) -> None:
    assert read("auth_code", raw).error == readers.COPY_AGAIN


@pytest.mark.parametrize(
    "raw",
    [
        "https://club.example/terug?error=access_denied&state=abc",
        "error=access_denied",
        "https://club.example/terug#error=access_denied",
    ],
)
def test_a_refused_consent_is_said_to_be_one(raw: str) -> None:
    error = read("auth_code", raw).error

    assert error is not None
    assert (error.nl, error.en) == ("Je hebt geen toestemming gegeven.", "You did not give consent.")


@pytest.mark.parametrize(
    "raw",
    [
        TOKEN,
        f"Bearer {TOKEN}",
        f"code: {TOKEN}",
        f"https://club.example/terug?code={TOKEN}",
        "https://club.example/terug?error=invalid_scope&state=x",
        "https://club.example/terug?code=&state=x",
    ],
)
def test_an_access_token_or_an_error_is_no_code(raw: str) -> None:
    error = read("auth_code", raw).error

    assert error is not None
    assert error.nl == "Dit is geen code."


@pytest.mark.parametrize("raw", ["KB-ABCD-1234-EFGH", "kb-abcd", "  KB-ABCD-1234\n", "Code: KB-ABCD-1234"])
def test_our_own_hand_over_code_is_left_alone(raw: str) -> None:
    reading = read("auth_code", raw)

    assert (reading.error, reading.hint) == (None, None)
    assert reading.value == raw.strip().removeprefix("Code: ")


def test_what_is_short_gets_a_hint_and_goes_on() -> None:
    assert read("auth_code", "abc") == Reading("abc", hint=readers.LOOKS_SHORT)


CODES = st.text(st.characters(codec="ascii", categories=["Lu", "Ll", "Nd"], include_characters="-_"), min_size=16)


@given(code=CODES.filter(lambda code: any(map(str.isdigit, code)) and not code.casefold().startswith("kb-")))
def test_every_code_comes_out_of_an_address_as_it_was(code: str) -> None:
    address = "https://club.example/terug?" + urlencode({"code": code, "scope": "ea:api", "state": "made-up"})

    assert read("auth_code", address).value == code
    assert read("auth_code", f" {code}\n").value == code


@given(st.sampled_from([*SPECS.values(), *Host.fields()]), st.text())
def test_readers_take_any_text(spec: FieldSpec, raw: str) -> None:
    once = read_field(spec, raw)

    assert once.error is None or once.error.nl
    if once.error is None:
        assert read_field(spec, once.value).value == once.value


@given(st.text(st.sampled_from("code=%41&?# KB-eyJ.error:\n"), max_size=40))
def test_odd_mixtures_of_an_address_never_break(raw: str) -> None:
    once = read("auth_code", raw)

    if once.error is None:
        assert read("auth_code", once.value).value == once.value


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        ("8000, 8010;8100\n8000", "8000\n8010\n8100"),
        ("8000 Contributie\n8010 - Inschrijfgeld", "8000\n8010"),
        ("8000 8010", "8000\n8010"),
        ("Grootboekrekeningen: 8000", "8000"),
        ("0800", "0800"),
        ("", ""),
    ],
)
def test_accounts_are_one_a_line_and_keep_their_noughts(raw: str, value: str) -> None:
    assert read("revenue_accounts", raw) == Reading(value)


@pytest.mark.parametrize("raw", ["Contributie", "{8000}"])
def test_an_account_that_looks_like_none_gets_a_hint_and_goes_on(raw: str) -> None:
    reading = read("revenue_accounts", raw)

    assert (reading.value, reading.error) == (raw, None)
    assert reading.hint is not None
    assert "lijkt geen rekeningnummer" in reading.hint.nl


@pytest.mark.parametrize(
    ("key", "raw", "value"),
    [
        ("reference", "  SV  Voorbeeld ", "SV Voorbeeld"),
        ("reference", "Bedrijfsnaam: SV Voorbeeld", "SV Voorbeeld"),
        ("article", "Artikel: CONTRIBUTIE", "CONTRIBUTIE"),
        ("article", "CONTRIBUTIE\tContributie", "CONTRIBUTIE Contributie"),
        ("direct_debit", "Ja", "yes"),
    ],
)
def test_the_other_fields_are_cleaned(key: str, raw: str, value: str) -> None:
    assert read(key, raw) == Reading(value)


def test_without_consent_the_form_is_not_whole() -> None:
    assert set(read_form(Login, {"reference": "SV Voorbeeld"}).errors) == {"authorization"}


@pytest.mark.parametrize("text", ["AB-1", "{ab-1}", " ab-1 ".strip()])
def test_a_company_is_named_by_its_identifier(text: str) -> None:
    found = named(text)

    assert found is not None
    assert found.key == "ab-1"


@pytest.mark.parametrize("text", ["", "{}", "SV Voorbeeld"])
def test_a_company_is_not_named_by_what_has_blanks(text: str) -> None:
    assert named(text) is None
