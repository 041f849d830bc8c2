"""What is known of a version of credentials: complete or not, of which administration, in force elsewhere or not."""

from __future__ import annotations

from collections.abc import Collection

from sqlmodel import Session, col, select

from connectors.kit.connector import Connector
from onboarding.connections.models import Connection, ConnectionState, CredentialVersion

IN_FORCE = (ConnectionState.ACTIVE, ConnectionState.ATTENTION, ConnectionState.PAUSED)
"""States in which a connection counts as the one of its administration."""


def missing_fields(connector: Connector, version: CredentialVersion, sealed: Collection[str]) -> tuple[str, ...]:
    """Keys of required fields that hold nothing yet, in the order in which they are asked."""
    filled = {key for key, value in version.shown.items() if value} | set(sealed)
    wanted = (spec for spec in connector.login.fields() if spec.required and spec.unless not in filled)
    return tuple(spec.key for spec in wanted if spec.key not in filled)


def is_other_books(connector: Connector, connection: Connection, version: CredentialVersion) -> bool:
    """Whether these codes are of another administration than the one that the connection is of."""
    expected, found = connection.identity_key, version.identity_key
    return expected is not None and found is not None and not connector.naming.fits(expected, found)


def identity_for_words(version: CredentialVersion) -> str:
    """What people's words about this version belong to: its administration; while that is unknown, these very codes."""
    return version.identity_key or f"codes:{version.id}.{version.revision}"


def is_taken(session: Session, connection: Connection, identity_key: str | None) -> bool:
    """Whether another connection in force is of the same administration."""
    if identity_key is None:
        return False
    found = session.exec(
        select(Connection.id).where(
            Connection.package == connection.package,
            Connection.identity_key == identity_key,
            col(Connection.state).in_(IN_FORCE),
            Connection.id != connection.id,
        )
    ).first()
    return found is not None
