"""The calls around a new consent: code for tokens, identity token verified, administrations listed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING, TypeVar, cast

import structlog

from connectors.kit import oauth as protocol
from connectors.kit.connector import Connector
from connectors.kit.credentials import Option
from connectors.kit.errors import HostMisconfigured, ProviderError, UnexpectedAnswer
from connectors.kit.http import OURS
from connectors.kit.identity_token import Expected, verified
from connectors.kit.oauth import Client, Granted
from connectors.kit.tokens import Tokens
from onboarding.checks.provider import way_out
from onboarding.clock import now
from onboarding.hosts import host_of
from onboarding.settings import current_settings

if TYPE_CHECKING:
    from connectors.kit.bearer import Bearer

log = structlog.get_logger(__name__)
T = TypeVar("T")


def owner_of(connector: Connector) -> Client:
    """The host's own keys for a package that gives consent. Raises ``HostMisconfigured`` when they are not set."""
    host = host_of(connector)
    if host is None:
        raise HostMisconfigured(OURS, detail="the host's own keys are not set")
    return cast("Client", host)


def exchange(connector: Connector, code: str, redirect_uri: str, verifier: str = "") -> Granted:
    """Tokens for a code. Raises ``ProviderError``; a fault in how the answer is read is ours and leaves us in doubt."""
    oauth, host = protocol.declared(connector), owner_of(connector)
    http = way_out(connector)
    return _guarded(
        connector,
        lambda: protocol.exchange(oauth, host, http, code=code, redirect_uri=redirect_uri, at=now(), verifier=verifier),
    )


def prove(connector: Connector, id_token: str, is_nonce: Callable[[str], bool], since: datetime) -> None:
    """Verify an identity token that came in at ``since``: however late that is done, it was to hold good then.

    Raises ``ProviderError``: ``Unavailable`` when its keys cannot be had now.
    """
    host = owner_of(connector)
    endpoints = protocol.declared(connector).endpoints(host)
    expected = Expected(host.client_id, is_nonce, endpoints, current_settings().hosts_at)
    _guarded(connector, lambda: verified(id_token, expected, way_out(connector), since))


def administrations(connector: Connector, bearer: Bearer) -> tuple[Option, ...]:
    """What a consent covers, with names; none where the package cannot say. Raises ``ProviderError``."""
    lists = protocol.declared(connector).lists
    if lists is None:
        return ()
    host, http = owner_of(connector), way_out(connector, bearer)
    http.redact.learn(*host.secrets())
    return _guarded(connector, lambda: lists(host, http))


def revoke(connector: Connector, tokens: Tokens) -> bool:
    """Have the package forget a consent; whether it said that it did. Raises ``ProviderError``."""
    oauth, host = protocol.declared(connector), owner_of(connector)
    return _guarded(connector, lambda: protocol.revoke(oauth, host, way_out(connector), tokens))


def can_revoke(connector: Connector) -> bool:
    """Whether the package can be asked to forget a consent."""
    host = host_of(connector)
    return host is not None and bool(protocol.declared(connector).endpoints(host).revoke)


def as_stored(options: tuple[Option, ...]) -> list[list[str]]:
    """Options as they are stored."""
    return [[option.value[:300], option.label[:300]] for option in options]


def _guarded(connector: Connector, work: Callable[[], T]) -> T:
    try:
        return work()
    except ProviderError:
        raise
    except Exception as error:  # noqa: BLE001 - its text may hold what the package sent
        log.error("an answer cannot be read", package=connector.key, kind=type(error).__name__)
        raise UnexpectedAnswer(OURS, detail=type(error).__name__, in_doubt=True) from None
