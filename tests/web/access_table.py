"""Who may open what: every route and method with what each kind of person gets. A route without a row fails."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Gets(StrEnum):
    """What somebody gets."""

    IN = "let in"
    SIGN_IN = "asked to sign in"
    NO = "403"
    HIDDEN = "404"


ROLES = ("stranger", "own club", "other club", "support", "lead", "admin")
IN, SIGN_IN, NO, HIDDEN = Gets.IN, Gets.SIGN_IN, Gets.NO, Gets.HIDDEN

EVERYBODY = (IN,) * 6
"""Open to the world."""
SIGNED_IN = (SIGN_IN, IN, IN, IN, IN, IN)
"""A page about whoever looks at it."""
MEMBERS = (SIGN_IN, IN, IN, NO, NO, NO)
"""A page of whatever club somebody is in: staff has none."""
OUR_CLUB = (SIGN_IN, IN, HIDDEN, HIDDEN, HIDDEN, HIDDEN)
"""One club's people."""
OUR_TICKET = (SIGN_IN, IN, HIDDEN, NO, NO, NO)
"""One club's item, on the club's side."""
STAFF = (SIGN_IN, NO, NO, IN, IN, IN)
"""The help desk."""
LEADS = (SIGN_IN, NO, NO, NO, IN, IN)
"""Leads of the help desk."""
ADMINS = (SIGN_IN, NO, NO, NO, NO, IN)
"""Those who run it."""


@dataclass(frozen=True, slots=True)
class Row:
    """One route with one method, and what each of ``ROLES`` gets."""

    method: str
    path: str
    gets: tuple[Gets, ...]


def _rows(gets: tuple[Gets, ...], *routes: str) -> tuple[Row, ...]:
    return tuple(Row(*route.split(" "), gets) for route in routes)


TABLE: tuple[Row, ...] = (
    *_rows(
        EVERYBODY,
        "GET /static/<path:filename>",
        "GET /static/vendor/htmx.js",
        "GET /healthz",
        "GET /readyz",
        "GET /account/aanmelden",
        "POST /account/aanmelden",
        "GET /account/aanmelden/gestuurd",
        "GET /account/wachtwoord-vergeten",
        "POST /account/wachtwoord-vergeten",
        "GET /account/link/<token>",
        "POST /account/link/<token>",
        "GET /account/wachtwoord/<token>",
        "POST /account/wachtwoord/<token>",
        "GET /account/uitnodiging/<token>",
        "POST /account/uitnodiging/<token>",
        "POST /account/oidc",
        "GET /account/oidc/terug",
        "GET /account/oidc/niet-gelukt",
        "POST /account/afmelden",
        "POST /account/taal",
        "GET /account/code",
        "POST /account/code",
        "GET /oauth/<package>/terug",
        "GET /oauth/<package>/niet-gelukt/<kind>",
        "GET /oauth/<package>/klaar",
        "GET /koppelen/<token>",
        "POST /koppelen/<token>",
        "GET /autoriseren/<package>",
        "POST /autoriseren/<package>",
        "GET /autoriseren/<package>/code",
    ),
    *_rows(
        SIGNED_IN,
        "GET /",
        "GET /account/",
        "POST /account/naam",
        "POST /account/wachtwoord",
        "POST /account/overal-afmelden",
        "GET /account/extra-code",
        "POST /account/extra-code/begin",
        "POST /account/extra-code/klaar",
        "POST /account/extra-code/noodcodes",
        "POST /account/extra-code/weg",
        "GET /account/bevestig",
        "POST /account/bevestig",
    ),
    *_rows(
        OUR_CLUB,
        "POST /account/club",
        "GET /account/clubs/<int:club_id>/",
        "POST /account/clubs/<int:club_id>/uitnodigen",
        "POST /account/clubs/<int:club_id>/uitnodigingen/<int:link_id>/intrekken",
        "GET /account/clubs/<int:club_id>/leden/<int:user_id>/weg",
        "POST /account/clubs/<int:club_id>/leden/<int:user_id>/weg",
    ),
    *_rows(
        MEMBERS,
        "GET /p-w/",
        "GET /p-w/nieuw",
        "GET /p-w/nieuw/<package>",
        "POST /p-w/nieuw/<package>",
        "GET /instellingen/clubinstellingen/boekhouding",
    ),
    *_rows(
        OUR_TICKET,
        "POST /instellingen/clubinstellingen/boekhouding/<int:connection>/opnieuw",
        "POST /instellingen/clubinstellingen/boekhouding/<int:connection>/toestemming",
        "GET /instellingen/clubinstellingen/boekhouding/<int:connection>/ontkoppelen",
        "POST /instellingen/clubinstellingen/boekhouding/<int:connection>/ontkoppelen",
        "GET /p-w/<int:number>",
        "GET /p-w/<int:number>/stand",
        "GET /p-w/<int:number>/verder",
        "GET /p-w/<int:number>/voorbereiden",
        "POST /p-w/<int:number>/voorbereiden",
        "GET /p-w/<int:number>/codes",
        "POST /p-w/<int:number>/codes",
        "POST /p-w/<int:number>/codes/bewaar",
        "GET /p-w/<int:number>/toestemming",
        "POST /p-w/<int:number>/toestemming",
        "POST /p-w/<int:number>/administratie",
        "GET /p-w/<int:number>/boekhouder",
        "POST /p-w/<int:number>/boekhouder",
        "POST /p-w/<int:number>/boekhouder/intrekken",
        "GET /p-w/<int:number>/testen",
        "GET /p-w/<int:number>/testen/stand",
        "POST /p-w/<int:number>/testen",
        "GET /p-w/<int:number>/keuzes",
        "POST /p-w/<int:number>/keuzes",
        "GET /p-w/<int:number>/versturen",
        "POST /p-w/<int:number>/versturen",
        "GET /p-w/<int:number>/verstuurd",
        "POST /p-w/<int:number>/bericht",
        "POST /p-w/<int:number>/verklaring/<check>",
        "POST /p-w/<int:number>/wissel",
        "POST /p-w/<int:number>/opnieuw",
        "POST /p-w/<int:number>/terug",
        "GET /p-w/<int:number>/intrekken",
        "POST /p-w/<int:number>/intrekken",
    ),
    *_rows(
        STAFF,
        "GET /support/",
        "GET /support/sneltoetsen",
        "GET /support/tickets/<int:number>",
        "POST /support/tickets/<int:number>/activeer",
        "POST /support/tickets/<int:number>/akkoord",
        "POST /support/tickets/<int:number>/antwoord",
        "POST /support/tickets/<int:number>/bevestig",
        "GET /support/tickets/<int:number>/bewijs/<check>",
        "POST /support/tickets/<int:number>/heropen",
        "POST /support/tickets/<int:number>/maak-onleesbaar/<int:message>",
        "POST /support/tickets/<int:number>/neem",
        "POST /support/tickets/<int:number>/niet-akkoord",
        "POST /support/tickets/<int:number>/notitie",
        "GET /support/tickets/<int:number>/stand",
        "POST /support/tickets/<int:number>/terughalen/<int:message>",
        "POST /support/tickets/<int:number>/test",
        "POST /support/tickets/<int:number>/voorbeeld",
        "POST /support/tickets/<int:number>/vraag-akkoord",
        "GET /support/tickets/<int:number>/vraag-club",
        "POST /support/tickets/<int:number>/vraag-club",
        "POST /support/tickets/<int:number>/wijs-af",
    ),
    *_rows(
        LEADS,
        "POST /support/tickets/<int:number>/wijk-af",
    ),
    *_rows(
        ADMINS,
        "GET /support/beheer",
        "GET /support/beheer/webhooks",
        "POST /support/beheer/webhooks/<int:event>/opnieuw",
    ),
)
