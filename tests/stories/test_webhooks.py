"""The host hears of a connection from the running product, and operations sees it and has it told once more."""

from __future__ import annotations

import json
import time

import pytest
from playwright.sync_api import Browser, expect

from demo.cast import DANA, VOORBEELD
from tests.stories.people import Member, Support
from tests.stories.stand import Stand
from tests.unit.webhooks.conftest import KEY, Host, host
from tests.unit.webhooks.test_delivering import verify

__all__ = ["host"]


@pytest.fixture
def stand(stand: Stand, host: Host) -> Stand:
    """The running product, told where the host listens."""
    stand.stop()
    told = {"KOPPELBALIE_WEBHOOK_URL": f"{host.url}/hook", "KOPPELBALIE_WEBHOOK_KEY": KEY}
    stand.environment = {**stand.environment, **told}
    stand.start()
    return stand


def hears(host: Host, times: int) -> None:
    """Waits until the host heard so much."""
    end = time.monotonic() + 30
    while len(host.got) < times:
        assert time.monotonic() < end, host.ids()
        time.sleep(0.1)


def test_the_host_hears_that_ans_is_connected(
    stand: Stand, host: Host, ans: Member, bram: Support, chromium: Browser
) -> None:
    number = ans.files("goed")
    bram.takes(number)
    bram.confirms("administration_code", "Vergeleken met het dossier van de club.")
    bram.activates(number)
    hears(host, 1)

    told = json.loads(host.got[0].body)
    assert (told["type"], told["data"]["ticket"]) == ("connection.activated", number)
    assert (told["data"]["club"]["name"], told["data"]["club"]["host_id"]) == (VOORBEELD, "sv-voorbeeld")
    assert verify()(host.got[0].headers["Koppelbalie-Signature"], host.got[0].body, KEY)

    dana = Support(DANA, stand, chromium)
    dana.signs_in()
    dana.goes("/support/beheer")
    dana.has_no_trouble_reading()
    dana.follows("Wat er is doorgegeven")
    dana.reads("Bezorgd")
    dana.has_no_trouble_reading()
    dana.page.get_by_role("button", name="opnieuw").first.click()
    hears(host, 2)
    assert host.ids() == [told["id"]] * 2
    expect(dana.page.locator("main")).to_contain_text("gaat nog een keer de deur uit")
    dana.takes_another_device(phone=True)
    dana.goes("/support/beheer/webhooks")
    dana.reads("2 pogingen")
    dana.has_no_trouble_reading()
    dana.context.close()
