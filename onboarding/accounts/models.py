"""Tables of people, clubs and how they belong together."""

# No "from __future__ import annotations" here: SQLModel reads the class of a relationship from its annotation.

from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from flask_security import RoleMixin, UserMixin
from sqlmodel import Field, Relationship, SQLModel

from onboarding.db import Moment


class RoleName(StrEnum):
    """What somebody of the host's organisation may do; a member of a club needs none."""

    SUPPORT = "support"
    LEAD = "lead"
    ADMIN = "admin"


class UserRole(SQLModel, table=True):
    """Which user has which role."""

    __tablename__ = "user_role"
    user_id: int = Field(foreign_key="user.id", primary_key=True)
    role_id: int = Field(foreign_key="role.id", primary_key=True)


class Role(SQLModel, RoleMixin, table=True):
    """A role as Flask-Security reads it; ``name`` is a ``RoleName``."""

    __tablename__ = "role"
    id: int | None = Field(default=None, primary_key=True)  # type: ignore[assignment]  # none before it is kept
    name: str = Field(max_length=20, unique=True)


class User(SQLModel, UserMixin, table=True):
    """A person who signs in. ``email`` is kept in lower case."""

    __tablename__ = "user"
    id: int | None = Field(default=None, primary_key=True)  # type: ignore[assignment]  # none before it is kept
    email: str = Field(max_length=254, unique=True)
    name: str = Field(max_length=120)
    password: str | None = Field(default=None, max_length=255)
    active: bool = True
    fs_uniquifier: str = Field(max_length=64, unique=True)
    language: str = Field(default="nl", max_length=2)
    created_at: datetime = Field(sa_type=Moment)
    roles: list[Role] = Relationship(  # type: ignore[assignment]  # SQLModel wants a list of the table's own class
        link_model=UserRole, sa_relationship_kwargs={"lazy": "selectin"}
    )


class Club(SQLModel, table=True):
    """A sports club. ``host_id`` is what the host knows it by; None while we have not heard."""

    __tablename__ = "club"
    id: int | None = Field(default=None, primary_key=True)
    name: str = Field(max_length=120, unique=True)
    created_at: datetime = Field(sa_type=Moment)
    host_id: str | None = Field(default=None, max_length=120, unique=True, index=True)


class Membership(SQLModel, table=True):
    """Who may act for which club."""

    __tablename__ = "membership"
    user_id: int = Field(foreign_key="user.id", primary_key=True)
    club_id: int = Field(foreign_key="club.id", primary_key=True, index=True)
    created_at: datetime = Field(sa_type=Moment)


class HostIdentity(SQLModel, table=True):
    """Somebody who signs in at the host: known by issuer and subject, whatever their address is by now.

    ``clubs`` and ``roles`` are those that they have because the host says so: they go when it no longer does. What they
    got here stays.
    """

    __tablename__ = "host_identity"
    id: int | None = Field(default=None, primary_key=True)
    issuer: str = Field(max_length=300)
    subject: str = Field(max_length=255)
    user_id: int = Field(foreign_key="user.id", index=True)
    clubs: list[int] = Field(default_factory=list, sa_type=sa.JSON)
    roles: list[str] = Field(default_factory=list, sa_type=sa.JSON)
    created_at: datetime = Field(sa_type=Moment)
    last_at: datetime = Field(sa_type=Moment)
    __table_args__ = (sa.UniqueConstraint("issuer", "subject"),)


class WrongPasswords(SQLModel, table=True):
    """How often a wrong password was tried for an address, whether it is somebody's or not.

    It is no column of ``User``: an address without an account has to lock like one with an account, or the lock
    would tell which of the two it is. Wrong codes of a second factor are counted apart, under a mark of their own.
    """

    __tablename__ = "wrong_passwords"
    address: str = Field(max_length=64, primary_key=True)
    """SHA-256 of the e-mail address in lower case, in hex."""
    tries: int = 0
    last_at: datetime = Field(sa_type=Moment, index=True)
    locked_until: datetime | None = Field(default=None, sa_type=Moment)


class Purpose(StrEnum):
    """What a mailed link is for."""

    SIGN_IN = "sign_in"
    RESET = "reset"
    INVITATION = "invitation"


class MailedLink(SQLModel, table=True):
    """A single-purpose expiring link; only the hash of its token is kept. A POST uses it, a GET never does.

    Its token is made when the mail leaves. Until then ``token_hash`` is that of a token that nobody has. A link for
    signing in has no ``user_id`` when the address is nobody's: it is written all the same, and its mail is dropped.
    """

    __tablename__ = "mailed_link"
    id: int | None = Field(default=None, primary_key=True)
    token_hash: str = Field(max_length=64, unique=True)
    purpose: str = Field(max_length=20)
    email: str = Field(max_length=254, index=True)
    name: str = Field(default="", max_length=120)
    user_id: int | None = Field(default=None, foreign_key="user.id")
    role: str | None = Field(default=None, max_length=20)
    club_id: int | None = Field(default=None, foreign_key="club.id")
    invited_by: int | None = Field(default=None, foreign_key="user.id")
    created_at: datetime = Field(sa_type=Moment)
    expires_at: datetime = Field(sa_type=Moment)
    used_at: datetime | None = Field(default=None, sa_type=Moment)
    used_by: str = Field(default="", max_length=64)
    """SHA-256 in hex of the browser's own mark: its double click is one use, not a used link."""


class EndedSession(SQLModel, table=True):
    """A session that was signed out before its time; the cookie alone would still open the door."""

    __tablename__ = "ended_session"
    key: str = Field(max_length=64, primary_key=True)
    """SHA-256 in hex of the key in the session."""
    expires_at: datetime = Field(sa_type=Moment, index=True)


class SecondFactor(SQLModel, table=True):
    """Somebody's second step of signing in is set up. The secret that their app shares with us is in the vault."""

    __tablename__ = "second_factor"
    user_id: int = Field(foreign_key="user.id", primary_key=True)
    set_at: datetime = Field(sa_type=Moment)
    last_counter: int = 0
    """The interval of 30 seconds, counted from 1970, of the newest code that was taken: none is taken twice."""


class RecoveryCode(SQLModel, table=True):
    """A code on paper that stands in for the app, once; only its hash is kept."""

    __tablename__ = "recovery_code"
    user_id: int = Field(foreign_key="user.id", primary_key=True)
    code_hash: str = Field(max_length=64, primary_key=True)
    used_at: datetime | None = Field(default=None, sa_type=Moment)


class Hit(SQLModel, table=True):
    """A counter of a rate limit in a window of time."""

    __tablename__ = "rate_limit_hit"
    key: str = Field(max_length=255, primary_key=True)
    amount: int = 0
    expires_at: float = Field(index=True)
