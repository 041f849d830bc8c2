"""How each package's administrations are named on a list, in every way that people write them."""

from __future__ import annotations

import pytest

import connectors

EB = connectors.get("e-boekhouden").naming
SNELSTART = connectors.get("snelstart").naming
GUID = "0a1b2c3d-0000-4000-8000-00000000000a"


@pytest.mark.parametrize(
    ("text", "key", "label"),
    [
        ("SVVoorbeeld|123456", "svvoorbeeld|123456", "SVVoorbeeld · 123456"),
        ("svvoorbeeld · 123456", "svvoorbeeld|123456", "svvoorbeeld · 123456"),
        ("Gebruikersnaam: svvoorbeeld | Administratiecode 123456", "svvoorbeeld|123456", "svvoorbeeld · 123456"),
        ("svvoorbeeld", "svvoorbeeld|", "svvoorbeeld"),
        ("svvoorbeeld|", "svvoorbeeld|", "svvoorbeeld"),
    ],
)
def test_e_boekhouden_reads_a_user_name_and_perhaps_a_code(text: str, key: str, label: str) -> None:
    found = EB.read(text)
    assert found is not None
    assert (found.key, found.label) == (key, label)


@pytest.mark.parametrize("text", ["", "|123456", "a|b|c"])
def test_e_boekhouden_needs_a_user_name(text: str) -> None:
    assert EB.read(text) is None


def test_a_user_name_alone_fits_each_of_its_administrations() -> None:
    assert EB.fits("svvoorbeeld|", "svvoorbeeld|123456")
    assert not EB.fits("svvoorbeeld|", "svvoorbeeld2|123456")
    assert not EB.fits("svvoorbeeld|123456", "svvoorbeeld|1234567")


@pytest.mark.parametrize("text", [GUID, GUID.upper(), f"{{{GUID}}}"])
def test_snelstart_reads_an_identifier(text: str) -> None:
    found = SNELSTART.read(text)
    assert found is not None
    assert found.key == GUID


@pytest.mark.parametrize("text", ["", "SV Voorbeeld", GUID[:-1], f"{GUID}0"])
def test_snelstart_takes_nothing_else(text: str) -> None:
    assert SNELSTART.read(text) is None
