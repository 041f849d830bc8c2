"""The manifest of a back-up: what it is a copy of, signed with a key of the ring."""

from __future__ import annotations

import hashlib
import hmac
import json
from dataclasses import asdict, dataclass, fields

from onboarding.backups.refusals import Unusable
from onboarding.keys import KeyRing

PURPOSE = "backup"
FORMAT = "koppelbalie back-up 1"


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a back-up holds. Nothing in it is secret."""

    made: str
    """When, in UTC, as ISO 8601."""
    version: str
    revision: str
    """Of the schema."""
    database: str
    """``sqlite`` or ``postgresql``."""
    installation: str
    """Whose it is: the start of its audit log, which no two installations share."""
    address: str
    head: str
    """The newest record of the audit log in it, as ``NUMBER:VALUE``; empty when it has none."""
    size: int
    """Bytes of the copy."""
    sha256: str


def write_manifest(manifest: Manifest, ring: KeyRing) -> bytes:
    """The manifest as JSON, signed with the ring's first key."""
    content = {"format": FORMAT, "key_id": ring.sealing, **asdict(manifest)}
    return json.dumps({**content, "signature": _sign(ring, ring.sealing, content)}, indent=1).encode()


def read_manifest(text: bytes, ring: KeyRing) -> Manifest:
    """The manifest, when it was signed with a key of ``ring``. Raises ``Unusable``."""
    try:
        content = dict(json.loads(text))
        signature, key_id = str(content.pop("signature")), str(content["key_id"])
        manifest = Manifest(**{field.name: content[field.name] for field in fields(Manifest)})
    except (ValueError, KeyError, TypeError):
        raise Unusable("its manifest is damaged, or was made by something else") from None
    if content["format"] != FORMAT:
        raise Unusable("another version of Koppelbalie made it")
    if key_id not in ring.keys:
        raise Unusable(f"it was made with key {key_id}, which the key ring does not hold: put that key back for it")
    if not hmac.compare_digest(signature.encode(), _sign(ring, key_id, content).encode()):
        raise Unusable(f"the key ring's {key_id} is not the key that it was made with, or its manifest was changed")
    return manifest


def _sign(ring: KeyRing, key_id: str, content: dict[str, object]) -> str:
    canonical = json.dumps(content, sort_keys=True, separators=(",", ":")).encode()
    return hmac.digest(ring.derive(key_id, PURPOSE), canonical, hashlib.sha256).hex()
