"""A storm: hundreds of callers in several processes want the token of one consent that has just run out."""

from __future__ import annotations

import json
import math
import os
import subprocess
import sys
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from flask import Flask

from onboarding.clock import now
from onboarding.oauth.models import Consent
from onboarding.usecases.transaction import change
from tests.conftest import ROOT, environment_in
from tests.unit.usecases.conftest import Desk
from tests.unit.usecases.consenting import Package, consent, consents, start

PROCESSES, CALLERS = 4, 500
OF_PACKAGE = ("KOPPELBALIE_GROOTBOEK_", "KOPPELBALIE_CONNECTORS")
"""Starts of settings that make the package known to a process."""


@dataclass(frozen=True)
class Weathered:
    """What came of a storm: seconds that each waited, the different tokens that they got, and what went wrong."""

    waited: list[float]
    tokens: set[str]
    errors: list[str]
    refreshes: int

    @property
    def p99(self) -> float:
        """What 99 of 100 waited at most."""
        return sorted(self.waited)[math.ceil(len(self.waited) * 0.99) - 1]


def weather(app: Flask, folder: Path, package: Package, slow: float, **settings: object) -> Weathered:
    """Make a consent, let it run out, and let everybody loose on a provider that takes ``slow`` seconds."""
    with app.app_context():
        desk = Desk()
        number = start(desk)
        consents(desk, number)
        consent_id = consent(desk, number).id
        with change() as db:
            row = db.get_one(Consent, consent_id)
            row.expires_at = now() - timedelta(seconds=1)
            db.add(row)
    package.knobs.slow = slow
    package.knobs.tokens.clear()
    told = _let_loose(environment_in(folder, at=package.at, **settings), consent_id or 0)
    return Weathered(
        waited=[one for process in told for one in process["waited"]],
        tokens={one for process in told for one in process["tokens"]},
        errors=[one for process in told for one in process["errors"]],
        refreshes=package.knobs.tokens.count("refresh_token"),
    )


def _let_loose(environment: dict[str, str], consent_id: int) -> list[dict[str, list[float]]]:
    package = {name: value for name, value in os.environ.items() if name.startswith(OF_PACKAGE)}
    command = [sys.executable, "-m", "tests.load.storming", str(consent_id), str(CALLERS // PROCESSES)]
    processes = [
        subprocess.Popen(
            command, cwd=ROOT, env=environment | package, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        for _ in range(PROCESSES)
    ]
    try:
        for process in processes:
            assert process.stdout is not None
            assert process.stdout.readline() == "ready\n"
        for process in processes:
            assert process.stdin is not None
            process.stdin.write("\n")
            process.stdin.flush()
        return [json.loads(process.communicate(timeout=300)[0]) for process in processes]
    finally:
        for process in processes:
            process.kill()
            process.wait()
