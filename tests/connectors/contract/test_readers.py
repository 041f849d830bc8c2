"""The readers of every package accept what people paste."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors.kit.credentials import FieldSpec, read_field
from tests.connectors.everyone import every_connector

FIELDS = [
    pytest.param(spec, id=f"{connector.key}-{spec.key}")
    for connector in every_connector()
    for spec in (*connector.login.fields(), *(connector.host.fields() if connector.host else ()))
]
PASTED = st.one_of(
    st.text(max_size=60),
    st.text(st.characters(categories=["Cc", "Cf", "Cs", "Zs", "Nd", "Ll"]), max_size=30),
    st.builds("{}{}".format, st.sampled_from(["Code: ", "\n", "\u200e", "“", "Sleutel:\t", "{"]), st.text()),
    st.from_regex(r"\s*[0-9a-fA-F{}-]{0,40}\s*", fullmatch=True),
    st.from_regex(r"[0-9]{1,5}[-/. ][0-9]{1,3}[-/. ][0-9]{1,25}", fullmatch=True),
)
pytestmark = pytest.mark.parametrize("spec", FIELDS)


@settings(max_examples=200, deadline=None)
@given(raw=PASTED)
def test_reading_never_breaks_and_reading_again_changes_nothing(spec: FieldSpec, raw: str) -> None:
    once = read_field(spec, raw)
    assert once.error is None or (once.error.nl and once.error.en)
    if once.error is None:
        again = read_field(spec, once.value)
        assert (again.value, again.error) == (once.value, None)


def test_what_is_far_too_long_is_an_error_beside_the_field(spec: FieldSpec) -> None:
    reading = read_field(spec, "a" * 100_000)
    assert reading.error is not None
    assert reading.value == ""


@pytest.mark.parametrize("odd", ["\x00", "\x1b", "\u202e", "\ud800", "\uffff"])
def test_what_nobody_types_is_an_error_beside_the_field(spec: FieldSpec, odd: str) -> None:
    assert read_field(spec, f"abc{odd}def").error is not None


def test_an_example_is_accepted(spec: FieldSpec) -> None:
    assert read_field(spec, spec.example).error is None or not spec.example
