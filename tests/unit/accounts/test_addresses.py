"""E-mail addresses, names and passwords as people type them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onboarding.accounts import names, passwords
from onboarding.accounts.addresses import mark_of, tidy_email

TIDY = "ans@voorbeeld.example"


@pytest.mark.parametrize(
    "typed", [TIDY, " Ans@Voorbeeld.example\n", "Ans de Wit <ans@voorbeeld.example>", "mailto:ans@voorbeeld.example"]
)
def test_an_address_is_found_in_what_people_paste(typed: str) -> None:
    assert tidy_email(typed) == TIDY


UNREACHABLE = [
    "",
    "ans",
    "ans@",
    "@b.example",
    "ans@voorbeeld",
    "ans @b.example",
    "a@b.nl, c@d.nl",
    "<>",
    "ans\u202e@b.nl",
]


@pytest.mark.parametrize("typed", UNREACHABLE)
def test_what_mail_cannot_reach_is_refused(typed: str) -> None:
    with pytest.raises(ValueError, match="not an e-mail address"):
        tidy_email(typed)


@given(st.text(max_size=400))
def test_any_text_is_an_address_or_refused(typed: str) -> None:
    try:
        found = tidy_email(typed)
    except ValueError:
        return
    assert tidy_email(found) == found
    assert len(found) <= 254
    assert found.isprintable()


def test_a_mark_does_not_hold_the_address() -> None:
    assert len(mark_of(TIDY)) == 64
    assert mark_of(TIDY) != mark_of("ben@voorbeeld.example")


@pytest.mark.parametrize(
    ("typed", "tidy"), [("  Ans   de\tWit ", "Ans de Wit"), ("Jose\u0301", "José"), ("\u00a0", ""), ("", "")]
)
def test_a_name_is_tidied(typed: str, tidy: str) -> None:
    assert names.tidy_name(typed) == tidy


@pytest.mark.parametrize("name", ["Ans de Wit", "Jan-Willem van 't Hoff", "Łukasz", "SV '70", "李"])
def test_names_of_people_and_clubs_will_do(name: str) -> None:
    assert names.problem_with(name) is None


NO_NAMES = [
    ("", names.EMPTY),
    ("x" * 121, names.LONG),
    ("Ans\u202e", names.STRANGE),
    ("---", names.STRANGE),
    ("win at https://x.example", names.STRANGE),
]


@pytest.mark.parametrize(("name", "problem"), NO_NAMES)
def test_a_name_that_will_not_do_says_why(name: str, problem: object) -> None:
    assert names.problem_with(name) is problem


@pytest.mark.parametrize(
    "password", ["made-up words", "Kastanje 4 fiets", "correct paard batterij", "wachtwoord voor de fiets"]
)
def test_a_few_words_will_do(password: str) -> None:
    assert passwords.problem_with(password, TIDY, "Ans de Wit") is None


@pytest.mark.parametrize(
    ("password", "problem"),
    [
        ("", passwords.SHORT),
        ("kort", passwords.SHORT),
        ("x" * 129, passwords.LONG),
        ("Ans@Voorbeeld.example", passwords.OWN),
        ("Ans de Wit 1", passwords.OWN),
        ("ansdewit2026", passwords.OWN),
        ("0123456789", passwords.SIMPLE),
        ("abcdefghijkl", passwords.SIMPLE),
        ("9876543210", passwords.SIMPLE),
        ("abababababab", passwords.SIMPLE),
        ("Welkom12345!", passwords.SIMPLE),
        ("Penningmeester1", passwords.SIMPLE),
    ],
)
def test_what_is_guessed_first_will_not(password: str, problem: object) -> None:
    assert passwords.problem_with(password, TIDY, "Ans de Wit") is problem


def test_a_password_is_the_same_however_its_letters_are_composed() -> None:
    assert passwords.normalize("caf\u00e9") == passwords.normalize("cafe\u0301")
