"""The second step: its code at sign-in, setting it up, recovery codes, its end; and showing again who one is."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from onboarding.usecases import proving, second_factor
from onboarding.usecases.proving import HalfGone
from onboarding.usecases.refusals import ProveAgain, Wrong
from onboarding.usecases.second_factor import SetUp, SetUpGone
from onboarding.web.access import public
from onboarding.web.proof import asks_proof, prove, tell_what_is_left
from onboarding.web.session import begin, current_actor, half, is_signed_in, own_path


@public
def code_page() -> ResponseReturnValue:
    """The code of the app, after a password or a link."""
    if half() is None:
        return redirect(url_for("home.index" if is_signed_in() else "account.sign_in"), 303)
    return _code_form({}), 200


@public
def code() -> ResponseReturnValue:
    """Be in, by that code or a recovery code."""
    first = half()
    if first is None:
        return _begin_again()
    try:
        passed = proving.pass_second(first.mark, first.way, request.form.get("code", ""))
    except Wrong as wrong:
        return _code_form(wrong.errors), 422
    except HalfGone:
        return _begin_again()
    begin(passed.user, with_code=True)
    is_signed_in()  # from here on in their own language
    tell_what_is_left(passed.left)
    return redirect(own_path(first.target), 303)


def page() -> ResponseReturnValue:
    """How the second step stands, and what can be done about it."""
    actor = current_actor()
    return render_template("account/factor.html", status=second_factor.status(actor), actor=actor)


def begin_set_up() -> ResponseReturnValue:
    """Show the picture that an app reads."""
    try:
        return _picture(second_factor.begin(current_actor()), {})
    except ProveAgain:
        return _prove_first()


def confirm() -> ResponseReturnValue:
    """Take the app into use, and show the recovery codes: this once."""
    actor, wrapped = current_actor(), request.form.get("wrapped", "")
    try:
        done = second_factor.confirm(actor, wrapped, request.form.get("code", ""))
    except Wrong as wrong:
        return _picture(second_factor.shown_again(actor, wrapped), wrong.errors), 422
    except SetUpGone:
        flash(_("This page was open too long. Begin again: your app then gets a new picture."), "wait")
        return redirect(url_for("account.factor"), 303)
    begin(done.user, with_code=True)
    return _codes(done.codes, is_new=True)


def renew_codes() -> ResponseReturnValue:
    """Show new recovery codes: this once."""
    try:
        return _codes(second_factor.renew_codes(current_actor()), is_new=False)
    except ProveAgain:
        return _prove_first()


def remove() -> ResponseReturnValue:
    """Sign in without a code from now on."""
    try:
        user = second_factor.remove(current_actor())
    except ProveAgain:
        return _prove_first()
    begin(user)
    flash(_("You sign in without an extra code from now on. On other devices you are signed out."))
    return redirect(url_for("account.mine"), 303)


def prove_page() -> ResponseReturnValue:
    """Show again who you are."""
    target = own_path(request.args.get("next"))
    if not asks_proof():
        return redirect(target, 303)
    return _prove_form(target, {}), 200


def do_prove() -> ResponseReturnValue:
    """Take that proof, and go on."""
    target = own_path(request.form.get("next"))
    try:
        prove(request.form.get("proof", ""))
    except Wrong as wrong:
        return _prove_form(target, wrong.errors), 422
    return redirect(target, 303)


def _prove_first() -> ResponseReturnValue:
    return redirect(url_for("account.prove", next=url_for("account.factor")), 303)


def _begin_again() -> ResponseReturnValue:
    flash(_("That took a while. Sign in again, please."), "wait")
    return redirect(url_for("account.sign_in"), 303)


def _code_form(errors: dict[str, object]) -> str:
    on_paper = (request.form if request.method == "POST" else request.args).get("noodcode") == "1"
    return render_template("account/code.html", errors=errors, on_paper=on_paper)


def _picture(shown: SetUp, errors: dict[str, object]) -> str:
    return render_template("account/factor_picture.html", shown=shown, errors=errors)


def _codes(codes: tuple[str, ...], *, is_new: bool) -> str:
    return render_template("account/recovery_codes.html", codes=codes, is_new=is_new)


def _prove_form(target: str, errors: dict[str, object]) -> str:
    return render_template("account/prove.html", next=target, proof=asks_proof(), actor=current_actor(), errors=errors)
