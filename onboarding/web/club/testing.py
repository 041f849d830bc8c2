"""The test step of the guided form: the live checklist, and choices out of the package's own lists."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from connectors.kit.errors import Owner
from onboarding.checks.checklist import Checklist, Standing
from onboarding.i18n import clock
from onboarding.tickets.lifecycle import State
from onboarding.usecases import drafts, pages
from onboarding.usecases.pages import ClubPage, TurnLine
from onboarding.usecases.turn_lines import other_books_line, waits_for_consent
from onboarding.web import forms
from onboarding.web.club import club
from onboarding.web.club.guided import form_version, part_of, reached, start_test
from onboarding.web.forms import NOTHING, Words
from onboarding.web.session import current_actor

STOP_POLLING = 286
"""The status with which htmx stops asking."""


@club.get("/p-w/<int:number>/testen")
def test(number: int) -> str | Response:
    """The checklist of a draft: live while it runs, then what to do."""
    page = pages.club_page(current_actor(), number)
    if page.ticket.state is not State.DRAFT:
        return redirect(url_for("club.ticket", number=number))
    return render_template("club/test.html", **_panel(page), reached=reached(page))


@club.get("/p-w/<int:number>/testen/stand")
def test_panel(number: int) -> tuple[str, int] | tuple[str, int, dict[str, str]]:
    """The live part of the test step alone; nothing while nothing changed."""
    page = pages.club_page(current_actor(), number)
    if page.ticket.state is not State.DRAFT:  # it went on by itself: so does whoever looks
        return "", 200, {"HX-Redirect": url_for("club.ticket", number=number)}
    return fragment("club/_test_panel.html", page.checklist, _panel(page))


@club.post("/p-w/<int:number>/testen")
def run_test(number: int) -> Response | tuple[str, int]:
    """Test the connection now."""
    return start_test(number)


@club.get("/p-w/<int:number>/keuzes")
def choices(number: int) -> str:
    """What the package lists to choose from, on a page of its own."""
    return _choices(pages.club_page(current_actor(), number))


@club.post("/p-w/<int:number>/keuzes")
def choose_options(number: int) -> Response | tuple[str, int]:
    """Keep what was chosen and test it, or look for more in the lists."""
    actor = current_actor()
    page = pages.club_page(actor, number)
    values = forms.typed(page.connector, request.form)
    saved = drafts.choose(actor, number, form_version(), values)
    if request.form.get("do") == "search":
        sought = request.form.get("search", "").strip()
        return redirect(url_for("club.choices", number=number, search=sought or None))
    errors = {key: error for key, error in saved.errors.items() if key in values}
    if errors:
        return _choices(pages.club_page(actor, number), values, errors), 422
    return start_test(number)


@club.post("/p-w/<int:number>/wissel")
def swap_codes(number: int) -> Response | tuple[str, int]:
    """Exchange the two codes that look swapped, and test."""
    actor = current_actor()
    pair = pages.club_page(actor, number).swap
    if pair is not None:
        drafts.swap(actor, number, form_version(), *pair)
    return start_test(number)


def fragment(template: str, checklist: Checklist, context: dict[str, Any]) -> tuple[str, int]:
    """A live part: 204 while it looks the same, 286 once there is nothing more to wait for."""
    if request.args.get("seen") == context["seen"]:
        return "", 204
    waits = checklist.is_live or checklist.outage_until is not None
    return render_template(template, **context), 200 if waits else STOP_POLLING


def seen(checklist: Checklist) -> str:
    """A word that changes whenever the checklist looks different."""
    run = checklist.run
    settled = sum(item.standing is not Standing.RUNNING for item in checklist.items)
    return f"{run.id[:8]}-{run.state}-{run.attempt}-{settled}" if run is not None else "none"


def _choices(page: ClubPage, typed: Mapping[str, str] = NOTHING, errors: Words = NOTHING) -> str:
    search = request.args.get("search", "")[:80]
    known = forms.known(page, typed=typed, errors=errors)
    return render_template(
        "club/choices.html",
        page=page,
        choices=forms.offered_choices(page.connector, known, page.options, search),
        search=search,
        labels=forms.labels(page.connector),
        errors=errors,
        alone=True,
    )


def _panel(page: ClubPage) -> dict[str, Any]:
    state = "other" if _is_refused(page) else _state(page.checklist)
    is_live = page.checklist.is_live
    offered = forms.offered_choices(page.connector, forms.known(page), page.options) if page.options else ()
    return {
        "page": page,
        "part": None if is_live else part_of(page),
        "state": state,
        "line": _line(state, page),
        "labels": forms.labels(page.connector),
        "links": forms.links(page.connector, page.ticket.id or 0),
        "choices": offered,
        "search": "",
        "faulty": next(iter(forms.faults(page.checklist)), None),
        "seen": seen(page.checklist),
    }


def _is_refused(page: ClubPage) -> bool:
    """Whether new codes came out to be of another administration."""
    return page.refused is not None and not page.checklist.is_live and page.checklist.outage_until is None


def _state(checklist: Checklist) -> str:
    """How a draft's test stands: none, live, outage, fix (the club's), ours, or fine."""
    if checklist.is_live:
        return "live"
    if checklist.outage_until is not None:
        return "outage"
    if all(item.line is None for item in checklist.items):
        return "none"
    if any(item.standing is not Standing.ASKS_CLUB for item in checklist.open_items(Owner.CLUB)):
        return "fix"
    if checklist.open_items(Owner.US) or checklist.open_items(Owner.PROVIDER):
        return "ours"
    return "fine"


def _line(state: str, page: ClubPage) -> TurnLine:
    match state:
        case "live":
            return TurnLine("them", _("We are testing now"), _("This takes a few seconds. You need not do anything."))
        case "outage" if page.checklist.outage_until is not None:
            return TurnLine(
                "calm",
                _("%(package)s can't be reached at the moment", package=page.connector.name),
                _(
                    "This is not your doing and your codes are kept. We test again by ourselves at %(time)s.",
                    time=clock(page.checklist.outage_until),
                ),
            )
        case "other" if page.refused is not None:
            return other_books_line(page.refused)
        case "fix" if waits_for_consent(page.checklist):
            text = _("Give consent by this button. Nothing else has to be filled in again; then test again.")
            return TurnLine("you", _("Consent is needed"), text, "consent")
        case "fix":
            return TurnLine("you", _("Something needs your attention"), _("Below it says what to do. Then test again."))
        case "ours":
            return TurnLine(
                "them", _("Something went wrong on our side"), _("You need not do anything. Go on; we look into it.")
            )
        case "fine":
            return TurnLine("good", _("The connection works"), _("One more step: check it and send."))
    return TurnLine("you", _("Ready to test"), _("We sign in to your package once and look. Nothing is changed there."))
