"""On a full disk nothing reads as kept that was not, and what was kept stays."""

from __future__ import annotations

import sqlite3
from contextlib import closing

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy import event

from onboarding.connections.models import CredentialVersion
from onboarding.db import db, session
from onboarding.tickets.models import Message, Ticket
from onboarding.usecases import custody
from tests.web.club.treasurer import Treasurer, codes, filled


def fill_disk(app: Flask) -> None:
    """The database's file can grow no more, and has nothing to spare."""
    with app.app_context():
        session().close()
        db.engine.dispose()
        with closing(sqlite3.connect(str(db.engine.url.database), isolation_level=None)) as direct:
            direct.execute("VACUUM")
            (pages,) = direct.execute("PRAGMA page_count").fetchone()
        event.listen(db.engine, "connect", lambda raw, _: raw.execute(f"PRAGMA max_page_count={pages}"))


def kept_name(app: Flask, number: int) -> str | None:
    with app.app_context():
        session().rollback()
        ticket = session().get_one(Ticket, number)
        return session().get_one(CredentialVersion, ticket.version_id).shown.get("username")


@pytest.mark.parametrize("way", ["/p-w/{}/codes", "/p-w/{}/codes/bewaar"], ids=["button", "by itself"])
def test_codes_that_were_not_kept_do_not_read_as_kept(ans: Treasurer, club_app: Flask, way: str) -> None:
    ans.starts()
    ans.prepares()
    ans.types(codes())
    page = ans.sees("/p-w/{}/codes")
    fill_disk(club_app)
    kept = kept_name(club_app, ans.number)

    for attempt in range(400):
        name = f"user-{attempt}"
        form = filled(page, f"/p-w/{ans.number}/codes") | {"username": name, "do": "keep"}
        answer = ans.client.post(way.format(ans.number), data=form)
        if answer.status_code >= 500:
            break
        page = ans.sees("/p-w/{}/codes")
        kept = name

    assert answer.status_code in (500, 503)
    assert "Bewaard om" not in answer.text
    assert "Kept at" not in answer.text
    assert kept_name(club_app, ans.number) == kept
    with club_app.app_context():
        assert custody.verify_log().broken is None


def test_a_message_that_was_not_kept_is_not_in_the_thread(ans: Treasurer, club_app: Flask) -> None:
    ans.files()
    fill_disk(club_app)
    sent = 0
    for attempt in range(100):
        answer = ans.sends("/p-w/{}", "/p-w/{}/bericht", body=f"Vraag {attempt}: " + "waarom? " * 200)
        if answer.status_code >= 500:
            break
        sent += 1

    assert answer.status_code in (500, 503)
    with club_app.app_context():
        count = session().execute(sa.select(sa.func.count()).where(Message.body.startswith("Vraag"))).scalar()
        session().rollback()
        assert count == sent
        assert custody.verify_log().broken is None
