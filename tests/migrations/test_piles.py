"""Revision 0003 lays tickets that are there already on their piles, and leaves the rest of them alone."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from onboarding.accounts.models import User
from onboarding.clock import now
from onboarding.connections.models import Connection, CredentialVersion
from onboarding.db import db, session
from onboarding.tickets.lifecycle import Turn, pile_of
from onboarding.tickets.models import Ticket
from onboarding.usecases.transaction import change
from tests.migrations.test_revisions import at, migrations

SENT = datetime(2026, 1, 1, tzinfo=UTC)
WAITS = datetime(2026, 1, 2, tzinfo=UTC)
MOVED = datetime(2026, 1, 3, tzinfo=UTC)
STATES = {
    Turn.CLUB: "club_to_act", Turn.SUPPORT: "in_review", Turn.OTHER_AGENT: "awaiting_approval",
    Turn.PACKAGE: "submitted", Turn.NOBODY: "rejected",
}  # fmt: skip
CLUB = sa.table("club", sa.column("name"), sa.column("created_at", sa.DateTime(timezone=True)))
"""As it was then: the code's own has more."""
INDEXES = {"ix_ticket_pile", "ix_ticket_waits_for_package", "ix_ticket_turn_waiting"}


def ticket_before() -> dict[str, Any]:
    """A row of a ticket that was sent, with the columns of revision 0002."""
    with change() as writing:
        writing.execute(sa.insert(CLUB).values(name="SV Voorbeeld", created_at=now()))
        club_id = writing.execute(sa.text("SELECT id FROM club")).scalar_one()
        ans = User(email="ans@example.test", name="Ans", fs_uniquifier="u", created_at=now())
        writing.add(ans)
        writing.flush()
        connection = Connection(club_id=club_id, package="e-boekhouden", created_at=now())
        writing.add(connection)
        writing.flush()
        version = CredentialVersion(connection_id=connection.id, number=1, created_at=now())
        writing.execute(sa.insert(CredentialVersion).values(version.model_dump(exclude={"id", "consent_id"})))
        version_id = writing.execute(sa.text("SELECT id FROM credential_version")).scalar_one()
        row = Ticket(
            club_id=club_id, connection_id=connection.id, version_id=version_id, package="e-boekhouden",
            opened_by=ans.id, last_move_at=MOVED, opened_at=SENT, submitted_at=SENT, waiting_since=WAITS,
        )  # fmt: skip
    return row.model_dump(exclude={"id", "pile", "pile_since"})


@pytest.fixture
def before(empty: Flask) -> Flask:
    """Revision 0002 with a ticket for each turn, with news and without, and a draft; numbers from 1001."""
    with migrations(empty) as alembic:
        alembic.upgrade("0002")
    row = ticket_before()
    rows = [row | {"turn": turn, "state": STATES[turn], "news_for_support": news} for turn, news in KINDS]
    with db.engine.begin() as connection:
        for one in [*rows, row | {"state": "draft", "submitted_at": None}]:
            connection.execute(sa.insert(Ticket).values(one))
    return empty


KINDS = [(turn, news) for turn in Turn for news in (False, True)]


def indexes() -> set[str | None]:
    return {index["name"] for index in sa.inspect(db.engine).get_indexes("ticket")} & INDEXES


def rows(*columns: str) -> list[tuple[Any, ...]]:
    with db.engine.connect() as connection:
        table = sa.table("ticket", *map(sa.column, columns))
        return [tuple(row) for row in connection.execute(sa.select(table).order_by(sa.text("id")))]


def test_tickets_that_are_there_are_laid_on_the_pile_on_which_the_code_would_lay_them(before: Flask) -> None:
    with migrations(before) as alembic:
        alembic.upgrade("0003")

    session().expire_all()
    *sent, draft = session().execute(sa.select(Ticket).order_by(sa.text("id"))).scalars().all()
    assert [ticket.pile for ticket in sent] == [pile_of(turn, news=news) for turn, news in KINDS]
    assert {ticket.pile_since for ticket in sent if ticket.pile == "closed"} == {MOVED}
    assert {ticket.pile_since for ticket in sent if ticket.pile != "closed"} == {WAITS}
    assert (draft.pile, draft.pile_since) == (None, None)
    assert indexes() == {"ix_ticket_pile", "ix_ticket_waits_for_package"}


def test_it_can_be_undone_and_done_again(before: Flask) -> None:
    kept = rows("id", "turn", "state", "news_for_support", "summary", "waiting_since")
    with migrations(before) as alembic:
        alembic.upgrade("0003")
    piles = rows("pile", "pile_since")
    with migrations(before) as alembic:
        alembic.downgrade("0002")

    assert at() == "0002"
    assert indexes() == {"ix_ticket_turn_waiting"}
    assert "pile" not in {column["name"] for column in sa.inspect(db.engine).get_columns("ticket")}
    assert rows("id", "turn", "state", "news_for_support", "summary", "waiting_since") == kept
    with migrations(before) as alembic:
        alembic.upgrade("0003")
    assert rows("pile", "pile_since") == piles
