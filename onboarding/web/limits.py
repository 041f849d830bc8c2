"""Rate limits: what one address may send, counted in the database for all processes together."""

from __future__ import annotations

from flask import Flask, request
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address

from onboarding.accounts.hits import HitStorage
from onboarding.settings import current_settings

limiter = Limiter(
    get_remote_address,
    default_limits=[lambda: current_settings().request_limit],
    default_limits_exempt_when=lambda: request.method in ("GET", "HEAD", "OPTIONS"),
    strategy="fixed-window",
    storage_uri=f"{HitStorage.STORAGE_SCHEME[0]}://",
)
"""``@limiter.limit(…)`` adds a limit to a view. Only what changes something is counted by itself."""
by_caller = limiter.shared_limit(lambda: current_settings().sign_in_limit, "consents")
"""For forms by which anybody sets out for a package: counted together for the address that they call from."""


def register(app: Flask) -> None:
    """Count on ``app``."""
    limiter.init_app(app)
