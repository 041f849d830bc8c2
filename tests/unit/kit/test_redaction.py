"""No spelling of a secret survives."""

from __future__ import annotations

import base64
import html
import json
from urllib.parse import quote, quote_plus, urlencode

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from connectors.kit.redaction import DOTS, SHORTEST, Redactor, spellings

SECRETS = st.text(st.characters(exclude_categories=["Cs"]), min_size=SHORTEST, max_size=40).filter(
    lambda secret: not set(secret) <= set(DOTS)
)
LONG = st.text(st.characters(exclude_categories=["Cs"]), min_size=8, max_size=40).filter(
    lambda secret: not set(secret) <= set(DOTS)
)


@given(SECRETS)
@example('it\'s "quoted" \\ & <marked>')
@example("a/b+c d=é&ü😀")
@example("{00000000-0000-4000-8000-000000000001}")
@example("\n\t\x00\x7f\u2028")
def test_a_spelling_of_any_kind_becomes_dots(secret: str) -> None:
    raw = secret.encode()
    redact = Redactor([secret])
    for spelt in (
        secret,
        json.dumps(secret)[1:-1],
        json.dumps(secret, ensure_ascii=False)[1:-1],
        json.dumps(json.dumps(secret))[3:-3],
        json.dumps(secret)[1:-1].replace("/", "\\/"),
        repr(secret)[1:-1],
        ascii(secret)[1:-1],
        repr(raw)[2:-1],
        html.escape(secret),
        html.escape(secret, quote=False),
        quote(secret, safe=""),
        quote_plus(secret),
        urlencode({"code": secret})[5:],
        base64.b64encode(raw).decode(),
        base64.urlsafe_b64encode(raw).decode().rstrip("="),
        raw.hex(),
        raw.hex().upper(),
    ):
        assert redact(spelt).strip("=") == DOTS, spelt


@given(SECRETS, st.text(max_size=30), st.text(max_size=30))
def test_nothing_of_it_is_left_within_other_text(secret: str, before: str, after: str) -> None:
    redact = Redactor([secret])
    clean = redact(f"{before}{secret}{after}")
    assert secret not in clean.split(DOTS)
    assert not [part for part in clean.split(DOTS) if secret in part]


@given(LONG, st.text(max_size=10), st.text(max_size=10))
def test_a_pair_in_base64_gives_nothing_away(secret: str, before: str, after: str) -> None:
    header = base64.b64encode(f"{before}:{secret}{after}".encode()).decode()
    assert DOTS in Redactor([secret])(header)


@given(st.lists(SECRETS, min_size=1, max_size=4), st.text(max_size=40))
def test_redacting_twice_changes_nothing_more(secrets: list[str], text: str) -> None:
    redact = Redactor(secrets)
    once = redact(text + "".join(secrets))
    assert not [secret for secret in secrets if secret in once.replace(DOTS, "\n")] or DOTS in once


def test_a_secret_within_another_does_not_save_half_of_it() -> None:
    assert Redactor(["abc", "abcdef"])("x abcdef y abc") == f"x {DOTS} y {DOTS}"


def test_what_is_learnt_later_is_known_too() -> None:
    redact = Redactor()
    assert redact("session-1") == "session-1"
    redact.learn("session-1", "session-1", "")
    assert redact("session-1") == DOTS


def test_very_short_values_are_left_alone() -> None:
    assert Redactor(["ab", ""])("ab about") == "ab about"


@pytest.mark.parametrize("most", [0, 1, 5, 100])
def test_an_excerpt_is_as_long_as_asked_at_most(most: int) -> None:
    redact = Redactor(["made-up-secret"])
    assert len(redact.excerpt("made-up-secret " * 10, most)) <= most


@given(st.integers(0, 60))
def test_an_excerpt_of_a_cut_text_holds_no_half(cut: int) -> None:
    secret = "made-up-secret"
    kept = Redactor([secret]).excerpt(("x" * 30 + secret + "y" * 30)[:cut], 100, cut=True)
    assert "made" not in kept


def test_an_excerpt_without_secrets_is_the_text() -> None:
    assert Redactor().excerpt("text", 10, cut=True) == "text"


def test_spellings_hold_the_value_itself() -> None:
    assert "a\ud800b" in spellings("a\ud800b"), "a lone surrogate breaks nothing"
