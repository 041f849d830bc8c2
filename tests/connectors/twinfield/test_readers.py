"""The readers take what people paste, and leave a password and the noughts of a code alone."""

from __future__ import annotations

from urllib.parse import quote, urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.kit.credentials import read_form
from connectors.twinfield import readers
from connectors.twinfield.login import Login
from connectors.twinfield.readers import read_auth_code

WELL = {"user": "KOPPELING", "password": "made-up", "organisation": "TWF-SPORT", "office": "001"}
CODE = "0123456789abcdef0123456789abcdef"
BACK = "https://club-assistent.example/oauth/twinfield/terug"


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        (" KOPPELING\n", "KOPPELING"), ("Gebruikersnaam: KOPPELING", "KOPPELING"), ("“Koppeling 2”", "Koppeling 2"),
        ("User name\tkoppeling", "koppeling"), ("", ""),
    ],
)  # fmt: skip
def test_a_user_name_loses_label_and_edges(raw: str, value: str) -> None:
    assert readers.read_user(raw).value == value


@given(raw=st.text(max_size=60))
def test_a_password_stays_as_it_is(raw: str) -> None:
    assert readers.read_password(raw) == readers.Reading(raw)


@pytest.mark.parametrize(
    ("raw", "value", "hints"),
    [
        ("TWF-SPORT", "TWF-SPORT", False), ("Omgeving: twf-sport ", "twf-sport", False), ("001", "001", True),
        ("Mijn Accountant BV", "Mijn Accountant BV", False), ("", "", False),
    ],
)  # fmt: skip
def test_an_environment_of_digits_gets_a_hint(raw: str, value: str, hints: bool) -> None:
    reading = readers.read_organisation(raw)
    assert (reading.value, reading.hint is not None, reading.error) == (value, hints, None)


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        ("001", "001"), (" 001 ", "001"), ("Administratienummer: 001", "001"), ("KB0001", "KB0001"),
        ("kb0001", "kb0001"),
        ("001 SV Voorbeeld", "001"), ("KB0001\tStichting Kantine", "KB0001"), ("0", "0"), ("NL-12.3", "NL-12.3"),
        ("", ""),
    ],
)  # fmt: skip
def test_an_administration_keeps_its_noughts_and_letters(raw: str, value: str) -> None:
    reading = readers.read_office(raw)
    assert (reading.value, reading.error) == (value, None)


@given(
    code=st.from_regex(r"[0-9A-Za-z]{1,16}", fullmatch=True), name=st.from_regex(r"( [A-Za-z]{2,8})?", fullmatch=True)
)
def test_whatever_code_it_has(code: str, name: str) -> None:
    if code.casefold() not in ("code", "office", "company", "nummer", "administratie"):
        assert readers.read_office(f" {code}{name}\n").value == code


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        ("8020", "8020"), ("8020 Contributie\n8030 Kantine", "8020\n8030"), ("8020, 8030;8020", "8020\n8030"),
        ("8020 8030", "8020\n8030"), ("Rekeningen: OMZET1", "OMZET1"), ("0800", "0800"), ("", ""),
    ],
)  # fmt: skip
def test_accounts_stand_one_a_line(raw: str, value: str) -> None:
    assert readers.read_accounts(raw).value == value


@pytest.mark.parametrize("read", [readers.read_office, readers.read_code, readers.read_account, readers.read_accounts])
def test_what_is_too_long_for_a_code_is_an_error(read: readers.Reader) -> None:
    error = read("x" * 17).error
    assert error is not None
    assert "16 tekens" in error.nl


class TestCode:
    """A code for a consent."""

    @pytest.mark.parametrize(
        "raw",
        [
            CODE, f"  {CODE}\n", f"“{CODE}”", f"Autorisatiecode: {CODE}", f"code={CODE}", f"?code={CODE}&state=x1",
            f"{BACK}?code={CODE}&state=made-up", f"{BACK}?state=made-up&code={CODE}#top", quote(CODE, safe=""),
            f"Hoi, hier is de code: {CODE} groet Ans", f"Zie {BACK}?code={CODE} dus", f"{BACK}?code=%30{CODE[1:]}",
            f"state=x&code={CODE}", "%3" + "0" + CODE[1:],
        ],
    )  # fmt: skip
    def test_is_found_wherever_it_stands(self, raw: str) -> None:
        reading = read_auth_code(raw)
        assert (reading.value, reading.error) == (CODE, None)

    @given(
        code=st.from_regex(r"[0-9a-f]{31}[0-9]", fullmatch=True),
        state=st.text(max_size=20),
        around=st.sampled_from(["{}", " {} ", "Kijk: {} .", "<{}>", "\n{}\n"]),
    )
    def test_whatever_stands_around_it(self, code: str, state: str, around: str) -> None:
        address = f"{BACK}?{urlencode({'code': code, 'state': state}, errors='replace')}"
        assert read_auth_code(around.format(address)).value == code

    @pytest.mark.parametrize("raw", ["KB-AB12-CD34", " KB-AB12-CD34\n", "Hier is hij: KB-AB12-CD34.", "“KB-AB12-CD34”"])
    def test_one_of_our_own_is_left_alone(self, raw: str) -> None:
        assert read_auth_code(raw).value == "KB-AB12-CD34"

    @pytest.mark.parametrize("raw", [f"{BACK}?error=access_denied&state=x", "error=access_denied"])
    def test_a_refusal_says_so(self, raw: str) -> None:
        error = read_auth_code(raw).error
        assert error is not None
        assert "geen toestemming" in error.nl

    @pytest.mark.parametrize("raw", ["eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiJ4In0.made-up", f"{BACK}#access_token={CODE}"])
    def test_a_token_is_no_code(self, raw: str) -> None:
        error = read_auth_code(raw).error
        assert error is not None
        assert "geen code" in error.nl

    @pytest.mark.parametrize("raw", ["geen", "a b c", "???", BACK[:8]])
    def test_what_holds_none_is_an_error(self, raw: str) -> None:
        assert read_auth_code(raw).error is not None


def test_nothing_of_the_password_way_is_needed_beside_a_consent() -> None:
    form = read_form(Login, {"office": "001", "authorization": "made-up-mark"})
    assert isinstance(form.login, Login)
    assert (form.login.user, form.login.password, form.login.organisation) == (None, None, None)


@pytest.mark.parametrize("field", list(WELL))
def test_without_one_all_four_are(field: str) -> None:
    assert set(read_form(Login, {**WELL, field: ""}).errors) == {field}
    assert read_form(Login, WELL).login is not None


def test_the_administration_is_needed_beside_a_consent_too() -> None:
    assert set(read_form(Login, {"authorization": "made-up-mark"}).errors) == {"office"}
