"""What people paste into the form, and what becomes of it."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.e_boekhouden import readers
from connectors.e_boekhouden.login import Login, look_over
from connectors.kit.credentials import FieldSpec, read_field, read_form
from connectors.kit.readers import Reading

CODE_1 = "demoA1b2C3d4E5f6A7b8C9d0E1f2A3b4"
CODE_2 = "{0000Abcd-0000-4000-8000-00000000000F}"
SPECS = {spec.key: spec for spec in Login.fields()}


def read(key: str, raw: str) -> Reading:
    return read_field(SPECS[key], raw)


def test_the_fields_are_those_that_a_club_hands_over() -> None:
    assert list(SPECS) == [
        "username",
        "security_code_1",
        "security_code_2",
        "administration_code",
        "rest_token",
        "rest_token_until",
        "revenue_accounts",
        "cost_centre",
    ]
    assert {key for key, spec in SPECS.items() if spec.secret} == {"security_code_1", "security_code_2", "rest_token"}
    assert {key for key, spec in SPECS.items() if spec.required} == {
        "username",
        "security_code_1",
        "security_code_2",
        "administration_code",
    }
    assert {key for key, spec in SPECS.items() if spec.choices} == {"revenue_accounts", "cost_centre"}


@pytest.mark.parametrize(
    ("key", "raw", "value"),
    [
        ("username", "  svvoorbeeld \n", "svvoorbeeld"),
        ("username", "Gebruikersnaam: svvoorbeeld", "svvoorbeeld"),
        ("username", "gebruikersnaam\tsvVoorbeeld", "svVoorbeeld"),
        ("username", "Gebruikersnaam\nsvvoorbeeld", "svvoorbeeld"),
        ("username", "User name = svvoorbeeld", "svvoorbeeld"),
        ("username", "1. Gebruikersnaam: svvoorbeeld", "svvoorbeeld"),
        ("username", "sv voorbeeld", "sv voorbeeld"),
        ("security_code_1", f"Beveiligingscode 1: {CODE_1}", CODE_1),
        ("security_code_1", f"beveiligingscode1 {CODE_1}", CODE_1),
        ("security_code_1", f"Beveiligings-code 1 = {CODE_1}", CODE_1),
        ("security_code_1", f"Security code 1:\n{CODE_1}", CODE_1),
        ("security_code_1", f"SecurityCode1\t{CODE_1}", CODE_1),
        ("security_code_1", f"• Code 1 – {CODE_1}", CODE_1),
        ("security_code_1", f'"{CODE_1}"', CODE_1),
        ("security_code_1", f"\u00a0{CODE_1}\u200b", CODE_1),
        ("security_code_1", f"{CODE_1[:20]}\r\n{CODE_1[20:]}", CODE_1),
        ("security_code_2", f"Beveiligingscode 2: {CODE_2}", CODE_2),
        ("security_code_2", f"Beveiligingscode 2\n\n{CODE_2}\n", CODE_2),
        ("security_code_2", CODE_2[1:-1], CODE_2[1:-1]),
        ("security_code_2", f"{CODE_2[:15]} {CODE_2[15:]}", CODE_2),
        ("administration_code", "Administratiecode: 123456", "123456"),
        ("administration_code", "adm. 123456", "123456"),
        ("administration_code", "Administratie 123456", "123456"),
        ("rest_token", "API-token: eb-Abc", "eb-Abc"),
        ("rest_token", "Bearer eb-Abc", "eb-Abc"),
        ("rest_token", "token-is-only-its-start", "token-is-only-its-start"),
        ("cost_centre", "12 Jeugd", "12"),
        ("cost_centre", "Kostenplaats: 12", "12"),
        ("revenue_accounts", "8000, 8010;8100\n8000", "8000\n8010\n8100"),
        ("revenue_accounts", "8000 Contributie\n8010 - Inschrijfgeld", "8000\n8010"),
        ("revenue_accounts", "8000 8010", "8000\n8010"),
        ("revenue_accounts", "Grootboekrekeningen: 8000", "8000"),
        ("revenue_accounts", "OMZET-A", "OMZET-A"),
    ],
)
def test_labels_padding_and_broken_lines_go_and_the_value_stays(key: str, raw: str, value: str) -> None:
    reading = read(key, raw)

    assert (reading.value, reading.hint, reading.error) == (value, None, None)


WHOLE_SCREEN = f"Gebruikersnaam: svvoorbeeld\nBeveiligingscode 1: {CODE_1}\nBeveiligingscode 2: {CODE_2}\n"


@pytest.mark.parametrize(
    ("key", "value"), [("username", "svvoorbeeld"), ("security_code_1", CODE_1), ("security_code_2", CODE_2)]
)
def test_each_field_finds_its_line_in_a_paste_of_the_whole_screen(key: str, value: str) -> None:
    assert read(key, WHOLE_SCREEN).value == value


@pytest.mark.parametrize("code", [CODE_1[:-1], CODE_1 + "0", "kort", CODE_2 + "x"])
def test_an_odd_length_is_a_hint_and_never_a_refusal(code: str) -> None:
    reading = read("security_code_1", code)

    assert reading.error is None
    assert reading.value == code
    assert reading.hint is not None
    assert f"dit zijn er {len(code)}" in reading.hint.nl


def test_the_other_code_in_the_first_field_is_recognised() -> None:
    assert read("security_code_1", CODE_2).hint == readers.CODE_1_IS_2


@pytest.mark.parametrize("code", [CODE_2[:-1], CODE_2[1:], CODE_2[1:-5], CODE_1, "kort"])
def test_a_second_code_that_is_no_guid_is_a_hint_and_never_a_refusal(code: str) -> None:
    reading = read("security_code_2", code)

    assert (reading.value, reading.hint, reading.error) == (code, readers.CODE_2_ODD, None)


@given(st.text(st.characters(codec="ascii", categories=["Lu", "Ll", "Nd"]), min_size=1, max_size=60))
def test_no_shape_is_refused_and_case_is_kept(code: str) -> None:
    for key in ("security_code_1", "security_code_2"):
        reading = read(key, f" {code}\n")
        assert (reading.value, reading.error) == (code, None)


def test_an_administration_code_without_a_digit_gets_a_hint() -> None:
    assert read("administration_code", "SV Voorbeeld").hint == readers.NO_DIGIT


@pytest.mark.parametrize("token", ["eb-a b", "eb-a\nb", "eb-a\tb", "eb-a\u00a0b"])
def test_white_space_inside_a_token_is_an_error(token: str) -> None:
    assert read("rest_token", token).error == readers.TOKEN_SPACES


@pytest.mark.parametrize(
    "raw",
    [
        "31-12-2099",
        "31/12/2099",
        "31.12.2099",
        "31 december 2099",
        "Geldig tot: 31-12-2099",
        "2099-12-31",
        "31 dec 2099",
    ],
)
def test_dates_are_read_as_people_write_them(raw: str) -> None:
    reading = read("rest_token_until", raw)

    assert (reading.value, reading.error) == ("31-12-2099", None)


def test_a_token_has_to_be_valid_after_today() -> None:
    today = datetime.now(readers.HERE).date()

    for passed in (today, today - timedelta(days=2)):
        assert read("rest_token_until", passed.isoformat()).error == readers.DATE_PASSED
    assert read("rest_token_until", (today + timedelta(days=2)).isoformat()).error is None


@pytest.mark.parametrize("raw", ["31-02-2099", "morgen", "31 brumaire 2099", "31-12"])
def test_what_is_no_date_says_how_to_write_one(raw: str) -> None:
    reading = read("rest_token_until", raw)

    assert reading.value == raw
    assert reading.error is not None
    assert "dag-maand-jaar" in reading.error.nl


@given(st.dates(min_value=date(2099, 1, 1)))
def test_every_date_ahead_survives_reading_it_twice(day: date) -> None:
    once = read("rest_token_until", day.isoformat())

    assert readers.as_date(once.value) == day
    assert read("rest_token_until", once.value) == once


def test_an_account_has_ten_characters_at_most() -> None:
    reading = read("revenue_accounts", "8000\n12345678901")

    assert reading.error is not None
    assert reading.error.nl.startswith("12345678901 is te lang")
    assert read("revenue_accounts", "1234567890").error is None


@pytest.mark.parametrize("raw", ["twaalf", "12a", "-1", "1" * 19])
def test_a_cost_centre_is_a_number(raw: str) -> None:
    assert read("cost_centre", raw).error is not None


def test_a_label_alone_is_an_empty_field() -> None:
    for key in ("username", "security_code_1", "security_code_2", "administration_code"):
        label = SPECS[key].label
        assert read(key, f"{label.nl}:").error == read(key, "").error
        assert read(key, label.en).error is not None


def test_a_whole_form_becomes_a_login() -> None:
    form = read_form(
        Login,
        {
            "username": "svvoorbeeld",
            "security_code_1": CODE_1,
            "security_code_2": CODE_2,
            "administration_code": "123456",
            "rest_token_until": "31-12-2099",
            "revenue_accounts": "8000,8010",
            "cost_centre": "12",
        },
    )

    assert isinstance(form.login, Login)
    assert form.login.rest_token is None
    assert form.login.rest_token_until == date(2099, 12, 31)
    assert form.login.revenue_accounts == ("8000", "8010")
    assert form.login.cost_centre == 12
    assert set(form.login.secrets()) == {CODE_1, CODE_2}


def test_swapped_codes_are_found_and_can_be_swapped_back() -> None:
    (finding,) = look_over({"security_code_1": CODE_2, "security_code_2": CODE_1})

    assert finding.hint.nl == "De codes lijken verwisseld."
    assert finding.fields == finding.swap == ("security_code_1", "security_code_2")


@pytest.mark.parametrize(
    ("one", "two"), [(CODE_1, CODE_2), (CODE_2, CODE_2), (CODE_1, CODE_1), (CODE_2, ""), ("", CODE_2), ("", "")]
)
def test_anything_else_is_not_called_swapped(one: str, two: str) -> None:
    assert look_over({"security_code_1": one, "security_code_2": two}) == ()
    assert look_over({}) == ()


@given(st.sampled_from([*SPECS.values()]), st.text())
def test_readers_take_any_text(spec: FieldSpec, raw: str) -> None:
    reading = read_field(spec, raw)

    assert isinstance(reading, Reading)
    assert reading.error is None or reading.error.nl
