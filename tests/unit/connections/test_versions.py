"""What is known of a version of credentials, without a database."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

import connectors
from onboarding.connections.models import Connection, CredentialVersion
from onboarding.connections.versions import identity_for_words, is_taken, missing_fields

EB = connectors.get("e-boekhouden")
SEALED = {"security_code_1", "security_code_2"}
AT = datetime(2026, 11, 1, tzinfo=UTC)


def version(**more: object) -> CredentialVersion:
    return CredentialVersion(id=7, connection_id=1, number=1, created_at=AT, **more)


@pytest.mark.parametrize(
    ("shown", "sealed", "missing"),
    [
        ({}, set(), ("username", "security_code_1", "security_code_2", "administration_code")),
        ({"username": "goed"}, {"security_code_2"}, ("security_code_1", "administration_code")),
        ({"username": "g", "cost_centre": ""}, SEALED, ("administration_code",)),
        ({"username": "goed", "administration_code": "1"}, SEALED, ()),
    ],
)  # fmt: skip
def test_what_is_missing_is_told_in_the_order_of_the_form(shown, sealed, missing):
    assert missing_fields(EB, version(shown=shown), sealed) == missing


def test_words_belong_to_the_administration_and_before_it_is_known_to_these_codes():
    assert identity_for_words(version(identity_key="goed/123456")) == "goed/123456"
    assert identity_for_words(version(revision=3)) == "codes:7.3"
    assert identity_for_words(version(revision=4)) != identity_for_words(version(revision=3))


def test_an_unknown_administration_is_taken_by_nobody():
    connection = Connection(id=1, club_id=1, package="e-boekhouden", created_at=AT)
    assert is_taken(None, connection, None) is False  # type: ignore[arg-type]
