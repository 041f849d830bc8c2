"""The guided form: prepare, codes, check and send. Each step is kept, so it can be left and taken up anywhere."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from connectors.kit.authorization import CONSENT
from onboarding.clock import now
from onboarding.tickets.lifecycle import Kind, State
from onboarding.usecases import authorising, drafts, pages, running
from onboarding.usecases.pages import ClubPage
from onboarding.usecases.refusals import Changed, TooSoon, Wrong
from onboarding.web import forms
from onboarding.web.club import club
from onboarding.web.consent.leaving import leave
from onboarding.web.consent_part import CODE, ConsentPart, consent_part, elsewhere, not_asked
from onboarding.web.forms import NOTHING, Known, guide_steps
from onboarding.web.session import browser, current_actor

STEPS = MappingProxyType({"prepare": "club.prepare", "codes": "club.codes", "test": "club.test", "send": "club.send"})


@club.get("/p-w/<int:number>/verder")
def resume(number: int) -> Response:
    """Where the form was left, on this device or another."""
    page = pages.club_page(current_actor(), number)
    if page.ticket.state is not State.DRAFT:
        return redirect(url_for("club.ticket", number=number))
    part = part_of(page)
    if page.ticket.step in ("codes", "test") and part is not None and part.lacks_books:
        return redirect(url_for("club.books", number=number))
    return redirect(url_for(STEPS.get(page.ticket.step, "club.prepare"), number=number))


@club.get("/p-w/<int:number>/voorbereiden")
def prepare(number: int) -> str:
    """What to do in the package before the codes are asked."""
    return _prepare(pages.club_page(current_actor(), number))


@club.post("/p-w/<int:number>/voorbereiden")
def attest(number: int) -> Response | tuple[str, int]:
    """Keep what was ticked off, and go on when all is."""
    actor, ticked = current_actor(), request.form.getlist("step")
    drafts.attest(actor, number, form_version(), ticked)
    if request.form.get("do") == "later":
        return later()
    page = pages.club_page(actor, number)
    missing = [
        step.key
        for step in guide_steps(page.connector, before=True)
        if step.attest and not step.optional and step.key not in ticked
    ]
    if missing:
        return _prepare(page, dict.fromkeys(missing, _("Tick this off once it is done."))), 422
    return redirect(url_for("club.codes", number=number))


@club.get("/p-w/<int:number>/codes")
def codes(number: int) -> str:
    """The fields beside the guide; after a question of support only those to put right."""
    page = pages.club_page(current_actor(), number)
    return _codes(page, forms.known(page))


@club.post("/p-w/<int:number>/codes")
def save_codes(number: int) -> Response | tuple[str, int]:
    """Keep what was typed, secrets sealed at once; then test, swap two codes, or stop for now."""
    actor = current_actor()
    page = pages.club_page(actor, number)
    values = forms.typed(page.connector, request.form)
    if request.form.get("do") in ("consent", "claim"):
        asked = {key: text for key, text in values.items() if text.strip() or key not in not_asked(page.connector)}
        is_code = request.form.get("do") == "claim"
        return claim_code(number, asked) if is_code else set_out(number, form_version(), asked)
    try:
        saved = drafts.save_codes(actor, number, form_version(), values)
    except Changed:  # by a second click of the same person, or by somebody else: the second try tells them apart
        saved = drafts.save_codes(actor, number, form_version(), values)
    match request.form.get("do"):
        case "swap" if saved.swap:
            drafts.swap(actor, number, saved.version, *saved.swap)
            flash(_("The two codes changed places."))
            return redirect(url_for("club.codes", number=number))
        case "later":
            return later()
    if saved.complete:
        return start_test(number)
    return codes_again(number, values, {**forms.missing(pages.club_page(actor, number)), **saved.errors})


def set_out(number: int, version: int, values: Mapping[str, str]) -> Response | tuple[str, int]:
    """Keep what was typed and go to the package for consent; the form again when something of it is wrong."""
    try:
        address = authorising.begin(current_actor(), number, version, browser(), values)
    except Wrong as wrong:
        return codes_again(number, values, wrong.errors)
    return leave(address, url_for("club.codes", number=number, _anchor="consent"))


def claim_code(number: int, values: Mapping[str, str]) -> Response | tuple[str, int]:
    """Keep what was typed, and take the consent that a pasted code stands for."""
    actor = current_actor()
    saved = drafts.save_codes(actor, number, form_version(), values)
    try:
        authorising.claim(actor, number, saved.version, request.form.get(CODE, ""))
    except Wrong as wrong:
        return codes_again(number, values, wrong.errors)
    return redirect(url_for("club.books", number=number))


def codes_again(number: int, typed: Mapping[str, str], errors: Mapping[str, object]) -> tuple[str, int]:
    """The form once more, with what was typed and what is wrong with it."""
    page = pages.club_page(current_actor(), number)
    return _codes(page, forms.known(page, typed=typed, errors=errors), errors), 422


@club.post("/p-w/<int:number>/codes/bewaar")
def keep_codes(number: int) -> tuple[str, int]:
    """Keep what was typed so far, quietly; a form that a later one overtook is let be."""
    actor = current_actor()
    page = pages.club_page(actor, number)
    if page.ticket.version != form_version():
        return "", 204
    saved = drafts.save_codes(actor, number, form_version(), forms.typed(page.connector, request.form))
    return render_template("club/_kept.html", at=now(), version=saved.version), 200


def start_test(number: int) -> Response | tuple[str, int]:
    """Begin a test: of a draft on its own page; of an item with the club, which goes back by itself if all is well."""
    actor = current_actor()
    page = pages.club_page(actor, number)
    is_draft = page.ticket.state is State.DRAFT
    if is_draft and page.ticket.step == "codes":
        drafts.set_step(actor, number, page.ticket.version, "test")
    try:
        running.request(actor, number, then="" if is_draft and page.ticket.kind is Kind.CONNECT else "resubmit")
    except TooSoon:
        flash(_("The package does not allow the next test yet. Everything is kept."), "wait")
    except Wrong as wrong:
        return codes_again(number, {}, {**wrong.errors, **forms.missing(pages.club_page(actor, number))})
    return redirect(url_for("club.test" if is_draft else "club.ticket", number=number))


def later() -> Response:
    """Back to the board, where the item waits."""
    flash(_("Kept. You can go on whenever you like, also on another device."))
    return redirect(url_for("club.board"))


def form_version() -> int:
    """The version of the item that the form was made from; 0 when it brought none, which fits no item."""
    version = request.form.get("version", 0, type=int)
    return version if abs(version) <= forms.LARGEST_NUMBER else 0


def reached(page: ClubPage) -> int:
    """The number of the last step that can be opened: each opens when the one before it is done."""
    if page.ticket.step == "prepare":
        return 0
    if forms.missing(page):
        return 1
    return 2 if page.checklist.run is None else 3


def part_of(page: ClubPage, errors: Mapping[str, object] = NOTHING) -> ConsentPart | None:
    """What the item has to do with consent."""
    return consent_part(page.consent, page.connector, page.checklist, errors)


def _prepare(page: ClubPage, errors: Mapping[str, object] = NOTHING) -> str:
    return render_template(
        "club/prepare.html",
        page=page,
        steps=guide_steps(page.connector, before=True),
        attested=page.ticket.attested,
        errors=errors,
        reached=reached(page),
    )


def _codes(page: ClubPage, known: Known, errors: Mapping[str, object] = NOTHING) -> str:
    part = part_of(page, errors)
    shown = forms.shown_fields(page.connector, known, elsewhere(part, page.connector))
    narrowed = () if request.args.get("all") else tuple(f.key for f in shown if f.key in page.ticket.to_fix)
    links = forms.links(page.connector, page.ticket.id or 0)
    by_consent, beside = part is not None and part.leads, guide_steps(page.connector, before=False)
    return render_template(
        "club/codes.html",
        page=page,
        steps=[step for step in beside if not (by_consent and step.unless == CONSENT)],
        part=part,
        fields=[field for field in shown if not narrowed or field.key in narrowed or field.error],
        narrowed=narrowed,
        all=bool(request.args.get("all")),
        labels=forms.labels(page.connector),
        elsewhere={key: url for key, url in links.items() if key not in {field.key for field in shown}},
        errors=errors,
        reached=reached(page),
    )
