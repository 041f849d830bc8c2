"""The end of a connection: meant, at once, and nothing of its codes is left."""

from __future__ import annotations

from functools import partial

import pytest
from sqlmodel import select

from onboarding import vault
from onboarding.accounts.people import SYSTEM
from onboarding.connections.models import Connection, ConnectionState, VersionState
from onboarding.db import session
from onboarding.tickets.lifecycle import Kind, Move, State, Turn
from onboarding.usecases import drafts, pages, re_entering, reviewing
from onboarding.usecases.bookkeeping import cards_of
from onboarding.usecases.disconnecting import disconnect, ending
from onboarding.usecases.importing import import_connections
from onboarding.usecases.refusals import NotFound, NotNow, Wrong
from onboarding.usecases.transaction import change
from tests.unit.usecases.connected import connect, enters, row, versions

NAME = "SV Voorbeeld"


@pytest.fixture
def connected(desk):
    return partial(connect, desk)


def test_it_ends_at_once_and_its_codes_are_destroyed(desk, connected):
    connection = connected()
    live = row(connection).live_version_id
    number = disconnect(desk.ans, connection, "  sv  voorbeeld ")

    assert (row(connection).state, row(connection).live_version_id) == (ConnectionState.DISCONNECTED, None)
    assert [version.state for version in versions(connection)] == [VersionState.RETIRED]
    assert vault.sealed_fields(session(), live) == frozenset()
    ticket = desk.ticket(number)
    assert (ticket.kind, ticket.state, ticket.turn) == (Kind.DISCONNECT, State.DONE, Turn.NOBODY)
    page = pages.club_page(desk.ans, number)
    assert [entry.event for entry in page.thread] == ["disconnected"]
    assert "e-Boekhouden.nl" in page.turn_line.text
    assert {mail.context["by"] for mail in desk.mails("disconnected")} == {"Ans"}
    assert len(desk.mails("disconnected")) == 2
    assert [event.subject for event in desk.events("connection:disconnected")] == [f"connection:{connection}"]
    assert desk.events("connection:version_ended")
    assert desk.events("secret:destroyed")


def test_done_twice_it_is_done_once(desk, connected):
    connection = connected()
    number = disconnect(desk.ans, connection, NAME)

    assert disconnect(desk.ben, connection, "whatever") == number
    assert len(desk.events("connection:disconnected")) == 1


@pytest.mark.parametrize("typed", ["", "VV Proefstad", "SV"])
def test_without_the_clubs_name_nothing_happens(desk, connected, typed):
    connection = connected()
    with pytest.raises(Wrong) as wrong:
        disconnect(desk.ans, connection, typed)

    assert list(wrong.value.errors) == ["club"]
    assert row(connection).state is ConnectionState.ACTIVE


def test_what_was_open_about_it_closes_with_it(desk, connected):
    connection = connected()
    draft = enters(desk, connection, desk.codes("fout"))
    candidate = desk.ticket(draft).version_id
    disconnect(desk.ans, connection, NAME)

    assert desk.ticket(draft).state is State.WITHDRAWN
    assert vault.sealed_fields(session(), candidate) == frozenset()
    with pytest.raises(NotNow):
        re_entering.re_enter(desk.ans, connection)


def test_while_support_decides_it_has_to_wait(desk, connected):
    connection = connected()
    number = re_entering.re_enter(desk.ans, connection)
    with change() as db:
        ticket = db.get_one(type(desk.ticket(number)), number)
        ticket.state = State.AWAITING_APPROVAL

    with pytest.raises(Wrong) as wrong:
        disconnect(desk.ans, connection, NAME)
    assert list(wrong.value.errors) == [""]
    assert str(number) in str(wrong.value.errors[""])
    assert row(connection).state is ConnectionState.ACTIVE


def test_one_that_was_taken_over_ends_too(desk):
    import_connections(SYSTEM, b"club,package,identity\nSV Voorbeeld,e-boekhouden,goed\n")
    connection = session().exec(select(Connection.id)).one()
    number = disconnect(desk.ans, connection, NAME)

    assert row(connection).state is ConnectionState.DISCONNECTED
    assert desk.ticket(number).state is State.DONE


def test_what_is_destroyed_does_not_come_back(desk, connected):
    connection = connected()
    number = disconnect(desk.ans, connection, NAME)

    assert Move.REOPEN not in pages.workspace(desk.bram, number).moves
    with pytest.raises(NotNow):
        reviewing.reopen(desk.bram, number, desk.version(number), "Toch niet.")


def test_only_the_club_itself_ends_its_connection(desk, connected):
    connection = connected()
    for actor, which in ((desk.cor, connection), (desk.bram, connection), (desk.ans, 0), (desk.ans, 2**40)):
        with pytest.raises(NotFound):
            disconnect(actor, which, NAME)
        with pytest.raises(NotFound):
            ending(actor, which)
    assert ending(desk.ans, connection).club == NAME


def test_what_is_not_connected_cannot_be_ended(desk):
    number = desk.drafts()
    for ask in (partial(ending, desk.ans), lambda connection: disconnect(desk.ans, connection, NAME)):
        with pytest.raises(NotNow):
            ask(desk.ticket(number).connection_id)


def test_what_was_withdrawn_before_it_was_connected_shows_its_item(desk):
    number = desk.drafts()
    connection = desk.ticket(number).connection_id
    with change() as db:
        db.get_one(Connection, connection).state = ConnectionState.DISCONNECTED

    assert disconnect(desk.ans, connection, NAME) == number


def test_the_page_tells_the_whole_life_of_a_connection(desk, connected):
    connection = connected()
    (card,) = cards_of(desk.ans, desk.club_id)
    assert (card.in_force, card.codes_known, card.can_renew, card.renewal) == (True, True, True, None)
    assert card.last_check is not None
    assert card.last_check.not_well == 0
    number = re_entering.re_enter(desk.ans, connection)
    (card,) = cards_of(desk.ans, desk.club_id)
    assert card.renewal == number
    drafts.save_codes(desk.ans, number, desk.version(number), desk.codes())

    disconnect(desk.ans, connection, NAME)
    draft = desk.drafts()
    first, last = cards_of(desk.ans, desk.club_id)
    assert (first.item, first.in_force, first.history) == (draft, False, ())
    assert [one.text.split()[0] for one in last.history] == ["Ans", "Bram", "Ans"]
    assert (last.in_force, last.can_renew, last.last_check) == (False, False, None)
    with pytest.raises(NotFound):
        cards_of(desk.cor, desk.club_id)
