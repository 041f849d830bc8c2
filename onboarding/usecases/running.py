"""Use cases of a run: a person asks for it, a job performs it. No transaction is open while a package is called."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import closing
from secrets import token_hex
from typing import cast

import structlog
from flask_babel import lazy_gettext as _l

import connectors
from connectors.kit.authorization import CONSENT
from connectors.kit.credentials import FILL_IN, read_form
from connectors.kit.outcomes import Line
from connectors.kit.run import Found, run
from connectors.kit.text import Text
from onboarding.accounts.people import Actor
from onboarding.checks.provider import way_out
from onboarding.checks.reading import latest_run
from onboarding.connections.models import Connection, CredentialVersion
from onboarding.connections.versions import missing_fields
from onboarding.db import session
from onboarding.hosts import host_of
from onboarding.oauth.held import held_fields, typed_secrets
from onboarding.tickets.lifecycle import Move, State
from onboarding.tickets.parts import offered, parts_of
from onboarding.usecases import recording
from onboarding.usecases.moving import Moving, seen_ticket
from onboarding.usecases.opening import Opened, open_secrets
from onboarding.usecases.refreshing import bearer_of
from onboarding.usecases.refusals import NotFound, NotNow, TooSoon, Wrong
from onboarding.usecases.renewing import is_renewal_draft
from onboarding.usecases.runs import RESUBMIT, ask_run, budget_until, is_live, refused_fields
from onboarding.usecases.transaction import change, end_reading

log = structlog.get_logger(__name__)

DAMAGED = Text(
    nl="Deze waarde kunnen we niet meer openen. Vul hem opnieuw in.",
    en="We can no longer open this value. Enter it again.",
)
REFUSED = Text(
    nl="Dit is al een paar keer geweigerd. Vul het opnieuw in; tot die tijd proberen we het niet nog eens.",
    en="This was refused a few times already. Enter it again; until then we don't try again.",
)
NOT_COMPLETE = _l("Fill in all details first; then we can test.")


def request(actor: Actor, number: int, only: str | None = None, then: str = "") -> str:
    """Ask for a run, of one check with what it needs first or of all; gives the run's id.

    ``then`` "resubmit" sends a ticket that is with the club back to support once nothing of the club is open; of new
    codes for a connection that has some, the draft too.
    A run that is live is given back, not doubled. Raises ``TooSoon``, ``Wrong`` (details missing), ``NotNow``.
    """
    with change() as session:
        ticket = seen_ticket(session, actor, number)
        parts = parts_of(actor, ticket)
        if Move.RUN_CHECKS not in offered(ticket.state, parts):
            raise NotNow
        connector = connectors.get(ticket.package)
        if only is not None and only not in {check.key for check in connector.checks}:
            raise NotFound
        moving = Moving(session, ticket, actor)
        current = latest_run(session, ticket)
        if current is None or not is_live(current):
            _refuse_unready(moving)
            until = budget_until(session, ticket, connector)
            if until is not None:
                raise TooSoon(until)
        is_with_club = ticket.state is State.CLUB_TO_ACT or _renews_what_works(moving)
        returns = then == RESUBMIT and only is None and is_with_club and ticket.club_id in actor.clubs
        return ask_run(moving, connector, only=only, then=RESUBMIT if returns else "")


def _renews_what_works(moving: Moving) -> bool:
    """Whether these are new codes for a connection whose codes are known: all that can be chosen was chosen before."""
    connection = moving.session.get_one(Connection, moving.ticket.connection_id)
    return is_renewal_draft(moving.ticket) and connection.live_version_id is not None


def _refuse_unready(moving: Moving) -> None:
    """Nothing is tested while details are missing, wrong, or refused too often: it says which."""
    version = moving.session.get_one(CredentialVersion, moving.ticket.version_id)
    connector = connectors.get(moving.ticket.package)
    sealed = held_fields(moving.session, version)
    missing = missing_fields(connector, version, sealed)
    errors: dict[str, object] = {**dict.fromkeys(missing, FILL_IN), **version.errors}
    errors = errors or dict.fromkeys(refused_fields(moving.session, moving.ticket, connector), REFUSED)
    if errors:
        raise Wrong(errors)


def perform(run_id: str) -> None:
    """Do the run: claim it, open the secrets, test, keep each line as it comes, end once.

    It may be called again at any time, also after a kill in the middle: it starts anew under the same id.
    """
    begun = recording.begin(run_id)
    if begun is None:
        return
    end_reading()
    opened = _open(begun)
    bearer = bearer_of(begun.version_id, begun.actor, "run_checklist")
    mark = {CONSENT: f"consent-{token_hex(16)}"} if bearer is not None else {}
    form = read_form(begun.connector.login, {**begun.shown, **opened.values, **mark})
    if form.login is None or opened.damaged:
        recording.give_up(begun, {**form.errors, **dict.fromkeys(opened.damaged, DAMAGED)})
        return
    found = Found(list_options=begun.list_options)
    http = way_out(begun.connector, bearer)
    running = run(begun.connector, form.login, host_of(begun.connector), http, only=begun.only, found=found)
    with closing(cast("Generator[Line]", running)) as lines:
        for line in lines:
            if not recording.keep(begun, line):
                log.info("run overtaken", run=begun.run_id)
                return
    recording.finish(begun, found)


def _open(begun: recording.Begun) -> Opened:
    sealed = typed_secrets(session(), begun.version_id)
    end_reading()
    return open_secrets(begun.version_id, begun.actor, "run_checklist", sealed)
