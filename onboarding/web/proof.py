"""Showing again who one is, in the form of what one is doing: the field ``proof``, and a page for the rest."""

from __future__ import annotations

from flask import Flask, flash, g, request
from flask_babel import gettext as _

from onboarding.accounts.people import Actor
from onboarding.usecases import proving
from onboarding.web.session import current_actor, mark_proven


def register(app: Flask) -> None:
    """Make ``asks_proof()`` known to every page."""
    app.context_processor(lambda: {"asks_proof": asks_proof})


def asks_proof() -> str:
    """How the person has to show again who they are ("code", "password" or "link"); empty while it is fresh."""
    actor = current_actor()
    if proving.is_fresh(actor):
        return ""
    if "koppelbalie_proof" not in g:  # a page asks once for each of its forms
        g.koppelbalie_proof = proving.proof_of(actor).value
    return str(g.koppelbalie_proof)


def proven_actor() -> Actor:
    """Who acts, after looking at the ``proof`` that the form brought. Raises ``Wrong`` at ``proof``."""
    typed = request.form.get("proof", "")
    if typed and not proving.is_fresh(current_actor()):
        prove(typed)
    return current_actor()


def prove(typed: str) -> None:
    """Take what was typed as proof. Raises ``Wrong`` at ``proof``."""
    left = proving.prove(current_actor(), typed)
    mark_proven()
    tell_what_is_left(left)


def tell_what_is_left(left: int | None) -> None:
    """After a recovery code: how many there are still."""
    if left is not None:
        flash(_("That was a recovery code; it does not work again. You have %(n)s left.", n=left), "wait")
