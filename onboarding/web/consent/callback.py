"""Back from a package: what came of a consent, on a page whose address holds neither code nor state."""

from __future__ import annotations

from flask import abort, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue

from connectors.kit.text import Text
from onboarding.oauth.models import Way
from onboarding.usecases import authorising
from onboarding.usecases.authorising import CameBack, Kind
from onboarding.usecases.consent_words import WORDS
from onboarding.web.access import public
from onboarding.web.consent import consent
from onboarding.web.consent.leaving import DONE, SAID, show_again, way_back
from onboarding.web.consent.words import TOLD
from onboarding.web.session import browser, current_actor, is_signed_in

SLUGS = {kind: kind.value.replace("_", "-") for kind in Kind}
"""How an address names each way in which no consent came."""


@consent.get("/oauth/<package>/terug")
@public
def come_back(package: str) -> ResponseReturnValue:
    """Take what the package sent along, and go on to a page of our own."""
    actor = current_actor() if is_signed_in() else None
    came = authorising.come_back(actor, package, browser(), request.args.to_dict())
    if came.kind is Kind.OUTAGE:  # the code may still be good: the same address can be opened again
        return _page(came.kind, came.problem, None, request.full_path), 503
    if came.kind is not None:
        session[SAID] = _said(came)
        return redirect(url_for("consent.trouble", package=package, kind=SLUGS[came.kind], item=came.number), 303)
    return redirect(_next(came), 303)


@consent.get("/oauth/<package>/niet-gelukt/<kind>")
@public
def trouble(package: str, kind: str) -> ResponseReturnValue:
    """Why no consent came, and the next step. Nothing is lost."""
    known = next((one for one, slug in SLUGS.items() if slug == kind), None)
    if known is None:
        abort(404)
    name = authorising.consenting(package).name
    said = session.get(SAID) or {}
    problem = said.get("problem") if said.get("kind") == known else None
    remedy = said.get("remedy") if problem else None
    return _page(known, problem or WORDS[known].format(name=name), remedy, _way_on(known))


@consent.get("/oauth/<package>/klaar")
@public
def done(package: str) -> ResponseReturnValue:
    """For the bookkeeper: nothing more to do."""
    connector = authorising.consenting(package)
    if session.get(DONE) != package:
        return redirect(url_for("home.index"), 303)
    return render_template("consent/done.html", package=connector)


def _next(came: CameBack) -> str:
    """Where whoever gave consent goes on."""
    match came.way:
        case Way.TICKET:
            return url_for("club.books", number=came.number)
        case Way.PUBLIC:
            show_again(request.args["state"])
            return url_for("consent.code", package=came.package)
    session[DONE] = came.package
    return url_for("consent.done", package=came.package)


def _way_on(kind: Kind) -> str:
    """The next step: in the item that it is about, where this browser set out, or at the front door."""
    number = request.args.get("item", type=int)
    if kind is Kind.CLOSED and number is not None:
        return url_for("club.ticket", number=number)
    if number is not None:
        return url_for("club.codes", number=number, _anchor="consent")
    return way_back()


def _page(kind: Kind, problem: object, remedy: object, back: str) -> str:
    return render_template("consent/trouble.html", told=TOLD[kind], problem=problem, remedy=remedy, back=back)


def _said(came: CameBack) -> dict[str, object]:
    """What was said, as the session keeps it until the page shows it."""
    return {"kind": came.kind, "problem": _pair(came.problem), "remedy": _pair(came.remedy)}


def _pair(text: Text | None) -> dict[str, str] | None:
    return {"nl": text.nl, "en": text.en} if text is not None else None
