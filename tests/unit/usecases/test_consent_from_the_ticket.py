"""Consent from the ticket: there and back, what is kept of it, and every way in which nothing comes of it."""

from __future__ import annotations

from base64 import b64encode
from urllib.parse import parse_qsl, urlsplit

import pytest
from sqlmodel import select

from onboarding import vault
from onboarding.db import db, session
from onboarding.oauth import states
from onboarding.oauth.models import Authorisation, ConsentState, Outcome
from onboarding.settings import Settings
from onboarding.tables import METADATA
from onboarding.usecases import authorising, drafts, pages, running, submitting
from onboarding.usecases.authorising import Kind
from onboarding.usecases.refreshing import Kept
from onboarding.usecases.refusals import NotFound, Wrong
from tests.conftest import settings_in
from tests.unit.usecases.consenting import BROWSER, KEY, asks, consent, consents, goes, package, start, version_of

__all__ = ["package"]


@pytest.fixture
def settings(tmp_path, database_url, package, extra) -> Settings:
    return settings_in(tmp_path, database_url=database_url, at=package.at, **extra)


def test_consent_is_given_and_its_administrations_are_listed(desk, package):
    number = start(desk)

    came = consents(desk, number)

    assert (came.kind, came.number, came.hand_over) == (None, number, None)
    view = authorising.consent_of(desk.ticket(number))
    assert (view.alive, view.by, view.way.value, view.is_borrowed) == (True, "Ans", "ticket", False)
    assert view.administrations == (("1", "SV Goed"), ("2", "Stichting Kantine"))
    assert "authorization" in pages.club_page(desk.ans, number).sealed
    assert pages.club_page(desk.ans, number).lacks == ("division",)
    assert package.knobs.tokens == ["authorization_code"]


def test_it_is_tested_with_the_tokens_that_are_kept(desk, package):
    number = start(desk)
    consents(desk, number)
    saved = authorising.choose_administration(desk.ans, number, desk.version(number), "1")
    assert saved.complete
    running.request(desk.ans, number)
    desk.work()

    page = pages.club_page(desk.ans, number)
    assert [str(item.standing) for item in page.checklist.items] == ["ok"]
    assert page.identity == "SV Goed"
    assert authorising.consent_of(desk.ticket(number)).administrations, "the list is still there"
    submitting.submit(desk.ans, number, desk.version(number))


def test_what_was_typed_is_kept_before_the_browser_leaves(desk, package):
    number = start(desk)

    asks(desk, number, reference="SV Voorbeeld")

    assert version_of(desk, number).shown["reference"] == "SV Voorbeeld"
    with pytest.raises(Wrong) as wrong:
        asks(desk, number, division="12345678901234567890")
    assert set(wrong.value.errors) == {"division"}


def test_a_password_that_consent_makes_needless_is_destroyed(desk, package):
    number = start(desk)
    drafts.save_codes(desk.ans, number, desk.version(number), {"password": "made-up-password", "division": "1"})
    assert "password" in pages.club_page(desk.ans, number).sealed

    consents(desk, number)

    assert pages.club_page(desk.ans, number).sealed == {"authorization"}
    assert not pages.club_page(desk.ans, number).lacks


def test_nothing_of_it_lies_in_the_open(desk, package, later, capfd):
    """No table, log line or spelling of them holds a token, a code, a state, a nonce or a verifier."""
    number = start(desk)
    address = asks(desk, number)
    answer = goes(address)
    authorising.come_back(desk.ans, KEY, BROWSER, answer)
    bearer = Kept(consent(desk, number).id, "user:1", "test")
    first = bearer.given()
    later(3600)
    second = bearer.alive()
    handed = authorising.come_back(None, KEY, BROWSER, goes(authorising.begin_public(KEY, "SV", BROWSER))).hand_over

    sent = dict(parse_qsl(urlsplit(address).query))
    canaries = [answer["code"], sent["state"], sent["nonce"], handed, BROWSER, states.verifier_of(sent["state"])]
    canaries += [*first.secrets(), *second.secrets(), "made-up-client-secret"]
    assert second.access_token != first.access_token
    with db.engine.connect() as connection:
        rows = [repr(row) for table in METADATA.sorted_tables for row in connection.execute(table.select())]
    told = "".join(rows) + "".join(capfd.readouterr())
    spelt = {spelling for one in canaries for spelling in (one, one[::-1], b64encode(one.encode()).decode()[:-4])}
    assert [one for one in spelt if one in told] == []


def test_somebody_who_says_no_changes_nothing(desk, package):
    number = start(desk)
    answer = goes(asks(desk, number), None, refuse="access_denied")

    came = authorising.come_back(desk.ans, KEY, BROWSER, answer)

    assert (came.kind, came.number) == (Kind.REFUSED, number)
    assert package.knobs.tokens == []
    assert session().exec(select(Authorisation.outcome)).all() == [Outcome.REFUSED]


@pytest.mark.parametrize(("error", "kind"), [("invalid_scope", Kind.PROVIDER_ERROR), ("server_error", Kind.OUTAGE)])
def test_a_package_that_could_not_ask_is_not_the_clubs_fault(desk, package, error, kind):
    number = start(desk)

    came = authorising.come_back(desk.ans, KEY, BROWSER, goes(asks(desk, number), None, refuse=error))

    assert came.kind is kind


def test_another_browser_or_person_spends_nothing(desk, package):
    number = start(desk)
    answer = goes(asks(desk, number))

    assert authorising.come_back(desk.ans, KEY, "another", answer).kind is Kind.OTHER_BROWSER
    assert authorising.come_back(None, KEY, BROWSER, answer).kind is Kind.SIGNED_OUT
    assert authorising.come_back(desk.ben, KEY, BROWSER, answer).kind is Kind.OTHER_PERSON
    assert package.knobs.tokens == []

    assert authorising.come_back(desk.ans, KEY, BROWSER, answer).kind is None


def test_a_state_is_good_once(desk, package):
    number = start(desk)
    answer = goes(asks(desk, number))
    authorising.come_back(desk.ans, KEY, BROWSER, answer)

    again = authorising.come_back(desk.ans, KEY, BROWSER, answer)

    assert (again.kind, again.number) == (Kind.USED, number)
    assert package.knobs.tokens == ["authorization_code"]
    assert consent(desk, number).state is ConsentState.ALIVE


def test_a_state_that_is_not_ours_or_too_old_exchanges_nothing(desk, package, later):
    number = start(desk)
    answer = goes(asks(desk, number))
    for odd in ({}, {"code": "x"}, {"code": "x", "state": ""}, {"code": "x", "state": "\ud800\x00" * 99}):
        assert authorising.come_back(desk.ans, KEY, BROWSER, odd).kind is Kind.UNKNOWN
    later(31 * 60)

    assert authorising.come_back(desk.ans, KEY, BROWSER, answer).kind is Kind.EXPIRED
    assert package.knobs.tokens == []


def test_an_item_that_was_closed_meanwhile_takes_no_consent(desk, package):
    number = start(desk)
    answer = goes(asks(desk, number))
    submitting.withdraw(desk.ans, number, desk.version(number))

    assert authorising.come_back(desk.ans, KEY, BROWSER, answer).kind is Kind.CLOSED
    assert package.knobs.tokens == []


def test_a_code_that_is_refused_is_told_in_the_packages_words(desk, package):
    number = start(desk)
    answer = goes(asks(desk, number)) | {"code": "gb_made_up"}

    came = authorising.come_back(desk.ans, KEY, BROWSER, answer)

    assert (came.kind, came.problem.en) == (Kind.CODE_REFUSED, "Refused. Give consent again.")


def test_an_outage_before_the_code_was_sent_leaves_the_address_good(desk, package):
    from werkzeug.wrappers import Response

    number = start(desk)
    answer = goes(asks(desk, number))
    package.knobs.faults["authorization_code"] = lambda: Response("", 503)
    came = authorising.come_back(desk.ans, KEY, BROWSER, answer)
    assert (came.kind, "Grootboek Online" in came.problem.nl) == (Kind.OUTAGE, True)

    package.knobs.faults.clear()
    assert authorising.come_back(desk.ans, KEY, BROWSER, answer).kind is None


def test_a_code_whose_answer_was_lost_is_not_sent_again(desk, package):
    from werkzeug.wrappers import Response

    number = start(desk)
    answer = goes(asks(desk, number))
    package.knobs.faults["authorization_code"] = lambda: Response("", 502)
    assert authorising.come_back(desk.ans, KEY, BROWSER, answer).kind is Kind.OUTAGE

    assert authorising.come_back(desk.ans, KEY, BROWSER, answer).kind is Kind.USED
    assert session().exec(select(Authorisation.outcome)).all() == [Outcome.LOST]
    assert package.knobs.tokens == ["authorization_code"]


@pytest.mark.parametrize("claims", [{"nonce": "another"}, {"aud": "another"}, {"iss": "https://other.example"}])
def test_an_identity_that_does_not_prove_itself_takes_the_tokens_with_it(desk, package, claims):
    package.knobs.claims = claims
    number = start(desk)

    came = consents(desk, number)

    assert (came.kind, came.number) == (Kind.UNPROVEN, number)
    version = version_of(desk, number)
    assert vault.sealed_fields(session(), version.id) == frozenset()
    assert version.consent_id is None
    assert desk.events("consent:unproven")


def test_a_list_that_fails_loses_nothing(desk, package):
    package.knobs.books_away = True
    number = start(desk)

    assert consents(desk, number).kind is None
    view = authorising.consent_of(desk.ticket(number))
    assert (view.alive, view.administrations, view.unlisted is not None) == (True, (), True)
    with pytest.raises(Wrong):
        authorising.list_again(desk.ans, number, desk.version(number))

    package.knobs.books_away = False
    authorising.list_again(desk.ans, number, desk.version(number))
    assert len(authorising.consent_of(desk.ticket(number)).administrations) == 2


def test_a_box_that_was_not_ticked_is_told_and_the_consent_kept(desk, package):
    package.knobs.scope = "openid"
    number = start(desk)

    assert consents(desk, number).kind is Kind.UNTICKED
    assert consent(desk, number).state is ConsentState.ALIVE


def test_a_new_consent_makes_older_results_void(desk, package):
    number = start(desk)
    consents(desk, number)
    authorising.choose_administration(desk.ans, number, desk.version(number), "1")
    running.request(desk.ans, number)
    desk.work()
    first, before = consent(desk, number), version_of(desk, number).revision

    consents(desk, number, "tweede")

    page = pages.club_page(desk.ans, number)
    assert page.identity is None
    assert [item.line for item in page.checklist.items] == [None]
    assert version_of(desk, number).revision > before
    session().refresh(first)
    assert first.state is ConsentState.ENDED


def test_a_consent_is_no_field_of_a_form(desk, package):
    number = start(desk)
    consents(desk, number)
    kept = vault.unseal(desk.ticket(number).version_id, "user:1", "test")

    drafts.save_codes(desk.ans, number, desk.version(number), {"authorization": "x", "auth_code": "gb_x"})
    drafts.clear(desk.ans, number, desk.version(number), "authorization")
    with pytest.raises(Wrong):
        drafts.swap(desk.ans, number, desk.version(number), "authorization", "reference")

    assert vault.unseal(desk.ticket(number).version_id, "user:1", "test") == kept
    assert "auth_code" not in version_of(desk, number).shown


def test_it_is_of_the_club_alone(desk, package):
    number = start(desk)
    version = desk.version(number)

    with pytest.raises(NotFound):
        authorising.begin(desk.cor, number, version, BROWSER, {})
    with pytest.raises(NotFound):
        authorising.list_again(desk.cor, number, version)
    with pytest.raises(NotFound):
        authorising.come_back(desk.ans, "e-boekhouden", BROWSER, {"code": "x", "state": "y"})


def test_the_content_policy_hears_where_browsers_go(desk, package):
    assert {origin.rpartition(":")[0] for origin in authorising.origins()} == {"http://127.0.0.1"}
