"""The books of the made-up clubs: administrations, dimensions and the lists of the finder."""

from __future__ import annotations

from collections.abc import Mapping
from fnmatch import fnmatchcase

from connectors.twinfield.made_up import SHARED

Rows = tuple[tuple[str, str], ...]
"""Codes and names."""

DIMENSIONS: Mapping[str, Rows] = {
    "BAS": (
        ("0500", "Verenigingskapitaal"),
        ("1000", "Kas"),
        ("1100", "Bank"),
        ("1300", "Debiteuren"),
        ("1530", "Af te dragen btw hoog"),
        ("1600", "Crediteuren"),
    ),
    "PNL": (
        ("4000", "Huur sporthal"),
        ("4100", "Trainers"),
        ("8020", "Contributie"),
        ("8030", "Kantine"),
        ("8040", "Sponsoring"),
    ),
    "DEB": (("1000", "Ans Voorbeeld"), ("1001", "Ben Verzonnen")),
}
LISTS: Mapping[str, Rows] = {
    "VAT": (("VH", "Btw hoog"), ("VL", "Btw laag"), ("VN", "Geen btw")),
    "TRS": (("BNK", "Bank"), ("MEMO", "Memoriaal"), ("VRK", "Verkoop")),
    "PAY": (("SEPANLCT", "Betalen"), ("SEPANLDD", "Incasseren")),
}
EMPTY: Mapping[str, frozenset[str]] = {
    "geengrootboek": frozenset({"BAS", "PNL", "DEB"}),
    "geendagboek": frozenset({"TRS"}),
    "geenincasso": frozenset({"PAY"}),
}
"""Lists that are empty for a club with this ailment."""


def offices(club: str) -> Rows:
    """The administrations that the user of a club sees."""
    name = SHARED[0] if club in SHARED else club
    return (("001", f"SV {name.capitalize()}"), ("KB0001", "Stichting Kantine"))


def dimensions(ails: str, dimtype: str) -> Rows:
    """All dimensions of a type."""
    return () if dimtype in EMPTY.get(ails, ()) else DIMENSIONS[dimtype]


def status(ails: str, code: str) -> str:
    """Whether an account can be used, in the word of Twinfield's."""
    return "deleted" if (ails, code) == ("rekeningdicht", "8020") else "active"


def searched(ails: str, kind: str, pattern: str) -> Rows:
    """What the finder finds: code or name fit a pattern with stars."""
    rows = dimensions(ails, "DEB") if kind == "DIM" else () if kind in EMPTY.get(ails, ()) else LISTS[kind]
    if ails == "geenbtw":
        rows = tuple(row for row in rows if row[0] != "VH")
    wanted = pattern.casefold()
    return tuple(row for row in rows if any(fnmatchcase(part.casefold(), wanted) for part in row))
