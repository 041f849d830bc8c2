"""The made-up clubs of the sandbox: one for every outcome that the checklist can have."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field

from connectors.kit.oauth_sandbox import made_up_access, made_up_refresh
from connectors.kit.outcomes import Outcome
from connectors.kit.sandbox import MadeUpClub
from connectors.kit.text import Text
from connectors.visma_eaccounting.consent import IDENTITY_HOST, SCOPES

PASSED, FAILED, WARNING = Outcome.PASSED, Outcome.FAILED, Outcome.WARNING
PERSON, NOT_APPLICABLE, UNTESTED = Outcome.PERSON, Outcome.NOT_APPLICABLE, Outcome.UNTESTED

KEY = "visma-eaccounting"
CLIENT_ID, CLIENT_SECRET = "koppelbalie-demo", "made-up-client-secret-0001"
"""The host's own client that the sandbox accepts: made up, and recognisable as such."""
SHOWS_CODES = f"https://{IDENTITY_HOST}/redirect_receiver"
HOST_INPUT: Mapping[str, str] = {
    "client_id": CLIENT_ID,
    "client_secret": CLIENT_SECRET,
    "pasted_redirect_uri": SHOWS_CODES,
}
STAYS = "goed-vast"
"""The club whose refresh token can be used again and again."""
LONG_AGO = {"obtained_at": "2026-01-01T12:00:00+00:00", "expires_at": "2026-01-01T13:00:00+00:00"}
"""Of tokens that are to be refreshed before they are used, by who can keep what comes of it."""
OF_ONE_CLUB = frozenset({"goed", "anderbedrijf", "sandbox"})
"""Made-up clubs that give the same reference: the second chose another company, the third a test company."""
HALF = tuple(scope for scope in SCOPES if scope != "ea:accounting")
"""What a club granted that did not tick everything."""

ALL_WELL: Mapping[str, Outcome] = {
    "code_exchanged": PASSED,
    "scopes": PASSED,
    "token_alive": PASSED,
    "api_module": PASSED,
    "setup_guide": PASSED,
    "company_read": PASSED,
    "company_confirmed": PERSON,
    "not_sandbox": PASSED,
    "company_status": PASSED,
    "trial_over": PERSON,
    "product_variant": PASSED,
    "fiscal_year": PASSED,
    "ledger_accounts": NOT_APPLICABLE,
    "payment_terms": PASSED,
    "customers_readable": PASSED,
    "authorised_by": PASSED,
}
"""The outcomes of a club that chose nothing and in which all is well."""
_KEYS = list(ALL_WELL)


def _from(key: str, first: Outcome) -> Mapping[str, Outcome]:
    """``first`` at ``key``, and what comes after it not tested."""
    return {key: first, **dict.fromkeys(_KEYS[_KEYS.index(key) + 1 :], UNTESTED)}


NO_CONSENT = _from("code_exchanged", FAILED)
TOKEN_DEAD, NO_ANSWER = _from("token_alive", FAILED), _from("token_alive", UNTESTED)
NO_ACCESS = {**_from("company_read", FAILED), "api_module": UNTESTED, "setup_guide": UNTESTED}
CHOSEN = {"revenue_accounts": "8000", "article": "CONTRIBUTIE"}
ACCOUNT = {"revenue_accounts": "8000"}


def tokens_of(name: str) -> str:
    """The tokens of a club, as its consent is handed in."""
    scopes = HALF if name == "halfvinkje" else SCOPES
    pair = {"access_token": made_up_access(KEY, name), "refresh_token": made_up_refresh(KEY, name)}
    return json.dumps({**pair, "scope": " ".join(scopes), **(LONG_AGO if name == STAYS else {})})


def made_up_code(name: str) -> str:
    """The code of a club that is refused each time."""
    return f"made-up-code-{KEY}-{name}"


@dataclass(frozen=True, slots=True)
class _Sketch:
    """A made-up club in short: how it differs from one in which all is well; ``by_code`` hands in a code."""

    name: str
    says: Text
    expected: Mapping[str, Outcome] = field(default_factory=dict)
    input: Mapping[str, str] = field(default_factory=dict)
    featured: bool = False
    by_code: bool = False


SKETCHES = (
    _Sketch("goed", Text(nl="Alles klopt", en="All well"), {"ledger_accounts": PASSED}, CHOSEN, featured=True),
    _Sketch("goed-vast", Text(nl="Alles klopt; het vernieuwingstoken blijft", en="All well; the refresh token stays")),
    _Sketch(
        "anderbedrijf", Text(nl="Alles klopt, bij een ander bedrijf", en="All well, at another company"), featured=True
    ),
    _Sketch("code-oud", Text(nl="De code is verlopen", en="The code has expired"), NO_CONSENT, by_code=True),
    _Sketch(
        "code-gebruikt", Text(nl="De code is al gebruikt", en="The code was used before"), NO_CONSENT, by_code=True
    ),
    _Sketch(
        "geweigerd",
        Text(nl="Er is geen toestemming gegeven", en="No consent was given"),
        NO_CONSENT,
        featured=True,
        by_code=True,
    ),
    _Sketch(
        "clientfout",
        Text(nl="Visma weigert onze eigen client", en="Visma refuses our own client"),
        NO_CONSENT,
        featured=True,
        by_code=True,
    ),
    _Sketch(
        "soortclient",
        Text(nl="Onze client is van de verkeerde soort", en="Our client is of the wrong kind"),
        _from("api_module", FAILED),
    ),
    _Sketch(
        "ingetrokken", Text(nl="De toestemming is ingetrokken", en="The consent was withdrawn"), TOKEN_DEAD,
        featured=True,
    ),
    _Sketch(
        "race",
        Text(
            nl="Alles klopt; het vernieuwingstoken is al door een ander gebruikt",
            en="All well; somebody else used the refresh token already",
        ),
    ),
    _Sketch(
        "halfvinkje",
        Text(nl="Niet alles is aangevinkt", en="Not everything was ticked"),
        {"scopes": FAILED, "ledger_accounts": FAILED},
        ACCOUNT,
        featured=True,
    ),
    _Sketch(
        "geenmodule",
        Text(nl="De API-module staat uit", en="The API module is off"),
        _from("api_module", FAILED),
        featured=True,
    ),
    _Sketch(
        "startgids",
        Text(nl="De startgids is niet afgerond", en="The set-up guide is not finished"),
        _from("setup_guide", FAILED),
        featured=True,
    ),
    _Sketch("inactief", Text(nl="Het bedrijf is niet actief", en="The company is not active"),
            _from("company_read", FAILED)),
    _Sketch(
        "alleenlezen",
        Text(nl="Het bedrijf is alleen te lezen", en="The company can only be read"),
        {"company_status": FAILED},
    ),
    _Sketch("geentoegang", Text(nl="De gebruiker heeft geen toegang", en="The user has no access"), NO_ACCESS),
    _Sketch(
        "sandbox",
        Text(nl="Een testbedrijf", en="A test company"),
        {"not_sandbox": FAILED},
        featured=True,
    ),
    _Sketch(
        "buitenland", Text(nl="Een bedrijf in Zweden", en="A company in Sweden"), {"company_confirmed": FAILED}
    ),
    _Sketch(
        "boekhoudpakket",
        Text(nl="Een pakket zonder facturen", en="A package without invoices"),
        {"product_variant": FAILED},
    ),
    _Sketch(
        "consultant",
        Text(nl="Een boekhouder gaf toestemming", en="A bookkeeper gave the consent"),
        {"authorised_by": WARNING},
        featured=True,
    ),
    _Sketch("geenjaar", Text(nl="Geen boekjaar voor vandaag", en="No fiscal year for today"),
            {"fiscal_year": FAILED, "ledger_accounts": UNTESTED}, ACCOUNT),
    _Sketch("geslotenjaar", Text(nl="Het boekjaar is dicht", en="The fiscal year is closed"), {"fiscal_year": FAILED}),
    _Sketch(
        "rekeningweg",
        Text(nl="De gekozen rekening is niet actief", en="The chosen account is not active"),
        {"ledger_accounts": FAILED},
        ACCOUNT,
        featured=True,
    ),
    _Sketch(
        "geenconditie", Text(nl="Geen betaalconditie voor verkoop", en="No terms of payment for sales"),
        {"payment_terms": FAILED},
    ),
    _Sketch("limiet", Text(nl="Te veel verzoeken", en="Too many calls"), NO_ANSWER),
    _Sketch("storing", Text(nl="Visma ligt eruit", en="Visma is down"), NO_ANSWER, featured=True),
    _Sketch("traag", Text(nl="Het antwoord duurt te lang", en="The answer takes too long"), NO_ANSWER),
    _Sketch("kapot", Text(nl="Elk antwoord is afgebroken", en="Every answer is cut"), _from("api_module", UNTESTED)),
    _Sketch("html", Text(nl="Een webpagina in plaats van gegevens", en="A web page for data"), NO_ANSWER),
    _Sketch(
        "pagina2",
        Text(nl="De rekening staat op de tweede bladzijde", en="The account stands on the second page"),
        {"ledger_accounts": PASSED},
        {"revenue_accounts": "8999"},
    ),
    _Sketch("dubbel", Text(nl="Alles klopt; een factuur loopt vast", en="All well; an invoice gets stuck")),
)  # fmt: skip


def _club(sketch: _Sketch) -> MadeUpClub:
    code = json.dumps({"code": made_up_code(sketch.name), "redirect_uri": SHOWS_CODES})
    consent = code if sketch.by_code else tokens_of(sketch.name)
    reference = "SV Voorbeeld" if sketch.name in OF_ONE_CLUB else f"SV {sketch.name.capitalize()}"
    given = {"reference": reference, "authorization": consent, **sketch.input}
    return MadeUpClub(sketch.name, given, {**ALL_WELL, **sketch.expected}, sketch.says, featured=sketch.featured)


CLUBS = tuple(map(_club, SKETCHES))
NAMES = tuple(club.name for club in CLUBS)
