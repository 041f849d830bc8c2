"""Pages: a fixed number of queries, one line that says whose turn it is, and the lists for board and queue."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
import sqlalchemy as sa

from onboarding.checks.reading import checklist_of
from onboarding.db import db, session
from onboarding.i18n import in_language
from onboarding.tickets import reading
from onboarding.tickets.lifecycle import Move, State
from onboarding.tickets.reading import board, queue
from onboarding.usecases import drafts, pages, reviewing, submitting, thread
from onboarding.usecases.refusals import NotFound
from onboarding.usecases.turn_lines import club_line


@contextmanager
def counted() -> Iterator[list[str]]:
    """The statements that go to the database meanwhile."""
    session().rollback()
    session().expire_all()
    session().expunge_all()
    seen: list[str] = []

    def note(_conn, _cursor, statement, *_rest) -> None:
        if statement.startswith("SELECT"):
            seen.append(statement)

    sa.event.listen(db.engine, "before_cursor_execute", note)
    yield seen
    sa.event.remove(db.engine, "before_cursor_execute", note)


def test_the_number_of_queries_does_not_grow(desk):
    numbers = [desk.files(club, by) for club in ("goed", "fout") for by in (desk.ans, desk.cor)]
    number = numbers[0]
    for count in range(3):
        thread.note(desk.bram, number, f"Notitie {count}", "")
    reads = {
        "club_page": (lambda: pages.club_page(desk.ans, number), 7),
        "workspace": (lambda: pages.workspace(desk.bram, number), 8),
        "board": (lambda: board([desk.club_id]), 1),
        "queue": (lambda: queue(desk.bram.user_id), 4),
        "search": (lambda: queue(desk.bram.user_id, search="Voorbeeld"), 3),
    }
    for name, (read, most) in reads.items():
        with counted() as seen:
            read()
        assert len(seen) <= most, (name, seen)


def lines(desk, number) -> tuple[pages.TurnLine, pages.TurnLine | None]:
    try:
        return pages.club_page(desk.ans, number).turn_line, pages.workspace(desk.bram, number).turn_line
    except NotFound:
        return pages.club_page(desk.ans, number).turn_line, None


def test_the_line_from_draft_to_active(desk):
    number = desk.drafts()
    assert lines(desk, number)[0].action == "continue"
    submitting.submit(desk.ans, number, desk.version(number))
    club, support = lines(desk, number)
    assert (club.title, support.title) == ("We testen nu", "Wordt nu getest")
    desk.work()
    club, support = lines(desk, number)
    assert (club.tone, support.tone) == ("them", "you")
    assert "Administratiecode" in support.text
    desk.confirms(number)
    assert lines(desk, number)[1].text == "Alles is in orde: je kunt activeren."
    assert lines(desk, number)[0].tone == "them"
    reviewing.request_approval(desk.bram, number, desk.version(number))
    assert [line.tone for line in lines(desk, number)] == ["them", "them"]
    assert pages.workspace(desk.carla, number).turn_line.tone == "you"
    reviewing.approve(desk.carla, number, desk.version(number))
    assert [line.tone for line in lines(desk, number)] == ["good", "good"]


@pytest.mark.parametrize("extra", [{"four_eyes": "always"}])
def test_the_line_says_when_a_second_person_is_needed(desk):
    number = desk.files_and_confirms()
    assert "tweede persoon" in lines(desk, number)[1].text


@pytest.mark.parametrize(
    ("club", "word"), [("fout", "De club moet dit"), ("kapot", "Aan ons"), ("geensjabloon", "De club moet dit")]
)
def test_supports_line_says_what_comes_next(desk, club, word):
    number = desk.files(club)
    assert lines(desk, number)[1].text.startswith(word)


def test_supports_line_when_nothing_was_tested(desk):
    number = desk.files("fout")
    reviewing.ask_club(desk.bram, number, desk.version(number), "Kijk nog eens.", "1")
    assert "Inloggen lukt" in lines(desk, number)[1].text
    drafts.save_codes(desk.ans, number, desk.version(number), {"administration_code": "1"})
    reviewing.take(desk.bram, number, desk.version(number))
    assert lines(desk, number)[1].text.startswith("Nog niet alles is getest")


def test_the_line_of_a_stale_list_sends_support_to_test(desk, later):
    number = desk.files_and_confirms()
    later(25 * 3600)
    assert lines(desk, number)[1].text.startswith("Nog niet alles is getest")


def test_the_line_while_the_club_has_to_state_something(desk):
    number = desk.files("zondertoken")
    club, _ = lines(desk, number)
    assert (club.tone, club.title) == ("you", "Nog één ding van jou")
    reviewing.ask_club(desk.bram, number, desk.version(number), "Bevestig het sjabloon.", "1")
    club, _ = lines(desk, number)
    assert (club.tone, club.action) == ("you", None)
    submitting.state_fact(desk.ans, number, desk.version(number), "invoice_template", True, "Ans", "1-11-2026")
    assert lines(desk, number)[0].action == "test_again"
    reviewing.take(desk.bram, number, desk.version(number))
    reviewing.confirm(desk.bram, number, desk.version(number), "administration_code", "Klopt.")
    reviewing.confirm(desk.bram, number, desk.version(number), "invoice_template", "Klopt.")
    reviewing.ask_club(desk.bram, number, desk.version(number), "Mogen we morgen?", "2")
    assert lines(desk, number)[1].text.startswith("De klok staat stil")


def test_the_line_of_what_is_closed(desk):
    number = desk.files()
    submitting.withdraw(desk.ans, number, desk.version(number))
    assert [line.tone for line in lines(desk, number)] == ["calm", "calm"]
    other = desk.files()
    reviewing.reject(desk.bram, other, desk.version(other), "Kan niet.")
    assert all("Kan niet." in line.text for line in lines(desk, other))
    ticket = desk.ticket(other)
    ticket.state = State.DONE
    assert club_line(ticket, checklist_of(session(), ticket), lacks=()).tone == "calm"
    session().rollback()


def test_the_text_to_ask_with_is_in_the_clubs_language(desk):
    dutch = pages.workspace(desk.bram, desk.files("geensjabloon")).ask_text
    with in_language("nl"):
        english = pages.workspace(desk.bram, desk.files("geensjabloon", by=desk.ben)).ask_text

    assert "Sjabloon Factuursjabloon bestaat" in dutch
    assert "Beheer › Sjablonen › Factuursjablonen" in dutch
    assert english.startswith("Hello,")
    assert pages.workspace(desk.bram, desk.files("goed")).ask_text == ""
    assert "Bevestig" in pages.workspace(desk.bram, desk.files("zondertoken")).ask_text


def test_support_is_offered_what_it_can_do(desk):
    number = desk.files("fout")
    assert pages.workspace(desk.bram, number).moves >= {Move.TAKE, Move.ASK_CLUB, Move.REJECT, Move.CONFIRM}
    assert Move.OVERRIDE not in pages.workspace(desk.bram, number).moves
    assert Move.OVERRIDE in pages.workspace(desk.carla, number).moves
    assert Move.FINISH not in pages.workspace(desk.carla, number).moves
    assert pages.club_page(desk.ans, number).moves == {Move.WITHDRAW}


@pytest.mark.parametrize("number", [0, -1, 1, 10**15])
def test_what_is_not_there_is_not_there(desk, number):
    with pytest.raises(NotFound):
        pages.club_page(desk.ans, number)
    with pytest.raises(NotFound):
        pages.workspace(desk.bram, number)


def test_the_board_has_what_is_of_the_club_and_says_what_is_next(desk):
    draft = desk.drafts("goed")
    sent = desk.files("goed", by=desk.cor)
    rows = board([desk.club_id])

    assert [row.number for row in rows] == [draft]
    assert rows[0].package_name == "e-Boekhouden.nl"
    assert str(rows[0].next)
    assert [row.number for row in board([desk.other_club_id])] == [sent]
    assert len(board([desk.club_id, desk.other_club_id])) == 2
    assert board([]) == ()


def test_the_board_names_what_to_put_right(desk):
    number = desk.files("geensjabloon")
    reviewing.ask_club(desk.bram, number, desk.version(number), "Maak het sjabloon.", "1")
    assert "Sjabloon Factuursjabloon" in str(board([desk.club_id])[0].next)
    waiting = desk.files("storing")
    row = next(row for row in board([desk.club_id]) if row.number == waiting)
    assert "niet bereikbaar" in str(row.next)


def test_the_queue_is_sorted_by_whose_turn_it_is(desk, later):
    ours = desk.files("fout")
    later(1)
    ready = desk.files_and_confirms("goed")
    later(2)
    club = desk.files("geensjabloon", by=desk.cor)
    reviewing.ask_club(desk.bram, club, desk.version(club), "Maak het sjabloon.", "1")
    package = desk.files("storing")
    approving = desk.files_and_confirms("geendeb") if False else desk.files_and_confirms("goed", by=desk.cor)
    reviewing.request_approval(desk.bram, approving, desk.version(approving))
    closed = desk.files("leeg")
    reviewing.reject(desk.bram, closed, desk.version(closed), "Kan niet.")
    desk.drafts()

    shown = queue(desk.bram.user_id)

    assert {group.key: [row.number for row in group.rows] for group in shown.groups} == {
        "support": [ours, ready],
        "other_agent": [approving],
        "club": [club],
        "package": [package],
    }
    assert (shown.counts.support, shown.counts.closed, shown.found) == (2, 1, 5)
    assert [(outage.package, outage.tickets) for outage in shown.outages] == [("e-Boekhouden.nl", 1)]
    steps = {row.number: str(row.next_step) for group in shown.groups for row in group.rows}
    assert steps[ready] == "Klaar om te activeren"
    assert steps[ours] == "Vraag de club: Inloggen lukt"
    assert steps[club].startswith("Bij de club: Sjabloon")
    assert steps[package] == "Wacht op het pakket"
    assert steps[approving] == "Bekijk en geef akkoord"
    rows = {row.number: row for group in shown.groups for row in group.rows}
    assert (rows[ready].agent, rows[ready].is_mine, rows[ours].agent) == ("Bram", True, None)
    assert len(rows[ready].standings) == 10

    (alone,) = queue(desk.bram.user_id, group="closed").groups
    assert [(row.number, str(row.next_step)) for row in alone.rows] == [(closed, "Afgewezen")]
    assert [group.key for group in queue(None, group="nonsense").groups] == [
        "support",
        "other_agent",
        "club",
        "package",
    ]


@pytest.mark.parametrize(
    ("search", "found"),
    [("voorbeeld", True), ("SV", True), ("#1001", True), ("1001", True), ("sjabloonvraag", True), ("e-boek", True),
     ("Proefstad", False), ("9999", False), ("%", False), ("'; DROP", False), ("Bram", False)],
)  # fmt: skip
def test_the_queue_finds_club_number_and_text(desk, search, found):
    number = desk.files("goed")
    assert number == 1001
    thread.club_message(desk.ans, number, "Een sjabloonvraag: welk sjabloon?", "1")

    assert queue(desk.bram.user_id, search=search).found == int(found)


def test_a_long_group_comes_by_page(desk, monkeypatch):
    monkeypatch.setattr(reading, "PAGE", 2)
    numbers = [desk.files(club) for club in ("goed", "fout", "leeg")]

    first, second = queue(None, group="support"), queue(None, group="support", page=2)

    assert [row.number for shown in (first, second) for row in shown.groups[0].rows] == numbers
    assert (first.pages, second.page, first.groups[0].total) == (2, 2, 3)
