"""Use cases: clubs and who may act for them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from flask_babel import lazy_gettext as _l
from sqlmodel import Session, func, select

from onboarding import clock
from onboarding.accounts import links, names
from onboarding.accounts.claims import LONGEST_ID
from onboarding.accounts.models import Club, Membership, User
from onboarding.accounts.people import Actor, members, person
from onboarding.audit.events import ClubAdded, ClubKnownToHost, MembershipEnded
from onboarding.audit.log import record
from onboarding.db import session
from onboarding.usecases.entering import address_in
from onboarding.usecases.invitations import Sent, send
from onboarding.usecases.refusals import NotFound, Wrong
from onboarding.usecases.sessions import end_sessions, id_of
from onboarding.usecases.transaction import change

ANOTHERS = _l("The host knows another club by this id.")
NO_HOST_ID = _l("An id of the host has at most 120 characters, all of them visible.")
LAST = _l("Tick the box first: after this nobody of the club can get in.")


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody who may act for a club."""

    user_id: int
    name: str
    email: str
    is_me: bool


@dataclass(frozen=True, slots=True)
class Pending:
    """An invitation that nobody used yet."""

    link_id: int
    email: str
    name: str
    until: datetime


@dataclass(frozen=True, slots=True)
class ClubPeople:
    """A club with its members and open invitations."""

    club_id: int
    name: str
    members: tuple[Member, ...]
    pending: tuple[Pending, ...]

    def member(self, user_id: int) -> Member | None:
        """The member with this id."""
        return next((member for member in self.members if member.user_id == user_id), None)


@dataclass(frozen=True, slots=True)
class Added:
    """What adding a club came to; ``sent`` is None when the treasurer is in it or was asked already."""

    club_id: int
    is_new: bool
    sent: Sent | None
    is_member: bool


def add(actor: Actor, name: str, treasurer: str, *, again: bool = False) -> Added:
    """Add a club and invite its treasurer; both only when that has not been done yet.

    ``again`` sends a new invitation even though one is open. Raises ``Wrong`` at ``name`` or ``email``.
    """
    tidy, address = names.tidy_name(name), address_in(treasurer)
    problem = names.problem_with(tidy)
    if problem is not None:
        raise Wrong({"name": problem})
    with change() as db:
        club, is_new = _found_or_added(db, actor, tidy)
        club_id = club.id or 0
        user = person(db, address)
        if user is not None and db.get(Membership, (id_of(user), club_id)) is not None:
            return Added(club_id, is_new, None, is_member=True)
        pending = links.open_invitations(db, club_id=club_id, email=address)
        if pending and not again:
            return Added(club_id, is_new, None, is_member=False)
        links.end(db, pending)
        return Added(club_id, is_new, send(db, actor, address, club=club), is_member=False)


def know(actor: Actor, name: str, host_id: str) -> bool:
    """Keep what the host knows a club by; empty takes it away. False when it was so already.

    Raises ``NotFound`` when there is no such club, ``Wrong`` at ``host_id`` when it is another club's.
    """
    tidy = host_id.strip() or None
    if tidy is not None and (len(tidy) > LONGEST_ID or not tidy.isprintable()):
        raise Wrong({"host_id": NO_HOST_ID})
    with change() as db:
        club = db.exec(select(Club).where(func.lower(Club.name) == names.tidy_name(name).lower())).one_or_none()
        if club is None:
            raise NotFound
        if tidy is not None and db.exec(select(Club.id).where(Club.host_id == tidy, Club.id != club.id)).first():
            raise Wrong({"host_id": ANOTHERS})
        if club.host_id == tidy:
            return False
        club.host_id = tidy
        db.add(club)
        record(db, actor.audit_name, ClubKnownToHost(club_id=club.id or 0, host_id=tidy))
        return True


def people_of(actor: Actor, club_id: int) -> ClubPeople:
    """Who is in a club of the actor's, and who was asked. Raises ``NotFound`` for another's club."""
    db = session()
    club = db.get(Club, club_id) if club_id in actor.clubs else None
    if club is None:
        raise NotFound
    return ClubPeople(
        club_id=club_id,
        name=club.name,
        members=tuple(
            Member(id_of(user), user.name, user.email, user.id == actor.user_id) for user in members(db, club_id)
        ),
        pending=tuple(
            Pending(link.id or 0, link.email, link.name, link.expires_at)
            for link in links.open_invitations(db, club_id=club_id)
        ),
    )


def end_membership(actor: Actor, club_id: int, user_id: int, *, even_last: bool = False) -> None:
    """Let somebody leave a club of the actor's, the actor included; gone already is no error. Their sessions end.

    Raises ``NotFound`` for another's club, ``Wrong`` at ``last`` when nobody would be left and it is not ``even_last``.
    """
    with change() as db:
        if club_id not in actor.clubs or db.get(Club, club_id, with_for_update=True) is None:
            raise NotFound  # the lock makes two who leave at once leave one after the other
        held = db.get(Membership, (user_id, club_id), with_for_update=True)
        if held is None:
            return
        if not even_last and all(user.id == user_id for user in members(db, club_id)):
            raise Wrong({"last": LAST})
        db.delete(held)
        end_sessions(db, db.get_one(User, user_id, with_for_update=True))
        record(db, actor.audit_name, MembershipEnded(club_id=club_id, user_id=user_id))


def _found_or_added(db: Session, actor: Actor, name: str) -> tuple[Club, bool]:
    club = db.exec(select(Club).where(func.lower(Club.name) == name.lower())).one_or_none()
    if club is not None:
        return club, False
    club = Club(name=name, created_at=clock.now())
    db.add(club)
    db.flush()
    record(db, actor.audit_name, ClubAdded(club_id=club.id or 0))
    return club, True
