"""What support does to a ticket, through the forms as they stand on the page."""

from __future__ import annotations

import lxml.html
import pytest
from flask import Flask
from sqlmodel import select

from demo.cast import ANS, BRAM
from demo.seed import acting
from onboarding.audit.models import AuditRecord
from onboarding.db import session
from onboarding.notify.models import OutgoingMail
from onboarding.tickets.lifecycle import State
from onboarding.tickets.models import Message, Ticket
from onboarding.usecases import pages, reviewing
from tests.web.support.helpdesk import Agent, Place, filled, version_of, words, work

CODE = "{00000000-0000-4000-8000-0000000000c0}"
"""Made up, in the shape of a security code."""


def at(number: int, last: str = "") -> str:
    """The address of a ticket, or of what is done to it."""
    return f"/support/tickets/{number}{'/' if last else ''}{last}"


def page_of(answer) -> lxml.html.HtmlElement:
    return lxml.html.fromstring(answer.text)


def trouble(answer) -> str:
    """What the page says about the form that was refused."""
    return words(page_of(answer).get_element_by_id("errors"))


def typed(answer, field: str) -> str:
    return page_of(answer).get_element_by_id(field).text_content()


def state(app: Flask, number: int) -> State:
    with app.app_context():
        return session().get_one(Ticket, number).state


def kept(app: Flask, table, *where) -> list:
    with app.app_context():
        return list(session().exec(select(table).where(*where)).all())


def test_a_ready_ticket_is_activated_in_two_clicks(desk_app: Flask, bram, helpdesk: Place):
    number = helpdesk.tickets.ready
    answer = bram.sends(at(number) + "?doe=activate", at(number, "activeer"))

    assert answer.status_code == 303
    assert state(desk_app, number) is State.ACTIVATED
    assert "Geactiveerd. De club krijgt een mail." in words(bram.sees(at(number)).xpath("//main")[0])


def test_a_double_click_is_one_effect(desk_app: Flask, bram, helpdesk: Place):
    number = helpdesk.tickets.ready
    page = bram.sees(at(number) + "?doe=activate")
    for _ in range(2):
        assert bram.sends_as_seen(page, at(number, "activeer")).status_code == 303

    assert len(kept(desk_app, OutgoingMail, OutgoingMail.template == "activated")) == 2  # the two members, once each
    assert len(kept(desk_app, Message, Message.event == "activate")) == 1


@pytest.mark.parametrize(("box", "kind"), [("notitie", "note"), ("antwoord", "reply")])
def test_a_message_sent_twice_is_one_message(desk_app: Flask, bram, helpdesk: Place, box, kind):
    number = helpdesk.tickets.template
    page = bram.sees(at(number))
    for _ in range(2):
        assert bram.sends_as_seen(page, at(number, box), text="Even gebeld.").status_code == 303

    assert len(kept(desk_app, Message, Message.kind == kind, Message.body == "Even gebeld.")) == 1


def test_a_person_check_is_confirmed_with_a_note(bram, helpdesk: Place):
    number = helpdesk.tickets.stated
    answer = bram.sends(
        at(number), at(number, "bevestig"), check="administration_code", text="Klopt met de jaarrekening."
    )

    assert answer.status_code == 303
    item = words(bram.sees(at(number)).get_element_by_id("check-administration_code"))
    assert "bevestigd" in item
    assert "Klopt met de jaarrekening." in item


def test_a_confirmation_without_a_note_is_refused_in_its_place(bram, helpdesk: Place):
    number = helpdesk.tickets.stated
    page = bram.sees(at(number))
    values = filled(page, at(number, "bevestig")) | {"check": "administration_code", "text": "  "}
    answer = bram.client.post(at(number, "bevestig"), data=values)

    assert answer.status_code == 422
    assert "Schrijf" in trouble(answer)
    item = page_of(answer).get_element_by_id("check-administration_code")
    assert item.xpath(".//details[@open]//*[@id='errors']")


def test_what_a_lead_lets_through_needs_a_second_person(desk_app: Flask, bram, carla, helpdesk: Place):
    number = helpdesk.tickets.template
    carla.sends(at(number), at(number, "wijk-af"), check="invoice_template", text="Zelf gezien, andere schrijfwijze.")
    carla.sends(at(number), at(number, "bevestig"), check="administration_code", text="Klopt met de website.")
    assert carla.sees(at(number) + "?doe=activate").xpath("//*[@id='decide']//form") == []

    carla.sends(at(number) + "?doe=request_approval", at(number, "vraag-akkoord"), text="Kijk je even mee?")
    assert carla.sees(at(number) + "?doe=approve").xpath("//*[@id='decide']//form") == []
    panel = words(bram.sees(at(number) + "?doe=approve").get_element_by_id("decide"))
    assert "Kijk je even mee?" in panel
    assert "Zelf gezien, andere schrijfwijze." in panel

    assert bram.sends(at(number) + "?doe=approve", at(number, "akkoord")).status_code == 303
    assert state(desk_app, number) is State.ACTIVATED


def test_who_does_not_agree_says_why(desk_app: Flask, bram, dana, helpdesk: Place):
    number = helpdesk.tickets.ready
    bram.sends(at(number) + "?doe=request_approval", at(number, "vraag-akkoord"))
    dana.sends(at(number) + "?doe=refuse", at(number, "niet-akkoord"), text="De naam van de club wijkt af.")

    assert state(desk_app, number) is State.IN_REVIEW
    assert "De naam van de club wijkt af." in words(bram.sees(at(number)).xpath("//main")[0])


def test_the_club_is_asked_with_what_failed(desk_app: Flask, bram, helpdesk: Place):
    number = helpdesk.tickets.wrong
    page = bram.sees(at(number, "vraag-club"))
    text = page.get_element_by_id("ask-text").text_content()
    assert "Kopieer alle drie opnieuw." in text
    assert "Kopieer alle drie opnieuw." in words(page.get_element_by_id("preview"))

    bram.sends_as_seen(page, at(number, "vraag-club"), text=f"Dag Cor,\n\n{text}")
    assert state(desk_app, number) is State.CLUB_TO_ACT
    assert "De club is aan zet" in words(bram.sees(at(number)).get_element_by_id("turn"))
    (mail,) = kept(desk_app, OutgoingMail, OutgoingMail.template == "your_turn")
    assert mail.to == "cor@proefstad.example"


def test_the_answer_box_asks_the_club_in_one_press(desk_app: Flask, bram, helpdesk: Place):
    number = helpdesk.tickets.template
    page = bram.sees(at(number))
    text = page.get_element_by_id("reply-text").get("data-answer")
    assert "Factuursjabloon" in text

    bram.sends_as_seen(page, at(number, "vraag-club"), text=text)
    assert state(desk_app, number) is State.CLUB_TO_ACT


def test_a_preview_keeps_nothing(desk_app: Flask, bram, helpdesk: Place):
    number = helpdesk.tickets.wrong
    answer = bram.sends(at(number, "vraag-club"), at(number, "voorbeeld"), text="Zo komt het eruit te zien.")

    assert "Zo komt het eruit te zien." in words(page_of(answer).get_element_by_id("preview"))
    assert typed(answer, "ask-text") == "Zo komt het eruit te zien."
    assert kept(desk_app, Message, Message.body == "Zo komt het eruit te zien.") == []
    assert state(desk_app, number) is State.SUBMITTED


@pytest.mark.parametrize(
    ("box", "page", "field"),
    [
        ("notitie", "", "note-text"),
        ("antwoord", "", "reply-text"),
        ("vraag-club", "", "reply-text"),
        ("vraag-club", "vraag-club", "ask-text"),
        ("wijs-af", "?doe=reject", "decide-text"),
        ("bevestig", "", "confirm-administration_code-text"),
    ],
)
def test_a_code_is_caught_before_it_is_kept(desk_app: Flask, bram, helpdesk: Place, box, page, field):
    number = helpdesk.tickets.template
    path = at(number) + page if page.startswith("?") else at(number, page)
    more = {"check": "administration_code"} if box == "bevestig" else {}
    answer = bram.sends(path, at(number, box), text=f"Probeer deze: {CODE}", **more)

    assert answer.status_code == 422
    assert "Dit lijkt op een code" in trouble(answer)
    assert "niet bewaard en niet verstuurd" in trouble(answer)
    assert CODE in typed(answer, field)
    assert not any(CODE in message.body for message in kept(desk_app, Message))
    assert not any(CODE in str(record.data) for record in kept(desk_app, AuditRecord))
    assert state(desk_app, number) is State.SUBMITTED


def test_two_agents_at_once_one_wins_and_the_other_keeps_what_was_typed(desk_app: Flask, bram, carla, helpdesk: Place):
    number = helpdesk.tickets.ready
    late = carla.sees(at(number) + "?doe=reject")
    bram.sends(at(number) + "?doe=request_approval", at(number, "vraag-akkoord"))
    answer = carla.sends_as_seen(late, at(number, "wijs-af"), text="De club bestaat niet meer.")

    assert answer.status_code == 409
    assert "Iemand was je net voor" in trouble(answer)
    assert "Bram Visser" in trouble(answer)
    assert "De club bestaat niet meer." in trouble(answer)  # the panel is gone, so the top of the page keeps it
    assert state(desk_app, number) is State.AWAITING_APPROVAL


def test_the_form_that_is_still_there_tells_in_its_own_place(bram, carla, helpdesk: Place):
    number = helpdesk.tickets.template
    late = carla.sees(at(number) + "?doe=reject")
    bram.sends(at(number), at(number, "neem"))
    answer = carla.sends_as_seen(late, at(number, "wijs-af"), text="De club bestaat niet meer.")

    assert answer.status_code == 409
    assert page_of(answer).xpath("//*[@id='decide']//*[@id='errors']")
    assert typed(answer, "decide-text") == "De club bestaat niet meer."
    again = carla.sends_as_seen(page_of(answer), at(number, "wijs-af"), text="De club bestaat niet meer.")
    assert again.status_code == 303


def test_what_cannot_be_done_any_more_changes_nothing(desk_app: Flask, bram, helpdesk: Place):
    number = helpdesk.tickets.ready
    page = bram.sees(at(number))
    with desk_app.app_context():
        reviewing.activate(acting(BRAM), number, version_of(number))
        version = str(version_of(number))
    answer = bram.sends_as_seen(page, at(number, "test"), version=version)

    assert answer.status_code == 409
    assert "Dit kan niet meer" in trouble(answer)


def test_the_gate_says_what_is_open_when_somebody_goes_around_the_page(desk_app: Flask, bram, helpdesk: Place):
    number = helpdesk.tickets.template
    token = filled(bram.sees(at(number)), at(number, "notitie"))
    answer = bram.client.post(at(number, "activeer"), data=token)

    assert answer.status_code == 409
    assert "Er is niets geactiveerd" in trouble(answer)
    assert "Sjabloon Factuursjabloon bestaat" in trouble(answer)
    assert state(desk_app, number) is State.SUBMITTED


def test_who_may_not_override_is_refused(desk_app: Flask, bram, helpdesk: Place):
    number = helpdesk.tickets.template
    token = filled(bram.sees(at(number)), at(number, "notitie"))
    answer = bram.client.post(at(number, "wijk-af"), data=token | {"check": "invoice_template", "text": "Mag wel."})

    assert answer.status_code == 403
    with desk_app.app_context():
        (item,) = [
            item for item in pages.workspace(acting(BRAM), number).checklist.items if item.key == "invoice_template"
        ]
        assert item.override is None


def test_a_form_without_its_version_is_no_form_of_ours(bram, helpdesk: Place):
    number = helpdesk.tickets.template
    token = {"csrf_token": filled(bram.sees(at(number)), at(number, "notitie"))["csrf_token"]}

    assert bram.client.post(at(number, "neem"), data=token).status_code == 400
    assert bram.client.post(at(number, "neem"), data=token | {"version": "x"}).status_code == 400


def test_one_item_is_tested_again_by_itself(desk_app: Flask, bram, helpdesk: Place):
    number = helpdesk.tickets.template
    before = _tested_at(desk_app, number)
    answer = bram.sends(at(number), at(number, "test"), check="invoice_template")
    assert answer.status_code == 303
    with desk_app.app_context():
        work()

    after = _tested_at(desk_app, number)
    assert after["invoice_template"] > before["invoice_template"]
    assert after["ledger_readable"] == before["ledger_readable"]


def _tested_at(app: Flask, number: int) -> dict:
    with app.app_context():
        items = pages.workspace(acting(BRAM), number).checklist.items
        return {item.key: item.line.at for item in items if item.line is not None}


def test_a_reply_can_be_taken_back_until_it_leaves(desk_app: Flask, bram, helpdesk: Place):
    number = helpdesk.tickets.template
    bram.sends(at(number), at(number, "antwoord"), text="Dag Ans, bijna klaar.")
    page = bram.sees(at(number))
    (undo,) = page.xpath("//*[@data-left]")
    assert 0 < int(undo.get("data-left")) <= 15

    (action,) = undo.xpath(".//button/@formaction")
    assert bram.sends_as_seen(page, action).status_code == 303
    assert kept(desk_app, Message, Message.kind == "reply") == []
    assert "Teruggehaald" in words(bram.sees(at(number)).xpath("//main")[0])


@pytest.mark.parametrize("extra", [{"reply_delay": 0}])
def test_a_reply_that_left_is_not_taken_back(desk_app: Flask, bram, helpdesk: Place):
    number = helpdesk.tickets.template
    bram.sends(at(number), at(number, "antwoord"), text="Dag Ans, bijna klaar.")
    page = bram.sees(at(number))
    assert page.xpath("//*[@data-left]") == []
    (reply,) = kept(desk_app, Message, Message.kind == "reply")
    answer = bram.client.post(at(number, f"terughalen/{reply.id}"), data=filled(page, at(number, "notitie")))

    assert answer.status_code == 409
    assert "Dit kan niet meer" in trouble(answer)
    assert len(kept(desk_app, Message, Message.kind == "reply")) == 1


def test_a_message_is_made_unreadable_for_good(desk_app: Flask, bram, helpdesk: Place):
    number = helpdesk.tickets.template
    bram.sends(at(number), at(number, "notitie"), text="Wachtwoord van de beheerder is Zomer, zei Ans.")
    (note,) = kept(desk_app, Message, Message.kind == "note")

    answer = bram.sends(at(number) + f"?onleesbaar={note.id}", at(number, f"maak-onleesbaar/{note.id}"))
    assert answer.status_code == 303
    page = words(bram.sees(at(number)).xpath("//main")[0])
    assert "Zomer" not in page
    assert "Onleesbaar gemaakt" in page


def test_a_rejected_ticket_is_opened_again_with_a_reason(desk_app: Flask, bram, helpdesk: Place):
    number = helpdesk.tickets.wrong
    bram.sends(at(number) + "?doe=reject", at(number, "wijs-af"), text="Dubbel ingediend.")
    assert state(desk_app, number) is State.REJECTED

    bram.sends(at(number) + "?doe=reopen", at(number, "heropen"), text="Toch niet dubbel.")
    assert state(desk_app, number) is State.IN_REVIEW
    assert "Toch niet dubbel." in words(bram.sees(at(number)).xpath("//main")[0])


def test_a_note_is_never_seen_by_the_club(desk_app: Flask, bram, helpdesk: Place):
    number = helpdesk.tickets.template
    bram.sends(at(number), at(number, "notitie"), text="Lastige club.")
    bram.sends(at(number), at(number, "antwoord"), text="Dag Ans.")

    seen = words(Agent(desk_app, ANS).sees(f"/p-w/{number}").xpath("//main")[0])
    assert "Lastige club." not in seen
    assert "Dag Ans." not in seen  # not before it left
