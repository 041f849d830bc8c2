"""The envelope: a data key per value, wrapped by a key of the ring, both bound to their place."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from onboarding.keys import KEY_BYTES, KeyRing

PURPOSE = "vault"
_NONCE = 12


class Tampered(Exception):
    """A sealed value is not what was sealed in this place: it was changed, moved or cut. Nothing of it was opened."""


@dataclass(frozen=True, slots=True)
class Binding:
    """Where secrets belong: to no other club, connection or version can they be moved unnoticed."""

    club_id: int
    connection_id: int
    version_id: int


@dataclass(frozen=True, slots=True)
class Envelope:
    """A sealed value: its data key wrapped by the ring's key ``key_id``, and the value under that data key.

    Both parts are a nonce of 12 bytes followed by AES-256-GCM's output.
    """

    key_id: str
    wrapped_key: bytes
    sealed: bytes


def close(ring: KeyRing, value: str, binding: Binding, field: str) -> Envelope:
    """``value`` in an envelope of its own, under the ring's sealing key."""
    key_id, data_key = ring.sealing, os.urandom(KEY_BYTES)
    return Envelope(
        key_id=key_id,
        wrapped_key=_encrypt(ring.derive(key_id, PURPOSE), data_key, _place("key", key_id, binding, field)),
        sealed=_encrypt(data_key, value.encode("utf-8", "surrogatepass"), _place("value", key_id, binding, field)),
    )


def open_up(ring: KeyRing, envelope: Envelope, binding: Binding, field: str) -> str:
    """The value in ``envelope``. Raises ``Tampered``, or ``KeyRingProblem`` when the ring lacks its key."""
    key_id = envelope.key_id
    wrapping = ring.derive(key_id, PURPOSE)
    data_key = _decrypt(wrapping, envelope.wrapped_key, _place("key", key_id, binding, field))
    value = _decrypt(data_key, envelope.sealed, _place("value", key_id, binding, field))
    return value.decode("utf-8", "surrogatepass")


def _place(layer: str, key_id: str, binding: Binding, field: str) -> bytes:
    """The additional data of a layer. As JSON, so that no two places read the same."""
    return json.dumps([layer, key_id, binding.club_id, binding.connection_id, binding.version_id, field]).encode()


def _encrypt(key: bytes, content: bytes, place: bytes) -> bytes:
    nonce = os.urandom(_NONCE)
    return nonce + AESGCM(key).encrypt(nonce, content, place)


def _decrypt(key: bytes, content: bytes, place: bytes) -> bytes:
    try:
        return AESGCM(key).decrypt(content[:_NONCE], content[_NONCE:], place)
    except (InvalidTag, ValueError):  # ValueError: cut so short that there is no nonce
        raise Tampered from None
