"""The club's screens: the P&W board, the guided form, the item and the connections."""

from __future__ import annotations

from flask import Blueprint

club = Blueprint("club", __name__)

from onboarding.web.club import board, bookkeeping, consenting, guided, sending, testing, ticket  # noqa: E402  (they hang their pages on the blueprint)

__all__ = ["board", "bookkeeping", "club", "consenting", "guided", "sending", "testing", "ticket"]
