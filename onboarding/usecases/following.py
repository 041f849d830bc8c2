"""Clubs and roles of somebody who signs in at the host follow what it says; what they got here stays."""

from __future__ import annotations

from collections.abc import Iterable

from sqlmodel import Session, col, func, select

from onboarding.accounts.claims import Claimed, HostClub
from onboarding.accounts.models import Club, HostIdentity, Membership, RoleName, User
from onboarding.audit.events import ClubAdded, ClubKnownToHost, MembershipBegan, MembershipEnded
from onboarding.audit.log import record
from onboarding.clock import now
from onboarding.usecases.invitations import give_role
from onboarding.usecases.people import drop_role
from onboarding.usecases.sessions import end_sessions, id_of

HOST = "host"
"""How the audit log names whoever decided what is followed here."""


def follow(db: Session, user: User, identity: HostIdentity, claimed: Claimed) -> tuple[str, ...]:
    """Give and take in the caller's transaction what the host says; sessions end with what is taken.

    Gives the names, or else ids, of clubs that are not known here.
    """
    unknown = unknown_clubs(db, claimed.clubs)
    clubs = {_club(db, club) for club in claimed.clubs if club not in unknown}
    _follow_clubs(db, user, identity, clubs)
    _follow_roles(db, user, identity, claimed.roles)
    db.add(identity)
    return tuple(club.name or club.host_id for club in unknown)


def unknown_clubs(db: Session, clubs: Iterable[HostClub]) -> list[HostClub]:
    """Clubs of the host that are not here and cannot be made: without a name, or with that of one that is here.

    The latter may be the same club, or one that took the name of another: operations says which (``clubs know``).
    """
    asked = list(clubs)
    known = set(db.exec(select(Club.host_id).where(col(Club.host_id).in_([club.host_id for club in asked]))).all())
    return [club for club in asked if club.host_id not in known and not (club.name and _is_free(db, club.name))]


def _is_free(db: Session, name: str) -> bool:
    """Whether a club of the host may be made with this name; another one that the host knows is no hindrance."""
    query = select(Club.id).where(func.lower(Club.name) == name.lower(), col(Club.host_id).is_(None))
    return db.exec(query).first() is None


def _club(db: Session, club: HostClub) -> int:
    found = db.exec(select(Club.id).where(Club.host_id == club.host_id)).one_or_none()
    if found is not None:
        return found
    made = Club(name=_name_for(db, club), created_at=now(), host_id=club.host_id)
    db.add(made)
    db.flush()
    assert made.id is not None
    record(db, HOST, ClubAdded(club_id=made.id))
    record(db, HOST, ClubKnownToHost(club_id=made.id, host_id=club.host_id))
    return made.id


def _name_for(db: Session, club: HostClub) -> str:
    """Its name; with its id where the host has another club of that name."""
    taken = db.exec(select(Club.id).where(func.lower(Club.name) == club.name.lower())).first()
    if taken is None:
        return club.name
    return f"{club.name[:50]} ({club.host_id[:60]})"


def _follow_clubs(db: Session, user: User, identity: HostIdentity, clubs: set[int]) -> None:
    held = set(db.exec(select(Membership.club_id).where(Membership.user_id == user.id)).all())
    for club_id in sorted(clubs - held):
        db.add(Membership(user_id=id_of(user), club_id=club_id, created_at=now()))
        record(db, HOST, MembershipBegan(club_id=club_id, user_id=id_of(user)))
    for club_id in sorted((set(identity.clubs) & held) - clubs):
        db.delete(db.get_one(Membership, (id_of(user), club_id)))
        end_sessions(db, user)
        record(db, HOST, MembershipEnded(club_id=club_id, user_id=id_of(user)))
    identity.clubs = sorted((clubs - held) | (set(identity.clubs) & clubs))


def _follow_roles(db: Session, user: User, identity: HostIdentity, roles: frozenset[RoleName]) -> None:
    held = {RoleName(role.name) for role in user.roles}
    before = {RoleName(role) for role in identity.roles}
    for role in sorted(roles - held):
        give_role(db, user, role, HOST)
    for role in sorted(before - roles):
        drop_role(db, user, role, HOST)
    identity.roles = sorted((roles - held) | (before & roles))
