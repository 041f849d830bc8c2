"""How the consent of a ticket's codes stands, as pages show it; never a token."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, select

import connectors
from connectors.kit.text import Text
from onboarding.accounts.models import User
from onboarding.connections.models import CredentialVersion
from onboarding.db import session
from onboarding.oauth.held import listed_under
from onboarding.oauth.models import Authorisation, Consent, ConsentLink, ConsentState, Outcome, Way
from onboarding.tickets.models import Ticket
from onboarding.usecases.consent_links import LinkState, newest, state_of
from onboarding.usecases.consent_words import Kind


@dataclass(frozen=True, slots=True)
class LinkView:
    """The link for the bookkeeper that was made last."""

    state: LinkState
    created_at: datetime
    expires_at: datetime
    used_at: datetime | None
    problem: Text | None


@dataclass(frozen=True, slots=True)
class Attempt:
    """A question for consent that brought nothing.

    ``seconds`` is the most that the code can have been old when it was sent. It is None when none was, and for one that
    was pasted: who knows when its page was opened. ``is_lost``: the package never answered whether it took the code.
    """

    at: datetime
    way: Way
    problem: Text | None
    redirect_uri: str
    seconds: int | None
    is_lost: bool


@dataclass(frozen=True, slots=True)
class ConsentView:
    """How it stands. ``given_at`` is None while there is no consent.

    ``by`` is a person's name, "" for somebody without an account. ``is_borrowed``: these codes go on with the consent
    of those that are in force. ``administrations`` are those that it covers as (value, label), to be chosen in the
    field ``chooses``, which is "" where that is done at the package; ``unlisted`` says why they could not be listed.
    """

    chooses: str
    given_at: datetime | None = None
    by: str = ""
    way: Way | None = None
    state: ConsentState | None = None
    is_borrowed: bool = False
    problem: Text | None = None
    administrations: tuple[tuple[str, str], ...] = ()
    chosen: str = ""
    unlisted: Text | None = None
    link: LinkView | None = None

    @property
    def is_unproven(self) -> bool:
        """Whether its tokens are kept, and whose they are has still to be verified."""
        return self.state is ConsentState.UNVERIFIED

    @property
    def alive(self) -> bool:
        """Whether the consent can be used."""
        return self.state is ConsentState.ALIVE


def consent_of(ticket: Ticket) -> ConsentView | None:
    """The consent of a ticket that the caller may see; None at a package that gives none. At most four queries."""
    assert ticket.id is not None
    row = session().get_one(CredentialVersion, ticket.version_id)
    consent = session().get(Consent, row.consent_id) if row.consent_id is not None else None
    giver = session().get(User, consent.given_by) if consent is not None and consent.given_by is not None else None
    return view_of(ticket, row, consent, giver.name if giver is not None else "", newest(session(), ticket.id))


def failed_attempt(db: Session, ticket: Ticket, view: ConsentView | None) -> Attempt | None:
    """The last attempt that brought nothing since consent was given, for support; one query where there is consent."""
    if view is None:
        return None
    query = (
        select(Authorisation)
        .where(
            Authorisation.ticket_id == ticket.id,
            col(Authorisation.outcome).in_((Outcome.REFUSED, Outcome.FAILED, Outcome.LOST)),
        )
        .order_by(col(Authorisation.ended_at).desc(), col(Authorisation.id).desc())
        .limit(1)
    )
    row = db.exec(query).one_or_none()
    if row is None or row.ended_at is None or (view.given_at is not None and view.given_at >= row.ended_at):
        return None
    is_lost = row.outcome is Outcome.LOST
    has_age = row.way is not Way.PASTED and (is_lost or row.kind == Kind.CODE_REFUSED)
    seconds = int((row.ended_at - row.created_at).total_seconds()) if has_age else None
    return Attempt(row.ended_at, row.way, _text(row.problem), row.redirect_uri, seconds, is_lost)


def view_of(
    ticket: Ticket, row: CredentialVersion, consent: Consent | None, by: str, link: ConsentLink | None
) -> ConsentView | None:
    """The same out of rows that are there already; ``by`` is the name of who gave it."""
    connector = connectors.get(ticket.package)
    if connector.oauth is None:
        return None
    chooses = connector.oauth.chooses
    return ConsentView(
        chooses=chooses,
        given_at=consent.given_at if consent is not None else None,
        by=by,
        way=consent.way if consent is not None else None,
        state=consent.state if consent is not None else None,
        is_borrowed=consent is not None and consent.version_id != row.id,
        problem=_text(consent.problem) if consent is not None else None,
        administrations=tuple((value, label) for value, label in row.options.get(listed_under(connector), [])),
        chosen=row.shown.get(chooses, "") if chooses else "",
        unlisted=_text(consent.unlisted) if consent is not None else None,
        link=_link(link, ticket) if link is not None else None,
    )


def _link(link: ConsentLink, ticket: Ticket) -> LinkView:
    return LinkView(state_of(link, ticket), link.created_at, link.expires_at, link.used_at, _text(link.problem))


def _text(kept: Mapping[str, str]) -> Text | None:
    return Text(nl=kept["nl"], en=kept["en"]) if kept else None
