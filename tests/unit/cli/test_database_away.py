"""A command that cannot reach the database says so in one line, without a word of its address."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from demo.processes import free_port
from tests.conftest import ROOT, environment_in

COMMANDS = ["db upgrade", "keys check", "keys rotate", "audit verify", "clubs add X --treasurer ans@voorbeeld.example"]
SAID = (
    "Error: the database of KOPPELBALIE_DATABASE_URL cannot be used (OperationalError):"
    " is it there, and does it let us in?"
)


@pytest.mark.parametrize("command", COMMANDS)
def test_a_database_that_cannot_be_reached_is_told_in_one_line(tmp_path: Path, command: str) -> None:
    url = f"postgresql+psycopg://somebody:made-up-password@127.0.0.1:{free_port()}/koppelbalie"
    environment = environment_in(tmp_path, database_url=url)

    done = subprocess.run(
        [sys.executable, "-m", "flask", "--app", "wsgi", *command.split()],
        cwd=ROOT, env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip

    said = [line for line in done.stderr.splitlines() if not line.startswith("{")]
    assert done.returncode == 1
    assert said == [SAID]
    assert "made-up-password" not in done.stdout + done.stderr
