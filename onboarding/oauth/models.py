"""Tables of consent. None holds a state, a code or a token: those are hashes here, and tokens lie in the vault."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from onboarding.db import Moment, named


class Way(StrEnum):
    """How a consent comes in."""

    TICKET = "ticket"
    LINK = "link"
    """By a link, for the club's bookkeeper."""
    PUBLIC = "public"
    """Without a ticket: it ends with a code to hand over."""
    PASTED = "pasted"
    """A code that a page of the host showed."""


class Outcome(StrEnum):
    """What became of a question."""

    OPEN = "open"
    EXCHANGING = "exchanging"
    """The code is on its way to the package: nothing is known of it until the answer is kept."""
    GRANTED = "granted"
    REFUSED = "refused"
    FAILED = "failed"
    LOST = "lost"
    """We never had the answer: whether the code was used is not known."""


class Authorisation(SQLModel, table=True):
    """A question for consent that went out with a browser, and comes back once."""

    __tablename__ = "authorisation"
    id: int | None = Field(default=None, primary_key=True)
    package: str = Field(max_length=40)
    way: Way = Field(sa_type=named(Way))
    state_hash: str = Field(max_length=64, unique=True)
    nonce_hash: str = Field(default="", max_length=64)
    browser_hash: str = Field(default="", max_length=64)
    """Of a random value in the session of the browser that went out."""
    ticket_id: int | None = Field(default=None, foreign_key="ticket.id", index=True)
    user_id: int | None = Field(default=None, foreign_key="user.id")
    link_id: int | None = Field(default=None, foreign_key="consent_link.id")
    reference: str = Field(default="", max_length=200)
    redirect_uri: str = Field(max_length=500)
    created_at: datetime = Field(sa_type=Moment)
    expires_at: datetime = Field(sa_type=Moment, index=True)
    ended_at: datetime | None = Field(default=None, sa_type=Moment)
    outcome: Outcome = Field(default=Outcome.OPEN, sa_type=named(Outcome), index=True)
    kind: str = Field(default="", max_length=20)
    """Why it brought nothing: ``usecases.coming_back.Kind``."""
    problem: dict[str, str] = Field(default_factory=dict, sa_type=sa.JSON)
    """What people read about that, as {"nl", "en"}."""


class ConsentState(StrEnum):
    """What a consent is good for."""

    UNVERIFIED = "unverified"
    """Its tokens are kept, and its identity token has still to be verified: nothing uses it."""
    ALIVE = "alive"
    DEAD = "dead"
    """The package refuses it, or we lost track of it: it has to be given anew."""
    REVOKING = "revoking"
    """Its connection ended: the package is asked to forget it, and then its tokens are destroyed."""
    ENDED = "ended"
    """Its tokens are destroyed."""


class Consent(SQLModel, table=True):
    """A consent that was given. Its tokens are sealed with ``version_id``, its home, in the field "authorization".

    Whoever refreshes holds the lease: ``lease_owner`` until ``lease_until``, with ``fence`` as the number of the lease.
    ``refresh_started_at`` is the journal: set before a refresh token leaves, taken away with the answer.
    """

    __tablename__ = "consent"
    id: int | None = Field(default=None, primary_key=True)
    connection_id: int = Field(foreign_key="connection.id", index=True)
    version_id: int = Field(foreign_key="credential_version.id", index=True)
    package: str = Field(max_length=40)
    given_at: datetime = Field(sa_type=Moment)
    given_by: int | None = Field(default=None, foreign_key="user.id")
    way: Way = Field(sa_type=named(Way))
    authorisation_id: int | None = Field(default=None, foreign_key="authorisation.id")
    scope: str = Field(default="", max_length=1000)
    obtained_at: datetime = Field(sa_type=Moment)
    expires_at: datetime | None = Field(default=None, sa_type=Moment)
    generation: int = 1
    """Grows with every new pair."""
    lease_owner: str = Field(default="", max_length=40)
    lease_until: datetime | None = Field(default=None, sa_type=Moment, index=True)
    fence: int = 0
    refresh_started_at: datetime | None = Field(default=None, sa_type=Moment, index=True)
    in_doubt: int = 0
    """1 when the refresh token of this generation was sent without an answer, and one more for each kill."""
    not_before: datetime | None = Field(default=None, sa_type=Moment)
    """No refresh before this moment: the package said so, or could not be reached a moment ago."""
    state: ConsentState = Field(default=ConsentState.ALIVE, sa_type=named(ConsentState), index=True)
    problem: dict[str, str] = Field(default_factory=dict, sa_type=sa.JSON)
    """Why it is dead, as {"nl", "en"}."""
    unlisted: dict[str, str] = Field(default_factory=dict, sa_type=sa.JSON)
    """Why its administrations could not be listed, as {"nl", "en"}; empty when they were."""


class ConsentLink(SQLModel, table=True):
    """A link by which somebody without an account gives consent for a ticket."""

    __tablename__ = "consent_link"
    id: int | None = Field(default=None, primary_key=True)
    ticket_id: int = Field(foreign_key="ticket.id", index=True)
    token_hash: str = Field(max_length=64, unique=True)
    created_by: int = Field(foreign_key="user.id")
    created_at: datetime = Field(sa_type=Moment)
    expires_at: datetime = Field(sa_type=Moment, index=True)
    revoked_at: datetime | None = Field(default=None, sa_type=Moment)
    used_at: datetime | None = Field(default=None, sa_type=Moment)
    problem: dict[str, str] = Field(default_factory=dict, sa_type=sa.JSON)
    """What last went wrong with it, as {"nl", "en"}."""


class HandOver(SQLModel, table=True):
    """A consent that was given without a ticket, and waits for the code to be handed over. Its tokens are sealed.

    Once claimed, or unclaimed for too long, the tokens are gone and this row says so for a while.
    """

    __tablename__ = "hand_over"
    id: int | None = Field(default=None, primary_key=True)
    package: str = Field(max_length=40)
    code_hash: str = Field(max_length=64, unique=True)
    authorisation_id: int = Field(foreign_key="authorisation.id", unique=True)
    reference: str = Field(default="", max_length=200)
    scope: str = Field(default="", max_length=1000)
    obtained_at: datetime = Field(sa_type=Moment)
    token_expires_at: datetime | None = Field(default=None, sa_type=Moment)
    created_at: datetime = Field(sa_type=Moment)
    expires_at: datetime = Field(sa_type=Moment, index=True)
    is_verified: bool = True
    ended_at: datetime | None = Field(default=None, sa_type=Moment)
    claimed_at: datetime | None = Field(default=None, sa_type=Moment)
    claimed_by: int | None = Field(default=None, foreign_key="user.id")
    ticket_id: int | None = Field(default=None, foreign_key="ticket.id")
    options: list[list[str]] = Field(default_factory=list, sa_type=sa.JSON)
    """The administrations that it covers, as [[value, label], …]."""
