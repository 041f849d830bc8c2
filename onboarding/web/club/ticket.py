"""The item: whose turn it is, the checklist with its remedies, and the messages."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from onboarding.tickets.lifecycle import CLOSED, Move, State
from onboarding.tickets.threads import ThreadEntry
from onboarding.usecases import pages, submitting, thread
from onboarding.usecases.pages import ClubPage
from onboarding.usecases.refusals import LooksLikeSecret, Wrong
from onboarding.web import forms
from onboarding.web.club import club
from onboarding.web.club.guided import form_version, part_of, start_test
from onboarding.web.club.sending import answers_of, proposed_statement, send_page
from onboarding.web.club.testing import fragment, seen
from onboarding.web.session import current_actor

MOST_TO_READ = 12_000
"""Characters of messages that the page shows at once; a link leads to the older ones."""


@club.get("/p-w/<int:number>")
def ticket(number: int) -> str | Response:
    """The item; a draft goes on where the form was left."""
    actor = current_actor()
    page = pages.club_page(actor, number)
    if page.ticket.state is State.DRAFT:
        return redirect(url_for("club.resume", number=number))
    thread.mark_read(actor, number)
    return _ticket(page)


@club.get("/p-w/<int:number>/stand")
def ticket_list(number: int) -> tuple[str, int]:
    """The live part of the item alone: whose turn it is and the checklist."""
    page = pages.club_page(current_actor(), number)
    return fragment("club/_ticket_live.html", page.checklist, _context(page) | {"oob": True})


@club.post("/p-w/<int:number>/bericht")
def message(number: int) -> Response | tuple[str, int]:
    """Send a message to support; one that holds a code is caught, and stays in the box."""
    actor = current_actor()
    body, once = request.form.get("body", ""), request.form.get("once", "")
    try:
        thread.club_message(actor, number, body, once)
    except LooksLikeSecret as caught:
        return _ticket(pages.club_page(actor, number), body=body, caught=caught), 422
    except Wrong as wrong:
        return _ticket(pages.club_page(actor, number), body=body, errors=wrong.errors), 422
    return redirect(url_for("club.ticket", number=number, _anchor="write"))


@club.post("/p-w/<int:number>/verklaring/<check>")
def state_fact(number: int, check: str) -> Response | tuple[str, int]:
    """The club's word on something that no machine can see."""
    actor, form = current_actor(), request.form
    typed = {key: form.get(key, "") for key in ("ticked", "name", "date")}
    try:
        submitting.state_fact(
            actor, number, form_version(), check, ticked=bool(typed["ticked"]), name=typed["name"], date=typed["date"]
        )
    except LooksLikeSecret:
        return _stated_wrongly(number, check, {"name": _("This looks like a code. Write your name here.")}, typed)
    except Wrong as wrong:
        return _stated_wrongly(number, check, wrong.errors, typed)
    is_draft = pages.club_page(actor, number).ticket.state is State.DRAFT
    return redirect(url_for("club.send" if is_draft else "club.ticket", number=number, _anchor=f"check-{check}"))


@club.post("/p-w/<int:number>/opnieuw")
def test_again(number: int) -> Response | tuple[str, int]:
    """Test again; when nothing of the club is open any more, the item goes back to support by itself."""
    return start_test(number)


@club.post("/p-w/<int:number>/terug")
def hand_back(number: int) -> Response:
    """Back to support as it is."""
    submitting.resubmit(current_actor(), number, form_version())
    return redirect(url_for("club.ticket", number=number))


@club.get("/p-w/<int:number>/intrekken")
def withdraw(number: int) -> str:
    """Ask once more before anything is thrown away."""
    return render_template("club/withdraw.html", page=pages.club_page(current_actor(), number))


@club.post("/p-w/<int:number>/intrekken")
def withdraw_now(number: int) -> Response:
    """Close the item and destroy its codes."""
    submitting.withdraw(current_actor(), number, form_version())
    flash(_("The item is withdrawn and its codes are destroyed."))
    return redirect(url_for("club.board"))


def _stated_wrongly(number: int, check: str, errors: Mapping[str, object], typed: Mapping[str, str]) -> tuple[str, int]:
    page = pages.club_page(current_actor(), number)
    if page.ticket.state is State.DRAFT:
        return send_page(page, errors, typed, check), 422
    return _ticket(page, errors=errors, typed=typed, wrong_check=check), 422


def _recent(entries: tuple[ThreadEntry, ...]) -> tuple[ThreadEntry, ...]:
    """The newest entries that fit on the page."""
    length = 0
    for place, entry in enumerate(reversed(entries)):
        length += len(entry.body)
        if length > MOST_TO_READ and place:
            return entries[-place:]
    return entries


def _ticket(page: ClubPage, *, body: str = "", caught: LooksLikeSecret | None = None, **more: Any) -> str:
    context = _context(page) | more
    entries = page.thread if request.args.get("messages") == "all" else _recent(page.thread)
    field = caught.field if caught is not None and context["may_correct"] else None
    return render_template(
        "club/ticket.html",
        **context,
        entries=entries,
        older=len(page.thread) - len(entries),
        body=body,
        once=secrets.token_urlsafe(16),
        caught=caught,
        caught_label=caught.label if caught is not None else None,
        caught_url=context["links"][field] if field else None,
    )


def _context(page: ClubPage) -> dict[str, Any]:
    """What the item and its live part show."""
    part = part_of(page)
    return {
        "page": page,
        "part": part,
        "answers": answers_of(page, part) if page.ticket.state not in CLOSED else (),
        "labels": forms.labels(page.connector),
        "links": forms.links(page.connector, page.ticket.id or 0),
        "faulty": next(iter(forms.faults(page.checklist)), None),
        "may_correct": Move.RESUBMIT in page.moves,
        "may_hand_back": Move.RESUBMIT in page.moves and not page.checklist.is_live,
        "may_state": Move.WITHDRAW in page.moves,
        "may_withdraw": Move.WITHDRAW in page.moves,
        "may_write": page.ticket.state is not State.WITHDRAWN,
        "seen": seen(page.checklist),
        "errors": {},
        "typed": proposed_statement(),
        "wrong_check": None,
        "oob": False,
    }
