"""A worker finds the consent that a kill left in doubt, and has it put right by a durable job."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask

from onboarding.clock import now
from onboarding.db import session
from onboarding.oauth.models import Consent
from onboarding.settings import Settings
from onboarding.usecases.transaction import change
from tests.conftest import BOTH, ROOT, environment_in, settings_in
from tests.load.storm import OF_PACKAGE
from tests.unit.jobs.conftest import wait_until
from tests.unit.usecases.conftest import Desk
from tests.unit.usecases.consenting import Package, consent, consents, package, start

__all__ = ["package"]


@pytest.fixture
def settings(tmp_path: Path, database_url: str, package: Package) -> Settings:
    return settings_in(tmp_path, database_url=database_url, at=package.at)


@pytest.mark.parametrize("database_url", BOTH, indirect=True)
def test_a_worker_puts_right_what_a_kill_left_in_doubt(
    in_app: Flask, tmp_path: Path, settings: Settings, package: Package
) -> None:
    desk = Desk()
    number = start(desk)
    consents(desk, number)
    consent_id = consent(desk, number).id or 0
    with change() as db:
        row = db.get_one(Consent, consent_id)
        row.fence, row.lease_until, row.refresh_started_at = 1, now() - timedelta(seconds=1), now()
        db.add(row)
    named = {name: value for name, value in os.environ.items() if name.startswith(OF_PACKAGE)}
    environment = environment_in(tmp_path, database_url=settings.database_url, at=package.at) | named
    command = [sys.executable, "-m", "flask", "--app", "wsgi", "work"]
    with subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL) as worker:
        try:
            wait_until(lambda: generation(consent_id) == 2)
        finally:
            worker.kill()

    assert package.knobs.tokens == ["authorization_code", "refresh_token"]


def generation(consent_id: int) -> int:
    session().rollback()
    session().expire_all()
    return session().get_one(Consent, consent_id).generation
