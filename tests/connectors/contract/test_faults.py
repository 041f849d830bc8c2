"""Whatever goes wrong at a package, at whichever call, is never told as the club's fault, and ends in time."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator

import httpx
import pytest

from connectors.kit.connector import Connector
from connectors.kit.description import tell
from connectors.kit.outcomes import Line, Outcome
from connectors.kit.run import run
from connectors.kit.sandbox import emulators, serve
from tests.connectors.everyone import PATIENT, Providers, every_connector, host_of, login_of, well_club
from tests.connectors.saboteur import FAULTS, SLOW_FAULTS, Fault, Saboteur

IN_TIME = 0.3
"""Seconds that a call may take while a slow fault is played."""
GRACE = 5.0
"""Seconds that a busy machine may add."""
NOBODYS_FAULT = {None, "Unavailable", "UnexpectedAnswer", "RateLimited"}
each_connector = pytest.mark.parametrize("connector", every_connector(), ids=lambda connector: connector.key)


@pytest.fixture(scope="module")
def saboteur() -> Saboteur:
    return Saboteur(emulators(every_connector()))


@pytest.fixture(scope="module")
def spoilt(saboteur: Saboteur, way_out: httpx.Client) -> Iterator[Providers]:
    server = serve(saboteur)
    yield Providers(server.url, way_out)
    server.shutdown()


def played(
    connector: Connector, spoilt: Providers, saboteur: Saboteur, fault: Fault | None, at: int, deadline: float = PATIENT
) -> list[Line]:
    http = spoilt.http(connector, deadline)
    saboteur.plan(at, fault)
    lines = list(run(connector, login_of(connector, well_club(connector)), host_of(connector), http))
    assert set(saboteur.hosts) <= set(connector.hosts), "a host was called by another name than its own"
    shown = repr(lines) + json.dumps([tell(line, "nl") for line in lines])
    assert http.redact(shown) == shown, "a secret shows up"
    return lines


def assert_nobody_is_blamed(lines: list[Line], fault: str, at: int) -> None:
    for line in lines:
        assert line.outcome is not Outcome.FAILED, (fault, at, line.check, line.error)
        assert line.error in NOBODYS_FAULT, (fault, at, line.check, line.error)


@each_connector
@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_at_any_call_blames_nobody(
    connector: Connector, fault: str, spoilt: Providers, saboteur: Saboteur
) -> None:
    played(connector, spoilt, saboteur, None, 0)
    calls = len(saboteur.hosts)
    assert calls

    for at in range(1, calls + 1):
        lines = played(connector, spoilt, saboteur, FAULTS[fault], at)
        assert_nobody_is_blamed(lines, fault, at)
        if at == 1:
            assert Outcome.UNTESTED in {line.outcome for line in lines}

    well = played(connector, spoilt, saboteur, None, 0)
    assert {line.check: line.outcome for line in well} == dict(well_club(connector).expected)


@each_connector
@pytest.mark.parametrize("fault", SLOW_FAULTS)
def test_a_slow_answer_at_any_call_ends_in_time(
    connector: Connector, fault: str, spoilt: Providers, saboteur: Saboteur
) -> None:
    played(connector, spoilt, saboteur, None, 0)
    calls = len(saboteur.hosts)

    for at in range(1, calls + 1):
        started = time.monotonic()
        lines = played(connector, spoilt, saboteur, SLOW_FAULTS[fault], at, IN_TIME)
        took = time.monotonic() - started
        assert_nobody_is_blamed(lines, fault, at)
        assert took < IN_TIME + GRACE + 0.1 * calls
        slow = [exchange for line in lines for exchange in line.exchanges if exchange.status is None]
        assert all(exchange.ms < (IN_TIME + GRACE) * 1000 for exchange in slow)
        if at == 1:
            assert Outcome.UNTESTED in {line.outcome for line in lines}


@each_connector
def test_a_package_that_is_gone_costs_one_deadline(connector: Connector, spoilt: Providers, saboteur: Saboteur) -> None:
    lines = played(connector, spoilt, saboteur, FAULTS["503"], 1)
    assert_nobody_is_blamed(lines, "503", 1)
    first = saboteur.hosts[0]
    assert saboteur.hosts.count(first) == 1, "after an outage the same host is not called again in one run"
