"""The guided form: kept per step, tested live, faults beside their fields, nothing to retype."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask

from demo.cast import BEN
from onboarding import clock
from tests.web.club.treasurer import Treasurer, codes, main, words, work

FIELD = "//*[@id='f-{}']/ancestor::div[contains(@class, 'field')][1]"


def test_the_next_step_opens_once_this_one_is_done(ans: Treasurer) -> None:
    ans.starts()

    refused = ans.sends("/p-w/{}/voorbereiden", ticks={"step": ["sign_in"]}, do="next")

    assert refused.status_code == 422
    summary = main(refused).xpath("//div[@id='errors']//a/@href")
    assert summary == ["#f-template"]
    page = main(refused)
    assert page.xpath("//input[@id='f-sign_in']/@checked")
    assert not page.xpath("//input[@id='f-template']/@checked")
    assert not page.xpath("//ol[@class='steps']//a")
    assert ans.prepares().location.endswith("/codes")
    assert ans.opens("/p-w/{}/verder").location.endswith("/codes")


def test_every_field_is_asked_as_the_package_declares_it(ans: Treasurer) -> None:
    ans.starts()
    ans.prepares()

    form = ans.sees("/p-w/{}/codes").xpath("//form[contains(@action, '/codes')]")[0]

    labels = [words(label) for label in form.iter("label")]
    assert labels[:4] == ["1. Gebruikersnaam", "2. Beveiligingscode 1", "3. Beveiligingscode 2", "4. Administratiecode"]
    secret = form.xpath(".//input[@id='f-security_code_1']")[0]
    assert (secret.get("type"), secret.get("autocomplete"), secret.get("spellcheck")) == ("password", "off", "false")
    assert not form.xpath(".//*[@id='f-revenue_accounts']")


def test_what_is_missing_is_told_beside_its_field_and_what_was_typed_stays(ans: Treasurer) -> None:
    ans.starts()
    ans.prepares()

    answer = ans.types(codes() | {"security_code_1": "", "administration_code": ""})

    assert answer.status_code == 422
    page = main(answer)
    assert "Vul dit in." in words(page.xpath(FIELD.format("security_code_1"))[0])
    assert page.xpath("//div[@id='errors']//a/@href") == ["#f-security_code_1", "#f-administration_code"]
    assert page.xpath("//input[@id='f-username']/@value") == ["goed"]
    assert "Bewaard" in words(page.xpath(FIELD.format("security_code_2"))[0])


def test_a_secret_never_comes_back_to_the_page(ans: Treasurer) -> None:
    ans.starts()
    ans.prepares()
    secrets = {
        "security_code_1": "planted0code0one0000000000000001",
        "security_code_2": "{aaaaaaaa-0000-4000-8000-planted00002}",
        "rest_token": "planted-token-3",
    }
    typed = codes() | secrets | {"administration_code": ""}

    answer = ans.types(typed)
    again = ans.opens("/p-w/{}/codes")

    assert answer.status_code == 422
    for secret in secrets.values():
        assert secret not in answer.text
        assert secret not in again.text


@pytest.mark.parametrize(
    "typed", ["x" * 100_000, "a\u0000b", "\u202ecode\u202c", "a\u200bb", "{{7*7}}<script>", "a\r\nb\tc"]
)
def test_no_text_in_a_field_breaks_anything(ans: Treasurer, typed: str) -> None:
    ans.starts()
    ans.prepares()

    answer = ans.types(codes() | {"administration_code": typed, "rest_token": typed})

    assert answer.status_code in (302, 400, 422)
    assert "<script>" not in answer.text.replace("<script src", "").replace("</script>", "")


def test_it_can_be_left_and_taken_up_on_another_device_by_somebody_else(ans: Treasurer, club_app: Flask) -> None:
    ans.starts()
    ans.prepares()
    assert (
        ans.types({"username": "goed", "security_code_1": codes()["security_code_1"]}, do="later").location == "/p-w/"
    )

    ben = Treasurer(club_app, BEN)
    ben.number = ans.number
    ben.sends_as_seen(ben.sees("/p-w/"), "/account/club", club=_voorbeeld(ben))
    page = ben.sees("/p-w/{}/codes")

    assert page.xpath("//input[@id='f-username']/@value") == ["goed"]
    assert "Bewaard" in words(page.xpath(FIELD.format("security_code_1"))[0])
    assert "Bewaard" not in words(page.xpath(FIELD.format("security_code_2"))[0])


def _voorbeeld(ben: Treasurer) -> str:
    options = ben.sees("/p-w/").xpath("//select[@name='club']/option")
    return str(next(option.get("value") for option in options if option.text == "SV Voorbeeld"))


def test_the_form_keeps_itself_and_goes_on_with_a_newer_version(ans: Treasurer) -> None:
    ans.starts()
    ans.prepares()
    page = ans.sees("/p-w/{}/codes")

    kept = ans.sends_as_seen(page, "/p-w/{}/codes", username="goed")
    assert kept.status_code == 422  # the other fields are still to come
    late = _keeps(ans, page, username="an earlier half that arrives late")

    assert late.status_code == 204
    page = ans.sees("/p-w/{}/codes")
    assert page.xpath("//input[@id='f-username']/@value") == ["goed"]

    answer = _keeps(ans, page, username="other")

    assert answer.status_code == 200
    assert "Bewaard om" in answer.text
    page = ans.sees("/p-w/{}/codes")
    assert page.xpath("//input[@id='f-username']/@value") == ["other"]
    assert page.xpath("//input[@id='version']/@value")[0] in answer.text


def _keeps(ans: Treasurer, page, **values: str):  # type: ignore[no-untyped-def]  # lxml and werkzeug objects
    form = page.xpath("//form[contains(@action, '/codes')]")[0]
    hidden = {field.get("name"): field.get("value") for field in form.iter("input") if field.get("type") == "hidden"}
    return ans.client.post(f"/p-w/{ans.number}/codes/bewaar", data=hidden | values)


def test_a_test_shows_each_line_and_then_says_what_is_next(ans: Treasurer, club_app: Flask) -> None:
    ans.starts()
    ans.prepares()
    ans.types(codes())

    live = ans.sees("/p-w/{}/testen")
    panel = live.get_element_by_id("panel")
    assert panel.get("hx-trigger") == "every 150ms"  # soon for the first line
    assert live.xpath("//noscript/meta[@http-equiv='refresh']")
    assert live.xpath("//ul[@class='checks']/@aria-busy") == ["true"]
    assert ans.opens(panel.get("hx-get")).status_code == 204  # nothing changed: nothing is sent

    work(club_app)

    ended = ans.opens(panel.get("hx-get"))
    assert ended.status_code == 286
    assert "De koppeling werkt" in ended.text
    assert "hx-get" not in ended.text
    assert "9 van 10 in orde" in words(ans.sees("/p-w/{}/testen"))


def test_a_fault_stands_beside_the_fields_that_caused_it_and_can_be_put_right(ans: Treasurer, club_app: Flask) -> None:
    ans.drafts("fout")
    page = ans.sees("/p-w/{}/testen")
    links = page.xpath("//li[@id='check-login']//a/@href")
    assert links == [f"/p-w/{ans.number}/codes#f-{key}" for key in ("username", "security_code_1", "security_code_2")]
    assert page.xpath("//section[@id='turn']//a/@href") == [links[0]]

    form = ans.sees("/p-w/{}/codes")
    for key in ("username", "security_code_1", "security_code_2"):
        assert "accepteert deze combinatie" in words(form.xpath(FIELD.format(key))[0])
    assert "accepteert" not in words(form.xpath(FIELD.format("administration_code"))[0])

    ans.types(codes("goed"))
    work(club_app)
    assert "De koppeling werkt" in words(ans.sees("/p-w/{}/testen"))
    assert "accepteert" not in words(ans.sees("/p-w/{}/codes"))


def test_swapped_codes_are_exchanged_with_one_button(ans: Treasurer, club_app: Flask) -> None:
    right = codes()
    ans.drafts(security_code_1=right["security_code_2"], security_code_2=right["security_code_1"])
    page = ans.sees("/p-w/{}/testen")
    assert "Wissel ze om en test opnieuw" in words(page.get_element_by_id("turn"))

    ans.sends_as_seen(page, "/p-w/{}/wissel")
    work(club_app)

    assert "De koppeling werkt" in words(ans.sees("/p-w/{}/testen"))


def test_swapped_codes_are_exchanged_beside_the_field_too(ans: Treasurer) -> None:
    right = codes()
    ans.starts()
    ans.prepares()
    ans.types(right | {"security_code_1": right["security_code_2"], "security_code_2": right["security_code_1"]})
    assert "De codes lijken verwisseld" in words(ans.sees("/p-w/{}/codes"))

    ans.types({}, do="swap")

    page = words(ans.sees("/p-w/{}/codes"))
    assert "omgewisseld" in page
    assert "verwisseld." not in page


def test_what_the_package_lists_can_be_chosen_by_name_and_typed(ans: Treasurer, club_app: Flask) -> None:
    ans.drafts()
    page = ans.sees("/p-w/{}/testen")
    assert "8000 Contributie" in words(page.get_element_by_id("choices"))

    ans.sends_as_seen(page, "/p-w/{}/keuzes", ticks={"revenue_accounts": ["8000"]}, cost_centre="12", do="save")
    work(club_app)
    page = ans.sees("/p-w/{}/testen")
    assert page.xpath("//input[@name='revenue_accounts'][@checked]/@value") == ["8000"]
    assert page.xpath("//select[@name='cost_centre']/option[@selected]/@value") == ["12"]

    ans.sends("/p-w/{}/keuzes", revenue_accounts="7777", do="save")
    work(club_app)
    page = ans.sees("/p-w/{}/testen")
    assert page.xpath("//section[@id='turn']//a/@href") == [f"/p-w/{ans.number}/keuzes#f-revenue_accounts"]
    assert page.xpath("//input[@id='f-revenue_accounts']/@value") == ["7777"]
    assert "Rekening 7777" in words(page.get_element_by_id("choices"))


def test_a_choice_that_cannot_be_read_is_told_beside_it(ans: Treasurer) -> None:
    ans.drafts()

    answer = ans.sends("/p-w/{}/keuzes", revenue_accounts="80001234567890", do="save")

    assert answer.status_code == 422
    page = main(answer)
    assert page.xpath("//div[@id='errors']//a/@href") == ["#f-revenue_accounts"]
    assert page.xpath("//input[@id='f-revenue_accounts']/@value") == ["80001234567890"]


def test_a_choice_can_be_searched_for(ans: Treasurer) -> None:
    ans.drafts()

    answer = ans.sends("/p-w/{}/keuzes", do="search", search="contrib")

    page = ans.sees(answer.location.partition("#")[0])
    options = [words(option) for option in page.xpath("//div[@class='picks']/label")]
    assert options == ["8000 Contributie"]


def test_an_outage_says_that_nobody_has_to_act_and_heals_by_itself(ans: Treasurer, club_app: Flask) -> None:
    ans.drafts("storing")

    page = ans.sees("/p-w/{}/testen")

    turn = words(page.get_element_by_id("turn"))
    assert "e-Boekhouden.nl is nu niet bereikbaar" in turn
    assert "Dit ligt niet aan jou" in turn
    assert page.get_element_by_id("panel").get("hx-trigger") == "every 10s"
    assert not page.xpath("//li[contains(@class, 'bad')]")
    assert "Niemand hoeft iets te doen" in words(ans.sees("/p-w/"))


def test_the_answers_can_be_checked_and_changed_before_sending(ans: Treasurer) -> None:
    ans.drafts("zondertoken")

    page = ans.sees("/p-w/{}/versturen")

    rows = {words(row.find("dt")): row for row in page.xpath("//dl/div")}
    assert words(rows["Gebruikersnaam"].find("dd")) == "zondertoken"
    assert "bewaard" in words(rows["Beveiligingscode 1"])
    assert "niet ingevuld" in words(rows["API-token"])
    assert rows["Gebruikersnaam"].xpath(".//a/@href") == [f"/p-w/{ans.number}/codes#f-username"]
    assert "Er staat nog 1 punt voor jou open" in words(page)
    assert ans.opens("/p-w/{}/verder").location.endswith("/versturen")


def test_the_clubs_word_is_asked_with_a_tick_a_name_and_a_date(ans: Treasurer) -> None:
    ans.drafts("zondertoken")
    statement = "/p-w/{}/verklaring/invoice_template"
    day = clock.now() + timedelta(days=3)

    wrong = ans.sends("/p-w/{}/versturen", statement, name="", date=f"{day:%d-%m-%Y}")

    assert wrong.status_code == 422
    page = main(wrong)
    prefix = "#invoice_template-"
    assert page.xpath("//div[@id='errors']//a/@href") == [f"{prefix}ticked", f"{prefix}name", f"{prefix}date"]
    assert page.xpath("//input[@name='date']/@value") == [f"{day:%d-%m-%Y}"]

    code = ans.sends("/p-w/{}/versturen", statement, ticked="1", name=codes()["security_code_2"])
    assert code.status_code == 422
    assert "Dit lijkt een code" in words(main(code))

    right = ans.sends("/p-w/{}/versturen", statement, ticked="1")
    assert right.status_code == 302
    item = ans.sees("/p-w/{}/versturen").get_element_by_id("check-invoice_template")
    assert "Helpdesk kijkt" in words(item)


def test_sending_ends_with_the_number_and_what_happens_next(ans: Treasurer) -> None:
    ans.drafts()
    form = ans.sees("/p-w/{}/versturen")

    first, second = (ans.sends_as_seen(form, "/p-w/{}/versturen") for _ in range(2))

    assert first.location == second.location == f"/p-w/{ans.number}/verstuurd"
    page = words(ans.sees(first.location))
    assert f"Verstuurd: P&W {ans.number}" in page
    assert "Wat er nu gebeurt" in page
    assert ans.opens("/p-w/{}/versturen").location == f"/p-w/{ans.number}"


def test_nothing_is_sent_while_the_preparation_or_a_code_is_missing(ans: Treasurer) -> None:
    ans.starts()

    answer = ans.sends("/p-w/{}/versturen")

    assert answer.status_code == 422
    hrefs = main(answer).xpath("//div[@id='errors']//a/@href")
    assert f"/p-w/{ans.number}/codes#f-security_code_1" in hrefs
    assert "Vink eerst" in words(main(answer).get_element_by_id("errors"))


def test_a_test_without_codes_leads_to_the_fields(ans: Treasurer) -> None:
    ans.starts()
    ans.prepares()

    answer = ans.sends("/p-w/{}/testen")

    assert answer.status_code == 422
    assert "#f-username" in main(answer).xpath("//div[@id='errors']//a/@href")
