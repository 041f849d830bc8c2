"""What we rely on at Exact Online, and how sure we are of it."""

from __future__ import annotations

from datetime import date

from connectors.kit.connector import EvidenceLevel, Fact
from connectors.kit.text import Text

READ_ON = date(2026, 11, 24)
DOCUMENTED, SEEN, INFERRED = EvidenceLevel.DOCUMENTED, EvidenceLevel.SEEN_IN_CLIENTS, EvidenceLevel.INFERRED


def _fact(nl: str, en: str, level: EvidenceLevel, source: str) -> Fact:
    return Fact(Text(nl=nl, en=en), level, source, READ_ON)


FACTS = (
    _fact(
        "Adressen van toestemming; een code leeft drie minuten, een refresh token 30 dagen; elk geldt één keer.",
        "Addresses of consent; a code lives three minutes, a refresh token thirty days; each is good once.",
        DOCUMENTED,
        "Exact's support pages on OAuth; picqer/exact-php-client",
    ),
    _fact(
        "Velden, hun waarden, en het recht dat elke vraag nodig heeft.",
        "Fields, their values, and the right that each call takes.",
        DOCUMENTED,
        "Exact's REST reference, resources and scopes",
    ),
    _fact(
        "Rechten staan vast in de registratie van de app; er gaat geen scope mee in het adres.",
        "Rights are fixed in the app's registration; no scope goes along in the address.",
        DOCUMENTED,
        "Exact's support pages on OAuth",
    ),
    _fact(
        "Er is geen veld voor batchbetaling in de REST API; de XML API is niet bekeken.",
        "The REST API has no field for batch payment; the XML API was not looked at.",
        DOCUMENTED,
        "absence in Exact's REST reference",
    ),
    _fact(
        "Btw inclusief, batchbetaling en de klikpaden.",
        "VAT inclusive, batch payment and the click paths.",
        DOCUMENTED,
        "help page of Club-assistent",
    ),
    _fact(
        "Binnen 570 seconden na het vorige token wordt niet vernieuwd.",
        "No refresh within 570 seconds of the last token.",
        SEEN,
        "exactonline on PyPI, docs.maesn.com, picqer #475",
    ),
    _fact(
        "De teksten waarmee een code of refresh token wordt geweigerd.",
        "The words in which a code or a refresh token is refused.",
        SEEN,
        "websmurf/laravel-exact-online #22 and #31, picqer #471 and #644",
    ),
    _fact(
        "De kop “reason” bij een 403.",
        "The header “reason” of a 403.",
        SEEN,
        "picqer #451",
    ),
    _fact(
        "De lijst van divisies geeft die van één klant van Exact; bij een boekhouder kan ze onvolledig zijn.",
        "The list of divisions gives those of one customer of Exact's; a bookkeeper's may be incomplete.",
        SEEN,
        "picqer #229",
    ),
    _fact(
        "60 verzoeken per minuut en 5.000 per dag per app en bedrijf; meer dan 10 fouten per uur blokkeren een uur.",
        "60 calls a minute and 5,000 a day for each app and company; more than 10 errors an hour block for an hour.",
        SEEN,
        "docs.maesn.com, forums.invantive.com",
    ),
    _fact(
        "Een administratie waar Exact zelf mee bezig is, komt vanzelf weer vrij.",
        "An administration that Exact itself is working on comes free by itself.",
        INFERRED,
        "values of BlockingStatus",
    ),
    _fact(
        "Een paar dat niet gebruikt wordt, vernieuwen we na 20 dagen.",
        "A pair that nobody uses is refreshed after 20 days.",
        INFERRED,
        "ten days before its end",
    ),
    _fact(
        "De lijst van divisies toetst de divisie in haar pad misschien niet; we lezen beide antwoorden.",
        "The list of divisions may not check the division in its path; we read both answers.",
        INFERRED,
        "open question",
    ),
    _fact(
        "Een 429 zonder moment betekent een minuut wachten; Retry-After wordt gelezen als het er is.",
        "A 429 without a moment means a minute; Retry-After is read where it is there.",
        INFERRED,
        "open question",
    ),
    _fact(
        "Het schrijfrecht is pas bewezen met de eerste boeking.",
        "The right to write is proven by the first entry alone.",
        INFERRED,
        "no call tells it",
    ),
)
