"""The documents are true: what they name exists, and what exists is named."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

from onboarding.hosts import variables
from onboarding.settings import PREFIX, Settings

ROOT = Path(__file__).resolve().parents[2]
DOCUMENTS = [ROOT / name for name in ("README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "SECURITY.md", "CHANGELOG.md")]


def test_every_setting_is_explained_in_the_readme() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")

    names = [f"{PREFIX}{name.upper()}" for name in Settings.model_fields]
    names += [name for name in sorted(variables()) if not name.endswith("_FILE")]
    assert [name for name in names if f"{name}`" not in text] == []


def test_the_readme_names_no_setting_that_does_not_exist() -> None:
    named = set(re.findall(rf"`{PREFIX}([A-Z_]+)`", (ROOT / "README.md").read_text(encoding="utf-8")))

    known = {name.upper() for name in Settings.model_fields} | {name.removeprefix(PREFIX) for name in variables()}
    assert named - known == set()


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_every_file_that_a_document_names_is_there(document: Path) -> None:
    text = document.read_text(encoding="utf-8")
    named = set(re.findall(r"`((?:connectors|onboarding|templates|demo|tests|docs)/[\w./-]+)`", text))
    named |= set(re.findall(r"\]\(([\w./-]+)\)", text))

    assert [name for name in sorted(named) if not (ROOT / name).exists()] == []


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_every_make_target_that_a_document_names_is_there(document: Path) -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), flags=re.MULTILINE))

    assert set(re.findall(r"\bmake ([a-z-]+)`", document.read_text(encoding="utf-8"))) - targets == set()


def test_nothing_in_the_project_names_this_machine_or_a_registry() -> None:
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout.split()
    said = re.compile(rb"(?<![\w/.])/(?:home|root|Users)/\w|files\.pythonhosted|pypi\.org/simple|index[-]url")

    assert [name for name in listed if (ROOT / name).is_file() and said.search((ROOT / name).read_bytes())] == []
