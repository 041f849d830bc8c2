"""Use cases: the second step of signing in, and showing again who one is before something weighty."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from flask_babel import lazy_gettext as _l
from sqlmodel import Session, select

from onboarding import clock
from onboarding.accounts import authenticator, lockout, recovery
from onboarding.accounts.models import SecondFactor, User
from onboarding.accounts.people import Actor, actor_name
from onboarding.audit.events import (
    FactorLocked,
    FactorRefused,
    FactorTried,
    ProvenAgain,
    RecoveryCodeUsed,
    SignedIn,
)
from onboarding.audit.log import record
from onboarding.db import session
from onboarding.i18n import clock as time_of_day
from onboarding.keys import KeyRingProblem
from onboarding.settings import current_settings
from onboarding.usecases import entering
from onboarding.usecases.factor_mails import tell
from onboarding.usecases.refusals import ProveAgain, Refusal, Wrong
from onboarding.usecases.sessions import id_of, me
from onboarding.usecases.transaction import change
from onboarding.vault import Tampered
from onboarding.vault.factors import open_factor

NO_CODE = _l("Fill in the 6 digits that your app shows now, or one of your recovery codes.")
NO_FIT = _l("This code is not right, or was used already. Wait for the next one in your app and fill that in.")
BROKEN = _l("What we keep of your app is damaged. Use a recovery code, or ask the help desk to set it up anew.")
BY_LINK = _l("You have no password. Sign in again by a link that we mail you.")
NO_PASSWORD = _l("Fill in your password.")


class HalfGone(Refusal):
    """The first step of signing in was too long ago, or holds no more: begin again."""


class Proof(StrEnum):
    """With what somebody shows who they are: the code of their app, their password, or else a mailed link."""

    CODE = "code"
    PASSWORD = "password"  # noqa: S105  (the name of a way)
    LINK = "link"


@dataclass(frozen=True, slots=True)
class Passed:
    """Somebody passed the second step. ``left`` says how many recovery codes are left when they used one."""

    user: User
    left: int | None


Then = Callable[[Session, User, str], None]
"""Writes what a good code means, in the same transaction; it gets "app" or "recovery"."""


def has_factor(user: User) -> bool:
    """Whether this person signs in with a code too."""
    return session().get(SecondFactor, id_of(user)) is not None


def pass_second(mark: str, way: str, typed: str) -> Passed:
    """The person whose first step ``mark`` stands for, after a code of their app or a recovery code.

    Raises ``Wrong`` at ``code``, or ``HalfGone``. ``way`` is what they showed first.
    """
    user = _half(session(), mark)

    def enter(db: Session, found: User, by: str) -> None:
        _half(db, mark)  # a new password meanwhile ends the first step too
        record(db, actor_name(found.id), SignedIn(id_of(found), way=f"{way} and {by}"))

    return _take(user, typed, "sign_in", "code", enter)


def prove(actor: Actor, typed: str) -> int | None:
    """Show again who one is: by a code for who has an app, else by password. Raises ``Wrong`` at ``proof``.

    How many recovery codes are left when one was used.
    """
    user = me(session(), actor)

    def proven(db: Session, found: User, by: str) -> None:
        record(db, actor.audit_name, ProvenAgain(id_of(found), way=by))

    match proof_of(actor):
        case Proof.CODE:
            return _take(user, typed, "prove", "proof", proven).left
        case Proof.PASSWORD:
            _by_password(user, typed, lambda db, found: proven(db, found, "password"))
            return None
    raise Wrong({"proof": BY_LINK})


def proof_of(actor: Actor) -> Proof:
    """How this person shows again who they are."""
    user = session().get(User, actor.user_id)
    if user is not None and has_factor(user):
        return Proof.CODE
    return Proof.PASSWORD if user is not None and user.password is not None else Proof.LINK


def is_fresh(actor: Actor) -> bool:
    """Whether the actor showed a short time ago who they are; the system needs not."""
    if actor.user_id is None:
        return True
    lasts = timedelta(minutes=current_settings().fresh_minutes)
    return actor.proven_at is not None and timedelta() <= clock.now() - actor.proven_at <= lasts


def require_fresh(actor: Actor) -> None:
    """Raises ``ProveAgain`` when it is too long ago that the actor showed who they are."""
    if not is_fresh(actor):
        raise ProveAgain


def lock_key(user: User) -> str:
    """Under what wrong codes of a person are counted, apart from their wrong passwords."""
    return f"second factor of {user.email}"


def _half(db: Session, mark: str) -> User:
    user = db.exec(select(User).where(User.fs_uniquifier == mark)).one_or_none() if mark else None
    if user is None or not user.active:
        raise HalfGone
    return user


def _take(user: User, typed: str, purpose: str, field: str, then: Then) -> Passed:
    """Look at a code once. The try is counted, and is in the log, before the secret of the app is opened."""
    code, paper = authenticator.digits_in(typed), recovery.tidy(typed)
    if code is None and paper is None:
        raise Wrong({field: NO_CODE})
    _take_try(user, purpose, field)
    with change() as db:
        found = db.get_one(User, id_of(user), with_for_update=True)
        by = _fitting(db, found, code, paper, field)
        if by:
            lockout.forget(db, lock_key(found))  # before the log is written to: a try is counted in this order too
            left = _tell_used(db, found) if by == "recovery" else None
            then(db, found, by)
            return Passed(found, left)
        until = _refuse(db, found, purpose)
    raise Wrong({field: NO_FIT if until is None else _locked(until)})


def _take_try(user: User, purpose: str, field: str) -> None:
    settings = current_settings()
    with change() as db:
        lasts = timedelta(minutes=settings.lockout_minutes)
        until = lockout.take_try(db, lock_key(user), settings.wrong_passwords, lasts)
        if until is None:
            record(db, actor_name(user.id), FactorTried(id_of(user), purpose=purpose))
    if until is not None:
        raise Wrong({field: _locked(until)})


def _fitting(db: Session, user: User, code: str | None, paper: str | None, field: str) -> str:
    """What fitted, "app" or "recovery", and is used up now; empty when nothing did."""
    factor = db.get(SecondFactor, id_of(user), with_for_update=True)
    if factor is None:
        return ""
    if paper is not None and recovery.use(db, id_of(user), paper, clock.now()):
        return "recovery"
    counter = _counter(db, factor, code, field) if code is not None else None
    if counter is None:
        return ""
    factor.last_counter = counter
    db.add(factor)
    return "app"


def _tell_used(db: Session, user: User) -> int:
    db.flush()
    left = recovery.left(db, id_of(user))
    record(db, actor_name(user.id), RecoveryCodeUsed(id_of(user), left=left))
    tell(db, user, "recovery")
    return left


def _counter(db: Session, factor: SecondFactor, code: str, field: str) -> int | None:
    try:
        secret = open_factor(db, factor.user_id)
    except (Tampered, KeyRingProblem):
        raise Wrong({field: BROKEN}) from None
    return authenticator.counter_of(secret, code, clock.now(), factor.last_counter) if secret is not None else None


def _refuse(db: Session, user: User, purpose: str) -> datetime | None:
    settings = current_settings()
    lasts = timedelta(minutes=settings.lockout_minutes)
    until = lockout.lock_if_used_up(db, lock_key(user), settings.wrong_passwords, lasts)
    record(db, actor_name(user.id), FactorRefused(id_of(user), purpose=purpose))
    if until is not None:
        record(db, actor_name(user.id), FactorLocked(id_of(user)))
        tell(db, user, "locked")
    return until


def _locked(until: datetime) -> object:
    return _l("Too many wrong codes. From %(time)s on you can try again.", time=time_of_day(until))


def _by_password(user: User, typed: str, then: Callable[[Session, User], None]) -> None:
    if not typed:
        raise Wrong({"proof": NO_PASSWORD})
    try:
        entering.by_password(user.email, typed, then)
    except entering.Locked as locked:
        raise Wrong({"proof": locked.errors[""]}) from None
    except Wrong:
        raise Wrong({"proof": entering.NOT_YOURS}) from None
