"""What tests of Twinfield can ask for."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest

from tests.connectors.twinfield.package import Package, served


@pytest.fixture
def package(way_out: httpx.Client) -> Iterator[Package]:
    """An emulator of this test's own."""
    with served(way_out) as one:
        yield one
