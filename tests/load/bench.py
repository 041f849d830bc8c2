"""`make bench`: every figure, one JSON object a line; exit 1 when one does not hold."""

from __future__ import annotations

import importlib
import json
import sys
from pathlib import Path

PARTS = sorted(file.stem for file in Path(__file__).parent.glob("bench_*.py"))
"""Modules beside this one with ``figures()``."""


def main() -> int:
    """Print each figure as it is measured."""
    all_hold = True
    for part in PARTS:
        for line in importlib.import_module(f"tests.load.{part}").figures():
            print(json.dumps(line, ensure_ascii=False), flush=True)
            all_hold &= bool(line["holds"])
    return 0 if all_hold else 1


if __name__ == "__main__":
    sys.exit(main())
