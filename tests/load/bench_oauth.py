"""What consent costs: a token that needs no refresh, and a storm of callers on one that has run out."""

from __future__ import annotations

import statistics
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from onboarding import create_app
from onboarding.db import db
from onboarding.usecases.refreshing import Kept
from tests.conftest import environment_in, settings_in, upgraded
from tests.load.storm import CALLERS, weather
from tests.unit.usecases.conftest import Desk
from tests.unit.usecases.consenting import Package, consent, consents, offered, start

READS = 300
PROVIDER = (0.1, 15.0, 30.0)
"""Seconds that the package takes for a refresh."""

Figure = dict[str, Any]


def figures() -> Iterator[Figure]:
    """The figures of consent, each as ``figure, value, unit, goal, holds``."""
    with offered() as package:
        with tempfile.TemporaryDirectory(prefix="koppelbalie-bench-") as folder:
            took = _reading(Path(folder), package)
            yield _at_most("a token that needs no refresh, with its event in the log", took, "ms", 5.0)
        for slow in PROVIDER:
            with tempfile.TemporaryDirectory(prefix="koppelbalie-bench-") as folder:
                yield from _storm(Path(folder), package, slow)


def _reading(folder: Path, package: Package) -> float:
    """Milliseconds of the median: each is a run of its own, which opens the pair and writes why."""
    upgraded(environment_in(folder))
    app = create_app(settings_in(folder, at=package.at))
    with app.app_context():
        desk = Desk()
        number = start(desk)
        consents(desk, number)
        consent_id = consent(desk, number).id or 0
        took = []
        for _ in range(READS):
            began = time.perf_counter()
            Kept(consent_id, "user:1", "bench").alive()
            took.append(time.perf_counter() - began)
        db.engine.dispose()
    return statistics.median(took) * 1000


def _storm(folder: Path, package: Package, slow: float) -> Iterator[Figure]:
    upgraded(environment_in(folder))
    app = create_app(settings_in(folder, at=package.at))
    came = weather(app, folder, package, slow)
    with app.app_context():
        db.engine.dispose()
    named = f"{CALLERS} callers of one expired token, 4 processes, {slow:g} s at the package"
    good = len(came.waited) - len(came.errors) if len(came.tokens) == 1 else 0
    yield {"figure": f"{named}: good answers", "value": good, "unit": "", "goal": CALLERS, "holds": good == CALLERS}
    yield _at_most(f"{named}: refreshes", came.refreshes, "", 1)
    yield _at_most(f"{named}: p99", came.p99, "s", slow + 1.0)


def _at_most(figure: str, value: float, unit: str, goal: float) -> Figure:
    return {"figure": figure, "value": round(value, 3), "unit": unit, "goal": goal, "holds": value <= goal}
