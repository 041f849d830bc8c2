"""Copies of the whole database: in a file with a manifest that only the key ring can make, or in another database."""
