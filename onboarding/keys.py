"""The key ring: keys with ids that live outside the database, and keys for one purpose derived from them."""

from __future__ import annotations

import binascii
import hashlib
import hmac
import re
from base64 import b64decode
from collections.abc import Mapping
from dataclasses import dataclass, field

import structlog
from flask import current_app

from onboarding.settings import content_of, current_settings

log = structlog.get_logger(__name__)

KEY_BYTES = 32
_ID = re.compile(r"[A-Za-z0-9_.-]{1,40}")


class KeyRingProblem(Exception):
    """The key ring cannot be used; the message says why and never shows a key."""


@dataclass(frozen=True, slots=True)
class KeyRing:
    """The keys by id. ``sealing`` is the id that new records get; the others open older ones."""

    sealing: str
    keys: Mapping[str, bytes] = field(repr=False)

    @classmethod
    def parse(cls, text: str) -> KeyRing:
        """A ring from ``id:base64`` entries, separated by commas, spaces or lines; the first one seals.

        Each key is 32 bytes. Raises ``KeyRingProblem``.
        """
        keys: dict[str, bytes] = {}
        for number, entry in enumerate(re.split(r"[\s,]+", text.strip()), start=1):
            key_id, colon, encoded = entry.partition(":")
            if not colon or not _ID.fullmatch(key_id):
                raise KeyRingProblem(f"key ring: entry {number} is not id:base64")
            if key_id in keys:
                raise KeyRingProblem(f"key ring: two keys are called {key_id}")
            keys[key_id] = _decode(key_id, encoded)
        return cls(sealing=next(iter(keys)), keys=keys)

    def get(self, key_id: str) -> bytes:
        """The key with this id. Raises ``KeyRingProblem`` when the ring does not hold it."""
        key = self.keys.get(key_id)
        if key is None:
            raise KeyRingProblem(f"key ring: key {key_id} is missing; put it back beside the newer ones")
        return key

    def derive(self, key_id: str, purpose: str) -> bytes:
        """A key of 32 bytes for one purpose alone, so that no key serves two."""
        return hmac.digest(self.get(key_id), b"koppelbalie/" + purpose.encode(), hashlib.sha256)


def current_ring() -> KeyRing:
    """The key ring of the current app."""
    ring: KeyRing = current_app.extensions["koppelbalie_keys"]
    return ring


def ring_with(key_id: str) -> KeyRing:
    """The key ring, read anew from its file when it lacks ``key_id``.

    Another process may seal with a newer key already: no reader fails while keys are rotated. Whether the ring
    holds the key after that is for the caller to see.
    """
    ring, file = current_ring(), current_settings().keys_file
    if key_id in ring.keys or file is None:
        return ring
    try:
        renewed = KeyRing.parse(content_of("KOPPELBALIE_KEYS", file))
    except (KeyRingProblem, ValueError) as problem:
        log.error("the key ring's file cannot be used any more", problem=str(problem))
        return ring
    if key_id not in renewed.keys:
        return ring
    log.info("the key ring was read anew", sealing=renewed.sealing)
    current_app.extensions["koppelbalie_keys"] = renewed
    return renewed


def _decode(key_id: str, encoded: str) -> bytes:
    try:
        key = b64decode(encoded, validate=True)
    except (binascii.Error, ValueError):
        raise KeyRingProblem(f"key ring: key {key_id} is not base64") from None
    if len(key) != KEY_BYTES:
        raise KeyRingProblem(f"key ring: key {key_id} has {len(key)} bytes; it needs {KEY_BYTES}")
    return key
