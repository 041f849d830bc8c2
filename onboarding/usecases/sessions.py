"""Use cases: sessions end, one or all of a person's."""

from __future__ import annotations

import secrets
from datetime import timedelta

from sqlmodel import Session

from onboarding import clock
from onboarding.accounts import links
from onboarding.accounts.models import EndedSession, SecondFactor, User
from onboarding.accounts.people import Actor, actor_name
from onboarding.audit.events import FirstStepPassed, SessionEnded, SignedIn
from onboarding.audit.log import record
from onboarding.db import session
from onboarding.settings import current_settings
from onboarding.usecases.refusals import NotAllowed
from onboarding.usecases.transaction import change


def sign_out(actor: Actor, key: str) -> None:
    """End the session with this key, so that a copy of its cookie opens nothing."""
    hours = timedelta(hours=current_settings().session_hours)
    with change() as db:
        me(db, actor)  # its lock makes two clicks one after the other
        if db.get(EndedSession, links.token_hash(key)) is None:
            db.add(EndedSession(key=links.token_hash(key), expires_at=clock.now() + hours))
            record(db, actor.audit_name, SessionEnded(user_id=actor.user_id or 0))


def has_ended(key: str) -> bool:
    """Whether the session with this key was signed out."""
    return session().get(EndedSession, links.token_hash(key)) is not None


def sign_out_everywhere(actor: Actor) -> None:
    """End every session of the actor, on all devices."""
    with change() as db:
        user = me(db, actor)
        end_sessions(db, user)
        record(db, actor.audit_name, SessionEnded(user_id=id_of(user)))


def let_in(db: Session, user: User, way: str) -> None:
    """Put into the log that somebody is in, or that a code of their app is still to come; in the caller's transaction.

    ``way`` is what they showed: "password", "link", "reset" or "invitation".
    """
    has_factor = db.get(SecondFactor, id_of(user)) is not None
    event = FirstStepPassed(id_of(user), way=way) if has_factor else SignedIn(id_of(user), way=way)
    record(db, actor_name(user.id), event)


def end_sessions(db: Session, user: User) -> None:
    """End every session of ``user``, in the caller's transaction."""
    user.fs_uniquifier = secrets.token_hex(32)
    db.add(user)


def me(db: Session, actor: Actor) -> User:
    """The person that the actor is, locked in the caller's transaction. Raises ``NotAllowed`` for the system."""
    user = db.get(User, actor.user_id, with_for_update=True) if actor.user_id is not None else None
    if user is None:
        raise NotAllowed
    return user


def id_of(user: User) -> int:
    """The id of a person who is kept."""
    assert user.id is not None
    return user.id
