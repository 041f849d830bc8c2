"""A consent goes with the codes of a connection: lent to new ones, taken along into force, forgotten at the end."""

from __future__ import annotations

import pytest
from sqlmodel import select
from werkzeug.wrappers import Response

from onboarding import vault
from onboarding.connections.models import ConnectionState, VersionState
from onboarding.db import session
from onboarding.oauth.models import Consent, ConsentState
from onboarding.settings import Settings
from onboarding.tickets.lifecycle import State
from onboarding.usecases import (
    authorising,
    disconnecting,
    drafts,
    pages,
    re_entering,
    reviewing,
    running,
    submitting,
    tending,
)
from onboarding.usecases.refreshing import Kept
from onboarding.usecases.refusals import GateClosed, NotNow, Wrong
from onboarding.usecases.transaction import change
from tests.conftest import settings_in
from tests.unit.usecases import connected
from tests.unit.usecases.consenting import KEY, consents, package, start, version_of

__all__ = ["package"]


@pytest.fixture
def settings(tmp_path, database_url, package, extra) -> Settings:
    return settings_in(tmp_path, database_url=database_url, at=package.at, **extra)


def connect(desk) -> int:
    """A connection in force by consent; its id."""
    number = start(desk)
    consents(desk, number)
    authorising.choose_administration(desk.ans, number, desk.version(number), "1")
    submitting.submit(desk.ans, number, desk.version(number))
    desk.work()
    reviewing.activate(desk.bram, number, desk.version(number))
    return desk.ticket(number).connection_id


def all_consents() -> list[Consent]:
    session().rollback()
    session().expire_all()
    return list(session().exec(select(Consent).order_by("id")).all())


def held(version_id: int) -> frozenset[str]:
    session().rollback()
    return vault.sealed_fields(session(), version_id)


def refused_by_the_package(given: Consent, package) -> None:
    """The consent is withdrawn there, and we find out."""
    package.server.consents.revoke(Kept(given.id, "user:1", "test").given().refresh_token)
    pair = Kept(given.id, "user:1", "test")
    with pytest.raises(Exception, match="ConsentExpired"):
        pair.renewed(pair.given())


def test_new_codes_borrow_the_consent_and_take_it_along_into_force(desk, package):
    connection_id = connect(desk)
    old = connected.row(connection_id).live_version_id
    number = re_entering.re_enter(desk.ans, connection_id)
    view = authorising.consent_of(desk.ticket(number))
    assert (view.alive, view.is_borrowed) == (True, True)
    assert pages.club_page(desk.ans, number).lacks == ()
    assert held(version_of(desk, number).id) == frozenset(), "tokens are never copied"

    drafts.save_codes(desk.ans, number, desk.version(number), {"reference": "anders"})
    running.request(desk.ans, number, then="resubmit")
    desk.work()

    assert desk.ticket(number).state is State.ACTIVATED
    (given,) = all_consents()
    new = connected.row(connection_id).live_version_id
    assert (given.version_id, given.state) == (new, ConsentState.ALIVE)
    assert (held(old), held(new)) == (frozenset(), {"authorization"})
    assert Kept(given.id, "user:1", "test").alive()
    assert package.knobs.tokens == ["authorization_code"]


def test_a_consent_of_its_own_takes_the_place_of_the_former(desk, package):
    connection_id = connect(desk)
    number = re_entering.re_enter(desk.ans, connection_id)
    consents(desk, number)
    first, second = all_consents()
    assert (first.state, second.state) == (ConsentState.ALIVE, ConsentState.ALIVE), "the old one is in force meanwhile"
    authorising.choose_administration(desk.ans, number, desk.version(number), "1")
    running.request(desk.ans, number, then="resubmit")
    desk.work()

    first, second = all_consents()
    assert (first.state, second.state) == (ConsentState.ENDED, ConsentState.ALIVE)
    assert connected.row(connection_id).live_version_id == second.version_id
    assert held(first.version_id) == frozenset()


def test_new_codes_that_are_withdrawn_leave_a_borrowed_consent_alone(desk, package):
    connection_id = connect(desk)
    number = re_entering.re_enter(desk.ans, connection_id)
    submitting.withdraw(desk.ans, number, desk.version(number))

    (given,) = all_consents()
    assert (given.state, held(given.version_id)) == (ConsentState.ALIVE, {"authorization"})
    assert connected.row(connection_id).state is ConnectionState.ACTIVE


def test_codes_that_are_withdrawn_take_their_own_consent_with_them(desk, package):
    number = start(desk)
    consents(desk, number)
    submitting.withdraw(desk.ans, number, desk.version(number))

    (given,) = all_consents()
    assert (given.state, held(given.version_id)) == (ConsentState.ENDED, frozenset())


def test_a_consent_that_died_since_the_test_keeps_the_gate_closed(desk, package):
    number = start(desk)
    consents(desk, number)
    authorising.choose_administration(desk.ans, number, desk.version(number), "1")
    submitting.submit(desk.ans, number, desk.version(number))
    desk.work()
    (given,) = all_consents()
    refused_by_the_package(given, package)

    with pytest.raises(GateClosed):
        reviewing.activate(desk.bram, number, desk.version(number))

    assert pages.club_page(desk.ans, number).lacks == ("password",), "or consent, which counts no more"
    assert not authorising.consent_of(desk.ticket(number)).alive


def test_an_ended_connection_is_forgotten_at_the_package_by_a_job(desk, package):
    connection_id = connect(desk)
    (given,) = all_consents()
    tokens = Kept(given.id, "user:1", "test").given()
    disconnecting.disconnect(desk.ans, connection_id, "SV Voorbeeld")
    (given,) = all_consents()
    assert given.state is ConsentState.REVOKING
    assert package.knobs.revoked == [], "nothing is called inside the change"

    tending.tend(given.id)
    tending.tend(given.id)

    (given,) = all_consents()
    assert (given.state, held(given.version_id)) == (ConsentState.ENDED, frozenset())
    assert package.knobs.revoked == [tokens.refresh_token]
    assert [event.data["done"] for event in desk.events("consent:revoked")] == [True]


def test_a_package_that_is_away_keeps_no_tokens_of_an_ended_connection(desk, package, monkeypatch):
    connection_id = connect(desk)
    disconnecting.disconnect(desk.ans, connection_id, "SV Voorbeeld")
    (given,) = all_consents()
    monkeypatch.setattr(type(package.server), "__call__", lambda *_: Response("", 503))

    tending.tend(given.id)

    (given,) = all_consents()
    assert (given.state, held(given.version_id)) == (ConsentState.ENDED, frozenset())
    assert [event.data["done"] for event in desk.events("consent:revoked")] == [False]


def test_a_job_that_was_lost_is_asked_for_by_the_sweep(desk, package):
    connection_id = connect(desk)
    disconnecting.disconnect(desk.ans, connection_id, "SV Voorbeeld")

    assert [needy.consent_id for needy in tending.left_halfway(session())] == [all_consents()[0].id]


def test_consent_for_codes_that_are_in_force_stands_beside_them(desk, package):
    """A ticket that was opened again is on the version in force: that one stays as it is."""
    connection_id = connect(desk)
    (number,) = {event.data["ticket"] for event in desk.events("consent:given")}
    reviewing.reopen(desk.bram, number, desk.version(number), "Nog eens kijken.")
    reviewing.ask_club(desk.bram, number, desk.version(number), "Geef opnieuw toestemming.", "once")
    live = connected.row(connection_id).live_version_id

    consents(desk, number)

    first, second = all_consents()
    assert first.version_id == live
    assert second.version_id == desk.ticket(number).version_id != live
    assert session().get_one(type(version_of(desk, number)), live).state is VersionState.LIVE
    assert first.state is ConsentState.ALIVE


def test_listing_again_needs_a_consent_that_is_alive(desk, package):
    number = start(desk)
    with pytest.raises(NotNow):
        authorising.list_again(desk.ans, number, desk.version(number))


def test_a_proof_that_had_to_wait_is_made_by_the_sweep(desk, package, later):
    package.knobs.keys_away = True
    number = start(desk)
    consents(desk, number)
    assert not authorising.consent_of(desk.ticket(number)).alive
    assert list(tending.left_halfway(session())) == []
    later(301)
    (given,) = all_consents()
    assert [needy.consent_id for needy in tending.left_halfway(session())] == [given.id]

    package.knobs.keys_away = False
    tending.tend(given.id)

    view = authorising.consent_of(desk.ticket(number))
    assert (view.alive, len(view.administrations)) == (True, 2)
    assert held(version_of(desk, number).id) == {"authorization"}
    assert desk.ticket(number).step == "codes"


def test_a_proof_that_had_to_wait_for_days_asks_whether_the_token_was_good_when_it_came(desk, package, later):
    package.knobs.keys_away = True
    number = start(desk)
    consents(desk, number)
    later(3 * 24 * 3600)
    package.knobs.keys_away = False

    tending.tend(all_consents()[0].id)

    assert all_consents()[0].state is ConsentState.ALIVE


def test_a_fault_of_ours_in_the_proof_costs_no_consent(desk, package, monkeypatch):
    def broken(*_):
        raise RecursionError("made up")

    monkeypatch.setattr("onboarding.usecases.exchanging.verified", broken)
    number = start(desk)
    consents(desk, number)
    assert all_consents()[0].state is ConsentState.UNVERIFIED

    monkeypatch.undo()
    tending.tend(all_consents()[0].id)
    assert all_consents()[0].state is ConsentState.ALIVE


def test_an_exchange_whose_process_was_killed_is_named(desk, package, later):
    from onboarding.oauth.models import Authorisation, Outcome
    from tests.unit.usecases.consenting import asks

    number = start(desk)
    asks(desk, number)
    with change() as db:
        row = db.exec(select(Authorisation)).one()
        row.outcome, row.ended_at = Outcome.EXCHANGING, row.created_at
        db.add(row)
    later(301)

    tending.sweep()
    tending.sweep()

    assert [event.data for event in desk.events("authorisation:lost")] == [{"package": KEY}]


def test_a_password_alone_needs_no_consent(desk, package):
    number = start(desk)
    assert set(pages.club_page(desk.ans, number).lacks) == {"password", "division"}
    saved = drafts.save_codes(desk.ans, number, desk.version(number), {"password": "made-up", "division": "1"})
    assert saved.complete
    with pytest.raises(Wrong):
        drafts.swap(desk.ans, number, desk.version(number), "password", "authorization")
