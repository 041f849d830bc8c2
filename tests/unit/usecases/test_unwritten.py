"""What cannot be told in the audit log does not happen: each kind of action, with a log that takes nothing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
import sqlalchemy as sa
from sqlmodel import col, select

from onboarding import clock
from onboarding.accounts.models import RoleName
from onboarding.accounts.people import SYSTEM, Actor
from onboarding.db import db, session
from onboarding.tables import METADATA
from onboarding.tickets.models import Message, MessageKind
from onboarding.usecases import (
    approving,
    clubs,
    custody,
    disconnecting,
    drafts,
    importing,
    invitations,
    people,
    re_entering,
    reviewing,
    running,
    sessions,
    submitting,
    thread,
)
from onboarding.usecases.backing_up import back_up
from tests.unit.usecases.conftest import EB, Desk
from tests.unit.usecases.connected import connect

Act = Callable[[], object]
BROKEN = {
    "sqlite": ("CREATE TRIGGER no_room BEFORE INSERT ON audit_record BEGIN SELECT RAISE(ABORT, 'no room'); END",),
    "postgresql": (
        "CREATE FUNCTION no_room() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'no room'; END $$",
        "CREATE TRIGGER no_room BEFORE INSERT ON audit_record FOR EACH STATEMENT EXECUTE FUNCTION no_room()",
    ),
}
CODE = "administration_code"
LISTED = b"club,package,identity\nHC Nieuw,e-boekhouden,hcnieuw\n"


def fresh(actor: Actor) -> Actor:
    return replace(actor, proven_at=clock.now())


def club_draft(act: Callable[[Desk, int], object], club: str = "goed") -> Callable[[Desk], Act]:
    def prepare(desk: Desk) -> Act:
        number = desk.drafts(club)
        return lambda: act(desk, number)

    return prepare


def filed(act: Callable[[Desk, int], object], club: str = "goed") -> Callable[[Desk], Act]:
    def prepare(desk: Desk) -> Act:
        number = desk.files(club)
        return lambda: act(desk, number)

    return prepare


def confirmed(act: Callable[[Desk, int], object]) -> Callable[[Desk], Act]:
    def prepare(desk: Desk) -> Act:
        number = desk.files_and_confirms()
        return lambda: act(desk, number)

    return prepare


def awaiting(act: Callable[[Desk, int], object]) -> Callable[[Desk], Act]:
    def prepare(desk: Desk) -> Act:
        number = desk.files_and_confirms()
        approving.request_approval(desk.bram, number, desk.version(number))
        return lambda: act(desk, number)

    return prepare


def written(act: Callable[[Desk, int, int], object]) -> Callable[[Desk], Act]:
    def prepare(desk: Desk) -> Act:
        number = desk.files()
        thread.reply(desk.bram, number, "Bijna klaar.", "1")
        last = select(Message.id).where(Message.ticket_id == number, Message.kind == MessageKind.REPLY)
        message = session().exec(last.order_by(col(Message.id).desc())).first()
        assert message is not None
        return lambda: act(desk, number, message)

    return prepare


def connected(act: Callable[[Desk, int], object]) -> Callable[[Desk], Act]:
    def prepare(desk: Desk) -> Act:
        connection = connect(desk)
        return lambda: act(desk, connection)

    return prepare


ACTIONS: dict[str, Callable[[Desk], Act]] = {
    "renew codes": connected(lambda d, c: re_entering.re_enter(d.ans, c)),
    "disconnect": connected(lambda d, c: disconnecting.disconnect(d.ans, c, "SV Voorbeeld")),
    "take connections over": lambda desk: lambda: importing.import_connections(SYSTEM, LISTED, create_clubs=True),
    "begin a draft": lambda desk: lambda: drafts.start(desk.ans, desk.club_id, EB),
    "enter codes": club_draft(lambda d, n: drafts.save_codes(d.ans, n, d.version(n), {"security_code_1": "a" * 32})),
    "clear a code": club_draft(lambda d, n: drafts.clear(d.ans, n, d.version(n), "security_code_1")),
    "swap codes": club_draft(lambda d, n: drafts.swap(d.ans, n, d.version(n), "security_code_1", "security_code_2")),
    "tick off steps": club_draft(lambda d, n: drafts.attest(d.ans, n, d.version(n), ["sign_in"])),
    "ask for a run": club_draft(lambda d, n: running.request(d.ans, n)),
    "send": club_draft(lambda d, n: submitting.submit(d.ans, n, d.version(n))),
    "withdraw": filed(lambda d, n: submitting.withdraw(d.ans, n, d.version(n))),
    "write as club": filed(lambda d, n: thread.club_message(d.ans, n, "Hallo.", "2")),
    "take": filed(lambda d, n: reviewing.take(d.bram, n, d.version(n))),
    "confirm": filed(lambda d, n: reviewing.confirm(d.bram, n, d.version(n), CODE, "Klopt.")),
    "override": filed(
        lambda d, n: reviewing.override(fresh(d.carla), n, d.version(n), "login", "Weet ik zeker."), "fout"
    ),
    "ask the club": filed(lambda d, n: reviewing.ask_club(d.bram, n, d.version(n), "Kijk nog eens.", "3"), "fout"),
    "reject": filed(lambda d, n: reviewing.reject(d.bram, n, d.version(n), "Niet hier.")),
    "reply": filed(lambda d, n: thread.reply(d.bram, n, "Bijna klaar.", "4")),
    "note": filed(lambda d, n: thread.note(d.bram, n, "Gebeld.", "5")),
    "undo a reply": written(lambda d, n, m: thread.undo_reply(d.bram, n, m)),
    "redact": written(lambda d, n, m: thread.redact(d.bram, n, m)),
    "activate": confirmed(lambda d, n: reviewing.activate(d.bram, n, d.version(n))),
    "ask for approval": confirmed(lambda d, n: approving.request_approval(d.bram, n, d.version(n))),
    "approve": awaiting(lambda d, n: approving.approve(d.carla, n, d.version(n))),
    "refuse approval": awaiting(lambda d, n: approving.refuse(d.carla, n, d.version(n), "Bel eerst.")),
    "change a name": lambda desk: lambda: people.change_name(desk.ans, "Ans de Wit"),
    "take a role": lambda desk: lambda: people.take_role(SYSTEM, "bram@voorbeeld.example", RoleName.SUPPORT),
    "invite a member": lambda desk: lambda: invitations.invite_member(desk.ans, desk.club_id, "new@voorbeeld.example"),
    "invite to the desk": lambda desk: lambda: invitations.invite_staff(SYSTEM, "new@desk.example", RoleName.SUPPORT),
    "add a club": lambda desk: lambda: clubs.add(SYSTEM, "HC Nieuw", "new@hc.example"),
    "leave a club": lambda desk: lambda: clubs.end_membership(desk.ans, desk.club_id, desk.ben.user_id or 0),
    "sign out": lambda desk: lambda: sessions.sign_out(desk.ans, "made-up-session"),
}


def everything() -> dict[str, list[str]]:
    """Every row of every table, and the jobs; the app's own transactions are over."""
    session().rollback()
    jobs = sa.table("workflow_status", schema="dbos" if db.engine.dialect.name == "postgresql" else None)
    with db.engine.connect() as connection:
        rows = {table.name: sorted(map(repr, connection.execute(sa.select(table)))) for table in METADATA.sorted_tables}
        asked = connection.execute(sa.select(sa.func.count()).select_from(jobs)).scalar()
    return {**rows, "jobs": [str(asked)]}


def break_log() -> None:
    session().rollback()
    with db.engine.begin() as connection:
        for statement in BROKEN[db.engine.dialect.name]:
            connection.execute(sa.text(statement))


@pytest.mark.parametrize("prepare", ACTIONS.values(), ids=ACTIONS)
def test_what_cannot_be_told_does_not_happen(desk: Desk, prepare: Callable[[Desk], Act]) -> None:
    act = prepare(desk)
    break_log()
    before = everything()

    with pytest.raises(sa.exc.DBAPIError, match="no room"):
        act()

    assert everything() == before


def test_a_run_that_may_not_open_the_codes_tests_nothing(desk: Desk) -> None:
    number = desk.drafts()
    run_id = running.request(desk.ans, number)
    break_log()

    with pytest.raises(sa.exc.DBAPIError, match="no room"):
        running.perform(run_id)

    assert [run.ended_at for run in desk.runs(number)] == [None]


def test_nothing_is_saved_that_the_log_cannot_tell(desk: Desk, tmp_path) -> None:  # type: ignore[no-untyped-def]
    break_log()

    with pytest.raises(Exception, match="the database refused"):
        back_up(tmp_path / "saved.backup")

    assert not (tmp_path / "saved.backup").exists()


def test_the_log_is_whole_after_all_of_it(desk: Desk) -> None:
    desk.files_and_confirms()

    assert custody.verify_log().broken is None
