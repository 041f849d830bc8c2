"""The input of the emulators' made-up clubs, for tests."""

from __future__ import annotations

import connectors

PACKAGE = "e-boekhouden"


def made_up(club: str, package: str = PACKAGE, **other: str) -> dict[str, str]:
    """The input of a made-up club of the emulator; ``other`` replaces values."""
    return {**connectors.get(package).sandbox().club(club).input, **other}
