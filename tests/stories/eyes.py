"""Looks at a page as every reader should be able to: axe in both colour schemes, one heading, nothing sideways."""

from __future__ import annotations

from contextlib import suppress
from typing import Any, Literal

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Error, Page

Scheme = Literal["light", "dark"]
SCHEMES: dict[Scheme, dict[str, Any]] = {
    "light": {},
    "dark": {"runOnly": {"type": "rule", "values": ["color-contrast"]}},
}
"""What axe looks at in each: only colours differ between the two."""
LARGEST_HTML = 40_000
"""Bytes that a page's HTML may have."""
_AXE = Axe()


def troubles(page: Page) -> list[str]:
    """Everything that is wrong with the page as it stands, in words; empty when nothing is."""
    return [*_unreadable(page), *_sideways(page), *_headless(page), *_heavy(page)]


def _unreadable(page: Page) -> list[str]:
    found = []
    for scheme, rules in SCHEMES.items():
        page.emulate_media(color_scheme=scheme)
        found += [f"axe, {scheme}: {_told(violation)}" for violation in _violations(page, rules)]
    page.emulate_media(color_scheme="light")
    return found


def _violations(page: Page, rules: dict[str, Any]) -> list[dict[str, Any]]:
    """What axe finds. A page that gives way to the next one while it is read is read once that one is there."""
    for _ in range(3):
        page.wait_for_load_state()
        with suppress(Error):
            return list(_AXE.run(page, options=rules).response["violations"])
    return list(_AXE.run(page, options=rules).response["violations"])


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
