"""The item: whose turn it is, what to put right, messages, sending back, withdrawing."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from sqlmodel import select

from demo.cast import BRAM
from onboarding.connections.models import CredentialVersion
from onboarding.db import session
from onboarding.tickets.models import Message, MessageKind
from onboarding.usecases import pages, reviewing, thread
from onboarding.vault import sealed_fields
from tests.web.club.treasurer import Treasurer, acting, codes, main, words, work


def support(app: Flask, number: int, do: str, *given: Any) -> None:
    """Bram does something with the item as he sees it now."""
    with app.app_context():
        bram = acting(BRAM)
        getattr(reviewing, do)(bram, number, pages.workspace(bram, number).version, *given)


def messages(app: Flask, number: int) -> list[str]:
    with app.app_context():
        query = select(Message).where(Message.ticket_id == number, Message.kind == MessageKind.CLUB)
        return [message.body for message in session().exec(query).all()]


def turn(ans: Treasurer) -> str:
    return words(ans.sees("/p-w/{}").get_element_by_id("turn"))


def test_a_draft_goes_on_where_it_was_left(ans: Treasurer) -> None:
    ans.starts()

    assert ans.opens("/p-w/{}").location == f"/p-w/{ans.number}/verder"
    assert ans.opens("/p-w/{}/verder").location.endswith("/voorbereiden")


def test_the_item_says_that_support_is_on_it(ans: Treasurer) -> None:
    ans.files()

    page = ans.sees("/p-w/{}")

    assert "Wij zijn aan zet" in words(page.get_element_by_id("turn"))
    assert not page.xpath("//section[@id='turn']//button")
    assert "8000" not in words(page.get_element_by_id("list"))
    assert "goed" in words(page.get_element_by_id("list"))


def test_a_message_goes_to_support_once(ans: Treasurer, club_app: Flask) -> None:
    ans.files()
    page = ans.sees("/p-w/{}")

    for _ in range(2):
        ans.sends_as_seen(page, "/p-w/{}/bericht", body="Hoe lang duurt het?")

    assert messages(club_app, ans.number) == ["Hoe lang duurt het?"]
    assert "Hoe lang duurt het?" in words(ans.sees("/p-w/{}"))


def test_a_code_in_a_message_is_caught_and_the_text_stays(ans: Treasurer, club_app: Flask) -> None:
    ans.files()
    typed = "Mijn code is {3f2504e0-4f89-11d3-9a0c-0305e82c3301}."

    answer = ans.sends("/p-w/{}", "/p-w/{}/bericht", body=typed)

    assert answer.status_code == 422
    page = main(answer)
    assert "Dit lijkt een code" in words(page.get_element_by_id("caught"))
    assert page.get_element_by_id("f-body").text.strip() == typed
    assert messages(club_app, ans.number) == []


def test_a_caught_code_leads_to_its_field_when_the_club_is_next(ans: Treasurer, club_app: Flask) -> None:
    ans.files("fout")
    support(club_app, ans.number, "ask_club", "Kopieer alle drie opnieuw.", "once")

    answer = ans.sends("/p-w/{}", "/p-w/{}/bericht", body=f"Code 2 is {{{codes()['security_code_2'].strip('{}')}}}")

    links = main(answer).xpath("//div[@id='caught']//a/@href")
    assert links == [f"/p-w/{ans.number}/codes#f-security_code_2"]


@pytest.mark.parametrize("body", ["", "   ", "x" * 9000])
def test_a_message_that_cannot_be_sent_says_why(ans: Treasurer, club_app: Flask, body: str) -> None:
    ans.files()

    answer = ans.sends("/p-w/{}", "/p-w/{}/bericht", body=body)

    assert answer.status_code == 422
    assert main(answer).xpath("//div[@id='errors']//a/@href") == ["#f-body"]
    assert messages(club_app, ans.number) == []


def test_only_what_failed_is_asked_again_and_a_good_test_goes_back_by_itself(ans: Treasurer, club_app: Flask) -> None:
    ans.files("fout", rest_token="tok-goed")
    support(club_app, ans.number, "ask_club", "Kopieer alle drie opnieuw.", "once")
    assert "Jij bent aan zet" in turn(ans)
    assert "Maak in orde: Inloggen lukt" in words(ans.sees("/p-w/"))

    form = ans.sees("/p-w/{}/codes")
    asked = form.xpath("//main//input[starts-with(@id, 'f-')]/@id")
    assert asked == ["f-username", "f-security_code_1", "f-security_code_2"]
    everything = ans.sees("/p-w/{}/codes?all=1").xpath("//main//input[starts-with(@id, 'f-')]/@id")
    assert set(asked) < set(everything)

    right = {key: codes()[key] for key in ("username", "security_code_1", "security_code_2")}
    assert ans.sends_as_seen(form, "/p-w/{}/codes", do="test", **right).location == f"/p-w/{ans.number}"
    live = ans.sees("/p-w/{}").get_element_by_id("list")
    work(club_app)

    ended = ans.opens(live.get("hx-get"))
    assert ended.status_code == 286
    assert 'id="turn"' in ended.text
    assert 'hx-swap-oob="true"' in ended.text
    assert "Wij zijn aan zet" in turn(ans)


def test_what_is_put_right_in_the_package_needs_no_typing(ans: Treasurer, club_app: Flask) -> None:
    ans.files("geensjabloon")
    support(club_app, ans.number, "ask_club", "Maak het sjabloon.", "once")
    page = ans.sees("/p-w/{}")
    item = page.get_element_by_id("check-invoice_template")
    assert item.xpath(".//ul[@class='path']/li/text()")[:3] == ["Beheer", "Sjablonen", "Factuursjablonen"]

    ans.sends_as_seen(page, "/p-w/{}/opnieuw")
    assert "We testen nu" in turn(ans)
    work(club_app)

    assert "Jij bent aan zet" in turn(ans)


def test_who_cannot_work_it_out_sends_it_back_as_it_is(ans: Treasurer, club_app: Flask) -> None:
    ans.files("fout")
    support(club_app, ans.number, "ask_club", "Kopieer alle drie opnieuw.", "once")

    ans.sends("/p-w/{}", "/p-w/{}/terug")

    assert "Helpdesk is aan zet" in words(ans.sees("/p-w/"))


def test_a_reply_is_news_on_the_board_until_it_is_read(ans: Treasurer, club_app: Flask) -> None:
    ans.files("fout")
    support(club_app, ans.number, "ask_club", "Kopieer alle drie opnieuw.", "once")
    assert "Nieuw bericht" in words(ans.sees("/p-w/"))

    assert "Bram Visser, helpdesk" in words(ans.sees("/p-w/{}"))

    assert "Nieuw bericht" not in words(ans.sees("/p-w/"))


def test_notes_and_replies_that_have_not_left_stay_unseen(ans: Treasurer, club_app: Flask) -> None:
    ans.files()
    with club_app.app_context():
        thread.note(acting(BRAM), ans.number, "Alleen voor ons.", "a")
        thread.reply(acting(BRAM), ans.number, "Nog niet weg.", "b")

    page = words(ans.sees("/p-w/{}"))

    assert "Alleen voor ons" not in page
    assert "Nog niet weg" not in page


def test_withdrawing_asks_once_more_and_destroys_the_codes(ans: Treasurer, club_app: Flask) -> None:
    ans.files()
    assert "worden vernietigd" in words(ans.sees("/p-w/{}/intrekken"))

    assert ans.sends("/p-w/{}/intrekken").location == "/p-w/"

    with club_app.app_context():
        version = session().exec(select(CredentialVersion.id)).one()
        assert version is not None
        assert sealed_fields(session(), version) == frozenset()
    assert "ingetrokken" in words(ans.sees("/p-w/{}"))
    assert not ans.sees("/p-w/{}").xpath("//a[contains(@href, 'intrekken')]")


def test_who_comes_second_reads_what_changed(ans: Treasurer, club_app: Flask) -> None:
    ans.files()
    form = ans.sees("/p-w/{}/intrekken")
    support(club_app, ans.number, "take")

    answer = ans.sends_as_seen(form, "/p-w/{}/intrekken")

    assert answer.status_code == 409
    page = main(answer)
    assert "Iemand was je net voor" in words(page)
    assert "Bram Visser is ermee bezig" in words(page)
    assert page.xpath(".//a[@class='btn']/@href") == [f"/p-w/{ans.number}"]


def test_what_the_state_does_not_admit_is_told_calmly(ans: Treasurer) -> None:
    ans.files()

    answer = ans.sends("/p-w/{}", "/p-w/{}/bericht", body="x")
    assert answer.status_code == 302
    token = ans.sees("/p-w/{}").xpath("//input[@name='csrf_token']/@value")[0]
    late = ans.client.post(f"/p-w/{ans.number}/testen", data={"csrf_token": token})

    assert late.status_code in (403, 409)
    assert main(late).find(".//h1") is not None
