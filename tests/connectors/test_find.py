"""Packages are found by themselves, and a broken folder is named."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import connectors
from tests.connectors.everyone import SIXTH

KASBOEK = SIXTH / "kasboek"
ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(autouse=True)
def _looks_again() -> Iterator[None]:
    connectors.forget()
    yield
    connectors.forget()


def package(place: Path, source: str) -> Path:
    place.mkdir(parents=True)
    (place / "__init__.py").write_text(source, encoding="utf-8")
    return place


def elsewhere(monkeypatch: pytest.MonkeyPatch, *places: Path) -> None:
    monkeypatch.setenv(connectors.ELSEWHERE, os.pathsep.join(map(str, places)))


def test_finds_the_folders_here() -> None:
    assert connectors.get("e-boekhouden").name == "e-Boekhouden.nl"
    assert list(connectors.find()) == sorted(connectors.find(), key=lambda key: connectors.get(key).name.casefold())


def test_an_unknown_key_is_a_key_error() -> None:
    with pytest.raises(KeyError):
        connectors.get("nothing-of-the-kind")


def test_looks_once_and_again_when_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    mine = package(tmp_path / "mine", (KASBOEK / "__init__.py").read_text(encoding="utf-8"))
    for source in KASBOEK.glob("*.py"):
        (mine / source.name).write_text(source.read_text(encoding="utf-8"), encoding="utf-8")
    elsewhere(monkeypatch, mine)
    assert connectors.get("kasboek") is connectors.get("kasboek")

    (mine / "__init__.py").write_text(
        (mine / "__init__.py").read_text(encoding="utf-8").replace("Kasboek Online", "Ander Boek"), encoding="utf-8"
    )
    assert connectors.get("kasboek").name == "Kasboek Online"
    connectors.forget()
    assert connectors.get("kasboek").name == "Ander Boek"


def test_a_changed_setting_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    assert "kasboek" not in connectors.find()
    elsewhere(monkeypatch, SIXTH)
    assert "kasboek" in connectors.find()


def test_one_folder_named_twice_is_one_package(monkeypatch: pytest.MonkeyPatch) -> None:
    elsewhere(monkeypatch, SIXTH, SIXTH)
    assert "kasboek" in connectors.find()


def test_a_key_of_two_folders_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    elsewhere(monkeypatch, SIXTH, KASBOEK)
    with pytest.raises(connectors.BrokenPackage, match="kasboek"):
        connectors.find()


@pytest.mark.parametrize(
    ("source", "says"),
    [
        ("import nothing_of_the_kind", "ModuleNotFoundError"),
        ("def (", "SyntaxError"),
        ("raise RuntimeError('out of order')", "out of order"),
        ("CONNECTOR = 'kasboek'", "no Connector but str"),
        ("", "holds no package"),
    ],
)
def test_a_broken_folder_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, source: str, says: str) -> None:
    elsewhere(monkeypatch, package(tmp_path / "stuk", source))

    with pytest.raises(connectors.BrokenPackage, match="stuk") as caught:
        connectors.find()

    assert says in str(caught.value)


def test_a_folder_that_breaks_leaves_nothing_behind(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    broken = package(tmp_path / "halfway", "from . import part\nraise RuntimeError")
    (broken / "part.py").write_text("", encoding="utf-8")
    elsewhere(monkeypatch, broken)

    with pytest.raises(connectors.BrokenPackage):
        connectors.find()

    assert not [name for name in sys.modules if "halfway" in name]


def test_a_missing_folder_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    elsewhere(monkeypatch, tmp_path / "weg")
    with pytest.raises(connectors.BrokenPackage, match="weg"):
        connectors.find()


def test_folders_of_one_name_live_side_by_side(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for place in ("one", "two"):
        made = tmp_path / place / "kasboek"
        made.mkdir(parents=True)
        for source in KASBOEK.glob("*.py"):
            text = source.read_text(encoding="utf-8").replace('key="kasboek"', f'key="kasboek-{place}"')
            (made / source.name).write_text(text, encoding="utf-8")
    elsewhere(monkeypatch, tmp_path / "one", tmp_path / "two")

    one, two = connectors.get("kasboek-one"), connectors.get("kasboek-two")

    assert one.login is not two.login
    assert one.login.__module__ != two.login.__module__


def test_the_search_loads_nothing_heavy() -> None:
    heavy = ("zeep", "lxml", "httpx", "httpcore", "werkzeug", "requests", "flask", "sqlalchemy", "http.server")
    script = f"import connectors, sys; connectors.find(); print([one for one in {heavy!r} if one in sys.modules])"

    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True)

    assert done.stdout.strip() == "[]"


def test_a_connector_knows_nothing_of_the_app_nor_of_another() -> None:
    for folder in (ROOT / "connectors").iterdir():
        others = [one.name for one in folder.parent.iterdir() if one.is_dir() and one.name not in {folder.name, "kit"}]
        for source in folder.rglob("*.py"):
            text = source.read_text(encoding="utf-8")
            assert not [name for name in ("onboarding", "flask", "sqlmodel", "demo") if f"import {name}" in text]
            assert not [name for name in ("onboarding", "flask", "sqlmodel", "demo") if f"from {name}" in text]
            assert not [name for name in others if f"connectors.{name}" in text and not name.startswith("_")]
