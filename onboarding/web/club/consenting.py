"""Consent in an item: giving it, by a pasted code, by a bookkeeper, and "is this the right administration?"."""

from __future__ import annotations

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from onboarding.i18n import said
from onboarding.settings import current_settings
from onboarding.usecases import authorising, consent_links, pages
from onboarding.usecases.pages import ClubPage
from onboarding.usecases.refusals import Wrong
from onboarding.web import forms
from onboarding.web.club import club
from onboarding.web.club.guided import form_version, later, part_of, reached, set_out, start_test
from onboarding.web.consent_part import ConsentPart
from onboarding.web.forms import NOTHING, Words
from onboarding.web.session import current_actor


@club.post("/p-w/<int:number>/toestemming")
def give_consent(number: int) -> Response | tuple[str, int]:
    """Go to the package with what is filled in already."""
    return set_out(number, form_version(), {})


@club.get("/p-w/<int:number>/toestemming")
def books(number: int) -> str | Response:
    """Of which administration the consent is; without a consent, the step where it is given."""
    page = pages.club_page(current_actor(), number)
    part = part_of(page)
    if part is None or part.given is None:
        return redirect(url_for("club.codes", number=number))  # where the address names a field, it is there
    return _books(page, part)


@club.post("/p-w/<int:number>/administratie")
def choose_books(number: int) -> Response | tuple[str, int]:
    """Keep which administration it is, and test; or get the list again."""
    actor, do = current_actor(), request.form.get("do")
    page, part = _with_consent(number)
    if part.given is None:
        return redirect(url_for("club.codes", number=number, _anchor="consent"))
    if do == "list":
        return _list_again(number)
    listed, other = request.form.get(part.chooses, "").strip(), request.form.get("other", "").strip()
    is_typed = bool(other) and (not listed or other != page.shown.get(part.chooses))
    if not (listed or other):
        wrong: Words = {part.chooses: _("Choose the administration of your club.")}
        return later() if do == "later" else (_books(page, part, wrong), 422)
    saved = authorising.choose_administration(actor, number, form_version(), other if is_typed else listed)
    if part.chooses in saved.errors:
        place = "other" if is_typed and part.options else part.chooses
        return _books(page, part, {place: saved.errors[part.chooses]}, other), 422
    return later() if do == "later" else start_test(number)


@club.get("/p-w/<int:number>/boekhouder")
def bookkeeper(number: int) -> str:
    """A link for somebody who has the sign-in of the package: make it, see how it stands."""
    return _bookkeeper(number)


@club.post("/p-w/<int:number>/boekhouder")
def make_link(number: int) -> str:
    """Make a link and show it, this once; the one before it no longer works."""
    token = consent_links.make(current_actor(), number, form_version())
    return _bookkeeper(number, f"{current_settings().base_url}{url_for('consent.link', token=token)}")


@club.post("/p-w/<int:number>/boekhouder/intrekken")
def revoke_link(number: int) -> Response:
    """Take the link back."""
    consent_links.revoke(current_actor(), number, form_version())
    flash(_("The link no longer works."))
    return redirect(url_for("club.codes", number=number, _anchor="consent"))


def _list_again(number: int) -> Response:
    try:
        authorising.list_again(current_actor(), number, form_version())
    except Wrong as wrong:
        for text in wrong.errors.values():
            flash(said(text), "wait")
    return redirect(url_for("club.books", number=number))


def _with_consent(number: int) -> tuple[ClubPage, ConsentPart]:
    """The item and its consent; 404 where the package gives none."""
    page = pages.club_page(current_actor(), number)
    part = part_of(page)
    if part is None:
        abort(404)
    return page, part


def _books(page: ClubPage, part: ConsentPart, errors: Words = NOTHING, other: str = "") -> str:
    chosen = page.shown.get(part.chooses, "")
    is_other = bool(chosen) and chosen not in dict(part.options)
    return render_template(
        "club/books.html",
        page=page,
        part=part,
        field=forms.one_field(page.connector, forms.known(page), part.chooses) if part.chooses else None,
        chosen=chosen,
        other=other or (chosen if is_other else ""),
        labels=forms.labels(page.connector),
        errors=errors,
        reached=reached(page),
    )


def _bookkeeper(number: int, address: str = "") -> str:
    page, part = _with_consent(number)
    return render_template("club/bookkeeper.html", page=page, part=part, address=address)
