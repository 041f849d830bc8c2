"""What we rely on at e-Boekhouden.nl, and how sure we are of it."""

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
        "Bewerkingen, velden, hun volgorde en welke verplicht zijn.",
        "Operations, fields, their order and which are required.",
        DOCUMENTED,
        "published WSDL",
    ),
    _fact(
        "De WSDL noemt http-adressen; wij gebruiken altijd https.",
        "The WSDL names http addresses; we always use https.",
        DOCUMENTED,
        "published WSDL",
    ),
    _fact(
        "Geen enkel SOAP-verzoek kent de administratiecode; support vergelijkt hem zelf.",
        "No SOAP request knows the administration code; support compares it.",
        DOCUMENTED,
        "absent from the published WSDL",
    ),
    _fact(
        "Het sjabloon moet precies Factuursjabloon heten; de plaatsen in het menu.",
        "The template has to be named exactly Factuursjabloon; the places in the menu.",
        DOCUMENTED,
        "help page of Club-assistent",
    ),
    _fact(
        "Vorm van de codes: 32 tekens en een GUID, hoofdlettergevoelig.",
        "Shape of the codes: 32 characters and a GUID, case-sensitive.",
        SEEN,
        "raylanconsulting, baselbers, magmodules",
    ),
    _fact(
        "E0023 betekent een verlopen sessie, E003.1 te veel verzoeken (schrijfwijze onzeker).",
        "E0023 means a lost session, E003.1 too many calls (spelling uncertain).",
        SEEN,
        "go-eboekhouden, OutSmart",
    ),
    _fact("Een lijst heeft hoogstens 2.000 regels.", "A list has 2,000 rows at most.", SEEN, "OutSmart"),
    _fact(
        "Adressen en foutcodes van de REST-interface; kop Authorization zonder of met Bearer.",
        "Addresses and error codes of the REST interface; Authorization header bare or with Bearer.",
        SEEN,
        "crate eboekhouden, Mantix, CodeMill, matisup10",
    ),
    _fact(
        "Elke andere foutcode bij het inloggen betekent verkeerde codes.",
        "Any other error code at sign-in means wrong codes.",
        INFERRED,
        "no client shows the real code",
    ),
    _fact(
        "Na E003.1 wachten we een kwartier.", "After E003.1 we wait a quarter of an hour.", INFERRED, "number unknown"
    ),
    _fact(
        "Een lege of geweigerde lijst met administraties betekent een gewone login.",
        "An empty or refused list of administrations means an ordinary login.",
        INFERRED,
        "answer to an ordinary club unknown",
    ),
)
