"""From draft to an active connection, without a screen."""

from __future__ import annotations

from onboarding.checks.models import RunState
from onboarding.connections.models import Connection, ConnectionState
from onboarding.db import session
from onboarding.tickets.lifecycle import State, Turn
from onboarding.usecases import pages, reviewing


def test_a_club_files_a_ticket_and_support_activates_it(desk):
    number = desk.files("goed")

    assert [run.state for run in desk.runs(number)] == [RunState.ENDED]
    assert desk.ticket(number).turn is Turn.SUPPORT
    desk.confirms(number)
    assert pages.workspace(desk.bram, number).reasons == ()
    reviewing.activate(desk.bram, number, desk.version(number))

    ticket = desk.ticket(number)
    connection = session().get_one(Connection, ticket.connection_id)
    assert ticket.state is State.ACTIVATED
    assert connection.state is ConnectionState.ACTIVE
    assert connection.live_version_id == ticket.version_id
    assert pages.club_page(desk.ans, number).turn_line.tone == "good"
    assert [mail.to for mail in desk.mails("activated")] == ["ans@voorbeeld.example", "ben@voorbeeld.example"]
