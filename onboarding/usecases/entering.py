"""Use cases: signing in by password or mailed link, and a forgotten password."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from flask_babel import lazy_gettext as _l
from sqlmodel import Session

from onboarding.accounts import links, lockout, passwords
from onboarding.accounts.addresses import tidy_email
from onboarding.accounts.links import LinkState
from onboarding.accounts.models import MailedLink, Purpose, User
from onboarding.accounts.people import actor_name, person
from onboarding.audit.events import (
    AccountLocked,
    LinkAsked,
    LinkUsed,
    PasswordChanged,
    SignInRefused,
)
from onboarding.audit.log import record
from onboarding.db import session
from onboarding.i18n import clock as time_of_day
from onboarding.notify import outbox
from onboarding.settings import current_settings
from onboarding.usecases.refusals import Refusal, Wrong
from onboarding.usecases.sessions import end_sessions, id_of, let_in
from onboarding.usecases.transaction import change

NO_ADDRESS = _l("This is not an e-mail address. It looks like name@club.nl.")
NO_PASSWORD = _l("Fill in your password, or have us send you a link.")
NOT_YOURS = _l("This is not your present password.")
NO_MATCH = _l("This e-mail address and password don't belong together. Try again, or have us send you a link.")


class Locked(Wrong):
    """Too many wrong passwords for this address: none is looked at before ``until``."""

    def __init__(self, until: datetime) -> None:
        text = _l(
            "Too many wrong passwords. From %(time)s on you can try again. A link by mail lets you in right away.",
            time=time_of_day(until),
        )
        super().__init__({"": text})
        self.until = until


class LinkGone(Refusal):
    """A mailed link that opens nothing (any more); ``state`` says why."""

    def __init__(self, state: LinkState) -> None:
        super().__init__(f"link {state}")
        self.state = state


@dataclass(frozen=True, slots=True)
class Door:
    """What the page behind a mailed link shows before its button is pressed."""

    email: str
    name: str


def sign_in(email: str, password: str) -> User:
    """The person whose e-mail address and password these are.

    Raises ``Wrong`` by field, or ``Locked``. It says and costs the same whether the address is somebody's or not.
    """
    return by_password(email, password, lambda db, user: let_in(db, user, "password"))


def by_password(email: str, password: str, then: Callable[[Session, User], None]) -> User:
    """As ``sign_in``; what a good password means is written by ``then``, in the same transaction."""
    address = address_in(email)
    if not password:
        raise Wrong({"password": NO_PASSWORD})
    settings = current_settings()
    lasts = timedelta(minutes=settings.lockout_minutes)
    with change() as db:
        until = lockout.take_try(db, address, settings.wrong_passwords, lasts)
    if until is not None:
        raise Locked(until)
    user = person(session(), address)
    fits = passwords.matches(user, password)
    new_hash = passwords.hashed(password) if fits and user is not None and passwords.is_outdated(user) else None
    with change() as db:
        found = person(db, address)
        if found is None or not fits or not found.active:
            refused = _count_refusal(db, address, found, lasts)
        else:
            found.password = new_hash or found.password
            lockout.forget(db, address)
            then(db, found)
            return found
    raise Locked(refused) if refused is not None else Wrong({"": NO_MATCH})


def ask_link(email: str, purpose: Purpose, language: str) -> str:
    """Mail a link for signing in or for a new password; the tidied address.

    Does the same for an address that is nobody's, but that mail is dropped when it should leave.
    """
    address = address_in(email)
    template = "reset_password" if purpose is Purpose.RESET else "sign_in_link"
    with change() as db:
        _mail_link(db, address, purpose, template, language)
    return address


def look(token: str, purpose: Purpose, browser: str) -> Door:
    """Whose link this is, without using it. Raises ``LinkGone``."""
    found = links.look_up(session(), token, purpose, browser)
    return _door(session(), found)


def use_link(token: str, browser: str) -> User:
    """The person that a sign-in link lets in, once. Raises ``LinkGone``."""
    with change() as db:
        found = links.look_up(db, token, Purpose.SIGN_IN, browser, writing=True)
        user = _owner(db, found)
        if found.state is LinkState.FRESH and found.link is not None:
            lockout.forget(db, user.email)  # before the log is written to: a try is counted in this order too
            use_up(db, found.link, user, browser)
            let_in(db, user, "link")
        return user


def reset_password(token: str, password: str, browser: str) -> User:
    """Give the owner of a reset link a new password; every session and open link of theirs ends.

    Raises ``LinkGone``, or ``Wrong`` at ``password``; the link then stays good.
    """
    door = look(token, Purpose.RESET, browser)
    new_hash = checked_hash(password, door.email, door.name)
    with change() as db:
        found = links.look_up(db, token, Purpose.RESET, browser, writing=True)
        user = _owner(db, found)
        if found.state is LinkState.FRESH and found.link is not None:
            lockout.forget(db, user.email)
            use_up(db, found.link, user, browser)
            set_password(db, user, new_hash, actor_name(user.id), way="reset")
            let_in(db, user, "reset")
        return user


def use_up(db: Session, link: MailedLink, user: User, browser: str) -> None:
    """Use a fresh link in the caller's transaction."""
    links.use(db, link, browser)
    used = LinkUsed(link_id=link.id or 0, purpose=link.purpose, user_id=id_of(user))
    record(db, actor_name(user.id), used)


def set_password(db: Session, user: User, new_hash: str, by: str, way: str) -> None:
    """Keep a new password in the caller's transaction: sessions, open links and the lock end with the old one."""
    user.password = new_hash
    links.end_links(db, user.email, Purpose.RESET, Purpose.SIGN_IN)
    lockout.forget(db, user.email)
    end_sessions(db, user)
    record(db, by, PasswordChanged(user_id=id_of(user), way=way))


def checked_hash(password: str, email: str, name: str) -> str:
    """The hash of a new password that will do; raises ``Wrong`` at ``password`` for one that won't."""
    problem = passwords.problem_with(password, email, name)
    if problem is not None:
        raise Wrong({"password": problem})
    return passwords.hashed(password)


def address_in(text: str) -> str:
    """The e-mail address in a field; raises ``Wrong`` at ``email``."""
    try:
        return tidy_email(text)
    except ValueError:
        raise Wrong({"email": NO_ADDRESS}) from None


def _count_refusal(db: Session, address: str, user: User | None, lasts: timedelta) -> datetime | None:
    user_id = user.id if user is not None else None
    until = lockout.lock_if_used_up(db, address, current_settings().wrong_passwords, lasts)
    record(db, actor_name(user_id), SignInRefused(user_id=user_id))
    if until is not None:
        record(db, actor_name(user_id), AccountLocked(user_id=user_id))
    if until is not None and not links.has_open(db, address, Purpose.SIGN_IN):
        _mail_link(db, address, Purpose.SIGN_IN, "locked", "nl")
    return until


def _mail_link(db: Session, address: str, purpose: Purpose, template: str, language: str) -> None:
    user = person(db, address)
    known = user if user is not None and user.active else None
    user_id = known.id if known else None
    lasts = timedelta(hours=current_settings().link_hours)
    link = links.make(db, purpose, address, lasts, user_id=user_id)
    record(db, "nobody", LinkAsked(link_id=link.id or 0, purpose=purpose, user_id=user_id))
    outbox.put(
        db,
        template,
        address,
        known.language if known else language,
        {"link": link.id, "name": known.name if known else ""},
        once=f"link:{link.id}",
    )


def _door(db: Session, found: links.Looked) -> Door:
    user = _owner(db, found)
    return Door(email=user.email, name=user.name)


def _owner(db: Session, found: links.Looked) -> User:
    """Whose link it is, when it may (still) be used."""
    if found.state is not LinkState.FRESH and not found.again:
        raise LinkGone(found.state)
    link: MailedLink | None = found.link
    user = db.get(User, link.user_id) if link is not None and link.user_id is not None else None
    if user is None or not user.active:
        raise LinkGone(LinkState.UNKNOWN)
    return user
