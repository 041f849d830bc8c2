"""A ticket with what stands around it, in one query: club, connection, codes, people, and whether it is taken."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from onboarding.accounts.models import Club, User
from onboarding.connections.models import Connection, CredentialVersion
from onboarding.connections.versions import IN_FORCE
from onboarding.oauth.models import Consent, ConsentLink
from onboarding.tickets.models import Ticket


@dataclass(frozen=True, slots=True)
class TicketRow:
    """``opener`` began the ticket; ``is_taken``: another connection of the same administration is in force.

    ``consent`` is that of the codes, with the name of who gave it; ``link`` the newest one for a bookkeeper.
    """

    ticket: Ticket
    club: str
    connection: Connection
    version: CredentialVersion
    agent: str | None
    opener: str
    opener_language: str
    is_taken: bool
    consent: Consent | None
    giver: str | None
    link: ConsentLink | None


def ticket_row(db: Session, number: int) -> TicketRow | None:
    """The ticket with what stands around it; one query."""
    if not 0 < number < 2**31:
        return None
    agent, opener, giver, other = aliased(User), aliased(User), aliased(User), aliased(Connection)
    newest = sa.select(sa.func.max(col(ConsentLink.id))).where(col(ConsentLink.ticket_id) == number).scalar_subquery()
    taken = (
        sa.select(col(other.id))
        .where(
            col(other.package) == col(Connection.package),
            col(other.identity_key) == col(CredentialVersion.identity_key),
            col(other.state).in_(IN_FORCE),
            col(other.id) != col(Connection.id),
        )
        .correlate(Connection, CredentialVersion)
        .exists()
    )
    found = db.execute(
        sa.select(
            Ticket,
            col(Club.name),
            Connection,
            CredentialVersion,
            col(agent.name),
            col(opener.name),
            col(opener.language),
            taken,
            Consent,
            col(giver.name),
            ConsentLink,
        )
        .join(Club, col(Club.id) == col(Ticket.club_id))
        .join(Connection, col(Connection.id) == col(Ticket.connection_id))
        .join(CredentialVersion, col(CredentialVersion.id) == col(Ticket.version_id))
        .join(opener, col(opener.id) == col(Ticket.opened_by))
        .outerjoin(agent, col(agent.id) == col(Ticket.agent_id))
        .outerjoin(Consent, col(Consent.id) == col(CredentialVersion.consent_id))
        .outerjoin(giver, col(giver.id) == col(Consent.given_by))
        .outerjoin(ConsentLink, col(ConsentLink.id) == newest)
        .where(col(Ticket.id) == number)
    ).one_or_none()
    return TicketRow(*found) if found is not None else None
