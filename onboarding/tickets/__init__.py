"""Tickets: lifecycle, models, queries and threads."""
