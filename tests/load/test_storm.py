"""500 callers of one expired token in four processes, however slow the package: one refresh, 500 good answers."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask
from sqlmodel import select

from onboarding.db import session
from onboarding.oauth.models import Consent, ConsentState
from onboarding.settings import Settings
from tests.conftest import BOTH, settings_in
from tests.load.storm import CALLERS, weather
from tests.unit.usecases.consenting import Package, package

__all__ = ["package"]


@pytest.fixture
def settings(tmp_path: Path, database_url: str, package: Package) -> Settings:
    return settings_in(tmp_path, database_url=database_url, at=package.at)


@pytest.mark.timeout(300)
@pytest.mark.parametrize("database_url", BOTH, indirect=True)
@pytest.mark.parametrize("slow", [0.1, 15.0, 30.0])
def test_a_storm_is_one_refresh_and_everybody_is_served(
    app: Flask, tmp_path: Path, database_url: str, package: Package, slow: float
) -> None:
    came = weather(app, tmp_path, package, slow, database_url=database_url)

    assert came.errors == []
    assert (len(came.waited), len(came.tokens), came.refreshes) == (CALLERS, 1, 1)
    assert package.knobs.most_at_once == 1
    with app.app_context():
        row = session().exec(select(Consent)).one()
        assert (row.generation, row.state, row.lease_until) == (2, ConsentState.ALIVE, None)
