"""An event reaches the host at least once, signed, and no answer of its makes it be lost or shown."""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from onboarding import clock
from onboarding.accounts.people import SYSTEM
from onboarding.clock import now
from onboarding.connections.models import Connection
from onboarding.engine import QUEUES
from onboarding.notify import webhook
from onboarding.notify.models import HostEvent, HostNews
from onboarding.settings import current_settings
from onboarding.usecases import host_log
from onboarding.usecases.delivering import PAUSES, deliver
from onboarding.usecases.host_events import tell_host
from onboarding.usecases.refusals import NotAllowed, NotFound
from onboarding.usecases.tidying import TOLD_KEPT, forget_the_old
from onboarding.usecases.transaction import change
from tests.conftest import ROOT, environment_in
from tests.migrations.installations import jobs
from tests.unit.usecases.conftest import Desk, Provider
from tests.unit.webhooks.conftest import KEY, SECOND, WORDS, Host, events

Later = Callable[[float], None]
DOCUMENT = ROOT / "docs" / "webhooks.md"


def told(desk: Desk, occasion: object = "once") -> int:
    """An event to tell; its number."""
    with change() as db:
        connection = Connection(
            club_id=desk.club_id,
            package="e-boekhouden",
            created_at=now(),
            identity_key=f"svvoorbeeld|{occasion}",
            identity_label="Boeken – è ✓",
        )
        db.add(connection)
        db.flush()
        tell_host(db, connection, HostNews.ACTIVATED, occasion, 1001)
    number = events()[-1].id
    assert number is not None
    return number


def event(number: int) -> HostEvent:
    return next(one for one in events() if one.id == number)


def verify() -> Callable[..., bool]:
    """The lines of the document, as a host would copy them."""
    (code,) = re.findall(r"```python\n(.*?)```", DOCUMENT.read_text(encoding="utf-8"), flags=re.DOTALL)
    space: dict[str, Any] = {}
    exec(code, space)
    return space["is_from_koppelbalie"]  # type: ignore[no-any-return]


def test_the_host_gets_it_signed_and_once(desk: Desk, host: Host) -> None:
    number = told(desk)
    deliver(number)
    deliver(number)

    (got,) = host.got
    body = json.loads(got.body)
    assert (got.path, got.headers["Content-Type"]) == ("/hook", "application/json")
    assert body["id"] == got.headers["Koppelbalie-Event-Id"] == event(number).event_id
    assert (body["type"], body["data"]) == ("connection.activated", event(number).data)
    assert body["created"].endswith("Z")
    assert (event(number).delivered_at is not None, event(number).status, event(number).attempts) == (True, 204, 1)


def test_the_documents_lines_take_it_and_nothing_else(desk: Desk, host: Host) -> None:
    deliver(told(desk))
    (got,) = host.got
    header, is_ours = got.headers["Koppelbalie-Signature"], verify()

    assert is_ours(header, got.body, KEY)
    assert not is_ours(header, got.body + b" ", KEY)
    assert not is_ours(header, got.body, SECOND)
    assert not is_ours(header, got.body, KEY, oldest=-1)
    moment = int(time.time()) - 3600
    old = hmac.new(KEY.encode(), f"{moment}.".encode() + got.body, hashlib.sha256).hexdigest()
    assert not is_ours(f"t={moment},v1={old}", got.body, KEY)
    for wrong in ("", "t=,v1=", "v1=00", "t=now,v1=00", f"t={int(time.time())}", header.replace("v1", "v0")):
        assert not is_ours(wrong, got.body, KEY)


@pytest.mark.parametrize("extra", [{"webhook_second_key": SECOND}])
def test_while_the_key_is_exchanged_either_one_fits(desk: Desk, host: Host) -> None:
    deliver(told(desk))
    (got,) = host.got
    header, is_ours = got.headers["Koppelbalie-Signature"], verify()

    assert header.count("v1=") == 2
    assert is_ours(header, got.body, KEY)
    assert is_ours(header, got.body, SECOND)


def test_a_server_that_fails_is_tried_again_with_the_same_id_and_a_new_signature(
    desk: Desk, host: Host, later: Later
) -> None:
    host.answers = [500, 503]
    number = told(desk)
    for pause in PAUSES[:2]:
        deliver(number)
        later(pause)
    assert (event(number).status, event(number).delivered_at, event(number).attempts) == (503, None, 2)
    deliver(number)

    assert (event(number).status, event(number).attempts) == (204, 3)
    assert len(set(host.ids())) == 1
    assert len({one.body for one in host.got}) == 1
    assert len({one.headers["Koppelbalie-Signature"] for one in host.got}) == 3


def test_the_next_attempt_is_asked_for_and_never_comes_early(desk: Desk, host: Host, later: Later) -> None:
    host.answers = [500]
    number = told(desk)
    deliver(number)
    deliver(number)

    assert len(host.got) == 1
    assert jobs()[f"webhook-{number}"] == (QUEUES["tell_host"], "ENQUEUED")
    assert jobs()[f"webhook-{number}-1"] == (QUEUES["tell_host"], "DELAYED")
    waits = event(number).next_at
    assert waits is not None
    assert 0 < (waits - clock.now()).total_seconds() <= PAUSES[0]


@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_a_redirect_is_not_followed(desk: Desk, host: Host, status: int) -> None:
    host.answers = [status]
    number = told(desk)
    deliver(number)

    assert [one.path for one in host.got] == ["/hook"]
    assert (event(number).status, event(number).delivered_at) == (status, None)


def test_a_server_that_hangs_is_left(desk: Desk, host: Host, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(webhook, "SECONDS", 0.3)
    host.before = lambda: time.sleep(3)
    number = told(desk)
    deliver(number)

    assert (event(number).status, event(number).problem) == (None, "ReadTimeout")
    assert event(number).next_at is not None


@pytest.mark.parametrize("extra", [{"webhook_url": "http://127.0.0.1:9/hook"}])
def test_nobody_there_is_tried_again(desk: Desk) -> None:
    number = told(desk)
    deliver(number)

    assert (event(number).status, event(number).problem) == (None, "ConnectError")
    assert event(number).next_at is not None


def test_an_address_that_was_taken_out_meanwhile_loses_nothing(desk: Desk, host: Host, later: Later) -> None:
    from flask import current_app

    number, whole = told(desk), current_settings()
    current_app.extensions["koppelbalie"] = whole.model_copy(update={"webhook_url": ""})
    deliver(number)
    assert (event(number).problem, host.got) == ("NoAddress", [])

    current_app.extensions["koppelbalie"] = whole
    later(PAUSES[0])
    deliver(number)
    assert event(number).delivered_at is not None


def test_after_all_attempts_it_is_given_up_and_the_log_tells(desk: Desk, host: Host, later: Later) -> None:
    host.answers = [500] * 20
    number = told(desk)
    for pause in (*PAUSES, 0):
        deliver(number)
        later(pause)
    deliver(number)

    assert len(host.got) == len(PAUSES) + 1
    assert (event(number).next_at, event(number).given_up_at is not None) == (None, True)
    (given_up,) = desk.events("webhook:given_up")
    assert given_up.data == {"event_id": event(number).event_id, "kind": "connection.activated"}


def test_gone_ends_it_at_once(desk: Desk, host: Host) -> None:
    host.answers = [410]
    number = told(desk)
    deliver(number)

    assert event(number).given_up_at is not None
    assert len(desk.events("webhook:given_up")) == 1


def test_what_was_given_up_or_delivered_goes_out_once_more(desk: Desk, host: Host, later: Later) -> None:
    host.answers = [410, 500]
    number = told(desk)
    deliver(number)
    host_log.redeliver(SYSTEM, number)
    deliver(number)
    assert event(number).next_at is not None, "its attempts begin anew"
    later(PAUSES[0])
    deliver(number)
    assert event(number).delivered_at is not None
    host_log.redeliver(SYSTEM, number)
    host_log.redeliver(SYSTEM, number)
    deliver(number)
    deliver(number)

    assert len(host.got) == 4
    assert len(set(host.ids())) == 1
    assert [record.actor for record in desk.events("webhook:asked_again")] == ["system"] * 3


def test_only_operations_looks_and_asks(desk: Desk) -> None:
    number = told(desk)
    for actor in (desk.ans, desk.bram, desk.carla):
        with pytest.raises(NotAllowed):
            host_log.host_log(actor)
        with pytest.raises(NotAllowed):
            host_log.redeliver(actor, number)
    for unknown in (0, -1, number + 1, 2**40):
        with pytest.raises(NotFound):
            host_log.redeliver(SYSTEM, unknown)


def test_the_log_says_how_it_is_with_each(desk: Desk, host: Host) -> None:
    host.answers = [204, 410, 500]
    for occasion in range(4):
        number = told(desk, occasion)
        if occasion < 3:
            deliver(number)
    log = host_log.host_log(SYSTEM)

    assert [one.delivery for one in log.events] == ["waiting", "waiting", "given_up", "delivered"]
    assert [one.status for one in log.events] == [None, 500, 410, 204]
    assert (log.waiting, log.given_up, log.goes_on) == (2, 1, False)
    assert log.host == host.url.removeprefix("http://")
    assert {one.club for one in log.events} == {"SV Voorbeeld"}


def test_the_log_is_read_page_by_page(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(host_log, "A_PAGE", 2)
    numbers = [told(desk, occasion) for occasion in range(3)]

    first, second = host_log.host_log(SYSTEM), host_log.host_log(SYSTEM, 2)
    assert [one.number for one in (*first.events, *second.events)] == numbers[::-1]
    assert (first.goes_on, second.goes_on) == (True, False)


def test_the_words_of_an_answer_are_kept_and_logged_nowhere(
    desk: Desk, host: Host, caplog: pytest.LogCaptureFixture
) -> None:
    host.answers = [500]
    number = told(desk)
    deliver(number)

    assert WORDS not in str(event(number).model_dump())
    assert [word for word in (WORDS, KEY) if word in caplog.text] == []
    assert "the host did not take an event" in caplog.text


def test_what_is_long_over_is_forgotten_and_what_waits_is_not(desk: Desk, host: Host, later: Later) -> None:
    gone, waits = told(desk, 1), told(desk, 2)
    deliver(gone)
    later(TOLD_KEPT.total_seconds() + 1)
    forget_the_old()

    assert [one.id for one in events()] == [waits]


def test_killed_after_the_host_has_it_it_comes_again_with_the_same_id(
    desk: Desk, host: Host, provider: Provider, tmp_path: Path, database_url: str
) -> None:
    environment = environment_in(
        tmp_path, database_url=database_url, webhook_url=f"{host.url}/hook", webhook_key=KEY, log_level="WARNING"
    )
    workers: list[subprocess.Popen[bytes]] = []

    def work() -> None:
        command = [sys.executable, "-m", "flask", "--app", "wsgi", "work"]
        workers.append(subprocess.Popen(command, cwd=ROOT, env=environment))

    def kill() -> None:
        if len(host.got) == 1:  # it has the event, and before it answers the worker is dead
            os.kill(workers[0].pid, signal.SIGKILL)
            workers[0].wait()

    host.before = kill
    number = told(desk)
    try:
        work()
        _wait_until(lambda: bool(host.got) and workers[0].poll() is not None)
        assert event(number).delivered_at is None
        work()
        _wait_until(lambda: event(number).delivered_at is not None)
    finally:
        for worker in workers:
            worker.kill()
            worker.wait()

    assert host.ids() == [event(number).event_id] * 2
    assert event(number).attempts == 2


def _wait_until(holds: Callable[[], bool], seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end, "it never came to that"
        time.sleep(0.1)
