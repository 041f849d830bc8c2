"""With the club: it puts something right, tests, and the ticket goes back by itself or says what is still open."""

from __future__ import annotations

import pytest

from onboarding.tickets.events import SENT_BACK, STAYED
from onboarding.tickets.lifecycle import State, Turn
from onboarding.tickets.models import MessageKind
from onboarding.usecases import drafts, pages, reviewing, running, submitting
from onboarding.usecases.refusals import NotNow


@pytest.fixture
def asked(desk):
    """Asks the club of a ticket to put right whatever failed."""

    def ask(club: str, **more: str) -> int:
        number = desk.files(club, **more)
        page = pages.workspace(desk.bram, number)
        reviewing.ask_club(desk.bram, number, page.version, page.ask_text or "Kijk nog eens.", "1")
        return number

    return ask


def last_event(desk, number) -> str:
    entries = pages.workspace(desk.bram, number).thread
    return [entry.event for entry in entries if entry.kind is MessageKind.EVENT][-1]


def test_put_right_it_goes_back_to_the_same_agent_by_itself(desk, asked, provider):
    number = asked("geensjabloon")
    assert pages.club_page(desk.ans, number).turn_line.action == "test_again"
    provider.heal("geensjabloon")
    try:
        running.request(desk.ans, number, then="resubmit")
        desk.work()
    finally:
        provider.break_again("geensjabloon")

    ticket = desk.ticket(number)
    assert (ticket.state, ticket.turn, ticket.agent_id) == (State.IN_REVIEW, Turn.SUPPORT, desk.bram.user_id)
    assert last_event(desk, number) == SENT_BACK
    assert len(desk.mails("your_turn")) == 2, "only that of the question"


def test_still_wrong_it_stays_and_says_which(desk, asked):
    number = asked("geensjabloon")
    version = desk.version(number)
    running.request(desk.ans, number, then="resubmit")
    desk.work()

    ticket = desk.ticket(number)
    assert (ticket.state, ticket.turn, ticket.version) == (State.CLUB_TO_ACT, Turn.CLUB, version)
    assert last_event(desk, number) == STAYED
    assert "Sjabloon" in pages.club_page(desk.ans, number).turn_line.text
    mail = desk.mails("your_turn")[-1]
    assert mail.context["points"][0]["title"]["nl"].startswith("Sjabloon")
    assert mail.context["points"][0]["remedy"]["nl"]


def test_a_test_without_more_keeps_it_with_the_club(desk, asked, provider):
    number = asked("geensjabloon")
    provider.heal("geensjabloon")
    try:
        running.request(desk.ans, number)
        desk.work()
    finally:
        provider.break_again("geensjabloon")

    assert desk.ticket(number).state is State.CLUB_TO_ACT
    assert pages.club_page(desk.ans, number).turn_line.action == "test_again"


def test_wrong_codes_are_entered_again_and_only_those(desk, asked):
    number = asked("fout")
    assert pages.club_page(desk.ans, number).turn_line.action == "correct"
    assert desk.ticket(number).to_fix == ["username", "security_code_1", "security_code_2"]

    drafts.save_codes(desk.ans, number, desk.version(number), desk.codes("goed"))
    assert pages.club_page(desk.ans, number).turn_line.action == "test_again"
    running.request(desk.ans, number, then="resubmit")
    desk.work()

    assert desk.ticket(number).state is State.IN_REVIEW


def test_ours_to_mend_is_never_the_clubs_turn(desk, asked):
    number = asked("kapot", rest_token="tok-goed")
    running.request(desk.ans, number)
    desk.work()

    assert desk.ticket(number).state is State.IN_REVIEW


def test_an_outage_waits_and_then_goes_back(desk, asked, later, provider):
    number = asked("fout")
    drafts.save_codes(desk.ans, number, desk.version(number), desk.codes("storing"))
    running.request(desk.ans, number, then="resubmit")
    desk.work()
    assert (desk.ticket(number).state, desk.ticket(number).turn) == (State.CLUB_TO_ACT, Turn.PACKAGE)

    provider.heal("storing")
    try:
        later(61)
        desk.work()
    finally:
        provider.break_again("storing")
    assert desk.ticket(number).state is State.IN_REVIEW


def test_who_asks_now_in_an_outage_keeps_that_it_goes_back(desk, asked):
    number = asked("fout")
    drafts.save_codes(desk.ans, number, desk.version(number), desk.codes("storing"))
    running.request(desk.ans, number, then="resubmit")
    desk.work()
    running.request(desk.bram, number)

    assert desk.runs(number)[-1].then == "resubmit"


def test_a_second_press_adds_that_it_goes_back(desk, asked):
    number = asked("geensjabloon")
    running.request(desk.ans, number)
    running.request(desk.ans, number, then="resubmit")

    assert [run.then for run in desk.runs(number)][-1] == "resubmit"


def test_support_cannot_send_it_back_for_the_club(desk, asked):
    number = asked("geensjabloon")
    running.request(desk.bram, number, then="resubmit")
    assert desk.runs(number)[-1].then == ""


def test_sent_back_as_it_is(desk, asked):
    number = asked("geensjabloon")
    submitting.resubmit(desk.ans, number, desk.version(number))

    assert desk.ticket(number).state is State.IN_REVIEW
    with pytest.raises(NotNow):
        submitting.resubmit(desk.ans, number, desk.version(number))


def test_sent_back_with_other_codes_it_is_tested_by_itself(desk, asked):
    number = asked("fout")
    drafts.save_codes(desk.ans, number, desk.version(number), desk.codes("goed"))
    submitting.resubmit(desk.ans, number, desk.version(number))
    assert desk.runs(number)[-1].asked_by is None
    desk.work()

    assert desk.ticket(number).summary["next"] == "confirm"


def test_sent_back_with_nothing_to_test_it_is_not_tested(desk):
    number = desk.files("goed")
    reviewing.reject(desk.bram, number, desk.version(number), "Verkeerde administratie.")
    reviewing.reopen(desk.bram, number, desk.version(number), "Toch wel.")
    reviewing.ask_club(desk.bram, number, desk.version(number), "Vul je codes opnieuw in.", "1")
    assert pages.club_page(desk.ans, number).turn_line.action == "correct"
    before = len(desk.runs(number))

    submitting.resubmit(desk.ans, number, desk.version(number))

    assert len(desk.runs(number)) == before
