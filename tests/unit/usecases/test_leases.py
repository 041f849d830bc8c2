"""The lease step by step: what two owners do to each other, and what happens when the database or a key is away."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa
from sqlmodel import select

from connectors.kit.errors import ConsentExpired, Unavailable, UnexpectedAnswer
from connectors.kit.text import Text
from connectors.kit.tokens import Tokens
from onboarding import vault
from onboarding.accounts.models import Membership
from onboarding.clock import now
from onboarding.connections.models import Connection, ConnectionState, CredentialVersion
from onboarding.db import session
from onboarding.keys import KeyRingProblem
from onboarding.oauth.models import Consent, ConsentState
from onboarding.settings import Settings
from onboarding.tickets.models import Ticket
from onboarding.usecases import attention, leases, re_entering, refreshing, tending
from onboarding.usecases.leases import Busy, Dead, Later, Lease, Newer
from onboarding.usecases.refreshing import Kept
from onboarding.usecases.transaction import change
from tests.conftest import settings_in
from tests.unit.usecases.consenting import consent, consents, package, start
from tests.unit.usecases.test_consent_in_force import connect

__all__ = ["package"]
PROBLEM = Text(nl="Made up.", en="Made up.")


@pytest.fixture
def settings(tmp_path, database_url, package, extra) -> Settings:
    return settings_in(tmp_path, database_url=database_url, at=package.at, **extra)


@pytest.fixture
def given(desk, package) -> int:
    """The id of a consent in a draft."""
    number = start(desk)
    consents(desk, number)
    found = consent(desk, number).id
    session().rollback()
    assert found is not None
    return found


def row(consent_id: int) -> Consent:
    session().rollback()
    session().expire_all()
    found = session().get_one(Consent, consent_id)
    session().expunge(found)
    session().rollback()
    return found


def put(consent_id: int, **values: object) -> None:
    with change() as db:
        found = db.get_one(Consent, consent_id)
        for name, value in values.items():
            setattr(found, name, value)
        db.add(found)


def new_pair() -> Tokens:
    return Tokens("made-up-access", "made-up-refresh", now(), now() + timedelta(hours=1))


def taken(consent_id: int, generation: int = 1) -> Lease:
    lease = leases.take(consent_id, generation)
    assert isinstance(lease, Lease)
    return lease


def test_one_holds_the_lease_and_the_others_wait_or_read(given):
    taken(given)

    assert leases.take(given, 1) == Busy()
    assert leases.take(given, 0) == Newer()
    put(given, lease_until=None, not_before=now() + timedelta(minutes=1))
    assert isinstance(leases.take(given, 1), Later)
    put(given, state=ConsentState.DEAD)
    assert leases.take(given, 1) == Dead(leases.GIVE_AGAIN)


def test_whoever_lost_the_lease_writes_nothing_any_more(given, later):
    first = taken(given)
    later(leases.LASTS.total_seconds() + 1)
    second = taken(given)

    assert not leases.journal(first)
    leases.put_back(first, now() + timedelta(hours=1))
    leases.doubt(first, now() + timedelta(hours=1))
    assert leases.bury(first, PROBLEM) is None

    found = row(given)
    assert (found.fence, found.in_doubt, found.not_before, found.state) == (second.fence, 0, None, ConsentState.ALIVE)
    assert leases.journal(second)


def test_the_newest_pair_is_never_overwritten(given, later):
    first = taken(given)
    later(leases.LASTS.total_seconds() + 1)
    leases.keep(taken(given), new_pair())
    kept = Kept(given, "user:1", "test").given()

    leases.keep(first, Tokens("late", "late", now()))

    assert Kept(given, "user:1", "test").given() == kept
    assert row(given).generation == 2
    assert leases.bury(first, PROBLEM) is None


def test_a_pair_of_a_consent_that_ended_is_not_kept(given):
    lease = taken(given)
    version_id = row(given).version_id
    put(given, state=ConsentState.ENDED)

    leases.keep(lease, new_pair())

    assert row(given).generation == 1
    assert vault.sealed_fields(session(), version_id) == {"authorization"}


def test_a_new_pair_waits_for_a_database_that_is_away(given, monkeypatch):
    lease, keep, tries = taken(given), leases._keep, []

    def away(*arguments: object) -> None:
        tries.append(arguments)
        if len(tries) < 3:
            raise sa.exc.OperationalError("", {}, Exception("made-up"), connection_invalidated=True)
        keep(*arguments)

    monkeypatch.setattr(leases, "_keep", away)
    monkeypatch.setattr(leases.time, "sleep", lambda _: None)

    leases.keep(lease, new_pair())

    assert (len(tries), row(given).generation) == (3, 2)
    monkeypatch.setattr(leases, "PERSISTS", -1.0)
    tries.clear()
    with pytest.raises(sa.exc.OperationalError):
        leases.keep(lease, new_pair())


def test_two_kills_in_a_row_are_twice_in_doubt_and_named(given, later):
    for _ in range(2):
        leases.journal(taken(given))
        later(leases.LASTS.total_seconds() + 1)

    assert leases.take(given, 1) == Dead(leases.LOST_TRACK, is_news=True)
    assert row(given).state is ConsentState.DEAD


def test_an_outage_before_takes_no_try_from_a_kill(given, later):
    for _ in range(3):
        lease = taken(given)
        leases.journal(lease)
        leases.doubt(lease, now())
    leases.journal(taken(given))
    later(leases.LASTS.total_seconds() + 1)

    leases.journal(taken(given))
    assert row(given).state is ConsentState.ALIVE

    later(leases.LASTS.total_seconds() + 1)
    assert leases.take(given, 1) == Dead(leases.LOST_TRACK, is_news=True)


def test_without_a_refresh_token_a_consent_ends_with_its_tokens(given, later):
    lease = taken(given)
    leases.keep(lease, Tokens("made-up", None, now(), now() + timedelta(hours=1)))
    later(3600)

    with pytest.raises(ConsentExpired):
        Kept(given, "user:1", "test").alive()
    assert row(given).state is ConsentState.DEAD


def test_whoever_waits_for_another_process_does_so_in_vain_only_for_so_long(given, later, monkeypatch):
    later(3600)
    taken(given)
    monkeypatch.setattr(refreshing, "PATIENCE", 0.2)

    with pytest.raises(Unavailable):
        Kept(given, "user:1", "test").alive()
    assert row(given).state is ConsentState.ALIVE


def test_a_key_that_is_away_harms_no_consent(given, later, monkeypatch):
    later(3600)

    def missing(*_: object) -> None:
        raise KeyRingProblem("made-up")

    with monkeypatch.context() as away:
        away.setattr(refreshing.vault, "unseal", missing)
        with pytest.raises(KeyRingProblem):
            Kept(given, "user:1", "test").alive()

    found = row(given)
    assert (found.state, found.lease_until) == (ConsentState.ALIVE, None)
    assert Kept(given, "user:1", "test").alive()


def test_tokens_that_are_gone_are_asked_for_again(given):
    with change() as db:
        vault.destroy(db, db.get_one(Consent, given).version_id)

    with pytest.raises(ConsentExpired):
        Kept(given, "user:1", "test").given()


def test_an_unproven_consent_is_used_by_nobody(given):
    put(given, state=ConsentState.UNVERIFIED)

    with pytest.raises(UnexpectedAnswer):
        Kept(given, "user:1", "test").given()


def test_tending_what_needs_nothing_does_nothing(given, package):
    tending.tend(given)
    tending.tend(0)

    assert package.knobs.tokens == ["authorization_code"]


def test_a_club_that_enters_new_codes_already_is_told_in_that_item(desk, package):
    connection_id = connect(desk)
    number = re_entering.re_enter(desk.ans, connection_id)
    live = session().get_one(Connection, connection_id).live_version_id
    consent_id = session().get_one(CredentialVersion, live).consent_id
    put(consent_id, state=ConsentState.DEAD, problem={"nl": "Weg.", "en": "Gone."})

    attention.needs_consent(consent_id)

    assert len(session().exec(select(Ticket.id)).all()) == 2, "the one of the connection, and this one"
    assert desk.ticket(number).news_for_club
    assert {mail.context["ticket"] for mail in desk.mails("consent_needed")} == {number}


def test_a_club_without_members_is_in_attention_all_the_same(desk, package):
    connection_id = connect(desk)
    live = session().get_one(Connection, connection_id).live_version_id
    consent_id = session().get_one(CredentialVersion, live).consent_id
    with change() as db:
        db.get_one(CredentialVersion, live).created_by = None
        for one in db.exec(select(Membership)).all():
            db.delete(one)
    put(consent_id, state=ConsentState.DEAD, problem={"nl": "Weg.", "en": "Gone."}, given_by=None)

    attention.needs_consent(consent_id)

    assert session().get_one(Connection, connection_id).state is ConnectionState.ATTENTION
    assert not desk.mails("consent_needed")


def test_a_dead_consent_of_a_draft_asks_nobody(given):
    put(given, state=ConsentState.DEAD)

    attention.needs_consent(given)

    assert session().exec(select(Ticket.id)).all() == [1001]
