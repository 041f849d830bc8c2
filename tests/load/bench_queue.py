"""What support's queue costs with many tickets: its pages at 100,000 beside those at 1,000, on both databases."""

from __future__ import annotations

import json
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flask.testing import FlaskClient

from demo.cast import BRAM
from demo.seed import seed_people
from onboarding import create_app
from onboarding.db import db
from tests import postgres
from tests.conftest import environment_in, settings_in, upgraded
from tests.load.many_tickets import add_tickets
from tests.web.queries import counted
from tests.web.stage import browser

FEW, MANY = 1_000, 100_000
TIMES = 150
PAGES = {
    "queue": "/support/",
    "queue, one group": "/support/?groep=club&pagina=2",
    "queue, what is closed": "/support/?groep=closed",
}
Figure = dict[str, Any]


def figures() -> Iterator[Figure]:
    """The figures of the queue, each as ``figure, value, unit, goal, holds``."""
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        yield from _on("SQLite", Path(folder), "")
        if postgres.BINARIES is None:
            print("no PostgreSQL here: the queue was measured on SQLite alone", file=sys.stderr)
            return
        yield from _on("PostgreSQL", Path(folder), stack.enter_context(postgres.server()))


@dataclass(frozen=True, slots=True)
class Measured:
    """Seconds of a page each time, and its number of queries."""

    times: list[float]
    queries: int


def _on(database: str, folder: Path, server: str) -> Iterator[Figure]:
    with (
        _desk(folder / f"{database}-few", server, FEW) as few,
        _desk(folder / f"{database}-many", server, MANY) as many,
    ):
        for page, path in PAGES.items():
            less, more = _measured(path, few, many)
            name = f"{page}, {MANY} tickets, {database}"
            ratio = statistics.median(more.times) / statistics.median(less.times)
            yield _at_most(f"{name}: its time against {FEW}", ratio, "x", 1.3)
            yield _at_most(f"{name}: p95", statistics.quantiles(more.times, n=20)[-1] * 1000, "ms", 25)
            yield _at_most(f"{name}: queries more than at {FEW}", more.queries - less.queries, "", 0)


def _measured(path: str, *desks: FlaskClient) -> tuple[Measured, ...]:
    """Ask for the page at each desk in turn, so that whatever else this machine does falls on all alike."""
    queries = []
    for desk in desks:
        _ask(desk, path)
        with counted() as seen:
            _ask(desk, path)
        queries.append(len(seen))
    rounds = [[_ask(desk, path) for desk in desks] for _ in range(TIMES)]
    return tuple(Measured(list(times), count) for times, count in zip(zip(*rounds, strict=True), queries, strict=True))


def _ask(desk: FlaskClient, path: str) -> float:
    began = time.perf_counter()
    answer = desk.get(path)
    took = time.perf_counter() - began
    if answer.status_code != 200 or answer.text.count("data-row") < 50:
        raise RuntimeError(f"{path} is not the queue that was meant")
    return took


@contextmanager
def _desk(folder: Path, server: str, tickets: int) -> Iterator[FlaskClient]:
    """Bram's browser before a queue of that many tickets."""
    folder.mkdir()
    more = {"database_url": postgres.new_database(server)} if server else {}
    upgraded(environment_in(folder, **more))
    app = create_app(settings_in(folder, log_level="WARNING", **more))
    app.config["WTF_CSRF_ENABLED"] = False
    with app.app_context():
        seed_people()
        add_tickets(tickets)
    try:
        yield browser(app, BRAM)
    finally:
        with app.app_context():
            db.engine.dispose()


def _at_most(figure: str, value: float, unit: str, goal: float) -> Figure:
    return {"figure": figure, "value": round(value, 3), "unit": unit, "goal": f"<= {goal:g}", "holds": value <= goal}


if __name__ == "__main__":
    for line in figures():
        print(json.dumps(line), flush=True)
