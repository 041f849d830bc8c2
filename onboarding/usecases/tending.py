"""Use cases of the system: consents that need something are found, and each is tended by a durable job."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

import sqlalchemy as sa
import structlog
from sqlmodel import Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

import connectors
from connectors.kit import oauth as protocol
from connectors.kit.authorization import CONSENT
from connectors.kit.connector import Connector
from connectors.kit.errors import ProviderError
from connectors.kit.tokens import read_tokens
from onboarding import vault
from onboarding.accounts.people import SYSTEM
from onboarding.audit.events import ConsentEnded, ConsentRevoked, ExchangeLost, RefreshOverdue
from onboarding.audit.log import record
from onboarding.audit.models import AuditRecord
from onboarding.clock import now
from onboarding.connections.models import Connection, ConnectionState, CredentialVersion
from onboarding.connections.versions import IN_FORCE
from onboarding.db import session
from onboarding.engine import enqueue
from onboarding.hosts import on_offer
from onboarding.oauth.models import Authorisation, Consent, ConsentState, Outcome
from onboarding.usecases import exchanging
from onboarding.usecases.attention import needs_consent
from onboarding.usecases.proving_consents import Proof, list_for, prove_consent
from onboarding.usecases.refreshing import Kept
from onboarding.usecases.transaction import change, end_reading

log = structlog.get_logger(__name__)

SLOW = timedelta(minutes=5)
"""After this long an exchange or a proof that is under way has lost its process."""
BUCKET = timedelta(minutes=10)
"""A consent is asked to be tended once in so long."""
SPREAD = timedelta(minutes=45)
"""Over how long the refreshes of pairs that nobody used are spread."""
WARNED = timedelta(days=7)
"""How long before a refresh token ends operations hears that it was not refreshed."""


@dataclass(frozen=True, slots=True)
class Needy:
    """A consent that needs something, and in how many seconds."""

    consent_id: int
    delay: float

    @property
    def job_id(self) -> str:
        """The same for a while: asked for again it is not done twice."""
        return f"consent-{self.consent_id}-{int(now().timestamp() // BUCKET.total_seconds())}"


def sweep() -> None:
    """Find what was left halfway: exchanges that lost their process, and consents in doubt, unproven or dead."""
    with change() as db:
        for asked in db.exec(_lost().with_for_update()).all():
            assert asked.id is not None
            asked.outcome = Outcome.LOST
            db.add(asked)
            record(db, SYSTEM.audit_name, ExchangeLost(asked.id, package=asked.package))
        for needy in left_halfway(db):
            enqueue(db, "tend_consent", needy.consent_id, delay=needy.delay, job_id=needy.job_id)


def keep_alive() -> None:
    """Have pairs of connections in force refreshed that nobody used for long, and warn of those that soon end."""
    with change() as db:
        for needy in idle(db):
            enqueue(db, "tend_consent", needy.consent_id, delay=needy.delay, job_id=needy.job_id)
        _warn(db)


def left_halfway(db: Session) -> Iterator[Needy]:
    """Consents that a kill, an outage or an answer that never came left in a state that is nobody's."""
    at = now()
    consent, connection = col(Consent.state), col(Connection.state)
    killed = sa.and_(col(Consent.refresh_started_at).is_not(None), col(Consent.lease_until) < at)
    doubtful = sa.and_(col(Consent.in_doubt) > 0, col(Consent.not_before) < at, col(Consent.lease_until).is_(None))
    dead = sa.and_(
        consent == ConsentState.DEAD,
        connection == ConnectionState.ACTIVE,
        col(CredentialVersion.consent_id) == col(Consent.id),
    )
    found = db.exec(
        select(Consent.id)
        .join(Connection, col(Connection.id) == col(Consent.connection_id))
        .outerjoin(CredentialVersion, col(CredentialVersion.id) == col(Connection.live_version_id))
        .where(
            sa.or_(
                sa.and_(consent == ConsentState.ALIVE, sa.or_(killed, doubtful)),
                sa.and_(consent == ConsentState.UNVERIFIED, col(Consent.given_at) < at - SLOW),
                sa.and_(consent == ConsentState.REVOKING),
                dead,
            )
        )
        .order_by(col(Consent.id))
    )
    for consent_id in found.all():
        assert consent_id is not None
        yield Needy(consent_id, 0)


def idle(db: Session) -> Iterator[Needy]:
    """Pairs of connections in force that are older than their package's ``keep_alive``."""
    for connector in _keeping():
        oauth = protocol.declared(connector)
        assert oauth.keep_alive is not None
        query = _in_force(connector.key).where(col(Consent.obtained_at) < now() - oauth.keep_alive)
        for row in db.exec(query.order_by(col(Consent.obtained_at))).all():
            assert row.id is not None
            yield Needy(row.id, (row.id * 37) % int(SPREAD.total_seconds()))


def tend(consent_id: int) -> None:
    """Do what a consent needs now. Done again it finds nothing to do; what the package says is kept, not raised."""
    row = session().get(Consent, consent_id)
    state = row.state if row is not None else ConsentState.ENDED
    end_reading()
    match state:
        case ConsentState.UNVERIFIED:
            if prove_consent(consent_id) is Proof.GOOD:
                list_for(consent_id, SYSTEM.audit_name)
        case ConsentState.ALIVE:
            _refresh(consent_id)
        case ConsentState.DEAD:
            needs_consent(consent_id)
        case ConsentState.REVOKING:
            _revoke(consent_id)


def _refresh(consent_id: int) -> None:
    """A new pair, unless somebody brought one meanwhile; a consent that turns out dead is told of by then."""
    row = session().get_one(Consent, consent_id)
    oauth = protocol.declared(connectors.get(row.package))
    generation, is_doubtful = row.generation, row.in_doubt > 0 or row.refresh_started_at is not None
    is_idle = oauth.keep_alive is not None and row.obtained_at < now() - oauth.keep_alive
    end_reading()
    if not (is_doubtful or is_idle):
        return
    try:
        Kept(consent_id, SYSTEM.audit_name, "keep_alive").newer_than(generation)
    except ProviderError as error:
        log.warning("a consent was not refreshed", consent=consent_id, kind=type(error).__name__)


def _revoke(consent_id: int) -> None:
    """Have the package forget a consent whose connection ended; whatever comes of it, the tokens go."""
    row = session().get_one(Consent, consent_id)
    connector, version_id = connectors.get(row.package), row.version_id
    end_reading()
    done = _revoked(connector, version_id)
    with change() as db:
        found = db.get_one(Consent, consent_id, with_for_update=True)
        if found.state is not ConsentState.REVOKING:
            return
        found.state = ConsentState.ENDED
        db.add(found)
        vault.destroy(db, version_id, fields={CONSENT})
        record(db, SYSTEM.audit_name, ConsentRevoked(consent_id, done=done))
        record(db, SYSTEM.audit_name, ConsentEnded(consent_id, reason="disconnected"))


def _revoked(connector: Connector, version_id: int) -> bool:
    try:
        tokens = read_tokens(vault.unseal(version_id, SYSTEM.audit_name, "revoke", [CONSENT])[CONSENT], now())
        return exchanging.revoke(connector, tokens)
    except (ProviderError, vault.Tampered, KeyError, ValueError) as error:
        log.warning("a consent was not revoked", package=connector.key, kind=type(error).__name__)
        return False


def _lost() -> SelectOfScalar[Authorisation]:
    return select(Authorisation).where(
        Authorisation.outcome == Outcome.EXCHANGING, col(Authorisation.ended_at) < now() - SLOW
    )


def _keeping() -> list[Connector]:
    return [one for one in on_offer().values() if one.oauth is not None and one.oauth.keep_alive is not None]


def _in_force(package: str) -> SelectOfScalar[Consent]:
    return (
        select(Consent)
        .join(CredentialVersion, col(CredentialVersion.consent_id) == col(Consent.id))
        .join(Connection, col(Connection.live_version_id) == col(CredentialVersion.id))
        .where(Consent.package == package, Consent.state == ConsentState.ALIVE, col(Connection.state).in_(IN_FORCE))
    )


def _warn(db: Session) -> None:
    """Operations hears once a day of each pair that was not refreshed and ends within a week."""
    for connector in _keeping():
        lives = protocol.declared(connector).refresh_lives
        if lives is None:
            continue
        for row in db.exec(_in_force(connector.key).where(col(Consent.obtained_at) < now() - (lives - WARNED))).all():
            assert row.id is not None
            event = RefreshOverdue(row.id, days=(now() - row.obtained_at).days)
            if not _is_told(db, event):
                log.critical("a consent was not refreshed for long and soon ends", consent=row.id, days=event.days)
                record(db, SYSTEM.audit_name, event)


def _is_told(db: Session, event: RefreshOverdue) -> bool:
    query = select(AuditRecord.id).where(
        AuditRecord.event == event.name,
        AuditRecord.subject == event.subject,
        col(AuditRecord.at) > now() - timedelta(days=1),
    )
    return db.exec(query.limit(1)).first() is not None
