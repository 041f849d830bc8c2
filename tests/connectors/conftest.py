"""What tests of packages can ask for."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest

from connectors.kit.http import open_client
from connectors.kit.sandbox import emulators, serve
from tests.connectors.everyone import Providers, every_connector


@pytest.fixture(scope="session")
def way_out() -> Iterator[httpx.Client]:
    """The one client of a process."""
    with open_client() as client:
        yield client


@pytest.fixture(scope="session")
def providers(way_out: httpx.Client) -> Iterator[Providers]:
    """All emulators, served once."""
    server = serve(emulators(every_connector()))
    yield Providers(server.url, way_out)
    server.shutdown()
