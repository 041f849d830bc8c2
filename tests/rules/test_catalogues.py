"""Everything that the app says, it says in Dutch too."""

from __future__ import annotations

from collections import Counter
from functools import cache
from io import BytesIO
from pathlib import Path

import pytest
from babel.messages.catalog import Message
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

from onboarding.i18n import CATALOGUES, catalogue

ROOT = Path(__file__).resolve().parents[2]
KEYWORDS = {
    name: spec
    for names, spec in (
        (("_", "_l", "gettext", "lazy_gettext"), None),
        (("ngettext", "lazy_ngettext"), (1, 2)),
    )
    for name in names
}
METHODS = [("**.py", "python"), ("**.html", "jinja2"), ("**.txt", "jinja2")]
FRAGMENTS = sorted((CATALOGUES / "nl").glob("*.po"))

Id = str | tuple[str, ...]


@cache
def said() -> dict[Id, str]:
    """Every msgid in the code and the templates, with a place where it is used."""
    found: dict[Id, str] = {}
    for folder in ("onboarding", "templates"):
        for file, line, msgid, _, _ in extract_from_dir(ROOT / folder, METHODS, keywords=KEYWORDS):
            found.setdefault(msgid, f"{folder}/{file}:{line}")
    return found


def messages(file: Path) -> list[Message]:
    return [message for message in read_po(BytesIO(file.read_bytes()), locale="nl") if message.id]


def test_something_is_said() -> None:
    assert "Sign in" in said()
    assert any(isinstance(msgid, tuple) for msgid in said())


def test_everything_said_has_its_dutch() -> None:
    dutch = catalogue("nl")
    without = {place: msgid for msgid, place in said().items() if msgid not in dutch or not dutch[msgid].string}

    assert without == {}


def test_no_text_is_translated_twice() -> None:
    told = Counter(message.id for file in FRAGMENTS for message in messages(file))

    assert [msgid for msgid, times in told.items() if times > 1] == []


def test_no_translation_is_left_over() -> None:
    left = [(file.name, message.id) for file in FRAGMENTS for message in messages(file) if message.id not in said()]

    assert left == []


@pytest.mark.parametrize("file", FRAGMENTS, ids=lambda file: file.stem)
def test_placeholders_are_the_same_on_both_sides(file: Path) -> None:
    wrong = {str(message.id): [str(error) for error in message.check()] for message in messages(file)}

    assert {msgid: errors for msgid, errors in wrong.items() if errors} == {}


@pytest.mark.parametrize("file", FRAGMENTS, ids=lambda file: file.stem)
def test_no_translation_is_unsure(file: Path) -> None:
    assert [message.id for message in messages(file) if message.fuzzy] == []
