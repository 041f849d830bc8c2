"""What a version of credentials holds: sealed fields, and its consent as long as that is alive."""

from __future__ import annotations

from datetime import timedelta

from sqlmodel import Session

from connectors.kit.authorization import CONSENT
from connectors.kit.connector import Connector
from onboarding import vault
from onboarding.connections.models import CredentialVersion
from onboarding.oauth.models import Consent, ConsentState

IDENTITY = "id_token"
"""The field in which an identity token is sealed until it is verified."""
NEVER_OPENED = frozenset({CONSENT, IDENTITY})
"""Sealed fields that are not opened along with what a club typed."""
KEPT_FOR = timedelta(days=30)
"""How long what became of a question is remembered."""


def typed_secrets(session: Session, version_id: int) -> frozenset[str]:
    """The fields of a version that hold a secret which somebody typed."""
    return vault.sealed_fields(session, version_id) - NEVER_OPENED


def held_fields(session: Session, version: CredentialVersion) -> frozenset[str]:
    """The fields that count as filled in besides those that are shown: sealed ones, and a consent that is alive."""
    assert version.id is not None
    held = typed_secrets(session, version.id)
    consent = session.get(Consent, version.consent_id) if version.consent_id is not None else None
    return held | {CONSENT} if consent is not None and consent.state is ConsentState.ALIVE else held


def lacks_consent(session: Session, version: CredentialVersion) -> bool:
    """Whether a version goes with a consent that has to be given anew."""
    return version.consent_id is not None and CONSENT not in held_fields(session, version)


def listed_under(connector: Connector) -> str:
    """The key of ``version.options`` under which the administrations of a consent stand."""
    return (connector.oauth.chooses if connector.oauth is not None else "") or CONSENT
