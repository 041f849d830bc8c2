"""The bookkeeper's page: one link, one step. Opening it uses nothing, as mail scanners open it too; the button does."""

from __future__ import annotations

from flask import render_template, url_for
from flask.typing import ResponseReturnValue

from onboarding.usecases import authorising, consent_links
from onboarding.usecases.consent_links import LinkGone, LinkState
from onboarding.web.access import public
from onboarding.web.consent import consent
from onboarding.web.consent.leaving import leave
from onboarding.web.limits import by_caller
from onboarding.web.session import browser


@consent.get("/koppelen/<token>")
@public
def link(token: str) -> ResponseReturnValue:
    """For which club, what will happen, and one button."""
    try:
        page = consent_links.look(token)
    except LinkGone as gone:
        return _gone(gone.state)
    if page.state is not LinkState.FRESH:
        return _gone(page.state)
    return render_template("consent/link.html", page=page, token=token)


@consent.post("/koppelen/<token>")
@public
@by_caller
def follow_link(token: str) -> ResponseReturnValue:
    """Go to the package."""
    try:
        address = authorising.begin_by_link(token, browser())
    except LinkGone as gone:
        return _gone(gone.state)
    return leave(address, url_for("consent.link", token=token))


def _gone(state: LinkState) -> ResponseReturnValue:
    return render_template("consent/link_gone.html", state=state), 410
