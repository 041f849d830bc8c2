"""Secrets are planted and a whole story is told: afterwards none of them lies anywhere, in any spelling."""

from __future__ import annotations

import secrets
import zipfile
from pathlib import Path

from playwright.sync_api import expect

import connectors
from demo.cast import PASSWORD
from onboarding.usecases.backing_up import back_up
from tests.made_up import PACKAGE, made_up
from tests.stories.people import Member, Support
from tests.stories.spellings import found_in, spellings
from tests.stories.stand import Stand


def test_every_spelling_would_be_found() -> None:
    secret = "s{cre}t/" + secrets.token_hex(8) + "+é"

    for spelling, forms in spellings(secret).items():
        for form in forms:
            assert found_in(b"before " + form + b" after", {"it": secret}), spelling
    assert len(spellings(secret)) == 12
    assert found_in(b"nothing here", {"it": secret}) == []


def test_no_planted_secret_lies_anywhere(
    stand: Stand, ans: Member, bram: Support, emulators: str, tmp_path: Path
) -> None:
    good = made_up("goed")
    wrong = {
        "security_code_1": secrets.token_hex(16),
        "security_code_2": f"{{{secrets.token_hex(4)}-0000-4000-8000-{secrets.token_hex(6)}}}",
        "rest_token": f"eb-{secrets.token_urlsafe(24)}",
    }
    planted = {**wrong, "the code that fits": good["security_code_1"], "the password": PASSWORD}
    pages: list[str] = []

    number = ans.starts()
    ans.prepares()
    ans.fills_in({**good, **wrong})
    pages.append(ans.page.content())
    ans.tests()
    ans.sends()
    running = processes_of(stand)
    bram.takes(number)
    bram.replies(f"Is het deze: {wrong['security_code_1']}?")
    bram.reads("Dit lijkt op een code")
    bram.page.locator("#reply-text").fill("")
    bram.opens(number)
    bram.asks_the_club()
    ans.goes(f"/p-w/{number}/codes?all=1")
    ans.fills_in(good)
    ans.tests()
    ans.waits_for_the_turn("Wij zijn aan zet")
    bram.opens(number)
    bram.confirms("administration_code", "Klopt.")
    expect(bram.check("login")).to_contain_text("in orde")
    checks = [check.key for check in connectors.get(PACKAGE).checks]
    for check in checks:
        assert bram.goes(f"/support/tickets/{number}/bewijs/{check}") == 200
        pages.append(bram.page.content())
    bram.activates(number)
    for who, path in (
        (ans, f"/p-w/{number}"),
        (ans, "/account/"),
        (bram, f"/support/tickets/{number}"),
        (bram, "/support/"),
    ):
        who.goes(path)
        pages.append(who.page.content())

    assert found_in("\n".join(pages).encode(), planted) == []
    assert found_in(stand.everything_kept(), planted) == []
    assert found_in(running + processes_of(stand), planted) == []
    shown = {"what is no secret, so that we know that we look in the right place": good["administration_code"]}
    assert found_in(stand.everything_kept(), shown) != []
    saved = back_up_of(stand, tmp_path / "saved.backup")
    assert found_in(saved, planted) == []
    assert found_in(saved, shown) != []


def back_up_of(stand: Stand, file: Path) -> bytes:
    """What a back-up holds that is made while the product runs."""
    with stand.inside():
        back_up(file)
    with zipfile.ZipFile(file) as archive:
        return b"\n".join(archive.read(name) for name in archive.namelist())


def processes_of(stand: Stand) -> bytes:
    """What the process list shows of every process: command lines, and environments where we may look."""
    shown = []
    for folder in Path("/proc").glob("[0-9]*"):
        for name in ("cmdline", "environ"):
            try:
                shown.append((folder / name).read_bytes())
            except OSError:
                continue
    assert str(stand.port).encode() in b"".join(shown)
    return b"\n".join(shown)
