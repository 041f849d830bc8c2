"""The checklist against a real account of each package for which one was given."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

import connectors

ROOT = Path(__file__).resolve().parents[2]
GIVEN = Path(os.environ.get("KOPPELBALIE_LIVE") or "nowhere")


@pytest.mark.live
@pytest.mark.parametrize("package", [key for key in sorted(connectors.find()) if (GIVEN / f"{key}.json").is_file()])
def test_every_mandatory_check_passes_or_asks_a_person(package: str) -> None:
    given, host = GIVEN / f"{package}.json", GIVEN / f"{package}.host.json"
    command = [sys.executable, "-m", "connectors", "check", package, "--json", "--input", str(given)]
    done = subprocess.run(
        [*command, *(["--host-input", str(host)] if host.is_file() else [])], cwd=ROOT, capture_output=True, text=True
    )

    lines = [json.loads(line) for line in done.stdout.splitlines()]
    wrong = [line for line in lines if line["mandatory"] and line["outcome"] in {"failed", "untested"}]
    assert wrong == []
    assert lines
    assert done.returncode == 0
