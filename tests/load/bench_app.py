"""What the app costs: its start, its memory, the time from click to line, and its heaviest page."""

from __future__ import annotations

import html
import json
import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx

from demo.cast import ANS, BRAM, PASSWORD, VOORBEELD
from demo.processes import free_port
from demo.seed import acting, club_id, seed_people
from onboarding.usecases import drafts
from tests.conftest import ROOT, environment_in
from tests.made_up import PACKAGE, made_up
from tests.stories.stand import Stand, emulators_at
from tests.web.access_table import ROLES, TABLE, Gets
from tests.web.queries import counted
from tests.web.stage import browser, build, open_app, version_of
from tests.web.test_access import ask

LATENCY = 0.150
"""Seconds that the package takes for each call."""
LINES = {"first": r'<li class="ok" id="check-', "answered": r'<li class="ok" id="check-login"'}
"""How the first line looks on the page, and the first that needs an answer of the package."""
TIMES = 5
Figure = dict[str, Any]


def figures() -> Iterator[Figure]:
    """The figures of the app, each as ``figure, value, unit, goal, holds``."""
    with tempfile.TemporaryDirectory() as folder, _stand(Path(folder)) as stand:
        starts = [_start(stand) for _ in range(TIMES)]
        yield _at_most("embedded process ready", statistics.median(starts), "s", 3.0)
        yield _at_most("embedded process, memory when ready", _memory(stand), "MiB", 180.0)
        with httpx.Client(base_url=stand.address, follow_redirects=True, timeout=30) as ans:
            _sign_in(ans)
            clicks = [_click(ans, number) for number in _drafts(stand)]
        first, answered = (statistics.median(times) for times in zip(*clicks, strict=True))
        yield _at_most("first line on the page after the click", first, "s", 0.5)
        yield _at_most("first answer of the package on the page after the click", answered, "s", 1.0 + LATENCY)
    queries, size = _heaviest()
    yield _at_most("queries of the page that needs most", queries, "", 12)
    yield _at_most("HTML of the largest page", size / 1000, "kB", 40.0)


@contextmanager
def _stand(folder: Path) -> Iterator[Stand]:
    """A product with the cast in it, not started; its packages take ``LATENCY`` a call."""
    port = free_port()
    emulators = emulators_at(port, folder, os.environ, latency=round(LATENCY * 1000))
    stand = Stand(folder / "place", f"http://127.0.0.1:{port}")
    try:
        stand.prepare()
        with stand.inside():
            seed_people()
        yield stand
    finally:
        stand.stop()
        emulators.stop()


def _start(stand: Stand) -> float:
    stand.stop()
    began = time.monotonic()
    stand.start()
    return time.monotonic() - began


def _memory(stand: Stand) -> float:
    """MiB of the product's processes together; pages that they share count once."""
    assert stand.process is not None
    group, total = stand.process.pid, 0
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            if os.getpgid(int(folder.name)) == group:
                found = re.search(r"^Pss:\s+(\d+) kB", (folder / "smaps_rollup").read_text(), re.MULTILINE)
                total += int(found[1]) if found else 0
        except (OSError, ProcessLookupError):
            continue
    return total / 1024


def _drafts(stand: Stand) -> Iterator[int]:
    """Ans's draft, as often as it is to be tested; its codes are entered anew each time."""
    with stand.inside():
        number = drafts.start(acting(ANS), club_id(VOORBEELD), PACKAGE)
        for turn in range(TIMES):
            values = made_up("goed", administration_code=f"{500000 + turn}")
            drafts.save_codes(acting(ANS), number, version_of(number), values)
            yield number


def _sign_in(client: httpx.Client) -> None:
    page = client.get("/account/aanmelden")
    data = {"csrf_token": _token(page.text), "email": ANS.email, "password": PASSWORD, "do": "password"}
    assert "/p-w/" in str(client.post("/account/aanmelden", data=data).url)


def _click(client: httpx.Client, number: int) -> tuple[float, float]:
    """Seconds from the click to the first line on the page, and to the first that the package answered."""
    token = _token(client.get(f"/p-w/{number}/testen").text)
    began = time.monotonic()
    page = client.post(f"/p-w/{number}/testen", data={"csrf_token": token}).text
    seen: dict[str, float] = {}
    while True:
        for what, line in LINES.items():
            if re.search(line, page):
                seen.setdefault(what, time.monotonic() - began)
        looks_again = re.search(r'hx-get="([^"]+)" hx-trigger="every (\d+)ms"', page)
        if looks_again is None:
            return seen["first"], seen["answered"]
        time.sleep(int(looks_again[2]) / 1000)
        page = client.get(html.unescape(looks_again[1])).text or page


def _heaviest() -> tuple[int, int]:
    """Most queries and most bytes of any page."""
    queries, size = [0], [0]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        upgrade = [sys.executable, "-m", "flask", "--app", "wsgi", "db", "upgrade"]
        subprocess.run(upgrade, cwd=ROOT, env=environment_in(folder), check=True, capture_output=True)
        stage = build(folder)
        app = open_app(stage.original.parent)
        for role, person in (("own club", ANS), ("support", BRAM)):
            client = browser(app, person)
            for row in TABLE:
                if row.method == "GET" and row.gets[ROLES.index(role)] is Gets.IN and "static" not in row.path:
                    ask(client, row, stage)  # what somebody sees for the first time is marked as read, once
                    with counted() as seen:
                        answer = ask(client, row, stage)
                    queries.append(len(seen))
                    size.append(len(answer.get_data()))
        shutil.rmtree(folder, ignore_errors=True)
    return max(queries), max(size)


def _token(page: str) -> str:
    found = re.search(r'name="csrf_token" value="([^"]+)"', page)
    assert found is not None
    return found[1]


def _at_most(figure: str, value: float, unit: str, goal: float) -> Figure:
    return {"figure": figure, "value": round(value, 3), "unit": unit, "goal": f"<= {goal:g}", "holds": value <= goal}


if __name__ == "__main__":
    for line in figures():
        print(json.dumps(line), flush=True)
