"""A sixth package takes one folder and no edit anywhere: list, describe and check find it."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from connectors import ELSEWHERE
from tests.connectors.everyone import SIXTH
from tests.connectors.sixth.__main__ import main as start_a_package

ROOT = Path(__file__).resolve().parents[2]
MADE_UP = {"api_key": "kb_made_up_goed", "revenue_account": "8000"}


@pytest.fixture
def elsewhere(tmp_path: Path) -> Path:
    """A folder far from the project with the invented package in it."""
    shutil.copytree(SIXTH / "kasboek", tmp_path / "packages" / "kasboek", ignore=shutil.ignore_patterns("__pycache__"))
    return tmp_path / "packages"


def command(elsewhere: Path, *arguments: str, given: str = "") -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "connectors", *arguments],
        cwd=ROOT,
        env=os.environ | {ELSEWHERE: str(elsewhere)},
        input=given,
        capture_output=True,
        text=True,
        check=False,
    )


def lines_of(done: subprocess.CompletedProcess[str]) -> dict[str, Any]:
    return {line["check"]: line["outcome"] for line in map(json.loads, done.stdout.splitlines())}


def test_is_listed_beside_ours(elsewhere: Path) -> None:
    done = command(elsewhere, "list", "--json")

    assert done.returncode == 0, done.stderr
    assert {"kasboek", "e-boekhouden"} <= {package["key"] for package in json.loads(done.stdout)}


@pytest.mark.parametrize("club", ["goed", "fout", "leeg", "rekeningweg", "storing", "limiet"])
def test_tests_as_it_says_of_itself(elsewhere: Path, club: str) -> None:
    described = json.loads(command(elsewhere, "describe", "kasboek", "--json", "--sandbox").stdout)
    scenario = next(one for one in described["clubs"] if one["name"] == club)

    done = command(
        elsewhere, "check", "kasboek", "--input", "-", "--sandbox", "--json", given=json.dumps(scenario["input"])
    )

    assert lines_of(done) == scenario["expected"]
    mandatory = {check["key"] for check in described["checks"] if check["mandatory"]}
    stops = {outcome for check, outcome in scenario["expected"].items() if check in mandatory}
    assert done.returncode == (1 if "failed" in stops else 3 if "untested" in stops else 0)
    assert "kb_made_up" not in done.stdout + done.stderr


def test_one_folder_may_be_named_as_well_as_a_folder_of_folders(elsewhere: Path) -> None:
    done = command(elsewhere / "kasboek", "check", "kasboek", "--input", "-", "--sandbox", given=json.dumps(MADE_UP))

    assert done.returncode == 0, done.stderr
    assert "Dit is de administratie van SV Goed." in done.stdout


def test_a_new_package_starts_from_it(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert start_a_package(["club_boek"], tmp_path) == 0

    described = json.loads(command(tmp_path, "describe", "club-boek", "--json").stdout)
    assert (described["name"], described["hosts"]) == ("Club Boek", ["api.club-boek.example"])
    done = command(
        tmp_path, "check", "club-boek", "--input", "-", "--sandbox", given=json.dumps(described["clubs"][0]["input"])
    )
    assert done.returncode == 0, done.stderr

    assert start_a_package(["club_boek"], tmp_path) == 2
    assert "already there" in capsys.readouterr().err


@pytest.mark.parametrize("name", ["", "Kas", "../kas", "kas boek", "1kas"])
def test_a_new_package_needs_a_name_that_python_takes(
    name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert start_a_package([name], tmp_path) == 2
    assert "my_package" in capsys.readouterr().err
    assert not list(tmp_path.iterdir())
