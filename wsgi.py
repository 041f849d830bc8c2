"""The server's entry: ``gunicorn wsgi:app``, and ``flask --app wsgi …`` for the commands."""

from __future__ import annotations

from onboarding import create_app

app = create_app()
