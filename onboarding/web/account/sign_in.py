"""The sign-in page: a password or a mailed link; a forgotten password; signing out."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from onboarding.accounts.models import Purpose
from onboarding.i18n import current_language
from onboarding.settings import current_settings
from onboarding.usecases import entering
from onboarding.usecases.refusals import Wrong
from onboarding.web.access import public
from onboarding.web.session import end, enter, is_signed_in, own_path

_SENT_TO = "sent_to"


@public
def page() -> ResponseReturnValue:
    """The form; who is signed in already goes on to where they were going."""
    if is_signed_in():
        return redirect(own_path(request.args.get("next")))
    return _form(email="", errors={}, target=request.args.get("next"))


@public
def do() -> ResponseReturnValue:
    """Sign in with a password, or have a link mailed."""
    email, target = request.form.get("email", ""), request.form.get("next")
    try:
        if request.form.get("do") == "link":
            return _ask(email, Purpose.SIGN_IN)
        user = entering.sign_in(email, request.form.get("password", ""))
    except Wrong as wrong:
        return _form(email, wrong.errors, target), 422
    return redirect(enter(user, "password", own_path(target)), 303)


@public
def sent() -> ResponseReturnValue:
    """A link is on its way, if the address is somebody's: this page cannot tell."""
    return render_template("account/sent.html", email=session.get(_SENT_TO, ""), hours=current_settings().link_hours)


@public
def forgotten_page() -> ResponseReturnValue:
    """Ask for a link that lets you choose a new password."""
    return render_template("account/forgotten.html", email=request.args.get("email", ""), errors={})


@public
def do_forgotten() -> ResponseReturnValue:
    """Mail that link, if the address is somebody's."""
    email = request.form.get("email", "")
    try:
        return _ask(email, Purpose.RESET)
    except Wrong as wrong:
        return render_template("account/forgotten.html", email=email, errors=wrong.errors), 422


@public
def sign_out() -> ResponseReturnValue:
    """End the session."""
    end()
    flash(_("You are signed out. What you filled in is kept."))
    return redirect(url_for("account.sign_in"), 303)


def _ask(email: str, purpose: Purpose) -> ResponseReturnValue:
    session[_SENT_TO] = entering.ask_link(email, purpose, current_language())
    return redirect(url_for("account.sent"), 303)


def _form(email: str, errors: dict[str, object], target: str | None) -> str:
    host = current_settings().oidc_name if current_settings().has_host_sign_in else ""
    return render_template("account/sign_in.html", email=email, errors=errors, next=own_path(target), host=host)
