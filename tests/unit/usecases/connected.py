"""A connection that is active, for tests of what happens to it afterwards."""

from __future__ import annotations

from sqlmodel import col, select

from onboarding.connections.models import Connection, CredentialVersion
from onboarding.db import session
from onboarding.usecases import drafts, pages, re_entering, reviewing, running, submitting
from tests.unit.usecases.conftest import Desk


def connect(desk: Desk, club: str = "goed", **more: str) -> int:
    """Has a made-up club connected and active; the connection's id."""
    number = make_ready(desk, club, **more)
    reviewing.activate(desk.bram, number, desk.version(number))
    return desk.ticket(number).connection_id


def make_ready(desk: Desk, club: str = "goed", **more: str) -> int:
    """A ticket of a made-up club on which everything is said that people have to say; its number."""
    number = desk.files(club, **more)
    for item in pages.club_page(desk.ans, number).checklist.items:
        if standing(desk, number, item.key) == "asks_club":
            state(desk, number, item.key)
        if standing(desk, number, item.key) == "asks_support":
            reviewing.confirm(desk.bram, number, desk.version(number), item.key, "Vergeleken, klopt.")
    return number


def state(desk: Desk, number: int, check: str) -> None:
    """Ans's word on what no machine can see."""
    submitting.state_fact(desk.ans, number, desk.version(number), check, ticked=True, name="Ans", date="3-11-2026")


def standing(desk: Desk, number: int, check: str) -> str:
    """How a check stands now."""
    session().rollback()
    items = pages.club_page(desk.ans, number).checklist.items
    return next(str(item.standing) for item in items if item.key == check)


def enters(desk: Desk, connection_id: int, codes: dict[str, str]) -> int:
    """Ans begins with new codes, fills in these and has them tested; the item's number."""
    number = re_entering.re_enter(desk.ans, connection_id)
    drafts.save_codes(desk.ans, number, desk.version(number), codes)
    running.request(desk.ans, number, then="resubmit")
    desk.work()
    return number


def row(connection_id: int) -> Connection:
    """The connection as it is now."""
    session().rollback()
    session().expire_all()
    return session().get_one(Connection, connection_id)


def versions(connection_id: int) -> list[CredentialVersion]:
    """Its versions of codes, oldest first."""
    session().rollback()
    session().expire_all()
    query = select(CredentialVersion).where(CredentialVersion.connection_id == connection_id)
    return list(session().exec(query.order_by(col(CredentialVersion.number))).all())
