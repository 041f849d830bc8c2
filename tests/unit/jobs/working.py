"""``flask work`` for tests: its runs write down what they do, and take as long as they are told."""

from __future__ import annotations

import os
import time
from pathlib import Path

from onboarding import create_app
from onboarding.jobs import command
from onboarding.usecases import running


def perform(run_id: str) -> None:
    """What stands for a run here: one line at its start and one at its end."""
    notebook = Path(os.environ["NOTEBOOK"])
    with notebook.open("a") as lines:
        lines.write(f"begin {run_id} {os.getpid()}\n")
    if run_id == "fails":
        raise ValueError("made-up-secret-in-an-exception")
    time.sleep(float(os.environ["TAKES"]))
    with notebook.open("a") as lines:
        lines.write(f"end {run_id} {os.getpid()}\n")


if __name__ == "__main__":
    running.perform = perform
    command.PATIENCE = int(os.environ.get("PATIENCE", "10"))
    with create_app().app_context():
        command.work.main(args=[])
