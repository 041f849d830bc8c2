"""Tokens are refreshed by one for all, in time and once; what goes wrong on the way is never lost and never silent."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from sqlmodel import select
from werkzeug.wrappers import Response

import connectors
from connectors.kit.errors import ConsentExpired, HostMisconfigured, Unavailable, UnexpectedAnswer
from onboarding import vault
from onboarding.audit.models import AuditRecord
from onboarding.clock import now
from onboarding.connections.models import ConnectionState
from onboarding.db import session
from onboarding.notify.models import OutgoingMail
from onboarding.oauth.models import Consent, ConsentState
from onboarding.settings import Settings
from onboarding.tickets.lifecycle import Kind, State, Turn
from onboarding.tickets.models import Ticket
from onboarding.usecases import authorising, leases, refreshing, reviewing, running, submitting, tending
from onboarding.usecases.refreshing import Kept
from onboarding.usecases.transaction import change
from tests.conftest import settings_in
from tests.unit.usecases import connected
from tests.unit.usecases.consenting import KEY, consent, consents, package, start

__all__ = ["package"]
AN_HOUR = 3600.0


@pytest.fixture
def settings(tmp_path, database_url, package, extra) -> Settings:
    return settings_in(tmp_path, database_url=database_url, at=package.at, **extra)


@pytest.fixture
def given(desk, package):
    """A consent in a draft."""
    number = start(desk)
    consents(desk, number)
    found = consent(desk, number)
    session().rollback()
    return found


def again(given) -> Consent:
    """The consent as it is now."""
    session().rollback()
    session().expire_all()
    return session().get_one(Consent, given.id)


def bearer(given) -> Kept:
    session().rollback()
    return Kept(given.id, "user:1", "test")


def told(name: str) -> list[dict]:
    session().rollback()
    return [row.data for row in session().exec(select(AuditRecord).where(AuditRecord.event == name)).all()]


def refreshes(package) -> int:
    return package.knobs.tokens.count("refresh_token")


def connect(desk, package) -> int:
    """A connection in force by consent; its id."""
    number = start(desk)
    consents(desk, number)
    authorising.choose_administration(desk.ans, number, desk.version(number), "1")
    submitting.submit(desk.ans, number, desk.version(number))
    desk.work()
    reviewing.activate(desk.bram, number, desk.version(number))
    return desk.ticket(number).connection_id


def test_young_tokens_are_opened_with_a_reason_and_used_as_they_are(given, package):
    one = bearer(given)

    assert one.alive() == one.alive() == one.given()

    assert refreshes(package) == 0
    opened = [row for row in told("secret:unsealed") if row["purpose"] == "test"]
    assert len(opened) == 1, "once a run"


def test_tokens_that_run_out_are_refreshed_before_use(given, package, later):
    before = bearer(given).given()
    later(AN_HOUR - 30)

    after = bearer(given).alive()

    assert after.access_token != before.access_token
    assert bearer(given).given() == after
    row = again(given)
    assert (row.generation, row.lease_until, row.refresh_started_at) == (2, None, None)
    assert told("consent:refresh_started") == [{"generation": 1, "fence": 1, "again": False}]
    assert told("consent:refreshed") == [{"generation": 2}]


def test_it_is_written_down_before_the_token_leaves(given, package, later):
    seen = []
    package.knobs.on_token = lambda _: seen.append(again_elsewhere(given).refresh_started_at)
    later(AN_HOUR)

    bearer(given).alive()

    assert seen != [None]
    assert len(seen) == 1


def again_elsewhere(given) -> Consent:
    """The row, read beside whatever goes on."""
    from sqlmodel import Session

    from onboarding.db import db

    with given_app.app_context(), Session(db.engine) as own:
        return own.get_one(Consent, given.id)


given_app = None


@pytest.fixture(autouse=True)
def _app(app):
    global given_app
    given_app = app


def test_a_token_that_the_package_refuses_is_renewed_once(given, package):
    one = bearer(given)
    tokens = one.alive()

    newer = one.renewed(tokens)

    assert newer.access_token != tokens.access_token
    assert one.renewed(tokens) == newer, "somebody brought a newer one already"
    assert refreshes(package) == 1


def test_twenty_callers_at_once_are_one_refresh_and_each_is_named(given, package, later, app):
    later(AN_HOUR)
    package.knobs.slow = 0.4
    brought, errors, consent_id = [], [], given.id
    session().rollback()

    def call(user: int) -> None:
        try:
            with app.app_context():
                brought.append(Kept(consent_id, f"user:{user}", "test").alive().access_token)
        except Exception as error:  # noqa: BLE001
            errors.append(error)

    threads = [threading.Thread(target=call, args=(user,)) for user in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert not errors
    assert (len(brought), len(set(brought)), refreshes(package)) == (20, 1, 1)
    named = {reader for row in told("consent:shared") for reader in row["readers"]}
    session().rollback()
    rows = session().exec(select(AuditRecord).where(AuditRecord.event == "secret:unsealed")).all()
    named |= {f"{row.actor} {row.data['purpose']}" for row in rows}
    refresher = {f"user:{user} test" for user in range(20)} - named
    assert len(refresher) <= 1, "all but the one who did it for all, whom the refresh stands for"


def test_too_young_to_refresh_goes_on_with_what_is_kept(given, package):
    package.knobs.earliest = 7200
    one = bearer(given)

    assert one.renewed(one.alive()) == one.given()

    assert again(given).not_before is not None
    assert one.renewed(one.given()) == one.given()
    assert refreshes(package) == 1, "and does not ask again at once"


def test_a_refusal_is_death_and_said_so(given, package, later):
    later(AN_HOUR)
    package.server.consents.revoke(bearer(given).given().refresh_token)

    with pytest.raises(ConsentExpired) as expired:
        bearer(given).alive()

    assert expired.value.fields == ("authorization",)
    row = again(given)
    assert (row.state, row.problem["en"]) == (ConsentState.DEAD, "Refused. Give consent again.")
    with pytest.raises(ConsentExpired):
        bearer(given).alive()
    assert refreshes(package) == 1, "a refused token is not sent again"


def test_a_refusal_after_a_lost_race_is_no_death(given, package, later):
    """Another process took over, was served, and ours is refused."""
    later(AN_HOUR)
    done = []

    def overtaken() -> None:
        if done:
            return
        done.append(True)
        with given_app.app_context():
            with change() as db:
                row = db.get_one(Consent, given.id)
                row.lease_until, row.refresh_started_at = now() - timedelta(seconds=1), None
                db.add(row)
            refreshing._Refresh(
                given.id, connectors.get(KEY), lambda: refreshing.read_pair(given.id, "user:2", "another process")
            ).bring(1)

    package.knobs.faults["refresh_token"] = overtaken

    tokens = bearer(given).alive()

    assert again(given).state is ConsentState.ALIVE
    assert tokens == bearer(given).given()


@pytest.mark.parametrize("status", [503, 429])
def test_an_outage_is_an_outage_and_leaves_the_token_good(given, package, later, status):
    later(AN_HOUR)
    package.knobs.faults["refresh_token"] = lambda: Response("", 503)

    for _ in range(3):
        with pytest.raises(Unavailable):
            bearer(given).alive()
    assert refreshes(package) == 1, "it is left alone for a while"
    assert again(given).in_doubt == 0

    package.knobs.faults.clear()
    later(31)
    assert bearer(given).alive()
    assert again(given).state is ConsentState.ALIVE


def test_tokens_that_still_live_do_through_an_outage(given, package, later):
    later(AN_HOUR - 30)
    package.knobs.faults["refresh_token"] = lambda: Response("", 503)

    assert bearer(given).alive() == bearer(given).given()


def test_an_answer_that_never_came_is_asked_for_once_more(given, package, later):
    later(AN_HOUR)
    package.knobs.faults["refresh_token"] = lambda: Response("", 502)
    with pytest.raises(Unavailable):
        bearer(given).alive()
    assert again(given).in_doubt == 1
    package.knobs.faults.clear()

    later(121)
    assert [needy.consent_id for needy in tending.left_halfway(session())] == [given.id]
    tending.tend(given.id)

    row = again(given)
    assert (row.state, row.generation, row.in_doubt) == (ConsentState.ALIVE, 2, 0)
    assert [row["again"] for row in told("consent:refresh_started")] == [False, True]
    assert list(tending.left_halfway(session())) == []


def test_an_outage_is_named_and_ends_no_consent_however_long_it_lasts(given, package, later):
    later(AN_HOUR)
    package.knobs.faults["refresh_token"] = lambda: Response("", 502)
    for _ in range(4):
        with pytest.raises(Unavailable):
            bearer(given).alive()
        later(121)
    assert again(given).state is ConsentState.ALIVE
    assert told("consent:refresh_in_doubt") == [{"generation": 1, "times": 1}] * 4

    package.knobs.faults.clear()
    assert bearer(given).alive()
    assert (again(given).generation, again(given).in_doubt) == (2, 0)


def test_what_was_used_up_in_an_outage_is_refused_after_it_and_ends_there(given, package, later):
    later(AN_HOUR)
    package.knobs.faults["refresh_token"] = lambda: Response("", 502)
    with pytest.raises(Unavailable):
        bearer(given).alive()
    package.knobs.faults["refresh_token"] = lambda: Response('{"error": "invalid_grant"}', 400)
    later(121)

    with pytest.raises(ConsentExpired):
        bearer(given).alive()

    assert again(given).state is ConsentState.DEAD
    later(AN_HOUR)
    with pytest.raises(ConsentExpired):
        bearer(given).alive()
    assert refreshes(package) == 2


def test_a_process_that_was_killed_is_found_and_its_token_tried_once_more(given, package, later):
    with change() as db:
        row = db.get_one(Consent, given.id)
        row.lease_owner, row.lease_until, row.fence = "killed", now() + leases.LASTS, 1
        row.refresh_started_at = now()
        db.add(row)
    later(151)
    tending.sweep()
    tending.tend(given.id)

    row = again(given)
    assert (row.state, row.generation, row.in_doubt, row.fence) == (ConsentState.ALIVE, 2, 0, 2)
    assert told("consent:refresh_in_doubt") == [{"generation": 1, "times": 1}]


def test_one_that_is_refused_after_a_kill_needs_consent_and_is_never_connected_in_silence(desk, package, later):
    connection_id = connect(desk, package)
    (found,) = session().exec(select(Consent)).all()
    later(AN_HOUR)
    package.server.consents.revoke(bearer(found).given().refresh_token)
    with change() as db:
        row = db.get_one(Consent, found.id)
        row.lease_until, row.refresh_started_at = now() - timedelta(seconds=1), now()
        db.add(row)

    tending.tend(found.id)

    assert connected.row(connection_id).state is ConnectionState.ATTENTION
    ticket = session().exec(select(Ticket).where(Ticket.kind == Kind.RE_ENTER)).one()
    assert (ticket.state, ticket.turn, ticket.opened_by) == (State.CLUB_TO_ACT, Turn.CLUB, desk.ans.user_id)
    assert {mail.to for mail in desk.mails("consent_needed")} == {"ans@voorbeeld.example", "ben@voorbeeld.example"}


def test_the_club_hears_of_it_once_and_puts_it_right_by_itself(desk, package, later):
    connection_id = connect(desk, package)
    (found,) = session().exec(select(Consent)).all()
    package.server.consents.revoke(bearer(found).given().refresh_token)
    later(AN_HOUR)
    for _ in range(3):
        with pytest.raises(ConsentExpired):
            bearer(found).alive()
        tending.tend(found.id)
    number = session().exec(select(Ticket.id).where(Ticket.kind == Kind.RE_ENTER)).one()
    assert len(desk.mails("consent_needed")) == 2, "one each"

    consents(desk, number)
    authorising.choose_administration(desk.ans, number, desk.version(number), "1")
    running.request(desk.ans, number, then="resubmit")
    desk.work()

    assert desk.ticket(number).state is State.ACTIVATED
    assert connected.row(connection_id).state is ConnectionState.ACTIVE
    former = again(found)
    assert former.state is ConsentState.ENDED
    assert vault.sealed_fields(session(), former.version_id) == frozenset()


def test_other_books_do_not_take_its_place(desk, package, later):
    connection_id = connect(desk, package)
    (found,) = session().exec(select(Consent)).all()
    package.server.consents.revoke(bearer(found).given().refresh_token)
    later(AN_HOUR)
    tending_after_refusal(found)
    number = session().exec(select(Ticket.id).where(Ticket.kind == Kind.RE_ENTER)).one()
    consents(desk, number)
    authorising.choose_administration(desk.ans, number, desk.version(number), "2")
    running.request(desk.ans, number, then="resubmit")
    desk.work()

    assert desk.ticket(number).state is State.CLUB_TO_ACT
    assert connected.row(connection_id).state is ConnectionState.ATTENTION


def tending_after_refusal(found) -> None:
    with pytest.raises(ConsentExpired):
        bearer(found).alive()
    session().rollback()


def test_our_own_wrong_keys_are_not_the_clubs_consent(given, package, later, app):
    later(AN_HOUR)
    connector = connectors.get(KEY)
    app.extensions["koppelbalie_hosts"] = {
        "grootboek": connector.host(client_id="made-up-client", client_secret="wrong-made-up", pasted_redirect_uri=None)
    }
    with pytest.raises(HostMisconfigured):
        bearer(given).alive()
    assert again(given).state is ConsentState.ALIVE

    app.extensions["koppelbalie_hosts"] = {}
    later(31)
    with pytest.raises(HostMisconfigured):
        bearer(given).alive()
    assert again(given).state is ConsentState.ALIVE


def test_a_broken_parser_of_ours_is_in_doubt_and_never_the_clubs_fault(given, package, later, monkeypatch):
    later(AN_HOUR)

    def broken(*_: object) -> None:
        raise KeyError("made-up")

    package.knobs.faults["refresh_token"] = lambda: Response('{"access_token": []}', 200)
    with pytest.raises(UnexpectedAnswer):
        bearer(given).alive()
    assert again(given).in_doubt == 1
    monkeypatch.setattr(refreshing.protocol, "refresh", broken)
    later(121)
    with pytest.raises(UnexpectedAnswer):
        bearer(given).alive()
    assert again(given).state is ConsentState.ALIVE


def test_a_pair_that_comes_late_is_kept_all_the_same(given, package, later):
    later(AN_HOUR)

    def lost() -> None:
        with given_app.app_context(), change() as db:
            row = db.get_one(Consent, given.id)
            row.fence, row.lease_owner = row.fence + 1, "another"
            db.add(row)

    package.knobs.faults["refresh_token"] = lost
    tokens = bearer(given).alive()

    row = again(given)
    assert (row.generation, row.lease_owner) == (2, "another"), "the other one's lease is theirs to free"
    assert bearer(given).given() == tokens


def test_pairs_that_nobody_uses_are_kept_alive_and_operations_hears_when_not(desk, package, later):
    connect(desk, package)
    (found,) = session().exec(select(Consent)).all()
    assert list(tending.idle(session())) == []
    later(11 * 24 * AN_HOUR)
    assert [needy.consent_id for needy in tending.idle(session())] == [found.id]
    session().rollback()
    tending.keep_alive()
    assert not desk.events("consent:refresh_overdue")

    later(13 * 24 * AN_HOUR)
    tending.keep_alive()
    tending.keep_alive()
    assert [event.data for event in desk.events("consent:refresh_overdue")] == [{"days": 24}]

    tending.tend(found.id)
    assert again(found).generation == 2
    assert list(tending.idle(session())) == []


def test_a_consent_of_a_draft_is_not_kept_alive_for_ever(given, package, later):
    later(11 * 24 * AN_HOUR)

    assert list(tending.idle(session())) == []


def test_damaged_tokens_are_refused_and_asked_for_again(given, package, later):
    later(AN_HOUR)
    with change() as db:
        db.connection().exec_driver_sql("UPDATE sealed_secret SET sealed = wrapped_key WHERE field = 'authorization'")

    with pytest.raises(ConsentExpired):
        bearer(given).alive()

    assert again(given).state is ConsentState.DEAD
    assert told("secret:tampered")
    assert refreshes(package) == 0


def test_the_mail_says_why(desk, package, later):
    connect(desk, package)
    (found,) = session().exec(select(Consent)).all()
    package.server.consents.revoke(bearer(found).given().refresh_token)
    later(AN_HOUR)
    tending_after_refusal(found)
    from onboarding.notify.mail import render

    mail = session().exec(select(OutgoingMail).where(OutgoingMail.template == "consent_needed")).first()
    rendered = render(mail.template, "nl", mail.context)
    assert "Grootboek Online weigert dit" in rendered.text
    assert "/p-w/" in rendered.text
