"""Signing in at the host: the way there, the way back, and a page for whatever goes wrong between them."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from onboarding import clock
from onboarding.accounts.oidc import Question, new_question
from onboarding.i18n import current_language
from onboarding.settings import current_settings
from onboarding.usecases import host_sign_in
from onboarding.usecases.host_sign_in import CannotComeIn, Trouble
from onboarding.web.access import public
from onboarding.web.session import enter, own_path

ASKED = "asked_host"
"""Under what the session holds the question of this browser."""
LASTS = 10 * 60
"""Seconds in which somebody has to come back."""

WORDS = {
    Trouble.AWAY: (
        _l("Signing in by %(host)s is not possible now"),
        _l("It does not answer as it should. You did nothing wrong. Try again later, or come in another way."),
    ),
    Trouble.REFUSED: (
        _l("You did not sign in by %(host)s"),
        _l("It was broken off there. Nothing has changed. Try again, or come in another way."),
    ),
    Trouble.STALE: (
        _l("This took too long, or began in another browser"),
        _l("For your safety we do nothing with it. Begin again from this page."),
    ),
    Trouble.NOT_PROVEN: (
        _l("We cannot be sure that it is you"),
        _l("What %(host)s sent is not in order, so we did nothing with it. Try again, or tell the help desk."),
    ),
    Trouble.NO_ADDRESS: (
        _l("Your e-mail address is not confirmed there yet"),
        _l("Confirm your e-mail address in %(host)s and come back. Until then you can come in another way."),
    ),
    Trouble.ADDRESS_TAKEN: (
        _l("Somebody else comes in by your e-mail address"),
        _l("In %(host)s another person had this address before. Ask the help desk to look at it."),
    ),
    Trouble.CLUB_UNKNOWN: (
        _l("Your club is not known here yet"),
        _l("Ask the help desk to add your club as %(host)s knows it. After that you come in by itself."),
    ),
    Trouble.NO_CLUB: (
        _l("You are in no club there"),
        _l("%(host)s names no club of yours. Ask somebody of your club for access there, or to invite you here."),
    ),
    Trouble.CLOSED: (
        _l("Your account is closed"),
        _l("You can't sign in here any more. Ask the help desk if you think that this is wrong."),
    ),
}
"""Per trouble its title and what to do."""
STATUS = {Trouble.AWAY: 503, Trouble.STALE: 400}


@public
def leave() -> ResponseReturnValue:
    """Go to the host to sign in there."""
    if not current_settings().has_host_sign_in:
        return redirect(url_for("account.sign_in"), 303)
    asked = new_question()
    try:
        leaving = host_sign_in.leave(asked)
    except CannotComeIn as no:
        return redirect(url_for("account.host_trouble", waarom=no.trouble.value), 303)
    target = own_path(request.form.get("next"))
    session[ASKED] = [asked.state, asked.nonce, asked.verifier, target, int(clock.now().timestamp())]
    if leaving.is_elsewhere:  # a browser follows no form to a site that the content policy does not name, but a link
        return render_template("account/host_onward.html", host=current_settings().oidc_name, address=leaving.address)
    return redirect(leaving.address, 303)


@public
def come_back() -> ResponseReturnValue:
    """Come in, if it is what this browser asked and the host says who it is."""
    if not current_settings().has_host_sign_in:
        return redirect(url_for("account.sign_in"), 303)
    asked, target = _asked()
    try:
        came = host_sign_in.come_back(asked, request.args.to_dict(), current_language())
    except CannotComeIn as no:
        return redirect(url_for("account.host_trouble", waarom=no.trouble.value), 303)
    where = enter(came.user, "host", target)
    if came.unknown:
        clubs = ", ".join(came.unknown)
        flash(_("Not known here yet: %(clubs)s. Ask the help desk to add them.", clubs=clubs), "wait")
    return redirect(where, 303)


@public
def trouble() -> ResponseReturnValue:
    """What went wrong, at an address without what the host sent."""
    why = request.args.get("waarom")
    found = Trouble(why) if why in set(Trouble) else Trouble.STALE
    host = current_settings().oidc_name
    title, text = (str(words) % {"host": host} for words in WORDS[found])
    return render_template("account/host_trouble.html", title=title, text=text), STATUS.get(found, 422)


def _asked() -> tuple[Question | None, str]:
    """What this browser asked, once, and where it was going."""
    match session.pop(ASKED, None):
        case [str(state), str(nonce), str(verifier), str(target), int(at)] if _is_fresh(at):
            return Question(state, nonce, verifier), target
    return None, url_for("home.index")


def _is_fresh(at: int) -> bool:
    return 0 <= clock.now().timestamp() - at <= LASTS
