"""The pages of the demo itself: who signs in, made-up credentials to try, the switch of an outage, the mails."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from flask import Blueprint, Flask, abort, current_app, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

import connectors
from connectors.kit.credentials import NOT_TYPED, FieldSpec
from connectors.kit.sandbox import MadeUpClub
from demo import cast, mails, switches

pages = Blueprint("demo", __name__)


@dataclass(frozen=True, slots=True)
class ToTry:
    """A made-up club of a package, with what to fill in; ``consents``: its consent is given by a button."""

    club: MadeUpClub
    values: tuple[tuple[FieldSpec, str], ...]
    consents: bool


def create_pages(mail_folder: Path, emulators: str) -> Flask:
    """The demo's own small app: ``emulators`` is the address of the emulated packages."""
    app = Flask(__name__, template_folder="templates", static_folder="static")
    app.config.update(MAILS=mail_folder, EMULATORS=emulators)
    app.register_blueprint(pages)
    app.context_processor(lambda: {"say": _say(), "language": _language()})
    return app


def create_pages_here() -> Flask:
    """The same for the place that the environment names."""
    return create_pages(Path(os.environ["DEMO_MAILS"]), os.environ["DEMO_EMULATORS"])


@pages.get("/")
def start() -> str:
    """Where to begin."""
    return render_template(
        "start.html",
        members=cast.MEMBERS,
        staff=cast.STAFF,
        password=cast.PASSWORD,
        packages=connectors.find().values(),
        switches=_switches(),
    )


@pages.get("/gegevens/<key>")
def package(key: str) -> str:
    """The made-up clubs of a package: what to fill in, or as whom to give consent."""
    found = connectors.find().get(key)
    if found is None:
        abort(404)
    featured = [club for club in found.sandbox().clubs if club.featured]
    clubs = [_to_try(found.login.fields(), club) for club in featured]
    return render_template("package.html", package=found, clubs=clubs, public_page=f"/autoriseren/{key}")


@pages.post("/schakelaar")
def switch() -> Response:
    """Turn a made-up disturbance off, or on again."""
    try:
        switches.turn(_emulators(), request.form["key"], on=request.form["on"] == "1")
    except KeyError:
        abort(404)
    return redirect(f"{url_for('demo.start', lang=_language())}#schakelaars")


@pages.get("/mail/")
def inbox() -> str:
    """Every mail that the product sent."""
    return render_template("inbox.html", mails=mails.mails(_folder()))


@pages.get("/mail/<name>")
def one_mail(name: str) -> str:
    """One mail, as its reader sees it."""
    try:
        return render_template("mail.html", mail=mails.mail(_folder(), name))
    except KeyError:
        abort(404)


def _to_try(fields: tuple[FieldSpec, ...], club: MadeUpClub) -> ToTry:
    filled = [spec for spec in fields if club.input.get(spec.key)]
    typed = tuple((spec, club.input[spec.key]) for spec in filled if spec.kind not in NOT_TYPED)
    return ToTry(club, typed, consents=any(spec.kind in NOT_TYPED for spec in filled))


def _switches() -> list[tuple[switches.Switch, bool]]:
    return [(switch, switches.is_on(_emulators(), switch.key)) for switch in switches.SWITCHES]


def _folder() -> Path:
    folder: Path = current_app.config["MAILS"]
    return folder


def _emulators() -> str:
    return str(current_app.config["EMULATORS"])


def _language() -> str:
    return "en" if request.args.get("lang") == "en" else "nl"


def _say() -> Callable[[str, str], str]:
    english = _language() == "en"
    return lambda nl, en: en if english else nl
