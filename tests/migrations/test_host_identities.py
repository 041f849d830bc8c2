"""Revision 0006 brings people who sign in at the host to a database with people in it, and takes them away again."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlmodel import select

from onboarding.accounts.models import HostIdentity, User
from onboarding.clock import now
from onboarding.db import db, session
from onboarding.usecases.transaction import change
from tests.migrations.test_revisions import at, migrations

NINA = {"issuer": "https://host.example", "subject": "u-nina"}


def test_people_keep_their_account_and_can_be_known_by_the_host(empty: Flask) -> None:
    with migrations(empty) as alembic:
        alembic.upgrade("0005")
    with change() as writing:
        nina = User(email="nina@example.test", name="Nina", fs_uniquifier="u", created_at=now())
        writing.add(nina)
    number = nina.id
    session().rollback()

    with migrations(empty) as alembic:
        alembic.upgrade("0006")

    made = {"user_id": number, "created_at": now(), "last_at": now()}
    with change() as writing:
        writing.add(HostIdentity(**NINA, **made, clubs=[3, 7], roles=["support"]))
    found = session().exec(select(HostIdentity)).one()
    assert (found.clubs, found.roles, found.last_at.tzinfo is not None) == ([3, 7], ["support"], True)
    session().rollback()
    with pytest.raises(sa.exc.IntegrityError), change() as writing:
        writing.add(HostIdentity(**NINA, **made))

    with migrations(empty) as alembic:
        alembic.downgrade("0005")

    assert at() == "0005"
    assert not sa.inspect(db.engine).has_table("host_identity")
    assert session().exec(select(User.name)).all() == ["Nina"]
