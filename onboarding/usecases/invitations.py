"""Use cases: inviting somebody to a club or to the help desk, and accepting that."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from flask_babel import lazy_gettext as _l
from sqlmodel import Session, select

from onboarding import clock
from onboarding.accounts import links, names
from onboarding.accounts.links import LinkState, Looked
from onboarding.accounts.models import Club, MailedLink, Membership, Purpose, Role, RoleName, User, UserRole
from onboarding.accounts.people import Actor, actor_name, person
from onboarding.audit.events import (
    AccountMade,
    InvitationMade,
    InvitationWithdrawn,
    MembershipBegan,
    RoleGiven,
)
from onboarding.audit.log import record
from onboarding.db import session
from onboarding.notify import outbox
from onboarding.settings import current_settings
from onboarding.usecases.entering import LinkGone, address_in, checked_hash, set_password, use_up
from onboarding.usecases.proving import require_fresh
from onboarding.usecases.refusals import NotFound, Wrong
from onboarding.usecases.sessions import end_sessions, id_of, let_in
from onboarding.usecases.transaction import change

ALREADY = _l("This person is already a member of the club.")
FULL = _l("There are already many open invitations. Withdraw one first.")
MOST_OPEN = 20
"""Open invitations that a club may have at once."""


@dataclass(frozen=True, slots=True)
class Sent:
    """An invitation that is on its way."""

    email: str
    until: datetime


@dataclass(frozen=True, slots=True)
class Welcome:
    """What the page behind an invitation shows: who is asked, by whom, for what."""

    email: str
    name: str
    club: str
    role: RoleName | None
    invited_by: str
    is_known: bool
    """Whether the address has an account already."""


def invite_member(actor: Actor, club_id: int, email: str, name: str = "") -> Sent:
    """Ask somebody into a club of the actor's; an open invitation to the same address is replaced.

    Raises ``NotFound`` for another's club, ``Wrong`` by field.
    """
    address, named = address_in(email), _optional_name(name)
    with change() as db:
        club = db.get(Club, club_id)
        if club is None or not (club_id in actor.clubs or actor.is_admin):
            raise NotFound
        if _is_member(db, address, club_id):
            raise Wrong({"email": ALREADY})
        pending = links.open_invitations(db, club_id=club_id)
        if len([link for link in pending if link.email != address]) >= MOST_OPEN:
            raise Wrong({"email": FULL})
        links.end(db, [link for link in pending if link.email == address])
        return send(db, actor, address, name=named, club=club)


def invite_staff(actor: Actor, email: str, role: RoleName) -> Sent | None:
    """Ask somebody to the help desk; None when they have the role already. Raises ``ProveAgain``."""
    require_fresh(actor)
    address = address_in(email)
    with change() as db:
        user = person(db, address)
        if user is not None and role in {held.name for held in user.roles}:
            return None
        links.end(db, [link for link in links.open_invitations(db, email=address) if link.role == role])
        return send(db, actor, address, role=role)


def withdraw(actor: Actor, club_id: int, link_id: int) -> None:
    """Take an open invitation of a club back; one that is gone already is no error."""
    with change() as db:
        link = db.get(MailedLink, link_id)
        if club_id not in actor.clubs or link is None or link.club_id != club_id:
            raise NotFound
        if link.used_at is None and link.expires_at > clock.now():
            links.end(db, [link])
            record(db, actor.audit_name, InvitationWithdrawn(link_id=link_id))


def look(token: str, browser: str) -> Welcome:
    """What an invitation is for, without using it. Raises ``LinkGone``."""
    db = session()
    link = _usable(links.look_up(db, token, Purpose.INVITATION, browser))
    user = person(db, link.email)
    if user is not None and not user.active:
        raise LinkGone(LinkState.UNKNOWN)
    club = db.get(Club, link.club_id) if link.club_id is not None else None
    host = db.get(User, link.invited_by) if link.invited_by is not None else None
    return Welcome(
        email=link.email,
        name=user.name if user is not None else link.name,
        club=club.name if club is not None else "",
        role=RoleName(link.role) if link.role else None,
        invited_by=host.name if host is not None else "",
        is_known=user is not None,
    )


def accept(token: str, name: str, password: str, browser: str, language: str) -> User:
    """The person who accepted: a new account when the address had none. ``password`` may stay empty.

    Raises ``LinkGone``, or ``Wrong`` by field; the invitation then stays open.
    """
    welcome = look(token, browser)
    tidy = welcome.name if welcome.is_known else names.tidy_name(name)
    new_hash = None if welcome.is_known else _checked(tidy, password, welcome.email)
    with change() as db:
        found = links.look_up(db, token, Purpose.INVITATION, browser, writing=True)
        link = _usable(found)
        user = person(db, link.email) or new_person(db, link.email, tidy, language)
        if not user.active:
            raise LinkGone(LinkState.UNKNOWN)
        if found.state is LinkState.FRESH:
            use_up(db, link, user, browser)
            if new_hash is not None and user.password is None:
                set_password(db, user, new_hash, actor_name(user.id), way="invitation")
            _join(db, user, link)
        return user


def send(
    db: Session, actor: Actor, email: str, *, name: str = "", club: Club | None = None, role: RoleName | None = None
) -> Sent:
    """Write an invitation and its mail in the caller's transaction."""
    lasts = timedelta(days=current_settings().invitation_days)
    club_id = club.id if club is not None else None
    link = links.make(
        db, Purpose.INVITATION, email, lasts, name=name, club_id=club_id, role=role, invited_by=actor.user_id
    )
    record(db, actor.audit_name, InvitationMade(link_id=link.id or 0, club_id=club_id, role=role))
    known = person(db, email)
    context = {
        "link": link.id,
        "name": known.name if known is not None else name,
        "club": club.name if club is not None else "",
        "role": role.value if role is not None else "",
        "invited_by": actor.name if actor.user_id is not None else "",
    }
    language = known.language if known is not None else actor.language
    outbox.put(db, "invitation", email, language, context, once=f"link:{link.id}")
    return Sent(email, link.expires_at)


def give_role(db: Session, user: User, name: RoleName, by: str) -> None:
    """Give a role in the caller's transaction; sessions begun without it end."""
    role = db.exec(select(Role).where(Role.name == name)).one_or_none() or Role(name=name)
    db.add(role)
    db.flush()
    assert role.id is not None
    if db.get(UserRole, (id_of(user), role.id)) is None:
        db.add(UserRole(user_id=id_of(user), role_id=role.id))
        db.flush()
        db.refresh(user, ["roles"])
        end_sessions(db, user)
        record(db, by, RoleGiven(user_id=id_of(user), role=name))


def _join(db: Session, user: User, link: MailedLink) -> None:
    by = actor_name(user.id)
    if link.club_id is not None and db.get(Membership, (id_of(user), link.club_id)) is None:
        db.add(Membership(user_id=id_of(user), club_id=link.club_id, created_at=clock.now()))
        record(db, by, MembershipBegan(club_id=link.club_id, user_id=id_of(user)))
    if link.role:
        give_role(db, user, RoleName(link.role), by)
    let_in(db, user, "invitation")


def new_person(db: Session, email: str, name: str, language: str, way: str = "invitation") -> User:
    """Make an account in the caller's transaction."""
    user = User(email=email, name=name, language=language, created_at=clock.now(), fs_uniquifier=secrets.token_hex(32))
    db.add(user)
    db.flush()
    record(db, actor_name(user.id), AccountMade(user_id=id_of(user), way=way))
    return user


def _usable(found: Looked) -> MailedLink:
    if found.link is None or (found.state is not LinkState.FRESH and not found.again):
        raise LinkGone(found.state)
    return found.link


def _checked(name: str, password: str, email: str) -> str | None:
    """The hash of the password if there is one; raises ``Wrong`` with every field that is wrong."""
    errors: dict[str, object] = {}
    problem = names.problem_with(name)
    if problem is not None:
        errors["name"] = problem
    new_hash = None
    if password:
        try:
            new_hash = checked_hash(password, email, name)
        except Wrong as wrong:
            errors |= wrong.errors
    if errors:
        raise Wrong(errors)
    return new_hash


def _optional_name(name: str) -> str:
    tidy = names.tidy_name(name)
    problem = names.problem_with(tidy) if tidy else None
    if problem is not None:
        raise Wrong({"name": problem})
    return tidy


def _is_member(db: Session, email: str, club_id: int) -> bool:
    user = person(db, email)
    return user is not None and db.get(Membership, (id_of(user), club_id)) is not None
