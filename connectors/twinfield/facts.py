"""What we rely on at Twinfield, and how sure we are of it."""

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
        "Bewerkingen, opsommingen en SOAP-koppen.",
        "Operations, enumerations and SOAP headers.",
        DOCUMENTED,
        "published WSDLs of session, processxml and finder",
    ),
    _fact(
        "Wat elke uitkomst van Logon voor de club betekent.",
        "What each result of Logon means for the club.",
        SEEN,
        "php-twinfield, murb/twinfield",
    ),
    _fact(
        "De foutcodes in een Fault, of naast een kale 401 of 403.",
        "The codes in a Fault, or beside a bare 401 or 403.",
        DOCUMENTED,
        "developers.twinfield.com; Twinfield's integration samples",
    ),
    _fact(
        "Per IP-adres 1.000 punten per minuut; daarboven 429 met Retry-After.",
        "1,000 credits a minute for each IP address; above that 429 with Retry-After.",
        DOCUMENTED,
        "developers.twinfield.com, fair use policy",
    ),
    _fact(
        "Adressen van toestemming, de verplichte nonce en een uur levensduur.",
        "Addresses of consent, the mandatory nonce and a life of one hour.",
        DOCUMENTED,
        "developers.twinfield.com, OpenID Connect; knowledge base of Wolters Kluwer",
    ),
    _fact(
        "Inloggen met een wachtwoord verdwijnt; per omgeving kan het al dicht zijn. Een einddatum is niet bekend.",
        "Signing in with a password is going; it may be closed for an environment already. No end date is known.",
        DOCUMENTED,
        "published WSDL and developers.twinfield.com; a refusal reported on 14-06-2026",
    ),
    _fact(
        "Per gebruiker één sessie: een nieuwere beëindigt de oudere.",
        "One session for each user: a newer one ends the older.",
        DOCUMENTED,
        "developers.twinfield.com; php-twinfield",
    ),
    _fact(
        "Een aparte gebruiker, eerst het grootboek inrichten, vier gegevens.",
        "A separate user, the ledger first, four details.",
        DOCUMENTED,
        "help page of Club-assistent",
    ),
    _fact(
        "De code van een administratie is tekst: KB0001 en 001 bestaan.",
        "The code of an administration is text: KB0001 and 001 exist.",
        SEEN,
        "murb/twinfield",
    ),
    _fact(
        "Het cluster ontbreekt soms in het antwoord.",
        "The cluster is sometimes missing from the answer.",
        SEEN,
        "murb/twinfield",
    ),
    _fact(
        "Niveau 1 is te weinig voor een koppeling.", "Level 1 is too low for a connection.", SEEN, "Nmbrs, TimeWriter"
    ),
    _fact(
        "Het opzoeken van een token gaat met of zonder onze eigen sleutels; wij sturen ze mee.",
        "A token is looked up with or without our own keys; we send them.",
        SEEN,
        "knowledge base of Wolters Kluwer; php-twinfield",
    ),
    _fact(
        "De uitgever van het identiteitsbewijs, het adres van zijn sleutels en vijf minuten voor een code.",
        "The issuer of the identity token, the address of its keys and five minutes for a code.",
        INFERRED,
        "form of the addresses of consent",
    ),
    _fact(
        "invalid_grant betekent dat de toestemming voorbij is; een vernieuwd token kan een nieuwe refresh-token "
        "meebrengen.",
        "invalid_grant means that the consent is over; a refresh may bring a new refresh token.",
        INFERRED,
        "open in the documentation",
    ),
    _fact(
        "Untrusted en ClientInvalid gaan over ons, niet over de club; 358 is een storing.",
        "Untrusted and ClientInvalid are about us, not about the club; 358 is an outage.",
        INFERRED,
        "names of the values",
    ),
    _fact(
        "De eerste tekst in een rij van de zoekdienst is de code.",
        "The first text in a row of the finder is the code.",
        INFERRED,
        "no description of the columns",
    ),
    _fact(
        "Zonder Retry-After wachten we een minuut.", "Without Retry-After we wait a minute.", INFERRED, "nothing stated"
    ),
    _fact(
        "GetRole met een toestemming kan geweigerd worden; dan blijft het niveau ongetest.",
        "GetRole with a consent may be refused; the level then stays untested.",
        INFERRED,
        "open in the documentation",
    ),
    _fact(
        "Het schrijfrecht is niet bewezen: een proefboeking zou de boeken veranderen.",
        "The right to write is not proven: a trial booking would change the books.",
        INFERRED,
        "no call that only asks",
    ),
)
