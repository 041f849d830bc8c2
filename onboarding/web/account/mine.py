"""A person's own page: name, language, password, clubs, leaving."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from connectors.kit.text import LANGUAGES
from onboarding.accounts import passwords
from onboarding.usecases import people, second_factor, sessions
from onboarding.usecases.refusals import NotFound, Wrong
from onboarding.web.access import public
from onboarding.web.session import (
    LANGUAGE,
    current_actor,
    current_clubs,
    is_signed_in,
    mark_proven,
    own_path,
    renew,
)
from onboarding.web.session import (
    choose_club as choose,
)


def page() -> ResponseReturnValue:
    """Everything about the person who is signed in."""
    return _page({})


def name() -> ResponseReturnValue:
    """Keep another name."""
    typed = request.form.get("name", "")
    try:
        people.change_name(current_actor(), typed)
    except Wrong as wrong:
        return _page(wrong.errors, name=typed), 422
    flash(_("Your name is changed."))
    return _back()


def password() -> ResponseReturnValue:
    """Take a new password; other devices are signed out, this one stays."""
    try:
        user = people.change_password(
            current_actor(), request.form.get("current", ""), request.form.get("password", "")
        )
    except Wrong as wrong:
        return _page(wrong.errors), 422
    renew(user)
    mark_proven()
    flash(_("Your password is changed. On other devices you are signed out."))
    return _back()


def sign_out_everywhere() -> ResponseReturnValue:
    """End all sessions, this one too."""
    sessions.sign_out_everywhere(current_actor())
    session.clear()
    flash(_("You are signed out on all devices."))
    return redirect(url_for("account.sign_in"), 303)


@public
def language() -> ResponseReturnValue:
    """Speak Dutch or English: kept with the person, or with the browser of a stranger."""
    wanted = request.form.get("language", "")
    if is_signed_in():
        people.change_language(current_actor(), wanted)
    elif wanted in LANGUAGES:
        session[LANGUAGE] = wanted
    return redirect(own_path(request.form.get("next")), 303)


def choose_club() -> ResponseReturnValue:
    """Act for another of one's clubs."""
    wanted = request.form.get("club", "")
    if not wanted.isascii() or not wanted.isdecimal() or not choose(int(wanted)):
        raise NotFound
    return redirect(url_for("home.index"), 303)


def _page(errors: dict[str, object], name: str | None = None) -> str:
    actor = current_actor()
    return render_template(
        "account/mine.html",
        actor=actor,
        clubs=current_clubs(),
        has_password=people.has_password(actor),
        shortest=passwords.SHORTEST,
        name=actor.name if name is None else name,
        factor=second_factor.status(actor),
        errors=errors,
    )


def _back() -> ResponseReturnValue:
    return redirect(url_for("account.mine"), 303)
