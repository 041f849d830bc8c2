"""Use cases: setting up an app of codes, new recovery codes, taking the app away, and the reset by operations."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from flask_babel import lazy_gettext as _l
from sqlmodel import Session

from onboarding import clock
from onboarding.accounts import authenticator, lockout, recovery
from onboarding.accounts.authenticator import Picture
from onboarding.accounts.models import SecondFactor, User
from onboarding.accounts.people import Actor, person
from onboarding.audit.events import FactorRemoved, FactorSet, RecoveryCodesMade
from onboarding.audit.log import record
from onboarding.db import session
from onboarding.keys import current_ring
from onboarding.settings import current_settings
from onboarding.usecases.entering import address_in
from onboarding.usecases.factor_mails import tell
from onboarding.usecases.proving import lock_key, require_fresh
from onboarding.usecases.refusals import NotAllowed, NotFound, NotNow, Refusal, Wrong
from onboarding.usecases.sessions import end_sessions, id_of, me
from onboarding.usecases.transaction import change
from onboarding.vault import factors

SET_UP_LASTS = 30 * 60
"""Seconds in which a picture that was shown can be confirmed with a code."""
NO_DIGITS = _l("Fill in the 6 digits that your app shows now.")
NO_MATCH = _l("This is not the code that belongs to the picture. Wait for the next one in your app and fill that in.")


class SetUpGone(Refusal):
    """The picture was shown too long ago, or to somebody else: begin again."""


@dataclass(frozen=True, slots=True)
class Status:
    """How somebody's second step stands: since when it is set up, unused recovery codes, whether they must have it."""

    set_at: datetime | None
    left: int
    is_required: bool


@dataclass(frozen=True, slots=True)
class SetUp:
    """What the page of the set-up shows once. ``wrapped`` is the secret, sealed, for the form to bring back."""

    wrapped: str
    key: str
    address: str
    picture: Picture


@dataclass(frozen=True, slots=True)
class Done:
    """It is set up: the person whose sessions ended, and the recovery codes, shown now or never."""

    user: User
    codes: tuple[str, ...]


def status(actor: Actor) -> Status:
    """How the actor's second step stands."""
    db = session()
    factor = db.get(SecondFactor, actor.user_id)
    left = recovery.left(db, factor.user_id) if factor is not None else 0
    return Status(factor.set_at if factor is not None else None, left, is_required(actor))


def is_required(actor: Actor) -> bool:
    """Whether the actor may not do without."""
    return actor.is_staff and current_settings().second_factor == "required"


def begin(actor: Actor) -> SetUp:
    """A new secret to take up in an app; nothing is kept before ``confirm``. Raises ``ProveAgain``."""
    require_fresh(actor)
    return _shown(me(session(), actor), authenticator.new_secret())


def shown_again(actor: Actor, wrapped: str) -> SetUp:
    """The same picture once more, after a code that did not fit. Raises ``SetUpGone``."""
    user = me(session(), actor)
    return _shown(user, _unwrapped(user, wrapped))


def confirm(actor: Actor, wrapped: str, typed: str) -> Done:
    """Take the app into use, after a code shows that it has the secret; the actor's sessions end.

    The app before it and its recovery codes are gone. Raises ``SetUpGone``, or ``Wrong`` at ``code``.
    """
    secret = _unwrapped(me(session(), actor), wrapped)
    code = authenticator.digits_in(typed)
    if code is None:
        raise Wrong({"code": NO_DIGITS})
    counter = authenticator.counter_of(secret, code, clock.now(), 0)
    if counter is None:
        raise Wrong({"code": NO_MATCH})
    with change() as db:
        user = me(db, actor)
        factor = db.get(SecondFactor, id_of(user)) or SecondFactor(user_id=id_of(user), set_at=clock.now())
        factor.set_at, factor.last_counter = clock.now(), counter
        db.add(factor)
        factors.seal_factor(db, id_of(user), secret)
        codes = recovery.renew(db, id_of(user))
        lockout.forget(db, lock_key(user))
        end_sessions(db, user)
        record(db, actor.audit_name, FactorSet(id_of(user), key_id=current_ring().sealing))
        tell(db, user, "set")
        return Done(user, codes)


def renew_codes(actor: Actor) -> tuple[str, ...]:
    """New recovery codes, shown now or never; the older ones are gone. Raises ``ProveAgain``."""
    require_fresh(actor)
    with change() as db:
        user = me(db, actor)
        if db.get(SecondFactor, id_of(user)) is None:
            raise NotNow
        codes = recovery.renew(db, id_of(user))
        record(db, actor.audit_name, RecoveryCodesMade(id_of(user)))
        tell(db, user, "codes")
        return codes


def remove(actor: Actor) -> User:
    """Sign in without a code from now on; the actor's sessions end. Raises ``ProveAgain``, ``NotAllowed``."""
    if is_required(actor):
        raise NotAllowed
    require_fresh(actor)
    with change() as db:
        user = me(db, actor)
        if _drop(db, user):
            record(db, actor.audit_name, FactorRemoved(id_of(user), way="account"))
            tell(db, user, "removed")
        return user


def reset(actor: Actor, email: str) -> bool:
    """Take a second step away from who lost app and recovery codes; their sessions end. False when there was none.

    Raises ``NotFound`` when nobody has this address, ``NotAllowed`` for who is no admin.
    """
    if actor.user_id is not None and not actor.is_admin:
        raise NotAllowed
    require_fresh(actor)
    address = address_in(email)
    with change() as db:
        user = person(db, address)
        if user is None:
            raise NotFound
        if not _drop(db, user):
            return False
        record(db, actor.audit_name, FactorRemoved(id_of(user), way="reset"))
        tell(db, user, "reset")
        return True


def _drop(db: Session, user: User) -> bool:
    factor = db.get(SecondFactor, id_of(user), with_for_update=True)
    if factor is None:
        return False
    db.delete(factor)
    factors.drop_factor(db, id_of(user))
    recovery.forget(db, id_of(user))
    lockout.forget(db, lock_key(user))
    end_sessions(db, user)
    return True


def _unwrapped(user: User, wrapped: str) -> str:
    secret = factors.unwrap_from_form(id_of(user), wrapped, SET_UP_LASTS)
    if secret is None:
        raise SetUpGone
    return secret


def _shown(user: User, secret: str) -> SetUp:
    address = authenticator.address(secret, user.email)
    wrapped = factors.wrap_for_form(id_of(user), secret)
    return SetUp(wrapped, authenticator.in_fours(secret), address, authenticator.picture(address))
