"""Everything that the page of a ticket needs, in one value: here for the club, in ``workspaces`` for support."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

import connectors
from connectors.kit.connector import Connector
from connectors.kit.text import Text
from onboarding.accounts.people import Actor
from onboarding.checks.checklist import Checklist
from onboarding.checks.reading import checklist_of
from onboarding.connections.versions import missing_fields
from onboarding.db import session
from onboarding.oauth.held import held_fields
from onboarding.tickets.lifecycle import Move, Part
from onboarding.tickets.models import Ticket
from onboarding.tickets.next_steps import TITLES
from onboarding.tickets.parts import offered, parts_of
from onboarding.tickets.threads import ThreadEntry, rejection, thread
from onboarding.usecases.consent_views import ConsentView, view_of
from onboarding.usecases.gate import renews_other_books
from onboarding.usecases.reading_codes import as_texts
from onboarding.usecases.refusals import NotFound
from onboarding.usecases.runs import budget_until
from onboarding.usecases.ticket_rows import ticket_row
from onboarding.usecases.turn_lines import OtherBooks, TurnLine, club_line
from onboarding.usecases.workspaces import AskedApproval, Workspace, workspace

__all__ = ["AskedApproval", "ClubPage", "TurnLine", "Workspace", "club_page", "workspace"]


@dataclass(frozen=True, slots=True)
class ClubPage:
    """A ticket as its club sees it. ``shown``, ``errors``, ``hints`` and ``options`` are by field key.

    ``sealed`` are fields that hold a secret, ``lacks`` those that hold nothing or something wrong; ``budget_until``
    is when the package allows the next test, None when that is now. ``consent`` is None where a package gives none.
    """

    ticket: Ticket
    title: object
    club: str
    connector: Connector
    checklist: Checklist
    thread: tuple[ThreadEntry, ...]
    moves: frozenset[Move]
    turn_line: TurnLine
    codes: int
    identity: str | None
    shown: Mapping[str, str]
    sealed: frozenset[str]
    errors: Mapping[str, Text]
    hints: Mapping[str, Text]
    swap: tuple[str, str] | None
    options: Mapping[str, list[list[str]]]
    lacks: tuple[str, ...]
    budget_until: datetime | None
    refused: OtherBooks | None
    consent: ConsentView | None


def club_page(actor: Actor, number: int) -> ClubPage:
    """The ticket for a member of its club. ``NotFound`` for anybody else."""
    row = ticket_row(session(), number)
    if row is None or Part.MEMBER not in parts_of(actor, row.ticket):
        raise NotFound
    ticket, version = row.ticket, row.version
    connector = connectors.get(ticket.package)
    checklist = checklist_of(session(), ticket)
    entries = thread(session(), ticket, for_staff=False)
    sealed = held_fields(session(), version)
    lacks = (*missing_fields(connector, version, sealed), *version.errors)
    refused = None
    if renews_other_books(ticket, connector, row.connection, version):
        found, expected = version.identity_label or "?", row.connection.identity_label or "?"
        refused = OtherBooks(found, expected, by_consent=version.consent_id is not None)
    return ClubPage(
        ticket=ticket,
        title=TITLES[ticket.kind],
        club=row.club,
        connector=connector,
        checklist=checklist,
        thread=entries,
        moves=offered(ticket.state, frozenset({Part.MEMBER})),
        turn_line=club_line(ticket, checklist, lacks=lacks, reason=rejection(entries), refused=refused),
        codes=version.number,
        identity=version.identity_label,
        shown=version.shown,
        sealed=sealed,
        errors=as_texts(version.errors),
        hints=as_texts(version.readings),
        swap=(version.swap[0], version.swap[1]) if version.swap else None,
        options=version.options,
        lacks=lacks,
        budget_until=budget_until(session(), ticket, connector),
        refused=refused,
        consent=view_of(ticket, version, row.consent, row.giver or "", row.link),
    )
