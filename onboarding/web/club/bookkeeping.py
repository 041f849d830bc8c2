"""Instellingen › Clubinstellingen › Boekhouding: the club's connections, new codes for one, the end of one."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from onboarding.tickets.lifecycle import State
from onboarding.usecases import bookkeeping, disconnecting, pages, re_entering
from onboarding.usecases.refusals import Wrong
from onboarding.web.club import club
from onboarding.web.club.board import club_id
from onboarding.web.club.guided import set_out
from onboarding.web.consent_part import consent_words
from onboarding.web.session import current_actor

PAGE = "/instellingen/clubinstellingen/boekhouding"


@club.get(PAGE)
def connections() -> str:
    """The connections of the club and how they are doing."""
    cards = bookkeeping.cards_of(current_actor(), club_id())
    return render_template("club/connections.html", connections=cards, consent_words=consent_words)


@club.post(f"{PAGE}/<int:connection>/opnieuw")
def renew(connection: int) -> Response:
    """Enter the codes anew, or go on with that."""
    number = re_entering.re_enter(current_actor(), connection)
    return redirect(url_for("club.resume", number=number))


@club.post(f"{PAGE}/<int:connection>/toestemming")
def renew_consent(connection: int) -> Response | tuple[str, int]:
    """Give consent anew: straight to the package, in an item of its own."""
    actor = current_actor()
    number = re_entering.re_enter(actor, connection)
    page = pages.club_page(actor, number)
    if page.ticket.state not in (State.DRAFT, State.CLUB_TO_ACT):
        return redirect(url_for("club.ticket", number=number))
    return set_out(number, page.ticket.version, {})


@club.get(f"{PAGE}/<int:connection>/ontkoppelen")
def disconnect(connection: int) -> str:
    """What stops, and the question whether that is meant."""
    return render_template("club/disconnect.html", ending=disconnecting.ending(current_actor(), connection), errors={})


@club.post(f"{PAGE}/<int:connection>/ontkoppelen")
def disconnect_now(connection: int) -> Response | tuple[str, int]:
    """End the connection and destroy its codes."""
    actor, typed = current_actor(), request.form.get("club", "")
    try:
        disconnecting.disconnect(actor, connection, typed)
    except Wrong as wrong:
        ending = disconnecting.ending(actor, connection)
        return render_template("club/disconnect.html", ending=ending, errors=wrong.errors, typed=typed), 422
    flash(_("The connection has ended and its codes are destroyed."))
    return redirect(url_for("club.connections"))
