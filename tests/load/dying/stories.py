"""The operations that die: how each is prepared, done, and done again, and what of it was promised."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import sqlalchemy as sa
from sqlmodel import select

from onboarding import vault
from onboarding.accounts.models import User
from onboarding.accounts.people import Actor, actor_of
from onboarding.checks.models import Run
from onboarding.connections.models import CredentialVersion
from onboarding.db import db, session
from onboarding.tickets.lifecycle import State
from onboarding.tickets.models import Ticket
from onboarding.usecases import custody, drafts, re_entering, reviewing, running, submitting
from onboarding.usecases.transaction import change
from onboarding.vault.factors import open_factor, seal_factor
from tests.unit.custody.conftest import K1, K2
from tests.unit.usecases.conftest import Desk
from tests.unit.usecases.connected import connect, make_ready

Facts = dict[str, int | str]
"""What a story is about, so that another process can go on with it: ids alone."""
Say = Callable[[str], None]
"""Tells the person that something is done: from then on it has to be there."""
FACTOR = "MADEUPMADEUPMADEUPMADEUPMADEUP22"
"""Of an app of codes; made up."""


@dataclass(frozen=True)
class Story:
    """``do`` is what dies, ``again`` what a person or a job does after that; ``kept`` gives what of it is there."""

    prepare: Callable[[Desk], Facts]
    do: Callable[[Facts, Say], None]
    again: Callable[[Facts], None]
    kept: Callable[[Facts], set[str]]
    keys: str = K1
    """With what the operation works; it was prepared with the first key."""


def actor(name: str) -> Actor:
    """Somebody of the desk."""
    found = actor_of(session().exec(select(User).where(User.fs_uniquifier == name)).one())
    session().rollback()
    return found


def ticket(facts: Facts) -> Ticket:
    session().rollback()
    session().expire_all()
    return session().get_one(Ticket, facts["number"])


def is_in(*states: State) -> Callable[[Facts], bool]:
    return lambda facts: ticket(facts).state in states


def _drafted(desk: Desk) -> Facts:
    number = desk.drafts()
    return {"number": number, "version": desk.version(number)}


def _submit(facts: Facts, say: Say) -> None:
    submitting.submit(actor("ans"), int(facts["number"]), int(facts["version"]))
    say("sent")


def _sent(desk: Desk) -> Facts:
    number = desk.drafts()
    submitting.submit(desk.ans, number, desk.version(number))
    return {"number": number, "run": desk.runs(number)[0].id}


def _perform(facts: Facts, say: Say) -> None:
    running.perform(str(facts["run"]))
    say("tested")


def _tested(facts: Facts) -> set[str]:
    session().rollback()
    return {"tested"} if session().get_one(Run, facts["run"]).ended_at is not None else set()


def _ready(desk: Desk) -> Facts:
    number = make_ready(desk)
    return {"number": number, "version": desk.version(number)}


def _activate(facts: Facts, say: Say) -> None:
    reviewing.activate(actor("bram"), int(facts["number"]), int(facts["version"]))
    say("activated")


def _connected(desk: Desk) -> Facts:
    return {"connection": connect(desk), **{f"code {key}": value for key, value in desk.codes().items()}}


def _enter_anew(facts: Facts, say: Say) -> None:
    ans = actor("ans")
    number = re_entering.re_enter(ans, int(facts["connection"]))
    say("begun")
    codes = {key.removeprefix("code "): str(value) for key, value in facts.items() if key.startswith("code ")}
    drafts.save_codes(ans, number, ticket({"number": number}).version, codes)
    say("codes")
    running.request(ans, number, then="resubmit")
    say("asked")


def _entered(facts: Facts) -> set[str]:
    session().rollback()
    query = select(Ticket).where(Ticket.connection_id == facts["connection"], Ticket.kind == "re_enter")
    found = session().exec(query).one_or_none()
    if found is None:
        return set()
    there = {"begun"}
    if "security_code_1" in vault.sealed_fields(session(), found.version_id):
        there.add("codes")
    if session().exec(select(Run.id).where(Run.ticket_id == found.id)).first() is not None:
        there.add("asked")
    return there


def _asked_anew(desk: Desk) -> Facts:
    facts = _connected(desk)
    _enter_anew(facts, lambda _: None)
    session().rollback()
    run = session().exec(select(Run).order_by(sa.text("asked_at DESC"))).first()
    assert run is not None
    return {"number": run.ticket_id, "run": run.id}


def _many_secrets(desk: Desk) -> Facts:
    connect(desk)
    desk.drafts("geensjabloon")
    desk.drafts("fout", by=desk.cor)
    with change() as writing:
        seal_factor(writing, desk.bram.user_id or 0, FACTOR)
    return {}


def _rotate(_: Facts, say: Say) -> None:
    custody.AT_A_TIME = 2
    custody.rotate()
    say("rotated")


def _rotated(_: Facts) -> set[str]:
    session().rollback()
    for number in session().exec(select(CredentialVersion.id)).all():
        opened = vault.unseal(number or 0, "user:1", "checks")
        assert opened.keys() >= {"security_code_1", "security_code_2"}
    assert open_factor(session(), actor("bram").user_id or 0) == FACTOR
    with db.engine.connect() as connection:
        left = connection.execute(sa.text("SELECT count(*) FROM sealed_secret WHERE key_id != 'k2'")).scalar()
    return set() if left else {"rotated"}


def _if(word: str, is_so: Callable[[Facts], bool]) -> Callable[[Facts], set[str]]:
    return lambda facts: {word} if is_so(facts) else set()


def _once_more(do: Callable[[Facts, Say], None]) -> Callable[[Facts], None]:
    return lambda facts: do(facts, lambda _: None)


STORIES = {
    "submit": Story(_drafted, _submit, _once_more(_submit), _if("sent", is_in(State.SUBMITTED))),
    "check": Story(_sent, _perform, _once_more(_perform), _tested),
    "activate": Story(_ready, _activate, _once_more(_activate), _if("activated", is_in(State.ACTIVATED))),
    "re-enter": Story(_connected, _enter_anew, _once_more(_enter_anew), _entered),
    "renew": Story(_asked_anew, _perform, _once_more(_perform), _tested),
    "rotate": Story(_many_secrets, _rotate, _once_more(_rotate), _rotated, f"{K2},{K1}"),
}
