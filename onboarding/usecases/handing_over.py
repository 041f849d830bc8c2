"""Use case: a consent that was given without a ticket waits for its code, and a member hands that over."""

from __future__ import annotations

from datetime import timedelta

from sqlmodel import Session, col, select

import connectors
from connectors.kit.authorization import CONSENT
from connectors.kit.text import Text
from onboarding import vault
from onboarding.accounts.people import Actor
from onboarding.audit.events import HandOverClaimed, HandOverMade, HandOverTampered, HandOverTried
from onboarding.audit.log import record
from onboarding.clock import now
from onboarding.connections.models import Connection
from onboarding.db import session
from onboarding.oauth import states
from onboarding.oauth.held import IDENTITY, listed_under
from onboarding.oauth.models import Authorisation, HandOver, Outcome, Way
from onboarding.tickets.models import Ticket
from onboarding.usecases.consents import Brought, Given, Life, add_consent, settle_consent
from onboarding.usecases.editing import edit, editable
from onboarding.usecases.moving import Moving
from onboarding.usecases.proving_consents import Proof, list_hand_over, prove_hand_over
from onboarding.usecases.refusals import Wrong
from onboarding.usecases.transaction import change, end_reading
from onboarding.vault.hand_overs import move_hand_over, seal_hand_over

WAITS = timedelta(days=7)
"""How long a consent waits to be handed over."""
UNKNOWN = Text(
    nl="Deze code kennen we niet. Kopieer hem opnieuw van de pagina waar je toestemming gaf; hij begint met KB-.",
    en="We do not know this code. Copy it again from the page where you gave consent; it begins with KB-.",
)
EXPIRED = Text(
    nl="Deze code is ouder dan 7 dagen en geldt niet meer. Geef opnieuw toestemming.",
    en="This code is more than 7 days old and is no longer valid. Please give consent again.",
)
USED = Text(
    nl="Deze code is al gebruikt. Geef opnieuw toestemming als je een nieuwe nodig hebt.",
    en="This code was used before. Give consent again if you need a new one.",
)
OTHER_PACKAGE = Text(
    nl="Deze code is van een ander boekhoudpakket. Kies het pakket waarvoor je toestemming gaf.",
    en="This code is of another accounting package. Choose the package for which you gave consent.",
)
DAMAGED = Text(
    nl="Deze toestemming kunnen we niet meer openen. Geef opnieuw toestemming.",
    en="We can no longer open this consent. Please give consent again.",
)
NOT_YET = Text(
    nl="Deze toestemming wordt nog gecontroleerd. Probeer het over een paar minuten opnieuw.",
    en="This consent is still being verified. Try again in a few minutes.",
)


def keep_for_hand_over(authorisation_id: int, brought: Brought, code: str, package: str) -> int:
    """Seal what came until its code is handed over; the row's id."""
    tokens = brought.tokens
    with change() as db:
        asked = db.get_one(Authorisation, authorisation_id, with_for_update=True)
        asked.outcome = Outcome.GRANTED
        at = now()
        row = HandOver(
            package=package,
            code_hash=states.digest(code),
            authorisation_id=authorisation_id,
            reference=asked.reference,
            scope=(tokens.scope or "")[:1000],
            obtained_at=tokens.obtained_at,
            token_expires_at=tokens.expires_at,
            created_at=at,
            expires_at=at + WAITS,
            is_verified=not brought.id_token,
        )
        db.add_all((asked, row))
        db.flush()
        assert row.id is not None
        values = {CONSENT: tokens.as_text()} | ({IDENTITY: brought.id_token} if brought.id_token else {})
        seal_hand_over(db, row.id, values)
        record(db, brought.given.by, HandOverMade(row.id, package=package))
        return row.id


def claim_hand_over(actor: Actor, number: int, version: int, code: str) -> int:
    """Bring a consent to the ticket by its code; the ticket's version. Raises ``Wrong`` beside ``auth_code``."""
    _refuse_wrong(actor, number, version, code)

    def bring(moving: Moving) -> bool:
        row = _waiting(moving.session, code)
        refused = _refusal(row, moving.ticket)
        if row is None or refused is not None:
            raise Wrong({"auth_code": (refused or ("unknown", UNKNOWN))[1]})
        if row.claimed_at is None:
            _claim(moving, row)
        return True

    try:
        return edit(actor, number, version, bring)
    except vault.Tampered:
        _alarm(actor, code)
        raise Wrong({"auth_code": DAMAGED}) from None


def _alarm(actor: Actor, code: str) -> None:
    with change() as db:
        row = _waiting(db, code)
        if row is not None and row.id is not None:
            record(db, actor.audit_name, HandOverTampered(row.id))


def _refuse_wrong(actor: Actor, number: int, version: int, code: str) -> None:
    """Raise ``Wrong`` for a code that is not taken, after the log says so. What is not proven yet is proven first."""
    unproven = session().exec(select(HandOver.id).where(_is(code), col(HandOver.is_verified).is_(False))).first()
    end_reading()
    if unproven is not None and prove_hand_over(unproven) is Proof.GOOD:
        list_hand_over(unproven)
    with change() as db:
        ticket, found = editable(db, actor, number, version), _waiting(db, code)
        refused = _refusal(found, ticket)
        if refused is not None:
            event = HandOverTried(found.id if found is not None else None, ticket=number, why=refused[0])
            record(db, actor.audit_name, event)
    if refused is not None:
        raise Wrong({"auth_code": refused[1]})


def _is(code: str) -> bool:
    return HandOver.code_hash == states.digest(code)


def _waiting(db: Session, code: str) -> HandOver | None:
    query = select(HandOver).where(_is(code))
    return db.exec(query.with_for_update()).one_or_none()


def _refusal(row: HandOver | None, ticket: Ticket) -> tuple[str, Text] | None:
    """Why a code is not taken; None when it is, also by whoever sends it twice."""
    if row is None:
        return "unknown", UNKNOWN
    if row.claimed_at is not None and row.ticket_id == ticket.id:
        return None
    if row.claimed_at is not None:
        return "used", USED
    if row.ended_at is not None or row.expires_at <= now():
        return "expired", EXPIRED
    if row.package != ticket.package:
        return "other package", OTHER_PACKAGE
    return None if row.is_verified else ("not verified", NOT_YET)


def _claim(moving: Moving, row: HandOver) -> None:
    """Its tokens go from here to the ticket's codes without coming out of the vault."""
    assert row.id is not None
    by = moving.actor.audit_name
    life = Life(row.obtained_at, row.token_expires_at, row.scope)
    consent, version = add_consent(moving, Given(Way.PUBLIC, by, moving.person, row.authorisation_id), life)
    assert consent.id is not None
    assert version.id is not None
    club_id = moving.session.get_one(Connection, version.connection_id).club_id
    binding = vault.Binding(club_id, version.connection_id, version.id)
    if not move_hand_over(moving.session, row.id, CONSENT, binding, actor=by):
        raise Wrong({"auth_code": EXPIRED})
    settle_consent(moving, consent, version)
    version.options = {listed_under(connectors.get(row.package)): row.options} if row.options else {}
    row.claimed_at, row.claimed_by, row.ticket_id = moving.at, moving.person, moving.number
    row.ended_at = moving.at
    moving.session.add_all((row, version))
    record(moving.session, by, HandOverClaimed(row.id, ticket=moving.number, consent_id=consent.id))
