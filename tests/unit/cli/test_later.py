"""Commands of later versions are named, do nothing, and say so."""

from __future__ import annotations

import pytest
from flask import Flask

from onboarding.cli.later import COMING


@pytest.mark.parametrize(("path", "version"), COMING.items())
def test_it_says_which_version_brings_it_and_exits_2(app: Flask, path: str, version: str) -> None:
    result = app.test_cli_runner().invoke(args=[*path.split(), "--into", "somewhere"])

    assert result.exit_code == 2
    assert f"version {version} will bring this" in result.stderr
