"""Use cases: a person's own name, language and password; roles taken away."""

from __future__ import annotations

from dataclasses import dataclass

from flask_babel import lazy_gettext as _l
from sqlmodel import Session, col, select

from connectors.kit.text import LANGUAGES
from onboarding.accounts import names, passwords
from onboarding.accounts.models import Role, RoleName, SecondFactor, User, UserRole
from onboarding.accounts.people import Actor, person
from onboarding.audit.events import PersonChanged, RoleTaken
from onboarding.audit.log import record
from onboarding.db import session
from onboarding.usecases.entering import NOT_YOURS, address_in, checked_hash, set_password
from onboarding.usecases.proving import require_fresh
from onboarding.usecases.refusals import NotFound, Wrong
from onboarding.usecases.sessions import end_sessions, id_of, me
from onboarding.usecases.transaction import change

LAST_ADMIN = _l("This is the last admin. Invite another one first.")
NO_LANGUAGE = _l("Choose Dutch or English.")


@dataclass(frozen=True, slots=True)
class Colleague:
    """Somebody of the help desk, as the command line lists them."""

    name: str
    email: str
    roles: tuple[RoleName, ...]
    is_active: bool
    has_code: bool
    """Whether they set up an app of codes to sign in with."""


def change_name(actor: Actor, name: str) -> None:
    """Keep another name. Raises ``Wrong`` at ``name``."""
    tidy = names.tidy_name(name)
    problem = names.problem_with(tidy)
    if problem is not None:
        raise Wrong({"name": problem})
    with change() as db:
        user = me(db, actor)
        user.name = tidy
        db.add(user)
        record(db, actor.audit_name, PersonChanged(user_id=id_of(user), fields=("name",)))


def change_language(actor: Actor, language: str) -> None:
    """Speak and write to this person in "nl" or "en" from now on. Raises ``Wrong`` at ``language``."""
    if language not in LANGUAGES:
        raise Wrong({"language": NO_LANGUAGE})
    with change() as db:
        user = me(db, actor)
        user.language = language
        db.add(user)
        record(db, actor.audit_name, PersonChanged(user_id=id_of(user), fields=("language",)))


def change_password(actor: Actor, current: str, new: str) -> User:
    """Take a new password; whoever has one already types it first. The actor's sessions end: sign in anew.

    Raises ``Wrong`` at ``current`` or ``password``.
    """
    user = me(session(), actor)
    if user.password is not None and not passwords.matches(user, current):
        raise Wrong({"current": NOT_YOURS})
    new_hash = checked_hash(new, user.email, user.name)
    with change() as db:
        found = me(db, actor)
        set_password(db, found, new_hash, actor.audit_name, way="account")
        return found


def myself(actor: Actor) -> User:
    """The actor as a person who is kept, as they are now."""
    return me(session(), actor)


def has_password(actor: Actor) -> bool:
    """Whether the actor chose a password, or signs in by mailed links alone."""
    found = session().exec(select(User.password).where(User.id == actor.user_id)).one_or_none()
    return found is not None


def take_role(actor: Actor, email: str, role: RoleName) -> bool:
    """Take a role of the help desk away; sessions begun with it end. False when they did not have it.

    Raises ``NotFound`` when nobody has this address, ``Wrong`` when they are the last admin, ``ProveAgain``.
    """
    require_fresh(actor)
    address = address_in(email)
    with change() as db:
        user = person(db, address)
        if user is None:
            raise NotFound
        held = _with_role(db, role)
        if role is RoleName.ADMIN and held == (id_of(user),):
            raise Wrong({"role": LAST_ADMIN})
        return drop_role(db, user, role, actor.audit_name)


def drop_role(db: Session, user: User, role: RoleName, by: str) -> bool:
    """Take a role away in the caller's transaction; sessions begun with it end. False when they did not have it."""
    held = db.get(UserRole, (id_of(user), _role_id(db, role)))
    if held is None:
        return False
    db.delete(held)
    db.flush()
    db.refresh(user, ["roles"])
    end_sessions(db, user)
    record(db, by, RoleTaken(user_id=id_of(user), role=role))
    return True


def colleagues() -> tuple[Colleague, ...]:
    """Everybody of the help desk, by name."""
    found = session().exec(select(User).where(col(User.id).in_(select(UserRole.user_id))).order_by(User.name)).all()
    with_code = set(session().exec(select(SecondFactor.user_id)).all())
    return tuple(
        Colleague(
            user.name,
            user.email,
            tuple(sorted(RoleName(role.name) for role in user.roles)),
            user.active,
            has_code=user.id in with_code,
        )
        for user in found
    )


def _role_id(db: Session, role: RoleName) -> int:
    return db.exec(select(Role.id).where(Role.name == role)).one_or_none() or 0


def _with_role(db: Session, role: RoleName) -> tuple[int, ...]:
    found = db.exec(select(UserRole.user_id).join(Role).where(Role.name == role))
    return tuple(found.all())
