"""Consent: questions on their way, what came of them, links for a bookkeeper, and codes to hand over."""
