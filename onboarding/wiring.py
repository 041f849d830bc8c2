"""Puts the app together: the one place that knows all parts."""

from __future__ import annotations

import os
from typing import Any

import structlog
from flask import Flask, request
from werkzeug.middleware.proxy_fix import ProxyFix

from onboarding import cli, headers, hosts, i18n, logs, tables, web
from onboarding.db import open_database
from onboarding.jobs.command import work
from onboarding.keys import KeyRing, KeyRingProblem
from onboarding.settings import ROOT, Settings, SettingsProblem, read_settings
from onboarding.usecases.authorising import origins

log = structlog.get_logger(__name__)

LARGEST_FORM = 512 * 1024
"""Bytes that a request may have."""


class _App(Flask):
    """Flask, but what went wrong is logged without the address: it may hold the token of a mailed link."""

    def log_exception(self, exc_info: Any) -> None:
        """Log a failed request by its rule; the error itself by kind and place."""
        rule = request.url_rule.rule if request.url_rule is not None else "?"
        log.error("a request failed", rule=rule, exc_info=exc_info)


def wire(settings: Settings | None) -> Flask:
    """The app with all its parts, from ``settings`` or those of the environment."""
    settings = settings or read_settings(hosts.variables())
    app = _App("onboarding", template_folder=str(ROOT / "templates"), instance_path=str(ROOT / "var"))
    app.config.from_mapping(_flask_config(settings))
    logs.set_up(settings.log_level)
    app.extensions["koppelbalie"] = settings
    app.extensions["koppelbalie_keys"] = _ring(settings)
    app.extensions["koppelbalie_hosts"] = hosts.read_hosts(os.environ)
    if settings.proxies:
        count = settings.proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=count, x_proto=count, x_host=count)  # type: ignore[method-assign]
    open_database(app, settings.database_url)
    i18n.set_up(app)
    with app.app_context():
        led_to = origins() | ({settings.oidc_origin} if settings.has_host_sign_in else set())
    headers.set_up(app, settings, led_to)
    web.register(app)
    cli.register(app)
    app.cli.add_command(work)
    assert tables.METADATA.tables  # imported for its tables: foreign keys resolve by name
    return app


def _ring(settings: Settings) -> KeyRing:
    assert settings.keys is not None
    try:
        return KeyRing.parse(settings.keys.get_secret_value())
    except KeyRingProblem as problem:
        raise SettingsProblem(f"KOPPELBALIE_KEYS: {problem}") from None


def _flask_config(settings: Settings) -> dict[str, Any]:
    return {
        "SECRET_KEY": settings.secret,
        "MAX_CONTENT_LENGTH": LARGEST_FORM,
        "MAX_FORM_MEMORY_SIZE": LARGEST_FORM,
        "MAX_FORM_PARTS": 500,
        "WTF_CSRF_TIME_LIMIT": None,  # the token lives as long as the session: forms are left open for hours
        "TEMPLATES_AUTO_RELOAD": False,
    }
