"""The thread: what each side sees and when, what is caught, and what leaves by mail."""

from __future__ import annotations

import pytest
from sqlmodel import col, select

from onboarding import clock
from onboarding.db import session
from onboarding.tickets.models import Message, MessageKind
from onboarding.tickets.reading import board, queue
from onboarding.usecases import pages, reviewing, thread
from onboarding.usecases.refusals import LooksLikeSecret, NotAllowed, NotFound, NotNow, Wrong


def said(entries) -> list[tuple[str, str]]:
    return [(entry.kind, entry.body) for entry in entries if entry.kind is not MessageKind.EVENT]


def club_sees(desk, number):
    return said(pages.club_page(desk.ans, number).thread)


def support_sees(desk, number):
    return said(pages.workspace(desk.bram, number).thread)


def message_id(number: int) -> int:
    query = select(Message.id).where(Message.ticket_id == number).order_by(col(Message.id).desc())
    found = session().exec(query).first()
    assert found is not None
    return found


def test_a_reply_leaves_after_a_while_and_the_mail_with_it(desk, later):
    number = desk.files()
    thread.reply(desk.bram, number, "Dag Ans, bijna klaar.", "form-1")

    assert club_sees(desk, number) == []
    assert support_sees(desk, number) == [("reply", "Dag Ans, bijna klaar.")]
    assert pages.workspace(desk.bram, number).thread[-1].waits
    mails = desk.mails("reply")
    assert [mail.to for mail in mails] == ["ans@voorbeeld.example", "ben@voorbeeld.example"]
    assert [mail.language for mail in mails] == ["nl", "en"]
    assert all((mail.leaves_at - clock.now()).total_seconds() > 10 for mail in mails)

    later(16)
    assert club_sees(desk, number) == [("reply", "Dag Ans, bijna klaar.")]


def test_until_then_it_can_be_undone_and_no_mail_leaves(desk, later):
    number = desk.files()
    thread.reply(desk.bram, number, "Oeps.", "form-1")
    undone = message_id(number)
    thread.undo_reply(desk.bram, number, undone)
    thread.undo_reply(desk.bram, number, undone)

    later(16)
    assert club_sees(desk, number) == support_sees(desk, number) == []
    assert all(mail.dropped_at is not None for mail in desk.mails("reply"))
    assert len(desk.events("ticket:reply_undone")) == 1
    assert not desk.ticket(number).news_for_club

    thread.reply(desk.bram, number, "Nu goed.", "form-2")
    assert len(desk.mails("reply")) == 4, "an id that is used again keeps no mail back"


def test_what_left_is_not_undone(desk, later):
    number = desk.files()
    thread.reply(desk.bram, number, "Dag.", "form-1")
    reply = message_id(number)
    later(16)
    with pytest.raises(NotNow):
        thread.undo_reply(desk.bram, number, reply)
    thread.note(desk.bram, number, "Alleen voor ons.", "form-2")
    with pytest.raises(NotNow):
        thread.undo_reply(desk.bram, number, message_id(number))


def test_a_note_is_never_seen_by_the_club(desk):
    number = desk.files()
    thread.note(desk.bram, number, "Vorige week dezelfde vraag.", "form-1")

    assert club_sees(desk, number) == []
    assert support_sees(desk, number) == [("note", "Vorige week dezelfde vraag.")]
    assert desk.mails("reply") == []


def test_a_form_sent_twice_is_one_message(desk):
    number = desk.files()
    for _ in range(2):
        thread.club_message(desk.ans, number, "Lukt het?", "form-1")
        thread.reply(desk.bram, number, "Ja hoor.", "form-1")
        thread.note(desk.bram, number, "Ja hoor.", "form-1")
    thread.club_message(desk.ben, number, "Lukt het?", "form-1")

    assert [kind for kind, _ in support_sees(desk, number)] == ["club", "reply", "note", "club"]
    assert len(desk.mails("reply")) == 2


def test_forms_without_a_mark_are_each_a_message(desk):
    number = desk.files()
    thread.club_message(desk.ans, number, "Een", "")
    thread.club_message(desk.ans, number, "Twee", "")
    assert len(support_sees(desk, number)) == 2


def test_a_code_is_caught_before_it_is_stored(desk):
    number = desk.files()
    codes = desk.codes()
    for write, actor in ((thread.club_message, desk.ans), (thread.reply, desk.bram), (thread.note, desk.bram)):
        with pytest.raises(LooksLikeSecret) as refused:
            write(actor, number, f"Hier is hij: {codes['security_code_2']}", "form-1")
        assert refused.value.field == "security_code_2"
        assert refused.value.label is not None

    assert support_sees(desk, number) == []
    caught = desk.events("ticket:secret_caught")
    assert [event.data["where"] for event in caught] == ["club_message", "reply", "note"]
    assert codes["security_code_2"] not in repr([event.model_dump() for event in caught])


@pytest.mark.parametrize(
    ("text", "field"), [("", "body"), ("  \n ", "body"), ("x" * 8001, "body"), ("\x00\x1b", "body")]
)
def test_an_empty_or_endless_message_is_told_beside_it(desk, text, field):
    number = desk.files()
    with pytest.raises(Wrong) as refused:
        thread.club_message(desk.ans, number, text, "form-1")
    assert set(refused.value.errors) == {"body"}
    assert all(str(error) for error in refused.value.errors.values())


def test_control_characters_are_left_out_and_lines_stay(desk):
    number = desk.files()
    thread.club_message(desk.ans, number, " Dag\x00,\r\n\r\ntot\x1b ziens ", "form-1")
    assert support_sees(desk, number) == [("club", "Dag,\n\ntot ziens")]


def test_nobody_writes_in_anothers_place(desk):
    number = desk.files()
    for write in (thread.reply, thread.note):
        with pytest.raises(NotAllowed):
            write(desk.ans, number, "Dag", "1")
    with pytest.raises(NotAllowed):
        thread.club_message(desk.bram, number, "Dag", "1")
    with pytest.raises(NotFound):
        thread.club_message(desk.cor, number, "Dag", "1")
    with pytest.raises(NotFound):
        thread.mark_read(desk.cor, number)
    with pytest.raises(NotNow):
        thread.club_message(desk.ans, desk.drafts(), "Dag", "1")


def test_what_the_club_writes_is_news_until_support_looked(desk):
    number = desk.files("fout")
    reviewing.ask_club(desk.bram, number, desk.version(number), "Kijk de codes na.", "1")
    thread.club_message(desk.ans, number, "Welke codes?", "2")

    (row,) = queue(desk.bram.user_id).groups[0].rows
    assert (row.number, str(row.next_step), row.news) == (number, "Nieuw bericht van de club", True)
    thread.mark_read(desk.bram, number)
    thread.mark_read(desk.bram, number)
    assert [group.key for group in queue(desk.bram.user_id).groups if group.rows] == ["club"]
    assert pages.workspace(desk.bram, number).thread[-1].read_at is not None


def test_a_reply_is_news_until_the_club_looked_and_support_sees_that_it_did(desk, later):
    number = desk.files()
    thread.reply(desk.bram, number, "Dag.", "1")
    thread.mark_read(desk.ans, number)
    assert desk.ticket(number).news_for_club, "it has not even left"
    later(16)
    assert board([desk.club_id])[0].news

    thread.mark_read(desk.ans, number)

    assert not board([desk.club_id])[0].news
    assert pages.workspace(desk.bram, number).thread[-1].read_at is not None


def test_a_message_is_made_unreadable_for_everybody_and_in_its_mails(desk, later):
    number = desk.files()
    thread.reply(desk.bram, number, "Iets wat hier niet hoort.", "1")
    reply = message_id(number)
    later(16)
    thread.redact(desk.bram, number, reply)
    thread.redact(desk.bram, number, reply)

    assert club_sees(desk, number) == [("reply", "")]
    assert pages.workspace(desk.bram, number).thread[-1].redacted
    assert all(mail.context["message"] == "" and mail.dropped_at for mail in desk.mails("reply"))
    assert len(desk.events("ticket:message_redacted")) == 1
    with pytest.raises(NotFound):
        thread.redact(desk.bram, number, 10_000)
    with pytest.raises(NotAllowed):
        thread.redact(desk.ans, number, reply)


def test_asking_the_club_arrives_at_once(desk):
    number = desk.files("fout")
    reviewing.ask_club(desk.bram, number, desk.version(number), "Kopieer de codes opnieuw.", "1")

    assert club_sees(desk, number) == [("reply", "Kopieer de codes opnieuw.")]
    assert [mail.context["message"] for mail in desk.mails("your_turn")] == ["Kopieer de codes opnieuw."] * 2
    assert board([desk.club_id])[0].news
