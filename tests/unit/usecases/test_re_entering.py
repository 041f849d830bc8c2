"""New codes for a connection that works: tested first, in force by themselves, or refused with the reason."""

from __future__ import annotations

from functools import partial

import pytest
from sqlmodel import select

from onboarding import vault
from onboarding.accounts.people import SYSTEM
from onboarding.connections.models import Connection, ConnectionState, VersionState
from onboarding.db import session
from onboarding.tickets.events import OTHER_BOOKS, RENEWED
from onboarding.tickets.lifecycle import Kind, State, Turn
from onboarding.tickets.models import MessageKind
from onboarding.usecases import drafts, pages, re_entering, reviewing, running, submitting
from onboarding.usecases.importing import import_connections
from onboarding.usecases.refusals import GateClosed, NotFound, NotNow, Wrong
from onboarding.usecases.transaction import change
from tests.unit.usecases.connected import connect, enters, row, standing, state, versions


@pytest.fixture
def connected(desk):
    """Has a made-up club connected and active; gives the connection's id."""
    return partial(connect, desk)


def events(desk, number: int) -> list[str]:
    ticket = pages.club_page(desk.ans, number)
    return [entry.event for entry in ticket.thread if entry.kind is MessageKind.EVENT]


def test_it_asks_the_fields_alone_and_keeps_what_is_no_secret(desk, connected):
    connection = connected()
    number = re_entering.re_enter(desk.ans, connection)

    page = pages.club_page(desk.ans, number)
    assert (page.ticket.kind, page.ticket.state, page.ticket.step) == (Kind.RE_ENTER, State.DRAFT, "codes")
    assert page.shown["username"] == desk.codes()["username"]
    assert page.sealed == frozenset()
    assert set(page.lacks) == {"security_code_1", "security_code_2"}
    assert row(connection).state is ConnectionState.ACTIVE


def test_begun_twice_it_is_one_item_and_no_new_connection(desk, connected):
    connection = connected()
    number = re_entering.re_enter(desk.ans, connection)

    assert re_entering.re_enter(desk.ben, connection) == number
    assert drafts.start(desk.ans, desk.club_id, "e-boekhouden") != number


def test_the_same_administration_is_in_force_without_support(desk, connected):
    connection = connected()
    (former,) = versions(connection)
    number = enters(desk, connection, desk.codes())

    ticket = desk.ticket(number)
    assert (ticket.state, ticket.turn, ticket.last_move_by) == (State.ACTIVATED, Turn.NOBODY, None)
    old, new = versions(connection)
    assert (old.id, old.state, new.state) == (former.id, VersionState.RETIRED, VersionState.LIVE)
    assert row(connection).live_version_id == new.id
    assert vault.sealed_fields(session(), old.id) == frozenset()
    assert "security_code_1" in vault.sealed_fields(session(), new.id)
    assert events(desk, number) == ["sent_on", RENEWED]
    assert {mail.to for mail in desk.mails("renewed")} == {"ans@voorbeeld.example", "ben@voorbeeld.example"}
    assert len(desk.mails("received")) == 2, "those of the first item alone"
    assert desk.events("connection:activated")[-1].actor == "system"


def test_a_persons_word_on_the_template_carries_over(desk, connected):
    connection = connected("zondertoken")
    number = enters(desk, connection, desk.codes("zondertoken"))

    assert desk.ticket(number).state is State.ACTIVATED
    assert standing(desk, number, "invoice_template") == "confirmed"


def test_until_the_new_codes_passed_the_former_ones_stay_in_force(desk, connected):
    connection = connected()
    live = row(connection).live_version_id
    number = enters(desk, connection, desk.codes("fout") | {"username": desk.codes()["username"]})

    assert desk.ticket(number).state is State.DRAFT
    assert row(connection).live_version_id == live
    assert "security_code_1" in vault.sealed_fields(session(), live)
    assert desk.mails("your_turn") == [], "who waits for a test reads it on the page"
    drafts.save_codes(desk.ans, number, desk.version(number), desk.codes())
    running.request(desk.ans, number, then="resubmit")
    desk.work()
    assert desk.ticket(number).state is State.ACTIVATED


def test_another_administration_is_refused_with_the_name_of_the_one_expected(desk, connected):
    connection = connected()
    live = row(connection).live_version_id
    number = enters(desk, connection, desk.codes("zondertoken"))

    page = pages.club_page(desk.ans, number)
    assert page.ticket.state is State.DRAFT
    assert page.refused is not None
    assert page.refused.expected == row(connection).identity_label
    assert page.refused.expected in page.turn_line.text
    assert OTHER_BOOKS in events(desk, number)
    assert (row(connection).live_version_id, row(connection).state) == (live, ConnectionState.ACTIVE)
    with pytest.raises(Wrong):
        submitting.submit(desk.ans, number, desk.version(number))

    drafts.save_codes(desk.ans, number, desk.version(number), desk.codes())
    running.request(desk.ans, number, then="resubmit")
    desk.work()
    assert desk.ticket(number).state is State.ACTIVATED


def test_the_gate_itself_refuses_another_administration(desk, connected):
    connection = connected()
    number = enters(desk, connection, desk.codes("zondertoken"))
    with change() as db:
        ticket = db.get_one(type(desk.ticket(number)), number)
        ticket.state, ticket.submitted_at = State.IN_REVIEW, ticket.opened_at
    for check in ("invoice_template", "administration_code"):
        if standing(desk, number, check) == "asks_club":
            state(desk, number, check)
        reviewing.confirm(desk.bram, number, desk.version(number), check, "Klopt.")

    with pytest.raises(GateClosed) as closed:
        reviewing.activate(desk.bram, number, desk.version(number))
    assert len(closed.value.reasons) == 1


def test_untested_codes_are_not_sent(desk, connected):
    connection = connected()
    number = re_entering.re_enter(desk.ans, connection)
    drafts.save_codes(desk.ans, number, desk.version(number), desk.codes())

    with pytest.raises(Wrong):
        submitting.submit(desk.ans, number, desk.version(number))


def test_what_support_has_to_look_at_goes_to_support(desk, connected):
    connection = connected()
    without = {key: value for key, value in desk.codes().items() if not key.startswith("rest_token")}
    number = re_entering.re_enter(desk.ans, connection)
    drafts.save_codes(desk.ans, number, desk.version(number), without)
    running.request(desk.ans, number, then="resubmit")
    desk.work()
    assert desk.ticket(number).state is State.DRAFT, "the club has to state that the template is there"

    state(desk, number, "invoice_template")

    assert desk.ticket(number).state is State.SUBMITTED
    assert row(connection).state is ConnectionState.ACTIVE
    assert len(desk.mails("received")) == 4
    reviewing.confirm(desk.bram, number, desk.version(number), "invoice_template", "Gezien.")
    reviewing.activate(desk.bram, number, desk.version(number))
    assert desk.ticket(number).state is State.ACTIVATED


def test_an_outage_waits_and_then_the_codes_are_in_force(desk, connected, later, provider):
    provider.heal("storing")
    connection = connected("storing")
    provider.break_again("storing")
    number = enters(desk, connection, desk.codes("storing"))
    assert (desk.ticket(number).state, desk.ticket(number).turn) == (State.DRAFT, Turn.PACKAGE)

    provider.heal("storing")
    try:
        later(61)
        desk.work()
    finally:
        provider.break_again("storing")
    assert desk.ticket(number).state is State.ACTIVATED


def test_wrong_after_an_outage_the_club_gets_a_mail(desk, connected, later, provider):
    provider.heal("storing")
    connection = connected("storing")
    provider.break_again("storing")
    number = enters(desk, connection, desk.codes("storing") | {"revenue_accounts": "9999"})
    provider.heal("storing")
    try:
        later(61)
        desk.work()
    finally:
        provider.break_again("storing")

    assert desk.ticket(number).state is State.DRAFT
    assert len(desk.mails("your_turn")) == 2


def test_withdrawn_the_connection_is_as_it_was(desk, connected):
    connection = connected()
    live = row(connection).live_version_id
    number = re_entering.re_enter(desk.ans, connection)
    submitting.withdraw(desk.ans, number, desk.version(number))

    assert (row(connection).state, row(connection).live_version_id) == (ConnectionState.ACTIVE, live)
    assert re_entering.re_enter(desk.ans, connection) != number


def test_another_clubs_connection_does_not_exist(desk, connected):
    connection = connected()
    for actor, which in ((desk.cor, connection), (desk.bram, connection), (desk.ans, 0), (desk.ans, 2**40)):
        with pytest.raises(NotFound):
            re_entering.re_enter(actor, which)


def test_what_is_not_connected_has_no_codes_to_renew(desk):
    number = desk.drafts()
    with pytest.raises(NotNow):
        re_entering.re_enter(desk.ans, desk.ticket(number).connection_id)


def taken_over(identity: str) -> int:
    """A connection of SV Voorbeeld that was there before; its id."""
    import_connections(SYSTEM, f"club,package,identity\nSV Voorbeeld,e-boekhouden,{identity}\n".encode())
    return session().exec(select(Connection.id)).one()


def test_a_connection_that_was_taken_over_goes_by_support_the_first_time(desk):
    connection = taken_over("GOED")
    number = enters(desk, connection, desk.codes())
    assert desk.ticket(number).state is State.DRAFT, "there is something to choose yet"
    assert row(connection).live_version_id is None
    submitting.submit(desk.ans, number, desk.version(number))

    assert desk.ticket(number).state is State.SUBMITTED
    reviewing.confirm(desk.bram, number, desk.version(number), "administration_code", "Klopt.")
    reviewing.activate(desk.bram, number, desk.version(number))
    assert row(connection).identity_label == pages.club_page(desk.ans, number).identity
    assert desk.ticket(enters(desk, connection, desk.codes())).state is State.ACTIVATED


def test_a_connection_that_was_taken_over_is_of_the_administration_on_the_list(desk):
    connection = taken_over("goed|999999")
    number = enters(desk, connection, desk.codes())

    assert pages.club_page(desk.ans, number).refused is not None
    assert desk.ticket(number).state is State.DRAFT


def test_a_race_for_one_administration_leaves_it_to_support(desk, connected, monkeypatch):
    connection = connected()
    key = row(connection).identity_key
    with change() as db:
        db.get_one(Connection, connection).identity_key = None
    with change() as db:
        at = row_at(db, connection)
        db.add(
            Connection(
                club_id=desk.other_club_id,
                package="e-boekhouden",
                state=ConnectionState.ACTIVE,
                identity_key=key,
                created_at=at,
            )
        )
    monkeypatch.setattr("onboarding.usecases.gate.is_taken", lambda *_: False)
    number = enters(desk, connection, desk.codes())

    assert desk.ticket(number).state is State.SUBMITTED
    assert [version.state for version in versions(connection)] == [VersionState.LIVE, VersionState.CANDIDATE]
    assert desk.runs(number)[-1].ended_at is not None


def row_at(db, connection_id: int):
    return db.get_one(Connection, connection_id).created_at
