"""Revision 0005 adds consent to a database with codes in it, which stay as they are, and takes it away again."""

from __future__ import annotations

import sqlalchemy as sa
from flask import Flask
from sqlmodel import select

from onboarding import vault
from onboarding.accounts.models import Club
from onboarding.clock import now
from onboarding.connections.models import Connection, CredentialVersion
from onboarding.db import db, session
from onboarding.oauth.models import Authorisation, Consent, HandOver, Way
from onboarding.usecases.transaction import change
from onboarding.vault.hand_overs import open_hand_over, seal_hand_over
from tests.migrations.test_revisions import at, migrations

TABLES = {"consent_link", "authorisation", "consent", "hand_over", "sealed_hand_over"}
CODE = {"security_code_1": "made-up-code"}


def there() -> set[str]:
    return set(sa.inspect(db.engine).get_table_names()) & TABLES


def codes() -> int:
    """A version of codes as it was before, with a secret in it; its id."""
    with change() as writing:
        club = Club(name="SV Voorbeeld", created_at=now())
        writing.add(club)
        writing.flush()
        connection = Connection(club_id=club.id or 0, package="e-boekhouden", created_at=now())
        writing.add(connection)
        writing.flush()
        before = CredentialVersion(connection_id=connection.id or 0, number=1, created_at=now())
        writing.execute(sa.insert(CredentialVersion).values(before.model_dump(exclude={"id", "consent_id"})))
        version_id: int = writing.execute(sa.text("SELECT id FROM credential_version")).scalar_one()
        vault.seal(writing, version_id, CODE, vault.Binding(club.id or 0, connection.id or 0, version_id))
    return version_id


def test_codes_stay_and_consents_can_be_kept_beside_them(empty: Flask) -> None:
    with migrations(empty) as alembic:
        alembic.upgrade("0004")
    version_id = codes()
    assert (at(), there()) == ("0004", set())
    session().rollback()

    with migrations(empty) as alembic:
        alembic.upgrade("0005")

    assert vault.unseal(version_id, "user:1", "test") == CODE
    with change() as writing:
        version = writing.exec(select(CredentialVersion)).one()
        assert version.consent_id is None
        add_all(version)
    assert open_hand_over(session(), session().exec(select(HandOver.id)).one() or 0) == {"authorization": "made-up"}
    assert session().exec(select(Consent)).one().obtained_at.tzinfo is not None
    session().rollback()

    with migrations(empty) as alembic:
        alembic.downgrade("0004")

    assert (at(), there()) == ("0004", set())
    assert vault.unseal(version_id, "user:1", "test") == CODE


def add_all(version: CredentialVersion) -> None:
    """A consent of each kind."""
    writing, moment = session(), now()
    asked = Authorisation(
        package="grootboek", way=Way.PUBLIC, state_hash="h", redirect_uri="https://x.example",
        created_at=moment, expires_at=moment,
    )  # fmt: skip
    writing.add(asked)
    writing.flush()
    consent = Consent(
        connection_id=version.connection_id, version_id=version.id or 0, package="grootboek", given_at=moment,
        way=Way.TICKET, authorisation_id=asked.id, obtained_at=moment,
    )  # fmt: skip
    waiting = HandOver(
        package="grootboek", code_hash="h", authorisation_id=asked.id or 0, obtained_at=moment,
        created_at=moment, expires_at=moment,
    )  # fmt: skip
    writing.add_all((consent, waiting))
    writing.flush()
    version.consent_id = consent.id
    writing.add(version)
    seal_hand_over(writing, waiting.id or 0, {"authorization": "made-up"})
