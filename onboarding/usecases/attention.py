"""A connection in force whose consent is no longer valid: it needs attention, and the club hears of it once."""

from __future__ import annotations

from onboarding.connections.models import Connection, ConnectionState
from onboarding.notify.models import HostNews
from onboarding.oauth.models import Consent, ConsentState
from onboarding.usecases.host_events import tell_host
from onboarding.usecases.transaction import change


def needs_consent(consent_id: int) -> None:
    """Say that the connection which lives by this consent needs a new one. Done twice it is done once."""
    with change() as db:
        consent = db.get_one(Consent, consent_id)
        connection = db.get_one(Connection, consent.connection_id, with_for_update=True)
        if consent.state is not ConsentState.DEAD or connection.state is not ConnectionState.ACTIVE:
            return
        if connection.live_version_id != consent.version_id:
            return
        connection.state = ConnectionState.ATTENTION
        db.add(connection)
        tell_host(db, connection, HostNews.ATTENTION, f"consent-{consent_id}")
