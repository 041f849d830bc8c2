"""Custody of secrets: seal, unseal, rotate; the only importer of cryptography."""
