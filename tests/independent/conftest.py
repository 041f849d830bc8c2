"""Stand-ins for the packages that give consent: for each an authorization server that is not ours."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.independent.issuer import MADE_UP_CLUBS, Issuer, standing_in
from tests.unit.usecases.conftest import desk, later

__all__ = ["desk", "later"]


@pytest.fixture(params=sorted(MADE_UP_CLUBS))
def issuer(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[Issuer]:
    """The stand-in of each package in turn."""
    monkeypatch.setenv("AUTHLIB_INSECURE_TRANSPORT", "1")
    with standing_in(request.param) as found:
        yield found
