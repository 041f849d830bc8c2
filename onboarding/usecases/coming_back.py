"""Use case: a browser comes back from the page of a package where consent is given, or refused."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import structlog
from sqlmodel import Session, col, select, update

import connectors
from connectors.kit import oauth as protocol
from connectors.kit.connector import Connector
from connectors.kit.errors import Owner, ProviderError, RateLimited, Unavailable
from connectors.kit.oauth import Granted
from connectors.kit.text import Text
from onboarding.accounts.models import User
from onboarding.accounts.people import SYSTEM, Actor, actor_name
from onboarding.audit.events import CodeSpent, ConsentLinkUsed, ConsentRefused
from onboarding.audit.log import record
from onboarding.clock import now
from onboarding.db import session
from onboarding.hosts import on_offer
from onboarding.oauth import states
from onboarding.oauth.models import Authorisation, ConsentLink, Outcome, Way
from onboarding.tickets.models import Ticket
from onboarding.tickets.parts import parts_of
from onboarding.usecases import exchanging
from onboarding.usecases.consent_words import WORDS, Kind
from onboarding.usecases.consents import Brought, Given, keep_consent
from onboarding.usecases.editing import EDITABLE
from onboarding.usecases.handing_over import keep_for_hand_over
from onboarding.usecases.moving import Moving
from onboarding.usecases.proving_consents import Proof, list_for, list_hand_over, prove_consent, prove_hand_over
from onboarding.usecases.refusals import NotFound
from onboarding.usecases.transaction import change

log = structlog.get_logger(__name__)

NOT_IN_A_SCOPE = frozenset({"openid", "offline_access"})
"""Words of a scope that packages take as asked for and do not give back."""


@dataclass(frozen=True, slots=True)
class CameBack:
    """What came of it. ``number`` is the ticket's when whoever came back may know it.

    ``hand_over`` is the code to copy, of a consent without a ticket; whoever comes back again in the same browser
    sees it again for half an hour. Without a ``kind`` all is well; UNTICKED comes with a consent that is kept.
    """

    package: str
    way: Way | None = None
    number: int | None = None
    hand_over: str | None = field(default=None, repr=False)
    kind: Kind | None = None
    problem: Text | None = None
    remedy: Text | None = None


@dataclass(frozen=True, slots=True)
class _Going:
    """A question whose code is about to be exchanged: everything that is needed while no transaction is open."""

    authorisation_id: int
    connector: Connector
    way: Way
    number: int | None
    user_id: int | None
    link_id: int | None
    redirect_uri: str
    state: str = field(repr=False)
    code: str = field(repr=False)

    @property
    def by(self) -> str:
        """How the log names whoever gives consent."""
        return f"link:{self.link_id}" if self.link_id is not None else actor_name(self.user_id)


def come_back(actor: Actor | None, package: str, browser: str, answer: Mapping[str, str]) -> CameBack:
    """Exchange the code that a browser brought, at once and once. ``answer`` is the query of the callback.

    A browser or person that the question did not go out with spends nothing. Raises ``NotFound`` for a package
    that gives no consent here.
    """
    connector = on_offer().get(package)
    if connector is None or connector.oauth is None:
        raise NotFound
    going = _take(actor, connector, browser, answer)
    if isinstance(going, CameBack):
        return going
    try:
        verifier = states.verifier_of(going.state) if connector.oauth.pkce else ""
        granted = exchanging.exchange(connector, going.code, going.redirect_uri, verifier)
    except ProviderError as error:
        return _failed(going, error)
    return _kept(going, granted)


def _take(actor: Actor | None, connector: Connector, browser: str, answer: Mapping[str, str]) -> _Going | CameBack:
    """Spend the question, in a transaction of its own: from here on nobody else exchanges this code."""
    state = answer.get("state", "")
    with change() as db:
        row = _question(db, connector.key, state)
        if row is None:
            return CameBack(connector.key, kind=Kind.UNKNOWN, problem=WORDS[Kind.UNKNOWN])
        stopped = _stopped(db, row, actor, browser, state)
        if stopped is not None:
            return stopped
        row.ended_at = now()
        if not answer.get("code") or answer.get("error"):
            return _refused(db, row, answer.get("error", ""))
        row.outcome = Outcome.EXCHANGING
        db.add(row)
        assert row.id is not None
        going = _Going(
            row.id, connector, row.way, row.ticket_id, row.user_id, row.link_id, row.redirect_uri, state, answer["code"]
        )
        record(db, going.by, CodeSpent(row.id, package=row.package))
        return going


def _question(db: Session, package: str, state: str) -> Authorisation | None:
    query = select(Authorisation).where(
        Authorisation.state_hash == states.digest(state), Authorisation.package == package
    )
    return db.exec(query.with_for_update()).one_or_none() if state else None


def _stopped(db: Session, row: Authorisation, actor: Actor | None, browser: str, state: str) -> CameBack | None:
    """Why nothing is exchanged; None when all fits. Nothing is spent by it."""
    kind = _mismatch(row, actor, browser)
    if kind is not None:
        return CameBack(row.package, row.way, kind=kind, problem=WORDS[kind])
    number = row.ticket_id if row.way is Way.TICKET else None
    if row.outcome is not Outcome.OPEN:
        again = states.hand_over_code(state) if (row.way, row.outcome) == (Way.PUBLIC, Outcome.GRANTED) else None
        kind = None if again else Kind.USED
        return CameBack(row.package, row.way, number, again, kind, WORDS[kind] if kind else None)
    if row.expires_at <= now():
        return CameBack(row.package, row.way, number, kind=Kind.EXPIRED, problem=WORDS[Kind.EXPIRED])
    kind = _gone(db, row, actor)
    if kind is not None:
        return CameBack(row.package, row.way, number if kind is Kind.CLOSED else None, kind=kind, problem=WORDS[kind])
    return None


def _mismatch(row: Authorisation, actor: Actor | None, browser: str) -> Kind | None:
    if not states.fits(browser, row.browser_hash):
        return Kind.OTHER_BROWSER
    if row.way is Way.TICKET and actor is None:
        return Kind.SIGNED_OUT
    if row.way is Way.TICKET and actor is not None and actor.user_id != row.user_id:
        return Kind.OTHER_PERSON
    return None


def _gone(db: Session, row: Authorisation, actor: Actor | None) -> Kind | None:
    """Whether what the consent is for is gone: the ticket is no longer the club's to change, or the link is over."""
    if row.link_id is not None:
        link = db.get_one(ConsentLink, row.link_id)
        if link.revoked_at is not None or link.used_at is not None:
            return Kind.LINK_GONE
    if row.ticket_id is None:
        return None
    ticket = db.get_one(Ticket, row.ticket_id)
    if row.way is Way.TICKET and (actor is None or ticket.club_id not in actor.clubs or not parts_of(actor, ticket)):
        return Kind.OTHER_TICKET
    return None if ticket.state in EDITABLE else Kind.CLOSED


def _refused(db: Session, row: Authorisation, error: str) -> CameBack:
    """The page of the package sent no code: somebody said no, or it could not ask them."""
    match error:
        case "access_denied":
            kind = Kind.REFUSED
        case "temporarily_unavailable" | "server_error":
            kind = Kind.OUTAGE
        case _:
            kind = Kind.PROVIDER_ERROR
    row.outcome = Outcome.REFUSED if kind is Kind.REFUSED else Outcome.FAILED
    return _told(db, row, kind, _in_words(kind, connectors.get(row.package).name), None)


def _failed(going: _Going, error: ProviderError) -> CameBack:
    """The package gave no tokens. Where the code surely was not sent, the same address can be opened again."""
    is_away = isinstance(error, Unavailable | RateLimited)
    with change() as db:
        row = db.get_one(Authorisation, going.authorisation_id, with_for_update=True)
        row.outcome = Outcome.LOST if error.in_doubt else Outcome.FAILED
        if is_away and not error.in_doubt:
            row.outcome, row.ended_at = Outcome.OPEN, None
        kind = Kind.OUTAGE if is_away else Kind.CODE_REFUSED if error.blame is Owner.CLUB else Kind.PROVIDER_ERROR
        problem = _in_words(kind, going.connector.name) if is_away else error.problem
        return _told(db, row, kind, problem, error.remedy)


def _told(db: Session, row: Authorisation, kind: Kind, problem: Text, remedy: Text | None) -> CameBack:
    row.kind, row.problem = kind.value, {"nl": problem.nl, "en": problem.en}
    db.add(row)
    if row.link_id is not None:
        link = db.get_one(ConsentLink, row.link_id)
        link.problem = row.problem
        db.add(link)
    assert row.id is not None
    record(db, SYSTEM.audit_name, ConsentRefused(row.id, package=row.package, kind=kind))
    number = row.ticket_id if row.way is Way.TICKET else None
    return CameBack(row.package, row.way, number, kind=kind, problem=problem, remedy=remedy)


def _kept(going: _Going, granted: Granted) -> CameBack:
    """Seal what came before anything else, then verify, then list."""
    oauth = protocol.declared(going.connector)
    id_token = granted.id_token if oauth.nonce else ""
    if oauth.nonce and not id_token:
        return _unproven(going)
    given = Given(going.way, going.by, going.user_id, going.authorisation_id)
    brought = Brought(given, granted.tokens, id_token)
    if going.way is Way.PUBLIC:
        return _handed_over(going, brought)
    consent_id = _sealed(going, brought)
    if consent_id is None:
        return _ended_as(going, Kind.CLOSED)
    match prove_consent(consent_id):
        case Proof.BAD:
            return _unproven(going)
        case Proof.GOOD:
            list_for(consent_id, going.by)
    return _well(going, granted.tokens.scope, oauth.scope)


def _sealed(going: _Going, brought: Brought) -> int | None:
    """The id of the consent that is kept with the ticket now; None when the ticket was closed meanwhile."""
    with change() as db:
        ticket = db.get_one(Ticket, going.number, with_for_update=True)
        row = db.get_one(Authorisation, going.authorisation_id, with_for_update=True)
        is_open = ticket.state in EDITABLE
        row.outcome = Outcome.GRANTED if is_open else Outcome.FAILED
        row.kind = "" if is_open else Kind.CLOSED.value
        db.add(row)
        if not is_open:
            record(db, going.by, ConsentRefused(going.authorisation_id, package=row.package, kind=Kind.CLOSED))
            return None
        consent = keep_consent(Moving(db, ticket, _giver(going)), brought)
        if going.link_id is not None:
            _use_link(db, going)
        return consent.id


def _use_link(db: Session, going: _Going) -> None:
    db.exec(update(ConsentLink).where(col(ConsentLink.id) == going.link_id).values(used_at=now(), problem={}))
    assert going.number is not None
    assert going.link_id is not None
    record(db, going.by, ConsentLinkUsed(going.link_id, ticket=going.number))


def _giver(going: _Going) -> Actor:
    """Whoever gives consent, as the thread names them: a bookkeeper has no account."""
    user = session().get(User, going.user_id) if going.user_id is not None else None
    if user is None:
        return SYSTEM
    return Actor(user_id=user.id, name=user.name, email=user.email, language=user.language)


def _handed_over(going: _Going, brought: Brought) -> CameBack:
    code = states.hand_over_code(going.state)
    hand_over_id = keep_for_hand_over(going.authorisation_id, brought, code, going.connector.key)
    match prove_hand_over(hand_over_id):
        case Proof.BAD:
            return _unproven(going)
        case Proof.GOOD:
            list_hand_over(hand_over_id)
    return CameBack(going.connector.key, going.way, hand_over=code)


def _unproven(going: _Going) -> CameBack:
    with change() as db:
        row = db.get_one(Authorisation, going.authorisation_id, with_for_update=True)
        row.outcome = Outcome.FAILED
        return _told(db, row, Kind.UNPROVEN, WORDS[Kind.UNPROVEN], None)


def _well(going: _Going, granted: str | None, asked: str) -> CameBack:
    lacks = set(asked.split()) - set(granted.split()) - NOT_IN_A_SCOPE if granted else set()
    return _ended_as(going, Kind.UNTICKED if lacks else None)


def _ended_as(going: _Going, kind: Kind | None) -> CameBack:
    number = going.number if going.way is Way.TICKET else None
    return CameBack(going.connector.key, going.way, number, kind=kind, problem=WORDS[kind] if kind else None)


def _in_words(kind: Kind, package: str) -> Text:
    return WORDS[kind].format(name=package)
