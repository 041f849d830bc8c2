"""Custody of secrets: seal, unseal, rotate; the only importer of cryptography."""

from __future__ import annotations

from onboarding.vault.custody import destroy, move, seal, sealed_fields, unseal
from onboarding.vault.envelope import Binding, Tampered
from onboarding.vault.log_keys import log_keys
from onboarding.vault.opening import check_ring

__all__ = ["Binding", "Tampered", "check_ring", "destroy", "log_keys", "move", "seal", "sealed_fields", "unseal"]
