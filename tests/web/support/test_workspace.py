"""The workspace: everything that support may know, and nothing that nobody may."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
import sqlalchemy as sa
from flask import Flask

from demo.cast import BRAM, TESS
from demo.seed import acting, club_id
from onboarding.db import session
from onboarding.tickets.models import Ticket
from onboarding.usecases import drafts, running, thread
from tests.made_up import PACKAGE, made_up
from tests.web.support.helpdesk import Place, words, work


@contextmanager
def counted() -> Iterator[list[str]]:
    """The statements that are sent to the database meanwhile."""
    seen: list[str] = []

    def note(_connection, _cursor, statement, *_more):
        seen.append(statement)

    sa.event.listen(sa.Engine, "before_cursor_execute", note)
    yield seen
    sa.event.remove(sa.Engine, "before_cursor_execute", note)


def main(page) -> str:
    return words(page.xpath("//main")[0])


def item(page, check: str):
    return page.get_element_by_id(f"check-{check}")


def buttons(page) -> set[str]:
    """What can be pressed or followed in the head of the page."""
    return {words(one) for one in page.xpath("//*[@id='head']//*[self::a or self::button][not(@disabled)]")}


def test_each_item_says_how_it_stands_and_who_solves_it(bram, helpdesk: Place):
    page = bram.sees(f"/support/tickets/{helpdesk.tickets.template}")

    assert "in orde" in words(item(page, "login"))
    missing = words(item(page, "invoice_template"))
    assert "club lost op" in missing
    assert "Voor de club:" in missing
    assert "Getest" in missing
    assert "codes v1.2" in missing
    assert "SetupMissing" in missing


def test_head_and_turn_say_what_it_is_and_what_is_next(bram, helpdesk: Place):
    page = bram.sees(f"/support/tickets/{helpdesk.tickets.ready}")

    assert "TC Testdam · e-Boekhouden.nl · codes v1.2 · bij Bram Visser" in words(page.get_element_by_id("head"))
    assert "Alles is in orde: je kunt activeren." in words(page.get_element_by_id("turn"))


def test_what_is_open_stands_beside_a_button_that_does_not_work(bram, helpdesk: Place):
    page = bram.sees(f"/support/tickets/{helpdesk.tickets.template}")

    (activate,) = page.xpath("//*[@id='head']//button[contains(., 'Activeren')]")
    assert activate.get("disabled") is not None
    reasons = words(page.get_element_by_id(activate.get("aria-describedby")))
    assert "Nog 2 punten open" in reasons
    assert "Sjabloon Factuursjabloon bestaat: niet in orde." in reasons


def test_nothing_opens_a_panel_that_could_activate_what_is_not_ready(bram, helpdesk: Place):
    page = bram.sees(f"/support/tickets/{helpdesk.tickets.template}?doe=activate")

    assert page.xpath("//*[@id='decide']//form") == []


def test_activating_takes_a_second_look(bram, helpdesk: Place):
    page = bram.sees(f"/support/tickets/{helpdesk.tickets.ready}?doe=activate")

    panel = words(page.get_element_by_id("decide"))
    assert "TC Testdam" in panel
    assert "goed · 123456" in panel
    assert "Vergeleken met het scherm dat Tess liet zien." in panel


def test_only_possible_moves_are_offered(bram, carla, helpdesk: Place):
    wrong = f"/support/tickets/{helpdesk.tickets.wrong}"

    assert buttons(bram.sees(wrong)) == {"Pak op", "Vraag de club", "Afwijzen"}
    assert "Laat door als teamleider" not in main(bram.sees(wrong))
    assert "Laat door als teamleider" in words(item(carla.sees(wrong), "login"))
    assert "Neem over" in buttons(carla.sees(f"/support/tickets/{helpdesk.tickets.ready}"))


def test_a_person_check_shows_what_the_club_says_and_what_to_compare(bram, helpdesk: Place):
    page = bram.sees(f"/support/tickets/{helpdesk.tickets.stated}")

    assert "De club verklaart (Tess Bakker" in words(item(page, "invoice_template"))
    compare = words(item(page, "administration_code"))
    assert "persoon nodig" in compare
    assert "123457" in compare
    assert "zondertoken" in compare
    assert "Tess Bakker" in compare


def test_an_outage_asks_nothing_of_support(bram, helpdesk: Place):
    turn = words(bram.sees(f"/support/tickets/{helpdesk.tickets.down}").get_element_by_id("turn"))

    assert "e-Boekhouden.nl is nu niet bereikbaar" in turn or "niet bereikbaar" in turn
    assert "Niemand hoeft iets te doen" in turn


def test_the_exchange_is_shown_without_a_secret(bram, helpdesk: Place):
    number = helpdesk.tickets.ready
    pages = [f"/support/tickets/{number}"]
    pages += [f"/support/tickets/{number}/bewijs/{check}" for check in ("login", "ledger_readable", "invoice_template")]
    secrets = [made_up("goed")[key] for key in ("security_code_1", "security_code_2", "rest_token")]

    for path in pages:
        text = bram.client.get(path).text
        assert "••••••" in text
        assert not any(secret in text or secret.strip("{}") in text for secret in secrets)


def test_a_check_that_made_no_call_says_so(bram, helpdesk: Place):
    page = bram.sees(f"/support/tickets/{helpdesk.tickets.ready}/bewijs/fields_shape")

    assert "Deze controle deed geen aanroep." in main(page)


@pytest.mark.parametrize(
    "path", ["/support/tickets/999999", "/support/tickets/1", "/support/tickets/99999999999999999999"]
)
def test_a_number_that_is_nobodys_is_not_found(bram, path):
    bram.sees(path, 404)


def test_a_draft_is_the_clubs_own(desk_app: Flask, bram):
    with desk_app.app_context():
        draft = drafts.start(acting(TESS), club_id("TC Testdam"), PACKAGE)

    for last in ("", "/stand", "/vraag-club", "/bewijs/login"):
        hidden = bram.sees(f"/support/tickets/{draft}{last}", 404)
        assert main(hidden) == main(bram.sees(f"/support/tickets/999999{last}", 404))


def test_an_unknown_check_has_no_proof(bram, helpdesk: Place):
    bram.sees(f"/support/tickets/{helpdesk.tickets.ready}/bewijs/nope", 404)


def test_the_list_asks_for_itself_only_while_a_run_is_live(desk_app: Flask, bram, helpdesk: Place):
    number = helpdesk.tickets.stated
    path = f"/support/tickets/{number}"
    assert bram.sees(path).get_element_by_id("checklist").get("hx-get") is None
    assert bram.client.get(f"{path}/stand").status_code == 286

    with desk_app.app_context():
        running.request(acting(BRAM), number)
    live = bram.sees(path).get_element_by_id("checklist").get("hx-get")
    assert bram.client.get(f"{path}/stand").status_code == 200
    assert bram.client.get(live).status_code == 204
    assert "wordt getest" in words(item(bram.sees(path), "login"))

    with desk_app.app_context():
        work()
    done = bram.client.get(live)
    assert done.status_code == 286
    assert 'id="head" hx-swap-oob="true"' in done.text
    assert 'id="standing" hx-swap-oob="true"' in done.text


def test_a_long_thread_stays_light_and_can_be_read_whole(desk_app: Flask, bram, helpdesk: Place):
    number = helpdesk.tickets.stated
    with desk_app.app_context():
        for count in range(30):
            thread.note(acting(BRAM), number, f"Regel {count}. " + "Nog niets gehoord. " * 40, f"once-{count}")

    answer = bram.client.get(f"/support/tickets/{number}")
    assert len(answer.data) < 40_000
    assert "Regel 29." in answer.text
    assert "Regel 3." not in answer.text
    assert "oudere berichten" in answer.text
    assert "Regel 3." in bram.client.get(f"/support/tickets/{number}?berichten=alle").text


def test_every_page_is_light_and_asks_the_database_little(carla, helpdesk: Place):
    numbers = helpdesk.tickets
    for path in (
        "/support/",
        "/support/?q=voorbeeld",
        f"/support/tickets/{numbers.wrong}",
        f"/support/tickets/{numbers.ready}?doe=activate",
        f"/support/tickets/{numbers.template}/vraag-club",
    ):
        with counted() as statements:
            answer = carla.client.get(path)
        assert len([statement for statement in statements if statement.startswith("SELECT")]) <= 12, path
        assert len(answer.data) <= 40_000, path


def test_opening_reads_what_the_club_wrote_for_whoever_handles_it(desk_app: Flask, bram, carla, helpdesk: Place):
    number = helpdesk.tickets.ready
    with desk_app.app_context():
        thread.club_message(acting(TESS), number, "Is het al gelukt?", "form-1")

    carla.sees(f"/support/tickets/{number}")
    assert _is_news(desk_app, number)
    bram.sees(f"/support/tickets/{number}")
    assert not _is_news(desk_app, number)


def _is_news(app: Flask, number: int) -> bool:
    with app.app_context():
        return session().get_one(Ticket, number).news_for_support


def test_english_for_who_reads_english(bram, helpdesk: Place):
    bram.sends("/support/", "/account/taal", language="en")

    page = bram.sees(f"/support/tickets/{helpdesk.tickets.template}")
    assert "Checklist" in main(page)
    assert "club solves it" in words(item(page, "invoice_template"))


def test_who_asks_for_the_answer_of_one_item_finds_it_filled_in(bram, helpdesk: Place):
    path = f"/support/tickets/{helpdesk.tickets.wrong}"

    one = bram.sees(f"{path}?antwoord=login").get_element_by_id("reply-text").text_content()
    both = bram.sees(f"{path}?antwoord=alles").get_element_by_id("reply-text").text_content()
    assert "Kopieer alle drie opnieuw." in one
    assert "Factuursjabloon" not in one
    assert "Hallo" in both
