"""Who acts: the person behind a request, with roles and clubs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, select

from onboarding.accounts.models import Club, Membership, RoleName, User
from onboarding.db import session


@dataclass(frozen=True, slots=True)
class Actor:
    """Somebody who acts, or the system itself (``user_id`` None). Built once per request."""

    user_id: int | None
    name: str
    email: str
    language: str
    roles: frozenset[RoleName] = frozenset()
    clubs: frozenset[int] = frozenset()
    proven_at: datetime | None = None
    """When they last showed who they are; None is too long ago for what asks for that."""

    @property
    def is_staff(self) -> bool:
        """Whether they work for the host's help desk, in any role."""
        return bool(self.roles)

    @property
    def is_lead(self) -> bool:
        """Whether they may override and approve."""
        return not self.roles.isdisjoint({RoleName.LEAD, RoleName.ADMIN})

    @property
    def is_admin(self) -> bool:
        """Whether they may look after people and clubs."""
        return RoleName.ADMIN in self.roles

    @property
    def audit_name(self) -> str:
        """How the audit log names them: ``user:7`` or ``system``."""
        return "system" if self.user_id is None else actor_name(self.user_id)


def actor_name(user_id: int | None) -> str:
    """How the audit log names somebody; ``nobody`` is a caller who is not known."""
    return "nobody" if user_id is None else f"user:{user_id}"


SYSTEM = Actor(user_id=None, name="Koppelbalie", email="", language="nl")


def actor_of(user: User, proven_at: datetime | None = None) -> Actor:
    """The actor that a signed-in person is; one query, for the memberships."""
    clubs = session().exec(select(Membership.club_id).where(Membership.user_id == user.id)).all()
    return Actor(
        user_id=user.id,
        name=user.name,
        email=user.email,
        language=user.language,
        roles=frozenset(RoleName(role.name) for role in user.roles),
        clubs=frozenset(clubs),
        proven_at=proven_at,
    )


def clubs_of(actor: Actor) -> tuple[Club, ...]:
    """The clubs that the actor is a member of, by name."""
    if not actor.clubs:
        return ()
    return tuple(session().exec(select(Club).where(col(Club.id).in_(actor.clubs)).order_by(Club.name)).all())


def person(db: Session, email: str) -> User | None:
    """The person with this e-mail address in lower case, active or not."""
    return db.exec(select(User).where(User.email == email)).one_or_none()


def members(db: Session, club_id: int) -> tuple[User, ...]:
    """The active members of a club, by name."""
    found = db.exec(
        select(User)
        .join(Membership, col(Membership.user_id) == col(User.id))
        .where(Membership.club_id == club_id, col(User.active).is_(True))
        .order_by(User.name, User.email)
    )
    return tuple(found.all())
