"""What the kit costs: a checklist against its calls, processor time, one SOAP client, 64 runs at once."""

from __future__ import annotations

import gc
import json
import re
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx

import connectors
from connectors.kit.connector import Connector
from connectors.kit.credentials import Credentials, read_form
from connectors.kit.http import Http, open_client
from connectors.kit.outcomes import Line, Outcome
from connectors.kit.run import run
from connectors.kit.sandbox import at_sandbox

ROOT = Path(__file__).resolve().parents[2]
LATENCY = 0.150
"""Seconds that the package takes for each call."""
AT_ONCE = 64
RUNS = 640
"""Runs of three calls that are made 64 at once."""
THREE_CALLS = "ledger_readable"
"""A check that takes three calls with what it needs first: open, read, close."""

Figure = dict[str, Any]


def figures() -> Iterator[Figure]:
    """The figures of the kit, each as ``figure, value, unit, goal, holds``."""
    connector = connectors.get("e-boekhouden")
    with sandbox(0) as near, open_client() as client:
        bench = _Bench(connector, near, client)
        bench.run()  # the first loads what is heavy
        yield at_most("processor time of ours for a call", bench.cpu_per_call(), "ms", 2.0)
    with sandbox(LATENCY) as far, open_client(AT_ONCE) as client:
        bench = _Bench(connector, far, client)
        yield at_most("a whole checklist against its calls at 150 ms", bench.ratio(), "x", 1.10)
        yield _at_least(f"runs of 3 calls at 150 ms, {AT_ONCE} at once", _rate(bench.three_calls), "runs/s", 120.0)
        yield at_most("memory at that time", resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, "MiB", 250.0)
        yield at_most("SOAP clients in this process", _soap_clients(), "", 1)
        bare = _bare(bench)
        part = statistics.median(_rate(bench.three_calls) / _rate(bare) for _ in range(3))
        yield _at_least("the same against zeep alone, without any guard", part, "x", 0.85)


class _Bench:
    """Runs of one package against its emulator."""

    def __init__(self, connector: Connector, url: str, client: httpx.Client) -> None:
        self.connector = connector
        self.at = at_sandbox([connector], url)
        self.client = client
        club = max(connector.sandbox().clubs, key=lambda club: list(club.expected.values()).count(Outcome.PASSED))
        login = read_form(connector.login, club.input).login
        assert login is not None
        self.login: Credentials = login

    def run(self, only: str | None = None) -> list[Line]:
        """One run; every line of it has to be good, or the figure means nothing."""
        http = Http(self.connector.name, self.connector.hosts, client=self.client, at=self.at)
        lines = list(run(self.connector, self.login, None, http, only=only))
        bad = [line for line in lines if line.outcome in {Outcome.FAILED, Outcome.UNTESTED}]
        if bad:
            raise RuntimeError(f"{bad[0].check}: {bad[0].error} {bad[0].detail}")
        return lines

    def three_calls(self) -> None:
        self.run(THREE_CALLS)

    def ratio(self) -> float:
        """Time on the wall as a multiple of calls times latency; the middle of five."""
        self.run()
        ratios = []
        for _ in range(5):
            started = time.perf_counter()
            lines = self.run()
            ratios.append((time.perf_counter() - started) / (_calls(lines) * LATENCY))
        return statistics.median(ratios)

    def cpu_per_call(self, runs: int = 60) -> float:
        """Milliseconds of this process, user and system, for each call of whole checklists."""
        started, calls = time.process_time(), 0
        for _ in range(runs):
            calls += _calls(self.run())
        return (time.process_time() - started) * 1000 / calls


def _calls(lines: list[Line]) -> int:
    return sum(len(line.exchanges) for line in lines)


def _rate(one: Callable[[], object]) -> float:
    """Runs a second with 64 at once, after each thread had its first."""
    with ThreadPoolExecutor(AT_ONCE) as pool:
        list(pool.map(lambda _: one(), range(AT_ONCE)))
        started = time.perf_counter()
        list(pool.map(lambda _: one(), range(RUNS)))
        return RUNS / (time.perf_counter() - started)


def _bare(bench: _Bench) -> Callable[[], object]:
    """The same three calls with zeep and its own transport, without any guard of ours."""
    import requests
    import zeep
    from requests.adapters import HTTPAdapter

    from connectors.e_boekhouden.client import BINDING, HOST, WSDL

    session = requests.Session()
    session.mount("http://", HTTPAdapter(pool_connections=1, pool_maxsize=AT_ONCE))
    client: Any = zeep.Client(str(WSDL), transport=zeep.Transport(session=session))
    service = client.create_service(BINDING, f"{bench.at[HOST]}/soap.asmx")
    codes: Any = bench.login

    def three_calls() -> None:
        one, two = codes.security_code_1.reveal(), codes.security_code_2.reveal()
        opened = service.OpenSession(Username=codes.username, SecurityCode1=one, SecurityCode2=two, Source="Bench")
        service.GetGrootboekrekeningen(SessionID=opened.SessionID, SecurityCode2=two, cFilter={"ID": 0})
        service.CloseSession(SessionID=opened.SessionID)

    return three_calls


def _soap_clients() -> int:
    import zeep

    return sum(isinstance(one, zeep.Client) for one in gc.get_objects())


@contextmanager
def sandbox(latency: float) -> Iterator[str]:
    """The emulators in a process of their own; their address."""
    command = [sys.executable, "-m", "connectors", "sandbox", "--port", "0", "--latency", str(latency * 1000)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            found = re.search(r"http://\S+:\d+", process.stdout.readline())
            assert found is not None
            yield found[0]
        finally:
            process.terminate()


def at_most(figure: str, value: float, unit: str, goal: float) -> Figure:
    return {"figure": figure, "value": round(value, 3), "unit": unit, "goal": f"<= {goal}", "holds": value <= goal}


def _at_least(figure: str, value: float, unit: str, goal: float) -> Figure:
    return {"figure": figure, "value": round(value, 3), "unit": unit, "goal": f">= {goal}", "holds": value >= goal}


if __name__ == "__main__":
    for one in figures():
        print(json.dumps(one), flush=True)
