"""Consent on the pages of an item: whether it is the way now, what was given, and of which administration."""

from __future__ import annotations

from dataclasses import dataclass

from flask_babel import gettext as _

from connectors.kit.authorization import CONSENT
from connectors.kit.connector import Connector
from onboarding.checks.checklist import Checklist, Standing
from onboarding.hosts import gives_consent, shows_codes
from onboarding.i18n import day
from onboarding.oauth.models import Way
from onboarding.usecases.authorising import ConsentView, LinkView
from onboarding.web.forms import NOTHING, Words, books_field, faults

CODE = "auth_code"
"""The field into which a code is pasted, whatever the package."""


@dataclass(frozen=True, slots=True)
class ConsentPart:
    """``leads``: consent is the way in, and no password is asked. ``given`` is there while it can be used.

    ``said`` tells in a sentence who gave it, empty while nobody did. ``closed`` is why a password is no way any more,
    in the package's words. ``books`` is the administration that was chosen, as people know it; ``chooses`` the field
    in which that is done, empty where it is done at the package.
    """

    package: str
    leads: bool
    given: ConsentView | None
    waits: bool
    said: str
    closed: object | None
    link: LinkView | None
    books: str
    chooses: str
    options: tuple[tuple[str, str], ...]
    takes_raw: bool
    error: object | None
    code_error: object | None

    @property
    def is_new(self) -> bool:
        """Whether consent is to be given before anything can be tested."""
        return self.leads and self.given is None and not self.waits

    @property
    def lacks_books(self) -> bool:
        """Whether it has still to be said which administration it is."""
        return self.given is not None and bool(self.chooses) and not self.books


def consent_part(
    view: ConsentView | None, connector: Connector, checklist: Checklist, errors: Words = NOTHING
) -> ConsentPart | None:
    """The part of an item that is about consent; None where the package gives none here."""
    if view is None or not gives_consent(connector):
        return None
    given = view if view.alive else None
    closed = None if given else _closed(checklist)
    found = {**faults(checklist), **errors}
    return ConsentPart(
        package=connector.name,
        leads=view.given_at is not None or closed is not None or not has_password_way(connector),
        given=given,
        waits=view.is_unproven,
        said=consent_words(view),
        closed=closed,
        link=view.link,
        books=dict(view.administrations).get(view.chosen, view.chosen),
        chooses=view.chooses,
        options=view.administrations,
        takes_raw=shows_codes(connector),
        error=None if closed else found.get(CONSENT) or (None if given else view.problem),
        code_error=found.get(CODE),
    )


def consent_words(view: ConsentView) -> str:
    """Who gave consent, when and how; empty while nobody did."""
    if view.given_at is None:
        return ""
    when = day(view.given_at)
    match view.way:
        case Way.LINK:
            return str(_("The bookkeeper gave consent on %(when)s.", when=when))
        case Way.PUBLIC:
            return str(_("Consent came with an authorisation code on %(when)s.", when=when))
    return str(_("%(name)s gave consent on %(when)s.", name=view.by or _("Somebody"), when=when))


def elsewhere(part: ConsentPart | None, connector: Connector) -> frozenset[str]:
    """Fields that the form of the codes does not ask: needless next to a consent, or chosen out of a list."""
    return not_asked(connector) if part is not None and part.leads else frozenset()


def not_asked(connector: Connector) -> frozenset[str]:
    """The fields that are not asked of whoever gives consent."""
    needless = (spec.key for spec in connector.login.fields() if spec.unless == CONSENT)
    return frozenset({books_field(connector), *needless})


def has_password_way(connector: Connector) -> bool:
    """Whether a club can sign in with a password instead."""
    return any(spec.unless == CONSENT for spec in connector.login.fields())


def _closed(checklist: Checklist) -> object | None:
    """What the package says when it takes no password any more."""
    lines = [item.line for item in checklist.items if item.standing is Standing.FAILED]
    said = [line.texts.get("problem") for line in lines if line is not None and line.error == "MethodClosed"]
    return said[0] if said else None
