"""The host hears of every change of a connection once, in the transaction of the change, and of nothing else."""

from __future__ import annotations

import pytest
from sqlmodel import select

from onboarding.accounts.models import Club
from onboarding.connections.models import Connection, ConnectionState
from onboarding.db import session
from onboarding.notify.models import HostNews
from onboarding.usecases import re_entering, reviewing
from onboarding.usecases.disconnecting import disconnect
from onboarding.usecases.host_events import tell_host
from onboarding.usecases.transaction import change
from tests.unit.usecases.conftest import Desk
from tests.unit.usecases.connected import connect, enters, make_ready, row
from tests.unit.webhooks.conftest import events


def kinds() -> list[str]:
    return [event.kind for event in events()]


def test_a_first_activation_is_told_with_ids_and_plain_words(desk: Desk) -> None:
    number = make_ready(desk)
    assert events() == []
    reviewing.activate(desk.bram, number, desk.version(number))

    (event,) = events()
    connection = row(event.connection_id)
    assert (event.kind, event.attempts, event.delivered_at) == ("connection.activated", 0, None)
    assert event.data == {
        "connection": connection.id,
        "package": "e-boekhouden",
        "administration": {"key": connection.identity_key, "label": connection.identity_label},
        "club": {"id": desk.club_id, "name": "SV Voorbeeld", "host_id": None},
        "ticket": number,
    }
    assert connection.identity_key


def test_no_code_goes_along(desk: Desk) -> None:
    connect(desk)

    secrets = [value for key, value in desk.codes().items() if "code" in key and key != "administration_code"]
    assert secrets
    assert [value for event in events() for value in secrets if value in str(event.data)] == []


def test_new_codes_are_told_as_such(desk: Desk) -> None:
    connection = connect(desk)
    enters(desk, connection, desk.codes())
    desk.work()

    assert kinds() == ["connection.activated", "connection.replaced"]
    assert {event.connection_id for event in events()} == {connection}


def test_an_end_is_told(desk: Desk) -> None:
    connection = connect(desk)
    number = disconnect(desk.ans, connection, "SV Voorbeeld")
    disconnect(desk.ans, connection, "SV Voorbeeld")

    assert kinds() == ["connection.activated", "connection.disconnected"]
    assert events()[-1].data["ticket"] == number


def test_what_the_gate_keeps_out_is_not_told(desk: Desk) -> None:
    connection = connect(desk)
    enters(desk, connection, desk.codes("fout"))
    desk.work()
    re_entering.re_enter(desk.ans, connection)

    assert kinds() == ["connection.activated"]


def test_what_was_active_already_with_these_codes_is_no_news(desk: Desk) -> None:
    connection = connect(desk)
    number = events()[0].data["ticket"]
    reviewing.reopen(desk.bram, number, desk.version(number), "Toch nog even.")
    reviewing.activate(desk.bram, number, desk.version(number))

    assert kinds() == ["connection.activated"]

    with change() as db:
        db.get_one(Connection, connection).state = ConnectionState.ATTENTION
    reviewing.reopen(desk.bram, number, desk.version(number), "Er was iets.")
    reviewing.activate(desk.bram, number, desk.version(number))

    assert kinds() == ["connection.activated", "connection.activated"]


def test_one_occasion_is_one_event(desk: Desk) -> None:
    connection = connect(desk)
    with change() as db:
        found = db.get_one(Connection, connection)
        db.get_one(Club, found.club_id).host_id = "club-0042"
        for occasion in ("2026-11-24", "2026-11-24", "2026-11-25"):
            tell_host(db, found, HostNews.ATTENTION, occasion)

    assert kinds() == ["connection.activated", "connection.attention", "connection.attention"]
    last = events()[-1].data
    assert (last["ticket"], last["club"]["host_id"]) == (None, "club-0042")
    assert len({event.event_id for event in events()}) == 3


def test_what_is_rolled_back_is_not_told(desk: Desk) -> None:
    connection = connect(desk)

    def fails() -> None:
        with change() as db:
            tell_host(db, db.get_one(Connection, connection), HostNews.ATTENTION, "now")
            raise RuntimeError("halfway")

    with pytest.raises(RuntimeError, match="halfway"):
        fails()

    assert kinds() == ["connection.activated"]


@pytest.mark.parametrize("extra", [{"webhook_url": "", "webhook_key": None}])
def test_without_an_address_nothing_is_written(desk: Desk) -> None:
    connection = connect(desk)

    assert events() == []
    assert session().exec(select(Connection.state).where(Connection.id == connection)).one() is ConnectionState.ACTIVE
