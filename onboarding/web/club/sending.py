"""The last step of the guided form: check your answers, send, and what happens next."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from flask import redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from connectors.kit.credentials import NOT_TYPED, FieldSpec
from connectors.kit.errors import Owner
from connectors.kit.text import Text
from onboarding.checks.checklist import Standing
from onboarding.clock import now
from onboarding.i18n import HOME
from onboarding.tickets.lifecycle import State
from onboarding.usecases import drafts, pages, submitting
from onboarding.usecases.pages import ClubPage
from onboarding.usecases.refusals import Wrong
from onboarding.web import forms
from onboarding.web.club import club
from onboarding.web.club.guided import form_version, part_of, reached
from onboarding.web.consent_part import ConsentPart, elsewhere
from onboarding.web.forms import NOTHING
from onboarding.web.session import current_actor


@dataclass(frozen=True, slots=True)
class Answer:
    """One row of check-your-answers, with the place to change it."""

    label: Text
    value: str
    kept: bool
    url: str


@club.get("/p-w/<int:number>/versturen")
def send(number: int) -> str | Response:
    """Everything that was filled in, with a way to change it, and the checklist."""
    actor = current_actor()
    page = pages.club_page(actor, number)
    if page.ticket.state is not State.DRAFT:
        return redirect(url_for("club.ticket", number=number))
    if page.ticket.step == "test":
        drafts.set_step(actor, number, page.ticket.version, "send")
    return send_page(page)


@club.post("/p-w/<int:number>/versturen")
def submit(number: int) -> Response | tuple[str, int]:
    """Send it to support."""
    actor = current_actor()
    try:
        submitting.submit(actor, number, form_version())
    except Wrong as wrong:
        return send_page(pages.club_page(actor, number), wrong.errors), 422
    return redirect(url_for("club.sent", number=number))


@club.get("/p-w/<int:number>/verstuurd")
def sent(number: int) -> str | Response:
    """The number, and what happens next."""
    page = pages.club_page(current_actor(), number)
    if page.ticket.state is State.DRAFT:
        return redirect(url_for("club.resume", number=number))
    return render_template("club/sent.html", page=page)


def send_page(
    page: ClubPage,
    errors: Mapping[str, object] = NOTHING,
    typed: Mapping[str, str] = NOTHING,
    wrong_check: str | None = None,
) -> str:
    """Check-your-answers; ``errors`` of a statement belong to ``wrong_check``."""
    return render_template(
        "club/send.html",
        page=page,
        answers=answers_of(page, part_of(page)),
        labels=forms.labels(page.connector),
        links=forms.links(page.connector, page.ticket.id or 0),
        open=sum(
            item.standing in (Standing.FAILED, Standing.ASKS_CLUB) for item in page.checklist.open_items(Owner.CLUB)
        ),
        errors=errors,
        typed=typed or proposed_statement(),
        wrong_check=wrong_check,
        reached=reached(page),
    )


def proposed_statement() -> dict[str, str]:
    """What a statement starts with: the name of who is here, and today."""
    return {"name": current_actor().name, "date": f"{now().astimezone(HOME):%d-%m-%Y}"}


def answers_of(page: ClubPage, part: ConsentPart | None) -> tuple[Answer, ...]:
    """What was filled in, by field; of a secret only that it is kept, of a consent who gave it."""
    links = forms.links(page.connector, page.ticket.id or 0)
    needless = elsewhere(part, page.connector) - {part.chooses if part is not None else ""}
    asked = [spec for spec in page.connector.login.fields() if spec.kind != "code" and spec.key not in needless]
    return tuple(_answer(page, part, spec, links[spec.key]) for spec in asked if part or spec.kind not in NOT_TYPED)


def _answer(page: ClubPage, part: ConsentPart | None, spec: FieldSpec, url: str) -> Answer:
    if spec.kind == "consent":
        said = part.said if part is not None and part.given is not None else ""
        return Answer(spec.label, said, kept=False, url=url)
    value = _named(page.shown.get(spec.key, ""), _options(page, spec))
    return Answer(spec.label, value, spec.key in page.sealed, url)


def _options(page: ClubPage, spec: FieldSpec) -> list[list[str]]:
    return [["yes", _("Yes")], ["no", _("No")]] if spec.kind == "yes_no" else page.options.get(spec.key, [])


def _named(value: str, options: list[list[str]]) -> str:
    """What was chosen, by the names that the package gives."""
    names = {option[0]: option[1] for option in options}
    return ", ".join(names.get(part, part) for part in value.splitlines())
