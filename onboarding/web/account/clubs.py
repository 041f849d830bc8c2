"""The people of a club: who is in it, inviting somebody, leaving."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from onboarding.usecases import clubs, invitations, people
from onboarding.usecases.refusals import NotFound, Wrong
from onboarding.web.session import current_actor, renew


def page(club_id: int) -> ResponseReturnValue:
    """Members, open invitations and the form to invite."""
    return _page(club_id, {}, {})


def invite(club_id: int) -> ResponseReturnValue:
    """Invite somebody by mail."""
    typed = {"email": request.form.get("email", ""), "name": request.form.get("name", "")}
    try:
        sent = invitations.invite_member(current_actor(), club_id, typed["email"], typed["name"])
    except Wrong as wrong:
        return _page(club_id, typed, wrong.errors), 422
    flash(_("The invitation to %(email)s is on its way.", email=sent.email))
    return redirect(url_for("account.club", club_id=club_id), 303)


def withdraw(club_id: int, link_id: int) -> ResponseReturnValue:
    """Take an invitation back."""
    invitations.withdraw(current_actor(), club_id, link_id)
    flash(_("The invitation is withdrawn."))
    return redirect(url_for("account.club", club_id=club_id), 303)


def part_page(club_id: int, user_id: int) -> ResponseReturnValue:
    """Are you sure?"""
    return _part_page(club_id, user_id, {})


def part(club_id: int, user_id: int) -> ResponseReturnValue:
    """Remove somebody from the club, or leave it oneself."""
    actor = current_actor()
    try:
        clubs.end_membership(actor, club_id, user_id, even_last=request.form.get("last") == "yes")
    except Wrong as wrong:
        return _part_page(club_id, user_id, wrong.errors), 422
    if user_id == actor.user_id:
        renew(people.myself(actor))
        flash(_("You left the club."))
        return redirect(url_for("account.mine"), 303)
    flash(_("This person can no longer act for the club."))
    return redirect(url_for("account.club", club_id=club_id), 303)


def _page(club_id: int, typed: dict[str, str], errors: dict[str, object]) -> str:
    people = clubs.people_of(current_actor(), club_id)
    return render_template("account/club.html", club=people, typed=typed, errors=errors)


def _part_page(club_id: int, user_id: int, errors: dict[str, object]) -> str:
    people = clubs.people_of(current_actor(), club_id)
    member = people.member(user_id)
    if member is None:
        raise NotFound
    return render_template("account/part.html", club=people, member=member, errors=errors)
