"""Brings the made-up clubs and people in, through the same use cases as everybody else."""

from __future__ import annotations

from sqlmodel import col, select

from demo.cast import CLUBS, EVERYBODY, MEMBERS, PASSWORD, STAFF, Person, host_id
from onboarding import create_app
from onboarding.accounts import links
from onboarding.accounts.models import Club, MailedLink, Membership, RoleName, User
from onboarding.accounts.people import SYSTEM, Actor, actor_of
from onboarding.clock import now
from onboarding.db import session
from onboarding.usecases import clubs, invitations
from onboarding.usecases.transaction import change


def seed_people() -> None:
    """Every club and every person of the cast, each with the made-up password. Needs an app context."""
    for name in CLUBS:
        clubs.add(SYSTEM, name, next(person.email for person in MEMBERS if name in person.clubs))
        clubs.know(SYSTEM, name, host_id(name))
    for person in STAFF:
        invitations.invite_staff(SYSTEM, person.email, RoleName(person.role))
    for person in EVERYBODY:
        _accept(person)
    for person in MEMBERS:
        for name in person.clubs:
            _make_member(person, name)


def acting(person: Person) -> Actor:
    """The person as the one who acts, just signed in. Needs an app context."""
    return actor_of(session().exec(select(User).where(User.email == person.email)).one(), now())


def club_id(name: str) -> int:
    """The number of the club with this name."""
    found = session().exec(select(Club.id).where(Club.name == name)).one()
    assert found is not None
    return found


def _make_member(person: Person, club: str) -> None:
    """Invited by the member that the club has already, unless they are that member."""
    here = club_id(club)
    members = session().exec(select(User).join(Membership).where(Membership.club_id == here)).all()
    if person.email in {member.email for member in members}:
        return
    invitations.invite_member(actor_of(members[0]), here, person.email, person.name)
    _accept(person)


def _accept(person: Person) -> None:
    """Accept every open invitation of this person, as the links in their mails would."""
    waiting = select(MailedLink.id).where(MailedLink.email == person.email, col(MailedLink.used_at).is_(None))
    for link in session().exec(waiting).all():
        assert link is not None
        with change() as db:
            token = links.give_token(db, link)
        if token is not None:
            invitations.accept(token, person.name, PASSWORD, "demo", person.language)


def main() -> None:
    """The people into the place that the environment names."""
    with create_app().app_context():
        seed_people()


if __name__ == "__main__":
    main()
