"""The lease on a consent: one owner over all processes refreshes it, and each step is committed before the next."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import datetime, timedelta
from secrets import token_hex

import structlog
from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import Session

from connectors.kit.authorization import CONSENT
from connectors.kit.text import Text
from connectors.kit.tokens import Tokens
from onboarding import vault
from onboarding.accounts.people import SYSTEM
from onboarding.audit.events import ConsentDied, RefreshDone, RefreshFailed, RefreshInDoubt, RefreshStarted
from onboarding.audit.log import record
from onboarding.clock import now
from onboarding.connections.models import Connection
from onboarding.oauth.models import Consent, ConsentState
from onboarding.usecases.readiness import is_outage
from onboarding.usecases.transaction import change

log = structlog.get_logger(__name__)

LASTS = timedelta(seconds=150)
"""How long a lease lasts: well over the longest call to a package."""
SEEN = 1
"""``in_doubt`` of a consent whose refresh brought no answer, as we saw; each kill adds one to it."""
TRIES = 2
"""How often a refresh token is sent at most when whoever sent it was killed before an answer was kept."""
PERSISTS = 120.0
"""Seconds in which a new pair is tried to be kept while the database is away: it exists nowhere else."""
LOST_TRACK = Text(
    nl="We vroegen het pakket om de toestemming te verlengen en hoorden niets terug, ook niet bij een tweede poging. "
    "Misschien geldt hij niet meer. Geef opnieuw toestemming.",
    en="We asked the package to renew the consent and heard nothing back, not at a second attempt either. "
    "It may not be valid any more. Please give consent again.",
)
DAMAGED = Text(
    nl="We kunnen deze toestemming niet meer openen. Geef opnieuw toestemming.",
    en="We can no longer open this consent. Please give consent again.",
)


@dataclass(frozen=True, slots=True)
class Lease:
    """The right to refresh a consent; ``again`` says that its refresh token was sent before, without an answer."""

    consent_id: int
    generation: int
    fence: int
    again: bool


@dataclass(frozen=True, slots=True)
class Newer:
    """Somebody else brought a newer pair meanwhile."""


@dataclass(frozen=True, slots=True)
class Busy:
    """Somebody else holds the lease."""


@dataclass(frozen=True, slots=True)
class Later:
    """No refresh before this moment."""

    until: datetime


@dataclass(frozen=True, slots=True)
class Dead:
    """The consent has to be given anew; ``is_news`` when it was found out just now."""

    problem: Text
    is_news: bool = False


def take(consent_id: int, generation: int) -> Lease | Newer | Busy | Later | Dead:
    """Take the lease on a consent whose pair of this generation is to be refreshed."""
    with change() as db:
        row = db.get(Consent, consent_id, with_for_update=True)
        if row is None or row.state is not ConsentState.ALIVE:
            return Dead(problem_of(row))
        if row.generation != generation:
            return Newer()
        at = now()
        if row.lease_until is not None and row.lease_until > at:
            return Busy()
        if row.not_before is not None and row.not_before > at:
            return Later(row.not_before)
        if row.refresh_started_at is not None:  # its owner was killed: nobody knows whether the package had it
            _name_doubt(db, row, max(row.in_doubt, SEEN) + 1)
            if row.in_doubt - SEEN >= TRIES:
                _die(db, row, "in doubt", LOST_TRACK)
                return Dead(LOST_TRACK, is_news=True)
        row.lease_owner, row.lease_until, row.fence = token_hex(16), at + LASTS, row.fence + 1
        row.refresh_started_at = None
        db.add(row)
        return Lease(consent_id, generation, row.fence, again=row.in_doubt > 0)


def journal(lease: Lease) -> bool:
    """Write down that the refresh token is about to be sent; False when the lease is lost."""
    with change() as db:
        row = _ours(db, lease)
        if row is None:
            return False
        row.refresh_started_at = now()
        db.add(row)
        event = RefreshStarted(lease.consent_id, lease.generation, lease.fence, again=lease.again)
        record(db, SYSTEM.audit_name, event)
        return True


def keep(lease: Lease, tokens: Tokens) -> None:
    """Seal the new pair and free the lease in one commit; a database that is away is waited for.

    A pair that came late, after the lease was lost, is kept too, unless a newer one is there.
    """
    end = time.monotonic() + PERSISTS
    while True:
        try:
            _keep(lease, tokens)
        except SQLAlchemyError as error:
            if not is_outage(error) or time.monotonic() > end:
                raise
            log.error("a new pair of tokens cannot be kept yet", consent=lease.consent_id, kind=type(error).__name__)
            time.sleep(1)
        else:
            return


def _keep(lease: Lease, tokens: Tokens) -> None:
    with change() as db:
        row = db.get_one(Consent, lease.consent_id, with_for_update=True)
        if row.generation != lease.generation or row.state is ConsentState.ENDED:
            return
        club_id = db.get_one(Connection, row.connection_id).club_id
        binding = vault.Binding(club_id, row.connection_id, row.version_id)
        vault.seal(db, row.version_id, {CONSENT: tokens.as_text()}, binding)
        row.generation, row.state, row.problem = row.generation + 1, ConsentState.ALIVE, {}
        row.obtained_at, row.expires_at, row.scope = tokens.obtained_at, tokens.expires_at, tokens.scope or row.scope
        row.refresh_started_at, row.in_doubt, row.not_before = None, 0, None
        if row.fence == lease.fence:
            _free(row)
        db.add(row)
        record(db, SYSTEM.audit_name, RefreshDone(lease.consent_id, generation=row.generation))


def put_back(lease: Lease, until: datetime | None, error: str = "") -> None:
    """Free the lease: the refresh token was not used. No refresh before ``until``."""
    with change() as db:
        row = _ours(db, lease)
        if row is None:
            return
        row.refresh_started_at, row.not_before = None, until
        _free(row)
        db.add(row)
        if error:
            record(db, SYSTEM.audit_name, RefreshFailed(lease.consent_id, lease.generation, error))


def doubt(lease: Lease, until: datetime) -> None:
    """Free the lease: the refresh token was sent and no answer came in, as we saw. It is sent again after ``until``.

    That we saw it means that the package was away or that we could not read it: neither ends a consent. Only what a
    package refuses does, and what kills left in doubt too often.
    """
    with change() as db:
        row = _ours(db, lease)
        if row is None:
            return
        _name_doubt(db, row, max(row.in_doubt, SEEN))
        row.refresh_started_at, row.not_before = None, until
        _free(row)
        db.add(row)


def bury(lease: Lease, problem: Text, reason: str = "refused") -> Dead | None:
    """The package refused the refresh token; None when a newer pair is there, which is the one that counts."""
    with change() as db:
        row = db.get_one(Consent, lease.consent_id, with_for_update=True)
        if row.generation != lease.generation or row.state is not ConsentState.ALIVE:
            return None
        if row.fence != lease.fence:
            return None  # whoever holds the lease by now finds out for themselves
        _die(db, row, reason, problem)
        return Dead(problem, is_news=True)


def problem_of(row: Consent | None) -> Text:
    """Why a consent cannot be used."""
    if row is None or not row.problem:
        return GIVE_AGAIN
    return Text(nl=row.problem["nl"], en=row.problem["en"])


GIVE_AGAIN = Text(
    nl="De toestemming geldt niet meer. Geef opnieuw toestemming.",
    en="The consent is no longer valid. Please give consent again.",
)


def _ours(db: Session, lease: Lease) -> Consent | None:
    row = db.get_one(Consent, lease.consent_id, with_for_update=True)
    return row if (row.fence, row.generation) == (lease.fence, lease.generation) else None


def _name_doubt(db: Session, row: Consent, mark: int) -> None:
    assert row.id is not None
    row.in_doubt = mark
    db.add(row)
    times = max(mark - SEEN, 1)
    record(db, SYSTEM.audit_name, RefreshInDoubt(row.id, generation=row.generation, times=times))


def _die(db: Session, row: Consent, reason: str, problem: Text) -> None:
    assert row.id is not None
    row.state, row.problem = ConsentState.DEAD, {"nl": problem.nl, "en": problem.en}
    row.refresh_started_at = None
    _free(row)
    db.add(row)
    record(db, SYSTEM.audit_name, ConsentDied(row.id, generation=row.generation, reason=reason))


def _free(row: Consent) -> None:
    row.lease_owner, row.lease_until = "", None
