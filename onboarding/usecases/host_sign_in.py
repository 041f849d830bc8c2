"""Use cases: somebody signs in at the host, and what it says of them is followed here each time."""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

import structlog
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, select

from onboarding.accounts import lockout, oidc
from onboarding.accounts.claims import Claimed, read_claims
from onboarding.accounts.models import HostIdentity, User
from onboarding.accounts.oidc import IssuerAway, NotProven, Question
from onboarding.accounts.people import actor_name, person
from onboarding.audit.events import HostIdentityLinked, SignInRefused
from onboarding.audit.log import record
from onboarding.clock import now
from onboarding.notify import outbox
from onboarding.settings import current_settings
from onboarding.usecases.following import follow, unknown_clubs
from onboarding.usecases.invitations import new_person
from onboarding.usecases.refusals import Refusal
from onboarding.usecases.sessions import id_of, let_in
from onboarding.usecases.transaction import change, end_reading

log = structlog.get_logger(__name__)


class Trouble(StrEnum):
    """Why signing in at the host came to nothing; each has its page."""

    AWAY = "away"
    """The host's sign-in does not answer."""
    REFUSED = "refused"
    """Whoever was asked there said no, or the host did."""
    STALE = "stale"
    """It is not what this browser asked, or too long ago, or was used already."""
    NOT_PROVEN = "not_proven"
    """What came back proves nothing."""
    NO_ADDRESS = "no_address"
    """The host does not say by which verified e-mail address."""
    ADDRESS_TAKEN = "address_taken"
    """Somebody else of the host comes in by this e-mail address."""
    CLUB_UNKNOWN = "club_unknown"
    """None of their clubs is known here, and none could be made."""
    NO_CLUB = "no_club"
    """They have no club and no role."""
    CLOSED = "closed"
    """Their account here is closed."""


class CannotComeIn(Refusal):
    """Somebody could not sign in at the host; ``trouble`` says why."""

    def __init__(self, trouble: Trouble) -> None:
        super().__init__(trouble.value)
        self.trouble = trouble


@dataclass(frozen=True, slots=True)
class Leaving:
    """Where the browser goes; ``is_elsewhere`` when that is another site than the content policy names."""

    address: str
    is_elsewhere: bool


@dataclass(frozen=True, slots=True)
class Came:
    """Somebody who may come in. ``unknown`` are names or ids of clubs of theirs that are not known here."""

    user: User
    unknown: tuple[str, ...]


def leave(asked: Question) -> Leaving:
    """Where to ask at the host. Raises ``CannotComeIn`` while it does not answer."""
    end_reading()
    try:
        at = oidc.issuer()
    except IssuerAway as problem:
        raise _away(problem) from None
    elsewhere = oidc.origin(at.authorize) != current_settings().oidc_origin
    return Leaving(oidc.question_address(at, asked), elsewhere)


def come_back(asked: Question | None, answer: Mapping[str, str], language: str) -> Came:
    """Whoever signed in at the host, with clubs and roles as it says; an account is made at the first time.

    ``asked`` is what this browser asked a short time ago. Raises ``CannotComeIn``.
    """
    if asked is None or not hmac.compare_digest(asked.state.encode(), answer.get("state", "").encode()):
        raise CannotComeIn(Trouble.STALE)
    end_reading()
    try:
        claimed = read_claims(_proven(asked, answer), current_settings(), language)
    except IssuerAway as problem:
        raise _away(problem) from None
    except NotProven as problem:
        log.warning("the host's sign-in proves nothing", problem=str(problem))
        raise _refused(Trouble.NOT_PROVEN) from None
    try:
        return _enter(claimed)
    except IntegrityError:  # the same person in two windows at once: the other one made the account
        return _enter(claimed)


def _proven(asked: Question, answer: Mapping[str, str]) -> Mapping[str, object]:
    at = oidc.issuer()
    if answer.get("iss", at.issuer) != at.issuer:
        raise NotProven("the answer is of another issuer")
    if "error" in answer or not answer.get("code"):
        raise _refused(Trouble.REFUSED)
    return oidc.identity(at, asked, answer["code"])


def _enter(claimed: Claimed) -> Came:
    with change() as db:
        found = _known(db, claimed) or _first_time(db, claimed)
        if isinstance(found, Trouble):
            trouble, user_id = found, None
        else:
            user = db.get_one(User, found.user_id, with_for_update=True)
            if user.active:
                lockout.forget(db, user.email)  # before the log is written to: a try is counted in this order too
                unknown = follow(db, user, found, claimed)
                found.last_at = now()
                db.add(found)
                let_in(db, user, "host")
                return Came(user, unknown)
            trouble, user_id = Trouble.CLOSED, user.id
    raise _refused(trouble, user_id)


def _known(db: Session, claimed: Claimed) -> HostIdentity | None:
    query = select(HostIdentity).where(HostIdentity.issuer == claimed.issuer, HostIdentity.subject == claimed.subject)
    return db.exec(query.with_for_update()).one_or_none()


def _first_time(db: Session, claimed: Claimed) -> HostIdentity | Trouble:
    """An account for who was never here, or the one with their address when that is safe."""
    if not claimed.email or not claimed.is_verified:
        return Trouble.NO_ADDRESS  # else whoever writes another's address at the host would get what is mailed to it
    user = person(db, claimed.email)
    if user is not None and not user.active:
        return Trouble.CLOSED
    if user is not None and db.exec(select(HostIdentity.id).where(HostIdentity.user_id == user.id)).first():
        return Trouble.ADDRESS_TAKEN
    if user is None and not claimed.roles:
        unknown = unknown_clubs(db, claimed.clubs)
        if not claimed.clubs:
            return Trouble.NO_CLUB
        if len(unknown) == len(claimed.clubs):
            return Trouble.CLUB_UNKNOWN
    way = "address" if user is not None else "made"
    user = user or new_person(db, claimed.email, claimed.name, claimed.language, way="host")
    return _linked(db, user, claimed, way)


def _linked(db: Session, user: User, claimed: Claimed, way: str) -> HostIdentity:
    at = now()
    made = HostIdentity(issuer=claimed.issuer, subject=claimed.subject, user_id=id_of(user), created_at=at, last_at=at)
    db.add(made)
    db.flush()
    record(db, actor_name(user.id), HostIdentityLinked(id_of(user), identity_id=made.id or 0, way=way))
    if way == "address":
        context = {"host": current_settings().oidc_name, "name": user.name}
        outbox.put(db, "host_sign_in", user.email, user.language, context, once=f"host_sign_in:{made.id}")
    return made


def _away(problem: IssuerAway) -> CannotComeIn:
    log.warning("the host's sign-in does not answer", problem=str(problem))
    return CannotComeIn(Trouble.AWAY)


def _refused(trouble: Trouble, user_id: int | None = None) -> CannotComeIn:
    """Put it into the log that somebody could not come in."""
    with change() as db:
        record(db, actor_name(user_id), SignInRefused(user_id, reason=f"host: {trouble}"))
    return CannotComeIn(trouble)
