"""What the host is sent of an event: one JSON body, signed with the time of sending, and the answer's status."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Iterable
from datetime import UTC, datetime

from onboarding.calls import call
from onboarding.notify.models import HostEvent
from onboarding.settings import Settings

SIGNATURE = "Koppelbalie-Signature"
EVENT_ID = "Koppelbalie-Event-Id"
SECONDS = 10.0
"""How long the host gets to answer: it should take an event in, and work on it afterwards."""


def body_of(event: HostEvent) -> bytes:
    """The body, the same at every attempt."""
    told = {
        "id": event.event_id,
        "type": event.kind,
        "created": event.created_at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        "data": event.data,
    }
    return json.dumps(told, ensure_ascii=False).encode()


def signature(body: bytes, keys: Iterable[str], at: datetime) -> str:
    """``t=<seconds>,v1=<hex>``: the HMAC-SHA256 of ``seconds.body``, once for each key."""
    seconds = str(int(at.timestamp()))
    signed = seconds.encode() + b"." + body
    return ",".join(
        [f"t={seconds}", *(f"v1={hmac.new(key.encode(), signed, hashlib.sha256).hexdigest()}" for key in keys)]
    )


def send(body: bytes, event_id: str, settings: Settings, at: datetime) -> int:
    """Post it, and give the status that came back. Raises ``NoAnswer``."""
    headers = {
        "Content-Type": "application/json",
        EVENT_ID: event_id,
        SIGNATURE: signature(body, settings.webhook_keys, at),
    }
    url = settings.webhook_url
    return call("POST", url, seconds=SECONDS, headers=headers, content=body, reads_body=False).status
