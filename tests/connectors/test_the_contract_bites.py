"""A package that breaks the contract fails the test that is about it."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from connectors import ELSEWHERE
from tests.connectors.sixth.__main__ import write

ROOT = Path(__file__).resolve().parents[2]
BROKEN = {
    "kas_blames": ("client.py", "case 401 if not answer.is_html:", "case status if status >= 300:"),
    "kas_trusts": ("client.py", "kind.model_validate_json(answer.body)", "kind.model_construct(accounts=())"),
    "kas_logs": ("client.py", "answer = self", "__import__('logging').warning(headers)\n        answer = self"),
    "kas_strays": ("client.py", 'f"https://{HOST}{path}"', '"https://elsewhere.example/"'),
    "kas_mutters": ("checks.py", 'en="There is no revenue account yet."', 'en=""'),
    "kas_whispers": ("__init__.py", 'en="One key, 3 minutes."', 'en=" "'),
    "kas_hopes": ("sandbox.py", 'NOTHING | {"books_can_be_read": FAILED}', "WELL"),
    "kas_scripts": ("__init__.py", "</svg>", "<script>1</script></svg>"),
    "kas_draws": ("__init__.py", "<title>De knop Nieuwe sleutel, op het scherm Sleutels</title>", ""),
    "kas_waits": ("checks.py", "owner=Owner.SUPPORT)", 'owner=Owner.SUPPORT, needs=("later",))'),
    "kas_shows": ("__init__.py", "api_key: Secret = ask", "api_key: str = ask"),
    "kas_stumbles": ("__init__.py", 'reader=labelled("Sleutel", "API key", "Key")', "reader=lambda raw: raw[0]"),
}
CAUGHT_BY = {
    "kas_blames": "test_a_fault_at_any_call_blames_nobody",
    "kas_trusts": "test_a_fault_at_any_call_blames_nobody",
    "kas_logs": "test_shows_no_secret_in_any_spelling",
    "kas_strays": "test_says_exactly_what_the_scenario_says_and_recovers",
    "kas_mutters": "test_says_whose_turn_it_is_and_what_to_do",
    "kas_whispers": "test_every_text_is_there_in_both_languages",
    "kas_hopes": "test_says_exactly_what_the_scenario_says_and_recovers",
    "kas_scripts": "test_pictures_are_drawings_and_nothing_else",
    "kas_draws": "test_pictures_are_drawings_and_nothing_else",
    "kas_waits": "test_checks_need_only_earlier_ones",
    "kas_shows": "test_what_sounds_secret_is_secret",
    "kas_stumbles": "test_reading_never_breaks_and_reading_again_changes_nothing",
}
WANTED = f"kas- and ({' or '.join(sorted(set(CAUGHT_BY.values())))})"
OPTIONS = ["tests/connectors/contract", "-k", WANTED, "-q", "--tb=line", "-rfE", "-p", "no:randomly"]


@pytest.fixture(scope="module")
def failures(tmp_path_factory: pytest.TempPathFactory) -> set[tuple[str, str]]:
    """Which test failed for which package."""
    place = tmp_path_factory.mktemp("broken")
    for name, (file, right, wrong) in BROKEN.items():
        write(place / name)
        path = place / name / file
        source = path.read_text(encoding="utf-8")
        assert right in source, name
        path.write_text(source.replace(right, wrong), encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "pytest", *OPTIONS],
        cwd=ROOT,
        env=os.environ | {ELSEWHERE: str(place)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1, done.stdout + done.stderr
    return set(re.findall(r"::(test_\w+)\[[^\]]*?(kas-[a-z]+)", done.stdout))


@pytest.mark.parametrize("name", BROKEN)
def test_is_caught_by_the_test_that_is_about_it(name: str, failures: set[tuple[str, str]]) -> None:
    caught = {test for test, key in failures if key == name.replace("_", "-")}
    assert CAUGHT_BY[name] in caught
