"""Use cases of consent, as pages call them: a browser leaves for a package and comes back, a code is handed over."""

from __future__ import annotations

from collections.abc import Mapping

from sqlmodel import Session

from connectors.kit.authorization import CONSENT
from connectors.kit.connector import Connector
from connectors.kit.oauth import consent_address, declared, origin_of_consent
from connectors.kit.text import Text
from onboarding.accounts.people import Actor, actor_name
from onboarding.audit.events import ConsentAsked
from onboarding.audit.log import record
from onboarding.clock import now
from onboarding.connections.models import CredentialVersion
from onboarding.db import session
from onboarding.hosts import gives_consent, on_offer
from onboarding.oauth import states
from onboarding.oauth.models import Authorisation, Consent, ConsentState, Way
from onboarding.settings import current_settings
from onboarding.usecases import consent_links
from onboarding.usecases.codes import CodesSaved, enter
from onboarding.usecases.coming_back import CameBack, come_back
from onboarding.usecases.consent_views import ConsentView, LinkView, consent_of
from onboarding.usecases.consent_words import Kind
from onboarding.usecases.editing import editable
from onboarding.usecases.exchanging import owner_of
from onboarding.usecases.pasting import claim
from onboarding.usecases.proving_consents import list_for
from onboarding.usecases.refusals import NotFound, NotNow, Wrong
from onboarding.usecases.transaction import change, end_reading

__all__ = [
    "CameBack",
    "ConsentView",
    "Kind",
    "LinkView",
    "begin",
    "begin_by_link",
    "begin_public",
    "choose_administration",
    "claim",
    "come_back",
    "consent_of",
    "list_again",
    "origins",
]
LONGEST = 200
"""Characters of a reference that are kept."""


def begin(actor: Actor, number: int, version: int, browser: str, values: Mapping[str, str]) -> str:
    """Keep the typed fields, and give the address to which the browser goes for consent.

    Raises ``Wrong`` beside fields, ``NotFound`` where the package gives no consent, and what ``editing.edit`` raises.
    """
    saved = enter(actor, number, version, values)
    wrong = {key: text for key, text in saved.errors.items() if key in values}
    if wrong:
        raise Wrong(wrong)
    with change() as db:
        ticket = editable(db, actor, number, saved.version)
        connector = consenting(ticket.package)
        row = db.get_one(CredentialVersion, ticket.version_id)
        asked = _Asked(connector, Way.TICKET, browser, row.shown.get("reference", ""))
        return asked.go(db, ticket_id=number, user_id=actor.user_id)


def begin_public(package: str, reference: str, browser: str) -> str:
    """The address for consent without a ticket; raises ``NotFound`` where the package gives no consent."""
    connector = consenting(package)
    with change() as db:
        return _Asked(connector, Way.PUBLIC, browser, " ".join(reference.split())).go(db)


def begin_by_link(token: str, browser: str) -> str:
    """The address for consent by a link. Raises ``consent_links.LinkGone``, which says why."""
    with change() as db:
        link, ticket = consent_links.usable(db, token)
        row = db.get_one(CredentialVersion, ticket.version_id)
        asked = _Asked(consenting(ticket.package), Way.LINK, browser, row.shown.get("reference", ""))
        return asked.go(db, ticket_id=ticket.id, link_id=link.id)


def list_again(actor: Actor, number: int, version: int) -> None:
    """Ask the package again for the administrations. Raises ``Wrong`` with what it said instead."""
    ticket = editable(session(), actor, number, version)
    consent_id = session().get_one(CredentialVersion, ticket.version_id).consent_id
    consent = session().get(Consent, consent_id) if consent_id is not None else None
    is_alive = consent is not None and consent.state is ConsentState.ALIVE
    end_reading()
    if consent_id is None or not is_alive:
        raise NotNow
    if not list_for(consent_id, actor.audit_name):
        unlisted = session().get_one(Consent, consent_id).unlisted
        raise Wrong({CONSENT: Text(nl=unlisted["nl"], en=unlisted["en"])})


def choose_administration(actor: Actor, number: int, version: int, value: str) -> CodesSaved:
    """Keep which of the administrations it is. Where it is chosen at the package there is nothing to choose here."""
    ticket = editable(session(), actor, number, version)
    chooses = declared(consenting(ticket.package)).chooses
    end_reading()
    if not chooses:
        raise NotFound
    return enter(actor, number, version, {chooses: value})


def origins() -> frozenset[str]:
    """Where browsers go to give consent, for the content policy: origins of the packages that are on offer."""
    at = current_settings().hosts_at
    found = [connector for connector in on_offer().values() if gives_consent(connector)]
    return frozenset(origin_of_consent(connector, owner_of(connector), at) for connector in found)


def consenting(package: str) -> Connector:
    """A package for which consent can be given here; ``NotFound`` for any other one."""
    connector = on_offer().get(package)
    if connector is None or not gives_consent(connector):
        raise NotFound
    return connector


class _Asked:
    """A question that is about to go out."""

    def __init__(self, connector: Connector, way: Way, browser: str, reference: str) -> None:
        self._connector, self._way, self._browser = connector, way, browser
        self._reference = reference[:LONGEST]

    def go(
        self, db: Session, *, ticket_id: int | None = None, user_id: int | None = None, link_id: int | None = None
    ) -> str:
        """Keep what has to be known when it comes back, in the caller's transaction; the address to go to."""
        oauth = declared(self._connector)
        state, nonce, at = states.new_value(), states.new_value() if oauth.nonce else "", now()
        row = Authorisation(
            package=self._connector.key,
            way=self._way,
            state_hash=states.digest(state),
            nonce_hash=states.digest(nonce) if nonce else "",
            browser_hash=states.digest(self._browser),
            ticket_id=ticket_id,
            user_id=user_id,
            link_id=link_id,
            reference=self._reference,
            redirect_uri=states.redirect_address(self._connector.key),
            created_at=at,
            expires_at=at + states.LASTS,
        )
        db.add(row)
        db.flush()
        assert row.id is not None
        event = ConsentAsked(row.id, package=row.package, way=row.way, ticket=ticket_id, link_id=link_id)
        record(db, actor_name(user_id) if link_id is None else f"link:{link_id}", event)
        return consent_address(
            self._connector,
            owner_of(self._connector),
            redirect_uri=row.redirect_uri,
            state=state,
            nonce=nonce,
            challenge=states.challenge_of(states.verifier_of(state)) if oauth.pkce else "",
            at=current_settings().hosts_at,
        )
