"""Revision 0002 adds second factors to a database with people in it, and takes them away again."""

from __future__ import annotations

import sqlalchemy as sa
from flask import Flask
from sqlmodel import select

from onboarding.accounts.models import RecoveryCode, SecondFactor, User
from onboarding.clock import now
from onboarding.db import db, session
from onboarding.usecases.transaction import change
from onboarding.vault.factors import open_factor, seal_factor
from tests.migrations.test_revisions import at, migrations

SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
TABLES = {"second_factor", "recovery_code", "sealed_factor"}


def there() -> set[str]:
    return set(sa.inspect(db.engine).get_table_names()) & TABLES


def test_people_keep_their_account_and_get_a_second_factor(empty: Flask) -> None:
    with migrations(empty) as alembic:
        alembic.upgrade("0001")
    with change() as writing:
        bram = User(email="bram@example.test", name="Bram", fs_uniquifier="u", created_at=now())
        writing.add(bram)
    assert (at(), there()) == ("0001", set())
    session().rollback()

    with migrations(empty) as alembic:
        alembic.upgrade("0002")

    with change() as writing:
        found = writing.exec(select(User)).one()
        writing.add(SecondFactor(user_id=found.id or 0, set_at=now()))
        writing.add(RecoveryCode(user_id=found.id or 0, code_hash="h"))
        seal_factor(writing, found.id or 0, SECRET)
    assert open_factor(session(), found.id or 0) == SECRET
    assert session().exec(select(SecondFactor)).one().set_at.tzinfo is not None
    session().rollback()

    with migrations(empty) as alembic:
        alembic.downgrade("0001")

    assert (at(), there()) == ("0001", set())
    assert session().exec(select(User.name)).all() == ["Bram"]
