"""Use case: somebody pastes a code: one of ours to hand over, or where the host has such a page one of the package."""

from __future__ import annotations

from sqlmodel import Session, select

import connectors
from connectors.kit.connector import Connector
from connectors.kit.credentials import FILL_IN, FieldSpec, read_field
from connectors.kit.errors import Owner, ProviderError, RateLimited, Unavailable
from connectors.kit.oauth import Granted, declared
from connectors.kit.text import Text
from onboarding.accounts.people import Actor
from onboarding.audit.events import CodeSpent, ConsentRefused
from onboarding.audit.log import record
from onboarding.clock import now
from onboarding.connections.models import CredentialVersion
from onboarding.connections.versions import missing_fields
from onboarding.db import session
from onboarding.hosts import gives_consent
from onboarding.oauth import states
from onboarding.oauth.held import held_fields
from onboarding.oauth.models import Authorisation, Outcome, Way
from onboarding.tickets.models import Ticket
from onboarding.usecases import exchanging
from onboarding.usecases.codes import CodesSaved
from onboarding.usecases.consent_words import WORDS, Kind
from onboarding.usecases.consents import Brought, Given, keep_consent
from onboarding.usecases.editing import edit, editable
from onboarding.usecases.handing_over import UNKNOWN, claim_hand_over
from onboarding.usecases.moving import Moving
from onboarding.usecases.proving_consents import Proof, list_for, prove_consent
from onboarding.usecases.reading_codes import as_texts
from onboarding.usecases.refusals import NotFound, Wrong
from onboarding.usecases.transaction import change, end_reading

FIELD = "auth_code"
"""The key of the field for such a code, in every package that has one."""
NOT_OURS = Text(
    nl="Dit is geen code van ons. De code die je nodig hebt begint met KB- en staat op de pagina na het toestemmen.",
    en="This is no code of ours. The one that you need begins with KB- and is on the page after consent.",
)
USED = Text(
    nl="Deze code is al gebruikt. Geef opnieuw toestemming voor een nieuwe.",
    en="This code was used before. Give consent again for a new one.",
)


def claim(actor: Actor, number: int, version: int, text: str) -> CodesSaved:
    """Bring the consent that a pasted code stands for to the ticket. Raises ``Wrong`` beside ``auth_code``.

    A code of the package is exchanged at once, with the redirect address that it was issued for, and never kept.
    """
    ticket = editable(session(), actor, number, version)
    connector = connectors.get(ticket.package)
    end_reading()
    if not gives_consent(connector):
        raise NotFound
    code = states.read_hand_over_code(text)
    if code is None and text.strip().upper().startswith("KB-"):  # half of one of ours: no package should see it
        raise Wrong({FIELD: UNKNOWN})
    if code is not None:
        return _saved(number, claim_hand_over(actor, number, version, code))
    return _saved(number, _exchange(actor, number, version, connector, _raw_code(connector, text)))


def _raw_code(connector: Connector, text: str) -> str:
    """The code of the package in what was pasted: the field's own reader takes it out and decodes it, once."""
    if not text.strip():
        raise Wrong({FIELD: FILL_IN})
    spec = next((spec for spec in connector.login.fields() if spec.kind == "code"), None)
    if spec is None or not exchanging.owner_of(connector).pasted_redirect_uri:
        raise Wrong({FIELD: NOT_OURS})
    return _read(spec, text)


def _read(spec: FieldSpec, text: str) -> str:
    reading = read_field(spec, text)
    if reading.error is not None or not reading.value:
        raise Wrong({FIELD: reading.error or FILL_IN})
    return reading.value


def _exchange(actor: Actor, number: int, version: int, connector: Connector, code: str) -> int:
    redirect_uri = exchanging.owner_of(connector).pasted_redirect_uri
    assert redirect_uri is not None
    with change() as db:
        ticket = editable(db, actor, number, version)
        asked = _spend(db, actor, ticket, code, redirect_uri)
        asked_id = asked.id
        assert asked_id is not None
        record(db, actor.audit_name, CodeSpent(asked_id, package=connector.key))
    try:
        granted = exchanging.exchange(connector, code, redirect_uri)
    except ProviderError as error:
        raise Wrong({FIELD: _failed(asked_id, connector, actor, error)}) from None
    return _kept(actor, number, version, connector, asked_id, granted)


def _spend(db: Session, actor: Actor, ticket: Ticket, code: str, redirect_uri: str) -> Authorisation:
    """Write down that this code is sent now; one that was sent before is not sent again."""
    mark = states.digest(f"{ticket.package}/{code}")
    row = db.exec(select(Authorisation).where(Authorisation.state_hash == mark).with_for_update()).one_or_none()
    if row is not None and row.outcome is not Outcome.OPEN:
        raise Wrong({FIELD: USED})
    at = now()
    if row is None:
        row = Authorisation(
            package=ticket.package,
            way=Way.PASTED,
            state_hash=mark,
            redirect_uri=redirect_uri,
            created_at=at,
            expires_at=at + declared(connectors.get(ticket.package)).code_lives,
        )
    row.ticket_id, row.user_id = ticket.id, actor.user_id
    row.outcome, row.ended_at = Outcome.EXCHANGING, at
    db.add(row)
    db.flush()
    return row


def _failed(asked_id: int, connector: Connector, actor: Actor, error: ProviderError) -> Text:
    """What to say beside the field. A code that surely was not sent can be pasted again."""
    is_away = isinstance(error, Unavailable | RateLimited)
    kind = Kind.OUTAGE if is_away else Kind.CODE_REFUSED if error.blame is Owner.CLUB else Kind.PROVIDER_ERROR
    problem = AGAIN.format(name=connector.name) if is_away and not error.in_doubt else error.problem
    with change() as db:
        row = db.get_one(Authorisation, asked_id, with_for_update=True)
        row.outcome = Outcome.LOST if error.in_doubt else Outcome.FAILED
        if is_away and not error.in_doubt:
            row.outcome, row.ended_at = Outcome.OPEN, None
        row.kind, row.problem = kind.value, {"nl": problem.nl, "en": problem.en}
        db.add(row)
        record(db, actor.audit_name, ConsentRefused(asked_id, package=connector.key, kind=kind))
    return problem


AGAIN = Text(
    nl="{name} is nu niet bereikbaar. De code kan nog goed zijn: probeer het over een minuut opnieuw.",
    en="{name} cannot be reached at the moment. The code may still be good: try again in a minute.",
)


def _kept(actor: Actor, number: int, version: int, connector: Connector, asked_id: int, granted: Granted) -> int:
    """Seal what came before anything else, then verify, then list."""
    oauth = declared(connector)
    id_token = granted.id_token if oauth.nonce else ""
    found: list[int] = []

    def keep(moving: Moving) -> bool:
        row = moving.session.get_one(Authorisation, asked_id, with_for_update=True)
        row.outcome = Outcome.GRANTED
        moving.session.add(row)
        given = Given(Way.PASTED, actor.audit_name, actor.user_id, asked_id)
        consent = keep_consent(moving, Brought(given, granted.tokens, id_token))
        assert consent.id is not None
        found.append(consent.id)
        return True

    now_at = edit(actor, number, version, keep)
    match prove_consent(found[0]):
        case Proof.BAD:
            raise Wrong({FIELD: WORDS[Kind.UNPROVEN]})
        case Proof.GOOD:
            list_for(found[0], actor.audit_name)
    return now_at


def _saved(number: int, version: int) -> CodesSaved:
    ticket = session().get_one(Ticket, number)
    row = session().get_one(CredentialVersion, ticket.version_id)
    missing = missing_fields(connectors.get(ticket.package), row, held_fields(session(), row))
    return CodesSaved(
        errors=as_texts(row.errors),
        hints=as_texts(row.readings),
        swap=(row.swap[0], row.swap[1]) if row.swap else None,
        complete=not missing and not row.errors,
        version=version,
    )
