"""The way out to a package for this process: one pooled client, the map of hosts of the settings."""

from __future__ import annotations

import atexit
import threading
from typing import TYPE_CHECKING

from connectors.kit.connector import Connector
from connectors.kit.http import Http, open_client
from onboarding.clock import now
from onboarding.settings import current_settings

if TYPE_CHECKING:
    import httpx

    from connectors.kit.bearer import Bearer

_lock = threading.Lock()
_client: httpx.Client | None = None


def way_out(connector: Connector, bearer: Bearer | None = None) -> Http:
    """The guarded way out for one run of this package; ``bearer`` keeps the tokens of its consent."""
    at = current_settings().hosts_at
    return Http(
        connector.name,
        connector.hosts,
        client=_shared(),
        at=at,
        clock=now,
        family=connector.family,
        bearer=bearer,
    )


def _shared() -> httpx.Client:
    """The process's client, made when the first run needs it."""
    global _client
    with _lock:
        if _client is None:
            _client = open_client()
            atexit.register(_client.close)
        return _client
