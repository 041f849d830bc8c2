"""`make bench`: every figure, one JSON object a line; exit 1 when one does not hold. With a name: that part alone."""

from __future__ import annotations

import importlib
import json
import logging
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
PARTS = sorted(file.stem for file in Path(__file__).parent.glob("bench_*.py"))
"""Modules beside this one with ``figures()``."""
FIRST = '{"figure": '
"""How a line with a figure begins; whatever else a process prints is no figure."""


def main() -> int:
    """Measure each part in a process of its own: what one left in memory would slow the next."""
    if sys.argv[1:]:
        return show(sys.argv[1])
    return max(_measured(part) for part in PARTS)


def show(part: str) -> int:
    """Print each figure of a part as it is measured; 1 when one does not hold."""
    all_hold = True
    logging.disable()  # figures alone; a place in a process of its own has its own log
    for line in figures(part):
        print(json.dumps(line, ensure_ascii=False), flush=True)
        all_hold &= bool(line["holds"])
    return 0 if all_hold else 1


def figures(part: str) -> Iterator[dict[str, Any]]:
    """The figures of a part, each as ``figure, value, unit, goal, holds``."""
    yield from importlib.import_module(f"tests.load.{part}").figures()


def _measured(part: str) -> int:
    command = [sys.executable, "-m", "tests.load.bench", part]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        for line in process.stdout:
            if line.startswith(FIRST):
                print(line, end="", flush=True)
    return min(abs(process.returncode), 1)


if __name__ == "__main__":
    sys.exit(main())
