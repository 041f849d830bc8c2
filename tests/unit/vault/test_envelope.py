"""An envelope opens in its own place alone, and only whole."""

from __future__ import annotations

import os
from base64 import b64encode
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onboarding.keys import KeyRing, KeyRingProblem
from onboarding.vault.envelope import Binding, Envelope, Tampered, close, open_up

RING = KeyRing.parse(",".join(f"{name}:{b64encode(os.urandom(32)).decode()}" for name in ("new", "old")))
HERE = Binding(club_id=1, connection_id=2, version_id=3)

values = st.text(st.characters(), max_size=200)
envelopes = st.builds(lambda value: close(RING, value, HERE, "security_code_1"), values)


@given(values)
def test_what_was_sealed_comes_back(value: str) -> None:
    assert open_up(RING, close(RING, value, HERE, "security_code_1"), HERE, "security_code_1") == value


def test_any_half_of_a_character_comes_back_too() -> None:
    assert open_up(RING, close(RING, "\ud83d", HERE, "f"), HERE, "f") == "\ud83d"


@given(envelopes, st.sampled_from(["wrapped_key", "sealed"]), st.data())
def test_one_flipped_bit_is_noticed(envelope: Envelope, part: str, data: st.DataObject) -> None:
    content = bytearray(getattr(envelope, part))
    content[data.draw(st.integers(0, len(content) - 1))] ^= 1 << data.draw(st.integers(0, 7))

    with pytest.raises(Tampered):
        open_up(RING, replace(envelope, **{part: bytes(content)}), HERE, "security_code_1")


@given(envelopes, st.sampled_from(["wrapped_key", "sealed"]), st.data())
def test_a_cut_is_noticed(envelope: Envelope, part: str, data: st.DataObject) -> None:
    content = getattr(envelope, part)
    cut = content[: data.draw(st.integers(0, len(content) - 1))]

    with pytest.raises(Tampered):
        open_up(RING, replace(envelope, **{part: cut}), HERE, "security_code_1")


@given(
    envelopes,
    st.builds(Binding, club_id=st.integers(0, 3), connection_id=st.integers(0, 3), version_id=st.integers(0, 4)).filter(
        lambda place: place != HERE
    ),
)
def test_in_another_place_it_does_not_open(envelope: Envelope, elsewhere: Binding) -> None:
    with pytest.raises(Tampered):
        open_up(RING, envelope, elsewhere, "security_code_1")


def test_under_another_field_it_does_not_open() -> None:
    with pytest.raises(Tampered):
        open_up(RING, close(RING, "made-up", HERE, "security_code_1"), HERE, "security_code_2")


@given(values, values)
def test_halves_of_two_envelopes_do_not_fit_together(one: str, other: str) -> None:
    first, second = close(RING, one, HERE, "f"), close(RING, other, HERE, "f")

    with pytest.raises(Tampered):
        open_up(RING, replace(first, sealed=second.sealed), HERE, "f")


def test_the_first_key_of_the_ring_seals_and_the_others_open() -> None:
    before = KeyRing(sealing="old", keys=RING.keys)

    envelope = close(before, "made-up", HERE, "f")

    assert envelope.key_id == "old"
    assert close(RING, "made-up", HERE, "f").key_id == "new"
    assert open_up(RING, envelope, HERE, "f") == "made-up"


def test_another_key_under_the_same_name_does_not_open() -> None:
    other = KeyRing(sealing="new", keys={"new": os.urandom(32)})

    with pytest.raises(Tampered):
        open_up(other, close(RING, "made-up", HERE, "f"), HERE, "f")


def test_a_missing_key_is_named() -> None:
    without = KeyRing(sealing="old", keys={"old": RING.keys["old"]})

    with pytest.raises(KeyRingProblem, match="key new is missing"):
        open_up(without, close(RING, "made-up", HERE, "f"), HERE, "f")


def test_no_two_envelopes_of_one_value_are_alike() -> None:
    assert close(RING, "made-up", HERE, "f") != close(RING, "made-up", HERE, "f")


def test_a_ring_does_not_show_its_keys() -> None:
    assert str(RING.keys["new"]) not in repr(RING)
    assert "new" in repr(RING)


def test_a_key_serves_one_purpose() -> None:
    assert RING.derive("new", "vault") != RING.derive("new", "audit")
    assert RING.derive("new", "vault") != RING.derive("old", "vault")
