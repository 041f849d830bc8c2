"""Why a back-up was not made or not put back; the messages are for operations."""

from __future__ import annotations


class Unusable(Exception):
    """The back-up cannot be used, or the database cannot be saved or replaced. Nothing was changed."""


IN_USE = "the app is at work on the database; stop it first"
