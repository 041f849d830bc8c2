"""What tests of the kit can ask for."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest

from connectors.kit.http import Http, open_client

HOST = "api.kasboek.example"


@pytest.fixture(scope="session")
def pool() -> Iterator[httpx.Client]:
    """The one client of a process."""
    with open_client() as client:
        yield client


@pytest.fixture
def http_to(pool: httpx.Client) -> Callable[..., Http]:
    """Makes the way out of one run, its host standing at an address of the test's choosing."""

    def make(url: str, **how: Any) -> Http:
        return Http("Kasboek", [HOST], client=pool, at={HOST: url}, **how)

    return make
