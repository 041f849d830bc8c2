"""Flask-Security over our own tables: sessions and password hashing are its work, the pages are ours."""

from __future__ import annotations

from datetime import timedelta

from flask import Flask
from flask_security import FSQLALiteUserDatastore, Security

from onboarding import clock
from onboarding.accounts.models import Role, User
from onboarding.db import db
from onboarding.settings import Settings


def set_up(app: Flask, settings: Settings) -> None:
    """Wire Flask-Security and the session cookie; none of its pages, commands or mails."""
    app.config.update(
        SECURITY_PASSWORD_HASH="argon2",  # noqa: S106  (the name of a method)
        SECURITY_PASSWORD_SCHEMES=["argon2"],
        SECURITY_DEPRECATED_PASSWORD_SCHEMES=[],
        SECURITY_PASSWORD_SINGLE_HASH=["argon2"],  # no salt of the app's beside argon2's own: SECRET_KEY may change
        SECURITY_PASSWORD_HASH_PASSLIB_OPTIONS={
            "argon2__rounds": settings.password_rounds,
            "argon2__memory_cost": settings.password_memory,
        },
        SECURITY_DATETIME_FACTORY=clock.now,
        SECURITY_EMAIL_VALIDATOR_ARGS={"check_deliverability": False},
        SECURITY_CLI_USERS_NAME=None,
        SECURITY_CLI_ROLES_NAME=None,
        SECURITY_DEFAULT_REMEMBER_ME=False,
        SESSION_COOKIE_NAME="__Host-koppelbalie" if settings.is_secure else "koppelbalie",
        SESSION_COOKIE_SECURE=settings.is_secure,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_PATH="/",
        PERMANENT_SESSION_LIFETIME=timedelta(hours=settings.session_hours),
        SESSION_REFRESH_EACH_REQUEST=False,  # a session lasts its hours from signing in, however often it is used
    )
    Security(app, FSQLALiteUserDatastore(db, User, Role), register_blueprint=False)
