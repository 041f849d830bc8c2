"""The sites of Exact Online: one a country, and an app is registered at one of them."""

from __future__ import annotations

COUNTRIES = ("nl", "be", "de", "fr", "es", "com", "co.uk")
SITES = tuple(f"start.exactonline.{country}" for country in COUNTRIES)
"""Their host names."""
HOME = SITES[0]
"""The one that counts unless the host says otherwise."""
