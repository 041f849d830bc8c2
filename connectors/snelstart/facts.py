"""What we rely on at SnelStart, and how sure we are of it."""

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
        "Adressen, rechten, velden en hun waarden van versie 2.",
        "Addresses, rights, fields and their values of version 2.",
        DOCUMENTED,
        "SnelStart's OpenAPI description",
    ),
    _fact(
        "De aanroep voor een token, de twee geheimen, de producten en de foutcodes.",
        "The token call, the two secrets, the products and the error codes.",
        DOCUMENTED,
        "SnelStart's developer portal",
    ),
    _fact(
        "Namen in een filter beginnen met een hoofdletter; een bladzijde heeft hoogstens 500 regels.",
        "Names in a filter begin with a capital; a page has 500 rows at most.",
        DOCUMENTED,
        "SnelStart's developer portal, odata",
    ),
    _fact(
        "Machtigingen zijn alleen te lezen.",
        "Mandates can only be read.",
        DOCUMENTED,
        "SnelStart's OpenAPI description: one GET",
    ),
    _fact(
        "Een koppelsleutel is base64 van gebruiker:geheim; nieuwere sleutels kunnen anders zijn.",
        "A connection key is base64 of user:secret; newer keys may differ.",
        DOCUMENTED,
        "B2B.client.v2.net, iwd-nl/snelstart-php",
    ),
    _fact(
        "De tegel Maatwerk, en machtigingen met de hand per debiteur.",
        "The tile Maatwerk, and mandates by hand for each debtor.",
        DOCUMENTED,
        "help page of Club-assistent",
    ),
    _fact(
        "Een weigering van de token kan de sleutel herhalen.",
        "A refusal of the token call may repeat the key.",
        SEEN,
        "ArvidDeJong",
    ),
    _fact("De vormen van een 400.", "The shapes of a 400.", SEEN, "iwd-nl/snelstart-php"),
    _fact(
        "Oudere sleutels missen rechten die later zijn toegevoegd.",
        "Older keys lack rights that were added later.",
        SEEN,
        "a public TypeScript client",
    ),
    _fact(
        "Per administratie 500 verzoeken per minuut en 5.000 per uur; bij het testproduct 100 en 1.000.",
        "For each administration 500 calls a minute and 5,000 an hour; 100 and 1,000 with the test product.",
        SEEN,
        "picture on SnelStart's developer portal",
    ),
    _fact(
        "Een 400 of 401 op de token zonder leesbare reden betekent een sleutel die niet (meer) geldt.",
        "A 400 or 401 to the token call without a readable reason means a key that is not valid (any more).",
        INFERRED,
        "no recorded refusal known",
    ),
    _fact(
        "Een 403 met quota erin betekent wachten; zonder opgegeven tijd een minuut.",
        "A 403 that speaks of a quota means waiting; a minute when no time is given.",
        INFERRED,
        "Azure's default wording",
    ),
    _fact(
        "32 hexadecimale tekens zijn een subscription key.",
        "32 hexadecimal characters are a subscription key.",
        INFERRED,
        "keys shown on the portal",
    ),
    _fact(
        "Het schrijfrecht is niet bewezen: een proefboeking doen we niet.",
        "The right to write is not proven: we make no trial booking.",
        INFERRED,
        "order of rights and validation unknown",
    ),
)
