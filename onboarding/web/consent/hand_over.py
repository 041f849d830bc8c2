"""Consent without an item: a page for everybody per package, which ends with a code to hand over."""

from __future__ import annotations

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from onboarding.usecases import authorising
from onboarding.web.access import public
from onboarding.web.consent import consent
from onboarding.web.consent.leaving import leave, state_to_show
from onboarding.web.forms import NOTHING, Words
from onboarding.web.limits import by_caller
from onboarding.web.session import browser


@consent.get("/autoriseren/<package>")
@public
def authorise_page(package: str) -> ResponseReturnValue:
    """What will happen, and a reference."""
    return _form(package)


@consent.post("/autoriseren/<package>")
@public
@by_caller
def authorise(package: str) -> ResponseReturnValue:
    """Go to the package."""
    reference = request.form.get("reference", "").strip()
    if not reference:
        return _form(package, reference, {"reference": _("Fill in the name of your club.")}), 422
    address = authorising.begin_public(package, reference, browser())
    return leave(address, url_for("consent.authorise_page", package=package))


@consent.get("/autoriseren/<package>/code")
@public
def code(package: str) -> ResponseReturnValue:
    """The code to copy; again for a while in the same browser, as it follows from what that browser brought."""
    connector = authorising.consenting(package)
    state = state_to_show()
    came = authorising.come_back(None, package, browser(), {"state": state}) if state else None
    shown = came.hand_over if came is not None else None
    return render_template("consent/code.html", package=connector, code=shown), 200 if shown else 410


def _form(package: str, reference: str = "", errors: Words = NOTHING) -> str:
    return render_template(
        "consent/public.html", package=authorising.consenting(package), reference=reference, errors=errors
    )
