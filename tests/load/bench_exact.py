"""What a whole checklist of Exact Online costs: time against its calls, and calls against its budget."""

from __future__ import annotations

import json
import statistics
import time
from collections.abc import Iterator
from typing import Any

import httpx

import connectors
from connectors.kit.credentials import Credentials, read_form
from connectors.kit.http import Http, open_client
from connectors.kit.outcomes import Line, Outcome
from connectors.kit.run import run
from connectors.kit.sandbox import at_sandbox
from tests.load.bench_kit import LATENCY, Figure, at_most, sandbox

PACKAGE, CLUB = "exact-online", "goed"
CALLS = 10
"""Calls of a whole checklist with direct debit, besides one for each ledger account."""


def figures() -> Iterator[Figure]:
    """The figures of Exact Online, each as ``figure, value, unit, goal, holds``."""
    with sandbox(LATENCY) as far, open_client() as client:
        bench = _Bench(far, client)
        calls = sum(len(line.exchanges) for line in bench.run())  # the first loads what is heavy
        yield at_most("calls of a whole Exact checklist with one account", calls, "", CALLS + bench.accounts)
        yield at_most("a whole Exact checklist against its calls at 150 ms", bench.ratio(), "x", 1.10)


class _Bench:
    """Runs of the club for which all is well."""

    def __init__(self, url: str, client: httpx.Client) -> None:
        self.connector = connectors.get(PACKAGE)
        self.at = at_sandbox([self.connector], url)
        self.client = client
        sandbox = self.connector.sandbox()
        self.login = _read(self.connector.login, sandbox.club(CLUB).input)
        self.host = _read(self.connector.host, sandbox.host_input)
        self.accounts = len(self.login.revenue_accounts)

    def run(self) -> list[Line]:
        """One run; every line of it has to be good, or the figure means nothing."""
        http = Http(self.connector.name, self.connector.hosts, client=self.client, at=self.at)
        lines = list(run(self.connector, self.login, self.host, http))
        bad = [line for line in lines if line.outcome not in {Outcome.PASSED, Outcome.PERSON}]
        if bad:
            raise RuntimeError(f"{bad[0].check}: {bad[0].error} {bad[0].detail}")
        return lines

    def ratio(self) -> float:
        """Time on the wall as a multiple of calls times latency; the middle of five."""
        ratios = []
        for _ in range(5):
            started = time.perf_counter()
            calls = sum(len(line.exchanges) for line in self.run())
            ratios.append((time.perf_counter() - started) / (calls * LATENCY))
        return statistics.median(ratios)


def _read(cls: type[Credentials] | None, given: Any) -> Any:
    assert cls is not None
    read = read_form(cls, given).login
    assert read is not None
    return read


if __name__ == "__main__":
    for one in figures():
        print(json.dumps(one), flush=True)
