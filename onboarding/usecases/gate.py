"""The one gate: nothing becomes active without passing it, and nothing else makes a ticket activated."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, select

from connectors.kit.connector import Connector
from connectors.kit.errors import Owner
from connectors.kit.outcomes import Outcome
from connectors.kit.text import Text
from onboarding import vault
from onboarding.accounts.people import Actor
from onboarding.audit.events import ConnectionActivated, VersionEnded
from onboarding.audit.log import record
from onboarding.checks.checklist import Checklist, Item, Standing
from onboarding.clock import now
from onboarding.connections.models import Connection, ConnectionState, CredentialVersion, VersionState
from onboarding.connections.versions import is_other_books, is_taken
from onboarding.i18n import said
from onboarding.notify.models import HostNews
from onboarding.oauth.held import lacks_consent
from onboarding.settings import current_settings
from onboarding.tickets.lifecycle import Kind, State
from onboarding.tickets.models import Approval, Ticket
from onboarding.usecases.consents import bring_consent, end_consents
from onboarding.usecases.host_events import tell_host
from onboarding.usecases.refusals import GateClosed

FourEyes = Literal["always", "overrides", "never"]


class Why(StrEnum):
    """Why the gate stays closed."""

    NOTHING_PROVEN = "nothing_proven"
    CODES_INCOMPLETE = "codes_incomplete"
    RUNNING = "running"
    FAILED = "failed"
    UNTESTED = "untested"
    PACKAGE_DOWN = "package_down"
    STALE = "stale"
    AHEAD = "ahead"
    ASKS_CLUB = "asks_club"
    ASKS_SUPPORT = "asks_support"
    UNKNOWN_ADMINISTRATION = "unknown_administration"
    OTHER_BOOKS = "other_books"
    TAKEN = "taken"
    APPROVAL = "approval"


@dataclass(frozen=True, slots=True)
class OpenPoint:
    """One thing that keeps the gate closed; ``title`` names the check that it is about."""

    why: Why
    title: Text | None = None


@dataclass(frozen=True, slots=True)
class GateFacts:
    """Everything that the gate looks at.

    ``is_other_books``: new codes that open another administration than the one that is connected. ``approvers`` are
    those who approved exactly this fingerprint, each with whoever asked for it.
    """

    items: tuple[Item, ...]
    is_live: bool
    has_errors: bool
    identity_key: str | None
    is_taken: bool
    four_eyes: FourEyes
    is_other_books: bool = False
    approvers: tuple[tuple[int, int], ...] = ()


SENTENCES = {
    Why.NOTHING_PROVEN: _l("Nothing has been proven yet."),
    Why.CODES_INCOMPLETE: _l("Not all details have been filled in well."),
    Why.RUNNING: _l("A test is going on."),
    Why.FAILED: _l("%(title)s: not in order."),
    Why.UNTESTED: _l("%(title)s: not tested on these details."),
    Why.PACKAGE_DOWN: _l("%(title)s: the package could not be reached."),
    Why.STALE: _l("%(title)s: tested more than 24 hours ago."),
    Why.AHEAD: _l("%(title)s: tested at a time that is still to come, as our clock was put back. Test again."),
    Why.ASKS_CLUB: _l("%(title)s: the club has to state this first."),
    Why.ASKS_SUPPORT: _l("%(title)s: has to be confirmed with a note."),
    Why.UNKNOWN_ADMINISTRATION: _l("It is not known yet which administration this is: test again."),
    Why.OTHER_BOOKS: _l("These codes are of another administration than the one that is connected."),
    Why.TAKEN: _l("Another connection of this administration is active already."),
    Why.APPROVAL: _l("A second person has to approve."),
}


def open_points(facts: GateFacts, *, with_approval: bool = True) -> tuple[OpenPoint, ...]:
    """What keeps the gate closed; empty when it is open. Pure: the truth table of the product."""
    points = [] if any(item.mandatory for item in facts.items) else [OpenPoint(Why.NOTHING_PROVEN)]
    if facts.has_errors:
        points.append(OpenPoint(Why.CODES_INCOMPLETE))
    if facts.is_live:
        points.append(OpenPoint(Why.RUNNING))
    points += [
        OpenPoint(_why(item), Text(item.title_nl, item.title_en))
        for item in facts.items
        if item.mandatory and not item.settled and item.standing is not Standing.RUNNING
    ]
    if facts.identity_key is None:
        points.append(OpenPoint(Why.UNKNOWN_ADMINISTRATION))
    if facts.is_other_books:
        points.append(OpenPoint(Why.OTHER_BOOKS))
    if facts.is_taken:
        points.append(OpenPoint(Why.TAKEN))
    if with_approval and needs_approval(facts) and not _is_approved(facts):
        points.append(OpenPoint(Why.APPROVAL))
    return tuple(points)


def needs_approval(facts: GateFacts) -> bool:
    """Whether a second person has to approve."""
    match facts.four_eyes:
        case "always":
            return True
        case "overrides":
            return bool(overriders(facts.items))
        case "never":
            return False


def overriders(items: tuple[Item, ...]) -> frozenset[int]:
    """Who let a check pass that would not pass by itself."""
    return frozenset(
        item.override.by_user for item in items if item.standing is Standing.OVERRIDDEN and item.override is not None
    )


def fingerprint(ticket: Ticket, version: CredentialVersion, checklist: Checklist) -> str:
    """A digest of codes, results and what people said of them: an approval is void once it differs."""
    seen = {
        "codes": [ticket.version_id, version.revision, version.identity_key],
        "checker": checklist.connector.version,
        "lines": [[item.key, item.line and str(item.line.outcome), str(item.standing)] for item in checklist.items],
        "overrides": [item.override.id for item in checklist.items if item.override is not None],
        "words": [item.confirmation.id for item in checklist.items if item.confirmation is not None],
    }
    return hashlib.sha256(json.dumps(seen, sort_keys=True).encode()).hexdigest()


def renews_other_books(
    ticket: Ticket, connector: Connector, connection: Connection, version: CredentialVersion
) -> bool:
    """Whether codes that should renew a connection are of other books: those are never put in force."""
    return ticket.kind is Kind.RE_ENTER and is_other_books(connector, connection, version)


def facts_of(
    session: Session,
    ticket: Ticket,
    connection: Connection,
    version: CredentialVersion,
    checklist: Checklist,
    approvers: tuple[tuple[int, int], ...],
) -> GateFacts:
    """What the gate looks at, as it stands now; one query."""
    return GateFacts(
        items=checklist.items,
        is_live=checklist.is_live,
        has_errors=bool(version.errors) or lacks_consent(session, version),
        identity_key=version.identity_key,
        is_taken=is_taken(session, connection, version.identity_key),
        four_eyes=current_settings().four_eyes,
        is_other_books=renews_other_books(ticket, checklist.connector, connection, version),
        approvers=approvers,
    )


def approvers_of(approvals: tuple[Approval, ...], seen: str) -> tuple[tuple[int, int], ...]:
    """Who approved exactly ``seen``, with whoever asked."""
    return tuple(
        (row.decided_by, row.asked_by)
        for row in approvals
        if row.approved and row.decided_by is not None and row.fingerprint == seen
    )


def reasons(points: tuple[OpenPoint, ...]) -> tuple[LazyString, ...]:
    """The open points as sentences, in the language of whoever reads them."""
    return tuple(LazyString(_sentence, point) for point in points)


def pass_gate(session: Session, ticket: Ticket, checklist: Checklist, actor: Actor) -> None:
    """Make the ticket's version live and the ticket activated, or raise ``GateClosed``.

    Runs in the transaction of the move. The version that was live until now is retired and its secrets destroyed.
    """
    connection = session.get_one(Connection, ticket.connection_id, with_for_update=True)
    version = session.get_one(CredentialVersion, ticket.version_id)
    given = tuple(session.exec(select(Approval).where(Approval.ticket_id == ticket.id)))
    approvers = approvers_of(given, fingerprint(ticket, version, checklist))
    points = open_points(facts_of(session, ticket, connection, version, checklist, approvers))
    if points:
        raise GateClosed(reasons(points))
    _put_in_force(session, connection, version, ticket, actor)
    ticket.state = State.ACTIVATED


def _put_in_force(
    session: Session, connection: Connection, version: CredentialVersion, ticket: Ticket, actor: Actor
) -> None:
    former, was = connection.live_version_id, connection.state
    connection.state = ConnectionState.ACTIVE
    connection.live_version_id = version.id
    connection.identity_key, connection.identity_label = version.identity_key, version.identity_label
    connection.activated_at = connection.activated_at or now()
    version.state = VersionState.LIVE
    session.add_all((connection, version))
    try:
        session.flush()
    except IntegrityError:  # the unique index: another connection of this administration was faster
        raise GateClosed(reasons((OpenPoint(Why.TAKEN),))) from None
    bring_consent(session, version, actor)
    if former is not None and former != version.id:
        end_version(session, session.get_one(CredentialVersion, former), VersionState.RETIRED, actor)
    assert connection.id is not None
    assert version.id is not None
    assert ticket.id is not None
    record(session, actor.audit_name, ConnectionActivated(connection.id, ticket=ticket.id, version_id=version.id))
    if was is not ConnectionState.ACTIVE or former != version.id:  # else nothing became different for the host
        news = HostNews.ACTIVATED if former in (None, version.id) else HostNews.REPLACED
        tell_host(session, connection, news, f"{ticket.id}.{ticket.version}", ticket.id)


def end_version(
    session: Session, version: CredentialVersion, state: VersionState, actor: Actor, *, revokes: bool = False
) -> None:
    """Retire or reject a version: its secrets are destroyed, what is left is a tombstone.

    With ``revokes`` the package is first asked to forget its consent, where that can be asked.
    """
    assert version.id is not None
    version.state = state
    version.ended_at = now()
    session.add(version)
    staying = end_consents(session, version.id, state, actor, revokes=revokes)
    vault.destroy(session, version.id, fields=vault.sealed_fields(session, version.id) - staying)
    record(session, actor.audit_name, VersionEnded(version.connection_id, version_id=version.id, state=state))


def _is_approved(facts: GateFacts) -> bool:
    """By somebody other than whoever asked, and other than whoever let a check pass."""
    makers = overriders(facts.items)
    return any(approver != asker and approver not in makers for approver, asker in facts.approvers)


def _why(item: Item) -> Why:
    match item.standing:
        case Standing.FAILED:
            return Why.FAILED
        case Standing.ASKS_CLUB:
            return Why.ASKS_CLUB
        case Standing.ASKS_SUPPORT:
            return Why.ASKS_SUPPORT
        case Standing.UNTESTED:
            down = item.line is not None and item.line.outcome is Outcome.UNTESTED and item.owner is Owner.PROVIDER
            return Why.PACKAGE_DOWN if down else Why.UNTESTED
    return Why.AHEAD if item.ahead else Why.STALE


def _sentence(point: OpenPoint) -> str:
    return str(SENTENCES[point.why]) % {"title": said(point.title)} if point.title else str(SENTENCES[point.why])
