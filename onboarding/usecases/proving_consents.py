"""What follows once tokens are kept: the identity token is verified, and the administrations are listed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from enum import StrEnum

import structlog
from sqlmodel import Session, select

import connectors
from connectors.kit.authorization import CONSENT
from connectors.kit.bearer import Held
from connectors.kit.connector import Connector
from connectors.kit.credentials import Option
from connectors.kit.errors import ProviderError, UnexpectedAnswer
from connectors.kit.oauth import declared
from connectors.kit.tokens import read_tokens
from onboarding import vault
from onboarding.accounts.people import SYSTEM
from onboarding.audit.events import ConsentUnproven, HandOverDestroyed, HandOverOpened
from onboarding.audit.log import record
from onboarding.checks.provider import way_out
from onboarding.clock import now
from onboarding.connections.models import CredentialVersion
from onboarding.connections.versions import missing_fields
from onboarding.db import session
from onboarding.oauth import states
from onboarding.oauth.held import IDENTITY, held_fields, listed_under
from onboarding.oauth.models import Authorisation, Consent, ConsentState, HandOver, Way
from onboarding.tickets.models import Ticket
from onboarding.usecases import exchanging
from onboarding.usecases.codes import go_on
from onboarding.usecases.moving import Moving, refresh
from onboarding.usecases.refreshing import Kept
from onboarding.usecases.transaction import change, end_reading
from onboarding.vault.hand_overs import drop_hand_over, open_hand_over, seal_hand_over

log = structlog.get_logger(__name__)


class Proof(StrEnum):
    """What came of verifying an identity token."""

    GOOD = "good"
    BAD = "bad"
    LATER = "later"
    """The keys of its issuer could not be had: the sweep tries again."""


def prove_consent(consent_id: int) -> Proof:
    """Verify the identity token that came with a consent. A bad one takes the tokens with it."""
    row = session().get_one(Consent, consent_id)
    if row.state is not ConsentState.UNVERIFIED:
        end_reading()
        return Proof.GOOD if row.state is ConsentState.ALIVE else Proof.BAD
    connector, is_nonce, version_id = connectors.get(row.package), _nonce_of(row.authorisation_id), row.version_id
    since = row.given_at
    end_reading()
    opened = vault.unseal(version_id, SYSTEM.audit_name, "verify_consent", [IDENTITY])
    proof = _proof(connector, opened.get(IDENTITY, ""), is_nonce, since)
    match proof:
        case Proof.GOOD:
            _settle(consent_id)
        case Proof.BAD:
            _drop(consent_id)
    return proof


def prove_hand_over(hand_over_id: int) -> Proof:
    """The same for a consent that waits to be handed over."""
    row = session().get_one(HandOver, hand_over_id)
    if row.is_verified or row.ended_at is not None:
        end_reading()
        return Proof.GOOD if row.ended_at is None else Proof.BAD
    connector, is_nonce, since = connectors.get(row.package), _nonce_of(row.authorisation_id), row.created_at
    values = _opened(hand_over_id, "verify_consent")
    proof = _proof(connector, values.get(IDENTITY, ""), is_nonce, since)
    if proof is Proof.LATER:
        return proof
    with change() as db:
        found = db.get_one(HandOver, hand_over_id, with_for_update=True)
        if proof is Proof.GOOD:
            found.is_verified = True
            seal_hand_over(db, hand_over_id, {CONSENT: values[CONSENT]})
        else:
            found.ended_at = now()
            drop_hand_over(db, hand_over_id)
            record(db, SYSTEM.audit_name, HandOverDestroyed(hand_over_id, why="unproven"))
        db.add(found)
    return proof


def list_for(consent_id: int, by: str) -> bool:
    """Ask the package which administrations a consent covers, and keep them with the codes; whether that went well.

    When it fails nothing is lost: typing stays possible, and it can be asked again.
    """
    row = session().get_one(Consent, consent_id)
    connector = connectors.get(row.package)
    end_reading()
    try:
        options = exchanging.administrations(connector, Kept(consent_id, by, "list_administrations"))
        problem: dict[str, str] = {}
    except ProviderError as error:
        options, problem = (), {"nl": error.problem.nl, "en": error.problem.en}
    with change() as db:
        for version in db.exec(_using(consent_id).with_for_update()).all():
            if not problem:
                _keep_options(version, connector, options)
                db.add(version)
        found = db.get_one(Consent, consent_id, with_for_update=True)
        found.unlisted = problem
        db.add(found)
    return not problem


def list_hand_over(hand_over_id: int) -> None:
    """The same for a consent that waits to be handed over."""
    row = session().get_one(HandOver, hand_over_id)
    connector = connectors.get(row.package)
    values = _opened(hand_over_id, "list_administrations")
    try:
        http = way_out(connector)
        tokens = read_tokens(values[CONSENT], now())
        bearer = Held(declared(connector), exchanging.owner_of(connector), http, tokens, now)
        options = exchanging.administrations(connector, bearer)
    except (ProviderError, KeyError, ValueError):
        return
    with change() as db:
        found = db.get_one(HandOver, hand_over_id, with_for_update=True)
        found.options = exchanging.as_stored(options)
        db.add(found)


def _proof(connector: Connector, id_token: str, is_nonce: Callable[[str], bool], since: datetime) -> Proof:
    """Bad is what the token itself says. Keys that cannot be had, or a fault of ours, say nothing of it."""
    try:
        exchanging.prove(connector, id_token, is_nonce, since)
    except ProviderError as error:
        if isinstance(error, UnexpectedAnswer) and not error.in_doubt:
            return Proof.BAD
        log.error("a consent cannot be proven yet", package=connector.key, kind=type(error).__name__)
        return Proof.LATER
    return Proof.GOOD


def _nonce_of(authorisation_id: int | None) -> Callable[[str], bool]:
    """Whether a nonce is the one that went out. Of a code that was pasted another page asked: any one fits."""
    asked = session().get(Authorisation, authorisation_id) if authorisation_id is not None else None
    if asked is None or asked.way is Way.PASTED:
        return bool
    kept = asked.nonce_hash
    return lambda nonce: states.fits(nonce, kept)


def _settle(consent_id: int) -> None:
    with change() as db:
        found, ticket = _locked(db, consent_id)
        if found.state is not ConsentState.UNVERIFIED:
            return
        found.state = ConsentState.ALIVE
        db.add(found)
        vault.destroy(db, found.version_id, fields={IDENTITY})
        if ticket is not None and ticket.version_id == found.version_id:
            version = db.get_one(CredentialVersion, found.version_id)
            moving = Moving(db, ticket, SYSTEM)
            db.flush()
            go_on(moving, not missing_fields(connectors.get(found.package), version, held_fields(db, version)))
            refresh(moving)


def _drop(consent_id: int) -> None:
    with change() as db:
        found, _ = _locked(db, consent_id)
        if found.state is not ConsentState.UNVERIFIED:
            return
        found.state = ConsentState.ENDED
        db.add(found)
        for version in db.exec(_using(consent_id).with_for_update()).all():
            version.consent_id = None
            db.add(version)
        vault.destroy(db, found.version_id, fields={CONSENT, IDENTITY})
        record(db, SYSTEM.audit_name, ConsentUnproven(consent_id))


def _locked(db: Session, consent_id: int) -> tuple[Consent, Ticket | None]:
    """The consent and the ticket that it was given for, the ticket locked first as every move does."""
    asked = db.get_one(Consent, consent_id).authorisation_id
    number = db.get_one(Authorisation, asked).ticket_id if asked is not None else None
    ticket = db.get_one(Ticket, number, with_for_update=True) if number is not None else None
    found = db.get_one(Consent, consent_id)
    db.refresh(found, with_for_update=True)
    return found, ticket


def _using(consent_id: int):  # type: ignore[no-untyped-def]
    return select(CredentialVersion).where(CredentialVersion.consent_id == consent_id)


def _keep_options(version: CredentialVersion, connector: Connector, options: tuple[Option, ...]) -> None:
    version.options = version.options | {listed_under(connector): exchanging.as_stored(options)}


def _opened(hand_over_id: int, purpose: str) -> dict[str, str]:
    with change() as db:
        record(db, SYSTEM.audit_name, HandOverOpened(hand_over_id, purpose=purpose))
    try:
        return open_hand_over(session(), hand_over_id)
    finally:
        end_reading()
