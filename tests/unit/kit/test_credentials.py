"""Fields that describe themselves, and forms that keep what was typed."""

from __future__ import annotations

from datetime import date
from typing import Literal, Optional

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError, model_validator

from connectors.kit.credentials import (
    FILL_IN,
    MOST,
    NOT_A_DATE,
    NOT_A_NUMBER,
    NOT_RIGHT,
    ODD_CHARACTERS,
    YES_OR_NO,
    Credentials,
    Option,
    Secret,
    ask,
    many_values,
    read_field,
    read_form,
)
from connectors.kit.readers import Reading, labelled, plain, without_label
from connectors.kit.text import Text

HELP = Text(nl="Hulp", en="Help")


def text(name: str) -> Text:
    return Text(nl=name, en=name)


class Login(Credentials):
    """A field of each kind."""

    username: str = ask(text("Naam"), help=HELP, where=("Beheer", "API"), example="sv")
    code: Secret = ask(text("Code"), help=HELP, reader=labelled("Code", "Security code"))
    token: Secret | None = ask(text("Token"), help=HELP)
    note: Optional[str] = ask(text("Notitie"), help=HELP, most=10)  # noqa: UP045 - the older spelling is taken too
    until: date | None = ask(text("Geldig tot"), help=HELP)
    number: int | None = ask(text("Nummer"), help=HELP)
    accounts: tuple[str, ...] = ask(
        text("Rekeningen"), help=HELP, choices=lambda session: (Option("8000", "8000 Contributie"),)
    )


SPECS = {spec.key: spec for spec in Login.fields()}
FILLED = {"username": "sv", "code": "made-up-code"}


def test_fields_say_what_they_are() -> None:
    assert [(spec.key, spec.kind, spec.secret, spec.required) for spec in Login.fields()] == [
        ("username", "text", False, True),
        ("code", "text", True, True),
        ("token", "text", True, False),
        ("note", "text", False, False),
        ("until", "date", False, False),
        ("number", "integer", False, False),
        ("accounts", "many", False, False),
    ]
    assert SPECS["username"].where == ("Beheer", "API")
    assert (SPECS["note"].most, SPECS["code"].most) == (10, MOST)
    assert SPECS["accounts"].choices is not None


def test_a_filled_form_gives_a_login() -> None:
    form = read_form(
        Login,
        FILLED
        | {
            "token": " made-up-token ",
            "until": "31-12-2027",
            "number": "12",
            "accounts": "8000, 8010\n8000",
            "note": "x",
        },
    )
    assert isinstance(form.login, Login)
    assert form.login.code.reveal() == "made-up-code"
    assert form.login.token is not None
    assert (form.login.until, form.login.number, form.login.accounts) == (date(2027, 12, 31), 12, ("8000", "8010"))
    assert sorted(form.login.secrets()) == ["made-up-code", "made-up-token"]
    assert not form.errors
    assert not form.hints


def test_what_is_left_open_is_none() -> None:
    login = read_form(Login, FILLED).login
    assert isinstance(login, Login)
    assert (login.token, login.note, login.until, login.number, login.accounts) == (None, None, None, None, ())
    assert list(login.secrets()) == ["made-up-code"]


def test_an_error_keeps_what_was_typed_in_the_other_fields() -> None:
    form = read_form(Login, {"username": "sv", "until": "gisteren"})
    assert form.login is None
    assert form.errors == {"code": FILL_IN, "until": NOT_A_DATE}
    assert form.readings["username"].value == "sv"
    assert form.readings["until"].value == "gisteren"


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("2027-12-31", date(2027, 12, 31)),
        ("31-12-2027", date(2027, 12, 31)),
        ("1/2/2027", date(2027, 2, 1)),
        ("1.2.27", date(2027, 2, 1)),
        ("1 2 2027", date(2027, 2, 1)),
        ("31 - 12 - 2027", date(2027, 12, 31)),
    ],
)
def test_dates_as_people_write_them(typed: str, read: date) -> None:
    login = read_form(Login, FILLED | {"until": typed}).login
    assert isinstance(login, Login)
    assert login.until == read


@pytest.mark.parametrize(
    "typed", ["31-02-2027", "morgen", "1-1", "1-1-99999999999999999999", "0-0-0", "1-2-3-4", "٣-١-٢٠٢٧"]
)
def test_what_is_no_date_is_an_error(typed: str) -> None:
    assert read_field(SPECS["until"], typed).error == NOT_A_DATE


@pytest.mark.parametrize("typed", ["twaalf", "1.5", "-1", "١٢", "9" * 19])
def test_what_is_no_number_is_an_error(typed: str) -> None:
    assert read_field(SPECS["number"], typed).error == NOT_A_NUMBER


@pytest.mark.parametrize(("typed", "read"), [("ja", True), ("Nee", False), ("yes", True), ("FALSE", False), ("", None)])
def test_yes_and_no_are_read_in_both_languages(typed: str, read: bool | None) -> None:
    class Asked(Credentials):
        """A question."""

        wanted: bool | None = ask(text("Gewenst"), help=HELP)

    assert Asked.fields()[0].kind == "yes_no"
    login = read_form(Asked, {"wanted": typed}).login
    assert isinstance(login, Asked)
    assert login.wanted is read
    assert read_form(Asked, {"wanted": "misschien"}).errors == {"wanted": YES_OR_NO}


def test_too_long_says_how_long() -> None:
    error = read_field(SPECS["note"], "x" * 11).error
    assert error is not None
    assert "11" in error.nl
    assert read_field(SPECS["note"], "x" * 10).error is None


@pytest.mark.parametrize(
    "odd", ["\x00", "\x07", "\x7f", "\x85", "\u200b", "\u202e", "\u2066", "\ud800", "\ufdd0", "\U0001ffff"]
)
def test_invisible_characters_within_are_an_error_in_every_kind(odd: str) -> None:
    for spec in SPECS.values():
        assert read_field(spec, f"a{odd}b").error is not None
    assert read_field(SPECS["username"], f"a{odd}b").error == ODD_CHARACTERS


def test_line_breaks_are_for_fields_of_many_values() -> None:
    assert read_field(SPECS["username"], "a\nb").error == ODD_CHARACTERS
    assert read_field(SPECS["accounts"], "8000\n8010").error is None


@given(st.text())
def test_any_text_is_read(raw: str) -> None:
    for spec in SPECS.values():
        once = read_field(spec, raw)
        if once.error is None:
            assert read_field(spec, once.value) == once


@given(st.dictionaries(st.sampled_from([*SPECS, "another"]), st.text(max_size=20)))
def test_any_form_is_read_and_is_whole_or_says_why_not(raw: dict[str, str]) -> None:
    form = read_form(Login, raw)
    assert (form.login is None) == bool(form.errors)


def test_an_error_of_the_class_itself_lands_beside_its_field() -> None:
    class Strict(Credentials):
        """Takes less than its reader."""

        small: int = ask(text("Klein"), help=HELP)

        @model_validator(mode="after")
        def _is_small(self) -> Strict:
            assert self.small < 10
            return self

    assert read_form(Strict, {"small": "5"}).login is not None
    form = read_form(Strict, {"small": "50"})
    assert form.login is None
    assert form.errors == {"small": NOT_RIGHT}
    assert form.readings["small"].value == "50"


def test_a_value_that_the_class_refuses_lands_beside_its_field() -> None:
    class Choosy(Credentials):
        """Takes less than its reader."""

        name: str = ask(text("Naam"), help=HELP)
        colour: Literal["red"] = ask(text("Kleur"), help=HELP)

    assert read_form(Choosy, {"name": "x", "colour": "blue"}).errors == {"colour": NOT_RIGHT}


def test_no_secret_shows_up_in_an_error_or_a_repr() -> None:
    with pytest.raises(ValidationError) as caught:
        Login.model_validate({"username": 1, "code": ["made-up-code"]})
    assert "made-up-code" not in str(caught.value)
    assert "made-up-code" not in repr(read_form(Login, FILLED).login)


def test_a_login_does_not_change() -> None:
    login = read_form(Login, FILLED).login
    assert isinstance(login, Login)
    with pytest.raises(ValidationError):
        login.username = "other"  # type: ignore[misc]


@pytest.mark.parametrize(
    "pasted",
    [
        "Beveiligingscode 1: abc",
        "beveiligingscode 1 = abc",
        "Beveiligingscode  1\nabc",
        " “Beveiligingscode 1:\tabc” ",
        "abc\u200b",
        "Beveiligingscode 1: Beveiligingscode 1: abc",
        "Code: Beveiligingscode 1: abc",
    ],
)
def test_a_label_that_was_pasted_along_is_dropped(pasted: str) -> None:
    assert without_label("Beveiligingscode 1", "Code")(pasted) == "abc"


def test_case_and_inner_characters_are_kept() -> None:
    assert plain(' "aB c" ').value == "aB c"
    assert labelled("Code")("Codeword") == Reading("Codeword")


def test_many_values_come_without_doubles_and_blanks() -> None:
    assert many_values(" a,b\n\na , c ,") == ("a", "b", "c")
