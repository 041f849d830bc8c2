"""`make demo`, as a visitor meets it: one command, a page that says where to begin, mails, and a clean stop."""

from __future__ import annotations

import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

import connectors
from demo.cast import EVERYBODY, PASSWORD
from demo.processes import ROOT, free_port, is_taken
from tests.stories.eyes import troubles

PATIENCE = 240.0
"""Seconds until it is ready, on a machine that is busy."""


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, str]]:
    """Its address and what it printed; it has to stop at Ctrl-C and leave nothing running."""
    folder, port = tmp_path_factory.mktemp("demo"), free_port()
    log = folder / "printed"
    with log.open("wb") as output:
        command = [sys.executable, "-m", "demo", "--port", str(port), "--folder", str(folder / "place")]
        process = subprocess.Popen(command, cwd=ROOT, stdout=output, stderr=subprocess.STDOUT)
    try:
        yield f"http://127.0.0.1:{port}", wait_for_ready(log, process)
    finally:
        process.send_signal(signal.SIGINT)
        assert process.wait(timeout=60) == 0
    assert not is_taken(port)


def wait_for_ready(log: Path, process: subprocess.Popen[bytes]) -> str:
    end = time.monotonic() + PATIENCE
    while "Ctrl-C stops" not in (printed := log.read_text(encoding="utf-8")):
        assert process.poll() is None, printed
        assert time.monotonic() < end, printed
        time.sleep(0.2)
    return printed


@pytest.mark.timeout(400)
def test_it_prints_the_address_and_who_can_sign_in(demo: tuple[str, str]) -> None:
    address, printed = demo

    assert address in printed
    assert PASSWORD in printed
    assert [person.email for person in EVERYBODY if person.email not in printed] == []


@pytest.mark.timeout(400)
@pytest.mark.parametrize("language", ["nl", "en"])
def test_its_pages_are_fit_for_every_reader(demo: tuple[str, str], chromium: Browser, language: str) -> None:
    page = chromium.new_page(viewport={"width": 390, "height": 844})
    packages = [f"/demo/gegevens/{key}" for key in connectors.find()]
    for path in ("/demo/", *packages, "/demo/mail/"):
        page.goto(f"{demo[0]}{path}?lang={language}")
        assert troubles(page) == []
    page.locator("main li a").first.click()
    expect(page.locator("iframe")).to_be_visible()
    assert troubles(page) == []
    page.close()


@pytest.mark.timeout(400)
def test_consent_can_be_given_at_the_emulated_package(demo: tuple[str, str], chromium: Browser) -> None:
    page = chromium.new_page(locale="nl-NL")
    page.goto(f"{demo[0]}/demo/gegevens/exact-online")
    page.get_by_role("link", name="Zonder item").click()
    page.locator("#f-reference").fill("SV Voorbeeld")
    page.get_by_role("button", name="Toestemming geven").click()
    page.locator("button[name=club][value=goed]").click()
    expect(page.locator("#hand-over")).to_contain_text("KB-")
    page.close()


@pytest.mark.timeout(400)
def test_a_switch_turns_and_turns_back(demo: tuple[str, str], chromium: Browser) -> None:
    page = chromium.new_page()
    page.goto(f"{demo[0]}/demo/")
    page.get_by_role("button", name="Storing voorbij").first.click()
    expect(page.get_by_text("werkt weer").first).to_be_visible()
    page.get_by_role("button", name="Storing aan").first.click()
    expect(page.get_by_text("werkt weer")).to_have_count(0)
    page.close()


@pytest.mark.timeout(400)
def test_it_has_tickets_in_every_state(demo: tuple[str, str], chromium: Browser) -> None:
    page = chromium.new_page(locale="nl-NL")
    page.goto(f"{demo[0]}/account/aanmelden")
    page.locator("#f-email").fill("bram@koppelbalie.example")
    page.locator("#f-password").fill(PASSWORD)
    page.locator("button[value=password]").click()
    for words in ("Wij zijn aan zet", "De club is aan zet", "Het pakket is aan zet", "niet bereikbaar"):
        expect(page.locator("main")).to_contain_text(words)
    expect(page.locator("main")).to_contain_text(re.compile(r"\d afgesloten tickets"))
    page.close()
