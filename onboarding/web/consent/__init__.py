"""Consent outside of the club's own pages: back from a package, the bookkeeper's page, and the way without an item."""

from __future__ import annotations

from flask import Blueprint

consent = Blueprint("consent", __name__)

from onboarding.web.consent import callback, hand_over, link  # noqa: E402  (they hang their pages on the blueprint)

__all__ = ["callback", "consent", "hand_over", "link"]
