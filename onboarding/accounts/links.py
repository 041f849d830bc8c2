"""Mailed links: made, given their token when the mail leaves, looked at, used once."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Any

from sqlmodel import Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from onboarding import clock
from onboarding.accounts.models import MailedLink, Purpose, User

DOUBLE_CLICK = timedelta(minutes=1)
"""Within this time the same browser may use a link again: it clicked twice."""


TOO_FAR_AHEAD = timedelta(days=1)
"""A link that was made so far ahead is of a clock that was wrong: it would open for much longer than it should."""


class LinkState(StrEnum):
    """What a link is good for."""

    FRESH = "fresh"
    USED = "used"
    EXPIRED = "expired"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Looked:
    """A token looked up: the link unless it is unknown."""

    state: LinkState
    link: MailedLink | None
    again: bool = False
    """Whether the same browser used it a moment ago."""


def make(db: Session, purpose: Purpose, email: str, lasts: timedelta, **fields: Any) -> MailedLink:
    """A new link in the caller's transaction; ``fields`` are further columns of ``MailedLink``.

    Nobody has its token before ``give_token``.
    """
    at = clock.now()
    link = MailedLink(
        token_hash=token_hash(secrets.token_urlsafe(32)),
        purpose=purpose,
        email=email,
        created_at=at,
        expires_at=at + lasts,
        **fields,
    )
    db.add(link)
    db.flush()
    return link


def give_token(db: Session, link_id: int) -> str | None:
    """A new token for the link, for the mail that leaves now; the one before it stops working.

    None when there is nothing to send: the link was used, ended or replaced, or the address is nobody's.
    """
    link = db.get(MailedLink, link_id)
    if link is None or link.used_at is not None or link.expires_at <= clock.now():
        return None
    if link.purpose != Purpose.INVITATION and not _is_somebodys(db, link):
        return None
    token = secrets.token_urlsafe(32)
    link.token_hash = token_hash(token)
    db.add(link)
    return token


def look_up(db: Session, token: str, purpose: Purpose, browser: str = "", *, writing: bool = False) -> Looked:
    """What a token is good for now. ``browser`` is the caller's own mark, for a double click."""
    query = select(MailedLink).where(MailedLink.token_hash == token_hash(token), MailedLink.purpose == purpose)
    link = db.exec(query.with_for_update() if writing else query).one_or_none()
    if link is None:
        return Looked(LinkState.UNKNOWN, None)
    at = clock.now()
    if link.used_at is not None:
        again = bool(browser) and link.used_by == token_hash(browser) and at - link.used_at < DOUBLE_CLICK
        return Looked(LinkState.USED, link, again)
    is_over = link.expires_at <= at or link.created_at > at + TOO_FAR_AHEAD
    return Looked(LinkState.EXPIRED if is_over else LinkState.FRESH, link)


def use(db: Session, link: MailedLink, browser: str) -> None:
    """Mark a fresh link as used by this browser."""
    link.used_at = clock.now()
    link.used_by = token_hash(browser) if browser else ""
    db.add(link)


def has_open(db: Session, email: str, purpose: Purpose) -> bool:
    """Whether the address has a link of this kind that can still be used."""
    return db.exec(_open(email).where(MailedLink.purpose == purpose).limit(1)).first() is not None


def end_links(db: Session, email: str, *purposes: Purpose) -> None:
    """End the open links of an address: after a new password the ones in old mails open nothing."""
    end(db, db.exec(_open(email).where(col(MailedLink.purpose).in_(purposes))).all())


def end(db: Session, ended: Iterable[MailedLink]) -> None:
    """Let links expire now."""
    at = clock.now()
    for link in ended:
        link.expires_at = at
        db.add(link)


def open_invitations(db: Session, *, club_id: int | None = None, email: str | None = None) -> tuple[MailedLink, ...]:
    """The invitations that can still be used, newest first: of a club, of an address, or of both."""
    query = _open(email).where(MailedLink.purpose == Purpose.INVITATION).order_by(col(MailedLink.id).desc())
    if club_id is not None:
        query = query.where(MailedLink.club_id == club_id)
    return tuple(db.exec(query).all())


def token_hash(token: str) -> str:
    """What is kept of a token: SHA-256 in hex. A token has 256 random bits, so it needs no salt."""
    return hashlib.sha256(token.encode()).hexdigest()


def _open(email: str | None) -> SelectOfScalar[MailedLink]:
    query = select(MailedLink).where(col(MailedLink.used_at).is_(None), MailedLink.expires_at > clock.now())
    return query if email is None else query.where(MailedLink.email == email)


def _is_somebodys(db: Session, link: MailedLink) -> bool:
    user = db.get(User, link.user_id) if link.user_id is not None else None
    return user is not None and user.active
