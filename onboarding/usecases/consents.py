"""Consents inside the transaction of a change: kept with a version of credentials, moved with it, ended with it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from sqlmodel import Session, select

import connectors
from connectors.kit.authorization import CONSENT
from connectors.kit.connector import Connector
from connectors.kit.credentials import NOT_TYPED
from connectors.kit.tokens import Tokens
from onboarding import vault
from onboarding.accounts.people import Actor
from onboarding.audit.events import ConsentEnded, ConsentGiven, ConsentMoved
from onboarding.audit.log import record
from onboarding.connections.models import Connection, CredentialVersion, VersionState
from onboarding.connections.versions import missing_fields
from onboarding.engine import enqueue
from onboarding.oauth.held import IDENTITY, held_fields, typed_secrets
from onboarding.oauth.models import Consent, ConsentState, Way
from onboarding.tickets.events import CONSENT_BY_LINK, CONSENT_GIVEN
from onboarding.usecases.codes import go_on, new_candidate, void_results
from onboarding.usecases.exchanging import can_revoke
from onboarding.usecases.moving import Moving, Note, digest, write_event


@dataclass(frozen=True, slots=True)
class Given:
    """By whom and how consent was given: ``by`` is how the log names them, ``user_id`` theirs when they have one."""

    way: Way
    by: str
    user_id: int | None = None
    authorisation_id: int | None = None


@dataclass(frozen=True, slots=True)
class Life:
    """What may be known of a pair without opening it."""

    obtained_at: datetime
    expires_at: datetime | None
    scope: str = ""
    is_verified: bool = True


@dataclass(frozen=True, slots=True)
class Brought:
    """A consent as it came in. With an ``id_token`` nothing uses it before that is verified."""

    given: Given
    tokens: Tokens = field(repr=False)
    id_token: str = field(default="", repr=False)

    @property
    def life(self) -> Life:
        """What of it is kept in clear."""
        tokens = self.tokens
        return Life(tokens.obtained_at, tokens.expires_at, tokens.scope or "", is_verified=not self.id_token)


def keep_consent(moving: Moving, brought: Brought) -> Consent:
    """Seal what was brought with the ticket's codes: older results are void, what it makes needless is destroyed."""
    consent, row = add_consent(moving, brought.given, brought.life)
    assert row.id is not None
    sealed = {CONSENT: brought.tokens.as_text()} | ({IDENTITY: brought.id_token} if brought.id_token else {})
    vault.seal(moving.session, row.id, sealed, _binding(moving.session, row), actor=brought.given.by)
    settle_consent(moving, consent, row)
    return consent


def add_consent(moving: Moving, given: Given, life: Life) -> tuple[Consent, CredentialVersion]:
    """The row of a consent for the ticket's codes, whose tokens are about to be sealed with them."""
    row = moving.session.get_one(CredentialVersion, moving.ticket.version_id)
    _supersede(moving, row)
    moving.session.refresh(row, with_for_update=True)
    if row.state is not VersionState.CANDIDATE:  # what is in force stays as it is: this is beside it
        row = new_candidate(moving, row)
    assert row.id is not None
    consent = Consent(
        connection_id=row.connection_id,
        version_id=row.id,
        package=moving.ticket.package,
        given_at=moving.at,
        given_by=given.user_id,
        way=given.way,
        authorisation_id=given.authorisation_id,
        scope=life.scope[:1000],
        obtained_at=life.obtained_at,
        expires_at=life.expires_at,
        state=ConsentState.ALIVE if life.is_verified else ConsentState.UNVERIFIED,
    )
    moving.session.add(consent)
    moving.session.flush()
    assert consent.id is not None
    row.consent_id = consent.id
    event = ConsentGiven(consent.id, version_id=row.id, package=consent.package, way=consent.way, ticket=moving.number)
    record(moving.session, given.by, event)
    return consent, row


def settle_consent(moving: Moving, consent: Consent, row: CredentialVersion) -> None:
    """What follows from a new consent: results are void, needless secrets go, the form goes on, the thread tells."""
    connector = connectors.get(moving.ticket.package)
    assert row.id is not None
    row.revision += 1
    row.identity_key = row.identity_label = None
    row.options = {}
    needless = _needless(connector)
    row.errors = {key: text for key, text in row.errors.items() if key not in needless}
    row.readings = {key: text for key, text in row.readings.items() if key not in needless}
    moving.session.add(row)
    moving.session.flush()
    gone = needless & typed_secrets(moving.session, row.id)
    vault.destroy(moving.session, row.id, actor=moving.actor.audit_name, fields=gone)
    go_on(moving, not missing_fields(connector, row, held_fields(moving.session, row)))
    void_results(moving, row, frozenset({CONSENT}) | gone)
    event = CONSENT_GIVEN if moving.actor.user_id is not None else CONSENT_BY_LINK
    write_event(moving, event, Note(), digest(moving.actor, "consent", consent.id))


def end_consents(
    session: Session, version_id: int, reason: str, actor: Actor, *, revokes: bool = False
) -> frozenset[str]:
    """The consents whose tokens lie with this version end: the caller destroys its secrets but for those given back.

    With ``revokes`` the package is asked to forget them, where it can be: until a job did so, they stay sealed.
    """
    staying: set[str] = set()
    for consent in _at_home(session, version_id):
        is_asked = revokes and consent.state is ConsentState.ALIVE and can_revoke(connectors.get(consent.package))
        if is_asked:
            assert consent.id is not None
            consent.state = ConsentState.REVOKING
            session.add(consent)
            enqueue(session, "tend_consent", consent.id, job_id=f"consent-{consent.id}-revoke")
            staying.add(CONSENT)
        else:
            _end(session, consent, reason, actor.audit_name)
    return frozenset(staying)


def bring_consent(session: Session, version: CredentialVersion, actor: Actor) -> None:
    """A version that is put in force takes the tokens of a consent that it borrowed home to itself."""
    if version.consent_id is None:
        return
    consent = session.get_one(Consent, version.consent_id, with_for_update=True)
    assert consent.id is not None
    assert version.id is not None
    if consent.version_id == version.id:
        return
    home = session.get_one(CredentialVersion, consent.version_id)
    source, target = _binding(session, home), _binding(session, version)
    vault.move(session, source, target, actor=actor.audit_name, fields={CONSENT})
    consent.version_id = version.id
    session.add(consent)
    record(session, actor.audit_name, ConsentMoved(consent.id, version_id=version.id))


def _supersede(moving: Moving, row: CredentialVersion) -> None:
    """A candidate's own consent ends with the next one; one that it borrowed stays with whoever it is of."""
    assert row.id is not None
    if row.state is VersionState.CANDIDATE:
        for consent in _at_home(moving.session, row.id):
            _end(moving.session, consent, "superseded", moving.actor.audit_name)


def _at_home(session: Session, version_id: int) -> list[Consent]:
    query = select(Consent).where(Consent.version_id == version_id, Consent.state != ConsentState.ENDED)
    return list(session.exec(query.with_for_update()).all())


def _end(session: Session, consent: Consent, reason: str, by: str) -> None:
    assert consent.id is not None
    consent.state, consent.lease_owner, consent.lease_until = ConsentState.ENDED, "", None
    consent.refresh_started_at = None
    session.add(consent)
    record(session, by, ConsentEnded(consent.id, reason=reason))


def _needless(connector: Connector) -> frozenset[str]:
    """The fields that a consent makes needless, and those by which it comes in."""
    specs = connector.login.fields()
    return frozenset(spec.key for spec in specs if spec.unless == CONSENT or spec.kind in NOT_TYPED)


def _binding(session: Session, version: CredentialVersion) -> vault.Binding:
    assert version.id is not None
    club_id = session.get_one(Connection, version.connection_id).club_id
    return vault.Binding(club_id, version.connection_id, version.id)
