"""Looks at a page as every reader should be able to: axe in both colour schemes, one heading, nothing sideways."""

from __future__ import annotations

from typing import Any, Literal

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

Scheme = Literal["light", "dark"]
SCHEMES: tuple[Scheme, ...] = ("light", "dark")
LARGEST_HTML = 40_000
"""Bytes that a page's HTML may have."""
_AXE = Axe()


def troubles(page: Page) -> list[str]:
    """Everything that is wrong with the page as it stands, in words; empty when nothing is."""
    return [*_unreadable(page), *_sideways(page), *_headless(page), *_heavy(page)]


def _unreadable(page: Page) -> list[str]:
    found = []
    for scheme in SCHEMES:
        page.emulate_media(color_scheme=scheme)
        found += [f"axe, {scheme}: {_told(violation)}" for violation in _AXE.run(page).response["violations"]]
    page.emulate_media(color_scheme="light")
    return found


def _told(violation: dict[str, Any]) -> str:
    where = [" ".join(map(str, node["target"])) for node in violation["nodes"][:3]]
    return f"{violation['id']} ({violation['help']}) at {where}"


def _sideways(page: Page) -> list[str]:
    over = page.evaluate("document.scrollingElement.scrollWidth - document.documentElement.clientWidth")
    return [f"{over} px wider than the window"] if over > 0 else []


def _headless(page: Page) -> list[str]:
    count = page.locator("h1").count()
    return [] if count == 1 else [f"{count} main headings"]


def _heavy(page: Page) -> list[str]:
    size = len(page.content().encode())
    return [f"{size} bytes of HTML"] if size > LARGEST_HTML else []
