"""A package that nobody knew: one folder outside the project, and a club files, checks and is activated with it."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

import connectors
from demo.cast import ANS, BRAM
from demo.processes import free_port
from tests.connectors.everyone import SIXTH
from tests.stories.people import Member, Support
from tests.stories.stand import Stand, copy_of, emulators_at

PACKAGE = "kasboek"


@pytest.fixture
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The invented package in a folder of its own, far from the project."""
    folder = tmp_path / "packages" / PACKAGE
    shutil.copytree(SIXTH / PACKAGE, folder, ignore=shutil.ignore_patterns("__pycache__"))
    monkeypatch.setenv(connectors.ELSEWHERE, str(folder.parent))
    connectors.forget()
    yield folder
    monkeypatch.undo()
    connectors.forget()


@pytest.fixture
def stand(tmp_path: Path, elsewhere: Path, with_the_cast: Path) -> Iterator[Stand]:
    """A product that was started with that folder named in its environment, and nothing else changed."""
    port = free_port()
    emulators = emulators_at(port, tmp_path, os.environ)
    copy_of(with_the_cast, tmp_path / "place")
    stand = Stand(tmp_path / "place", f"http://127.0.0.1:{port}")
    with stand.running():
        yield stand
    emulators.stop()


def test_a_club_files_checks_and_is_activated_with_it(stand: Stand, chromium: Browser) -> None:
    ans, bram = Member(ANS, stand, chromium), Support(BRAM, stand, chromium)
    ans.signs_in()
    number = ans.drafts("fout", PACKAGE)
    expect(ans.check("books_can_be_read")).to_contain_text("accepteert deze sleutel niet")
    ans.has_no_trouble_reading()
    ans.follows("Codes wijzigen")
    ans.fills_in(connectors.get(PACKAGE).sandbox().club("goed").input)
    ans.tests()
    expect(ans.check("books_can_be_read")).to_contain_text("SV Goed")
    expect(ans.page.get_by_role("option", name="8000 Contributie")).to_have_count(1)
    ans.sends()

    bram.signs_in()
    bram.takes(number)
    bram.confirms("books_are_right", "De naam klopt.")
    bram.has_no_trouble_reading()
    bram.activates(number)
    ans.opens(number)
    assert "De koppeling is actief" in ans.turn()
