"""The parts that must be covered best: `python -m tests.rules.coverage_floors` after a run with --cov."""

from __future__ import annotations

import io
import sys

from coverage import Coverage

FLOORS = {
    "connectors/kit": 95,
    "onboarding/vault": 95,
    "onboarding/oauth": 95,
    "onboarding/tickets": 95,
    "onboarding/usecases": 95,
}
"""Percent of lines and branches, by folder."""


def main() -> int:
    """Print what each folder reaches; 1 when one stays under its floor."""
    coverage = Coverage()
    coverage.load()
    under = 0
    for folder, floor in FLOORS.items():
        report = io.StringIO()
        reached = coverage.report(include=[f"{folder}/*"], file=report, show_missing=True, skip_covered=True)
        print(f"coverage of {folder}: {reached:.1f} % (at least {floor} %)")
        if reached < floor:
            under += 1
            print(report.getvalue())
    return 1 if under else 0


if __name__ == "__main__":
    sys.exit(main())
