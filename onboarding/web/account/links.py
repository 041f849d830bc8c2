"""The pages behind mailed links. Opening one changes nothing, since mail scanners open them too; its button does."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from onboarding.accounts import passwords
from onboarding.accounts.models import Purpose
from onboarding.i18n import current_language
from onboarding.usecases import entering, invitations
from onboarding.usecases.entering import LinkGone
from onboarding.usecases.refusals import Wrong
from onboarding.web.access import public
from onboarding.web.session import browser, current_actor, enter, half, is_signed_in


@public
def page(token: str) -> ResponseReturnValue:
    """Sign in as whom?"""
    try:
        door = entering.look(token, Purpose.SIGN_IN, browser())
    except LinkGone as gone:
        return _gone(gone, Purpose.SIGN_IN)
    return render_template("account/link.html", door=door, token=token)


@public
def use(token: str) -> ResponseReturnValue:
    """Sign in by the link."""
    try:
        user = entering.use_link(token, browser())
    except LinkGone as gone:
        return _gone(gone, Purpose.SIGN_IN)
    return redirect(enter(user, "link", url_for("home.index")), 303)


@public
def reset_page(token: str) -> ResponseReturnValue:
    """Choose a new password."""
    return _reset_form(token, {}, 200)


@public
def reset(token: str) -> ResponseReturnValue:
    """Take the new password, and sign in with it."""
    try:
        user = entering.reset_password(token, request.form.get("password", ""), browser())
    except Wrong as wrong:
        return _reset_form(token, wrong.errors, 422)
    except LinkGone as gone:
        return _gone(gone, Purpose.RESET)
    target = enter(user, "reset", url_for("home.index"))
    flash(_("Your new password is set.") if half() else _("Your new password is set, and you are signed in."))
    return redirect(target, 303)


@public
def invitation_page(token: str) -> ResponseReturnValue:
    """Who invites you, and for what."""
    return _invitation_form(token, "", {}, 200)


@public
def accept(token: str) -> ResponseReturnValue:
    """Accept, and be signed in."""
    name, password = request.form.get("name", ""), request.form.get("password", "")
    try:
        user = invitations.accept(token, name, password, browser(), current_language())
    except Wrong as wrong:
        return _invitation_form(token, name, wrong.errors, 422)
    except LinkGone as gone:
        return _gone(gone, Purpose.INVITATION)
    target = enter(user, "invitation", url_for("home.index"))
    if not half():
        flash(_("Welcome. You are signed in."))
    return redirect(target, 303)


def _reset_form(token: str, errors: dict[str, object], status: int) -> ResponseReturnValue:
    try:
        door = entering.look(token, Purpose.RESET, browser())
    except LinkGone as gone:
        return _gone(gone, Purpose.RESET)
    shortest = passwords.SHORTEST
    return render_template("account/reset.html", door=door, token=token, errors=errors, shortest=shortest), status


def _invitation_form(token: str, name: str, errors: dict[str, object], status: int) -> ResponseReturnValue:
    try:
        welcome = invitations.look(token, browser())
    except LinkGone as gone:
        return _gone(gone, Purpose.INVITATION)
    other = current_actor().email if is_signed_in() and current_actor().email != welcome.email else None
    return render_template(
        "account/invitation.html",
        welcome=welcome,
        token=token,
        name=name or welcome.name,
        errors=errors,
        shortest=passwords.SHORTEST,
        other=other,
    ), status


def _gone(gone: LinkGone, purpose: Purpose) -> ResponseReturnValue:
    return render_template("account/link_gone.html", state=gone.state, purpose=purpose), 410
