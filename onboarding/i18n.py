"""Languages: which one a page speaks, its catalogue, and moments as people say them."""

from __future__ import annotations

import gettext
from collections.abc import Iterable
from contextlib import AbstractContextManager
from datetime import datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import NullTranslations, Translations
from flask import Flask, g, has_request_context, request, session
from flask_babel import Babel, Domain, force_locale, get_locale, refresh
from flask_babel import gettext as _

from connectors.kit.text import LANGUAGES, Text
from onboarding.clock import now

HOME = ZoneInfo("Europe/Amsterdam")
CATALOGUES = Path(__file__).parent / "translations"
_DAYS = {
    "nl": ("maandag", "dinsdag", "woensdag", "donderdag", "vrijdag", "zaterdag", "zondag"),
    "en": ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
}
_MONTHS = {
    "nl": (
        "januari", "februari", "maart", "april", "mei", "juni",
        "juli", "augustus", "september", "oktober", "november", "december",
    ),
    "en": (
        "January", "February", "March", "April", "May", "June",
        "July", "August", "September", "October", "November", "December",
    ),
}  # fmt: skip


class _Fragments(Domain):  # type: ignore[misc]  # the library ships no types
    """The catalogue of a language, put together from every ``translations/<language>/*.po`` when first needed."""

    def get_translations(self) -> NullTranslations:
        language = current_language()
        if language not in self.cache:
            self.cache[language] = _compile(language)
        translations: NullTranslations = self.cache[language]
        return translations


def set_up(app: Flask) -> None:
    """Register languages and the filters ``t``, ``clock``, ``day``, ``ago`` and ``path`` on ``app``."""
    babel = Babel()
    babel.init_app(app, default_locale="nl", default_timezone="Europe/Amsterdam", locale_selector=_choose)
    babel.domain_instance = _Fragments()
    app.jinja_env.filters.update(t=said, clock=clock, day=day, ago=ago, path=path)
    app.jinja_env.globals.update(current_language=current_language)


def current_language() -> str:
    """The language of this request, job or command: "nl" or "en"."""
    locale = get_locale()
    return str(locale.language) if locale is not None else LANGUAGES[0]


def speak(language: str) -> None:
    """Speak ``language`` for the rest of this request: the person's own goes before the browser's."""
    g.koppelbalie_language = language
    refresh()


def in_language(language: str) -> AbstractContextManager[None]:
    """Speaks ``language`` ("nl" or "en") meanwhile."""
    speaking: AbstractContextManager[None] = force_locale(language)
    return speaking


def said(text: Any) -> str:
    """A ``Text``, a ``{"nl", "en"}`` mapping or an ``(nl, en)`` pair in the current language."""
    match text:
        case None:
            return ""
        case Text():
            return text.in_(current_language())
        case {"nl": str(dutch), "en": str(english)}:
            return Text(dutch, english).in_(current_language())
        case (str(dutch), str(english)):
            return Text(dutch, english).in_(current_language())
    return str(text)


def clock(moment: datetime) -> str:
    """The time of day: "20.14 uur", "20:14"."""
    here = moment.astimezone(HOME)
    return f"{here:%H.%M} uur" if current_language() == "nl" else f"{here:%H:%M}"


def day(moment: datetime) -> str:
    """The day, and the time when it is near: "vandaag 20.20", "gisteren 9.05", "3 mei", "3 mei 2025"."""
    language = current_language()
    here, today = moment.astimezone(HOME), now().astimezone(HOME)
    hour = f"{here:%H.%M}" if language == "nl" else f"{here:%H:%M}"
    match (here.date() - today.date()).days:
        case 0:
            return " ".join((_("today"), hour))
        case -1:
            return " ".join((_("yesterday"), hour))
        case 1:
            return " ".join((_("tomorrow"), hour))
        case days if -7 < days < 7:
            return f"{_DAYS[language][here.weekday()]} {hour}"
    year = "" if here.year == today.year else f" {here.year}"
    return f"{here.day} {_MONTHS[language][here.month - 1]}{year}"


def ago(moment: datetime) -> str:
    """How long ago, in short: "nu", "40 min", "2 u", "3 d"."""
    passed = max(now() - moment, timedelta())
    minutes = int(passed.total_seconds() // 60)
    if minutes < 1:
        return str(_("now"))
    if minutes < 60:
        return str(_("%(count)d min", count=minutes))
    if minutes < 48 * 60:
        return str(_("%(count)d h", count=minutes // 60))
    return str(_("%(count)d d", count=minutes // (24 * 60)))


def path(steps: Iterable[Any]) -> str:
    """A click path as text: "Beheer › Instellingen"."""
    return " › ".join(said(step) for step in steps)


def catalogue(language: str) -> Catalog:
    """All fragments of ``language`` as one catalogue; the first of two with one msgid holds."""
    whole = Catalog(locale=language)
    for file in sorted((CATALOGUES / language).glob("*.po")):
        with file.open("rb") as opened:
            for message in read_po(opened, locale=language):
                if message.id and message.string and message.id not in whole:
                    whole[message.id] = message
    return whole


def _compile(language: str) -> NullTranslations:
    if not (CATALOGUES / language).is_dir():
        return NullTranslations()
    compiled = BytesIO()
    write_mo(compiled, catalogue(language))
    compiled.seek(0)
    return Translations(compiled, domain=gettext.textdomain())


def _choose() -> str:
    chosen = g.get("koppelbalie_language") or (session.get("language") if has_request_context() else None)
    if chosen in LANGUAGES:
        return str(chosen)
    if has_request_context():
        return request.accept_languages.best_match(LANGUAGES) or LANGUAGES[0]
    return LANGUAGES[0]
