"""What we rely on at Visma, and how sure we are of it."""

from __future__ import annotations

from datetime import date

from connectors.kit.connector import EvidenceLevel, Fact
from connectors.kit.text import Text

READ_ON = date(2026, 11, 24)
DOCUMENTED, SEEN, INFERRED = EvidenceLevel.DOCUMENTED, EvidenceLevel.SEEN_IN_CLIENTS, EvidenceLevel.INFERRED
DEVELOPERS = "developer.vismaonline.com"


def _fact(nl: str, en: str, level: EvidenceLevel, source: str) -> Fact:
    return Fact(Text(nl=nl, en=en), level, source, READ_ON)


FACTS = (
    _fact(
        "Adressen voor toestemming; een code geldt één keer, vijf minuten; een token een uur.",
        "Addresses of consent; a code is good once, for five minutes; a token for an hour.",
        DOCUMENTED,
        f"{DEVELOPERS}, getting started",
    ),
    _fact(
        "Een vernieuwing brengt een nieuw vernieuwingstoken, of bij nieuwere clients hetzelfde: wij kunnen beide aan.",
        "A refresh brings a new refresh token, or the same one with newer clients: we take both.",
        DOCUMENTED,
        f"{DEVELOPERS}, authentication and changelog, which differ",
    ),
    _fact(
        "Aparte testhosts bestaan niet meer sinds 31-08-2024; een testbedrijf is een soort client op de echte hosts.",
        "Separate test hosts are gone since 31-08-2024; a test company is a kind of client on the real hosts.",
        DOCUMENTED,
        f"{DEVELOPERS}, changelog",
    ),
    _fact(
        "Zonder keuzescherm koppelt een gebruiker met een vast bedrijf ongemerkt dat bedrijf.",
        "Without the chooser a user with a standard company silently connects that one.",
        DOCUMENTED,
        f"{DEVELOPERS}, changelog",
    ),
    _fact(
        "Velden, rechten, waarden en de envelop van lijsten.",
        "Fields, rights, values and the envelope of lists.",
        DOCUMENTED,
        "Visma's OpenAPI description of 2021; its own host is a test host that is gone",
    ),
    _fact(
        "Foutcodes 2000 tot en met 4006, 4010 en 4026.",
        "Error codes 2000 up to 4006, 4010 and 4026.",
        DOCUMENTED,
        f"{DEVELOPERS}, errors",
    ),
    _fact(
        "600 verzoeken per minuut per client en per adres, gedeeld door alle clubs.",
        "600 calls a minute for each client and endpoint, shared by all clubs.",
        DOCUMENTED,
        f"{DEVELOPERS}, rate limits",
    ),
    _fact(
        "De incassomodule staat bij Apps, in Standard en Pro.",
        "The direct debit module is under Apps, in Standard and Pro.",
        DOCUMENTED,
        "community.visma.com, 28-03-2024",
    ),
    _fact(
        "Koppelen kan pas na de proefperiode; alle opties aanvinken; de code als tekst kopiëren.",
        "Connecting is possible after the trial period only; tick every option; copy the code as text.",
        DOCUMENTED,
        "help page of Club-assistent",
    ),
    _fact(
        "4002 betekent met “No access to module” dat de API-module ontbreekt; met een andere tekst iets anders.",
        "4002 means a missing API module with “No access to module”; with another text it is something else.",
        SEEN,
        "api-evangelist/visma",
    ),
    _fact(
        "4011 is een gebruiker zonder toegang, 4034 een client van de verkeerde soort.",
        "4011 is a user without access, 4034 a client of the wrong kind.",
        SEEN,
        "api-evangelist/visma",
    ),
    _fact(
        "Lijsten per bladzijde van 50; grotere bladzijden zijn niet bewezen.",
        "Lists by pages of 50; larger pages are not proven.",
        SEEN,
        "pwitab/visma",
    ),
    _fact(
        "Een code die Visma zelf toont, staat op redirect_receiver; of die bladzijde er nog is, weten we niet.",
        "A code that Visma shows itself is on redirect_receiver; whether that page still exists is unknown.",
        SEEN,
        "pwitab/visma, 2018",
    ),
    _fact(
        "Weigeringen van het tokenadres volgen de standaard: invalid_grant, invalid_client.",
        "Refusals of the token endpoint follow the standard: invalid_grant, invalid_client.",
        INFERRED,
        "RFC 6749; no recorded refusal known",
    ),
    _fact(
        "Hoe lang een vernieuwingstoken leeft, is onbekend. Ongebruikt vernieuwen wij het na 7 dagen.",
        "How long a refresh token lives is unknown. Unused, we refresh it after 7 days.",
        INFERRED,
        "half of the 15 days that servers of this kind give by default",
    ),
    _fact(
        "Een leesbaar recht in het token is een aanwijzing; de handtekening verifiëren we niet.",
        "A right that the token names is a hint; we don't verify its signature.",
        INFERRED,
        "documented example of 2017",
    ),
    _fact(
        "Een abonnement dat afloopt, toont zich als alleen te lezen.",
        "A subscription that ends shows as read-only.",
        INFERRED,
        "meaning of CompanyStatus 2",
    ),
    _fact(
        "Of de proefperiode voorbij is, toont geen enkel veld.",
        "No field shows whether the trial period is over.",
        INFERRED,
        "fields of the OpenAPI description",
    ),
    _fact(
        "Het schrijfrecht is alleen aan de opties te zien: een proefconcept zou de boeken veranderen.",
        "The right to write is judged by the options alone: a trial draft would change the books.",
        INFERRED,
        "no call that writes nothing is known",
    ),
)
