"""The made-up clubs of the sandbox: one for every outcome that the checklist can have."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field

from connectors.kit.oauth_sandbox import made_up_access, made_up_refresh
from connectors.kit.outcomes import Outcome
from connectors.kit.sandbox import MadeUpClub
from connectors.kit.text import Text

KEY = "exact-online"
PASSED, FAILED, WARNING = Outcome.PASSED, Outcome.FAILED, Outcome.WARNING
PERSON, NOT_APPLICABLE, UNTESTED = Outcome.PERSON, Outcome.NOT_APPLICABLE, Outcome.UNTESTED

CLIENT_ID, CLIENT_SECRET = "00000000-0000-4000-8000-00000000de30", "made-up-client-secret"
PASTED_AT = "https://www.voorbeeld.example/exact/code"
"""Where a host of old shows codes that clubs copy; the emulator's authorise page shows them itself."""
BACK = "https://koppelbalie.example/oauth/exact-online/terug"
"""The redirect address of the made-up codes."""
HOST_INPUT: Mapping[str, str] = {
    "client_id": CLIENT_ID,
    "client_secret": CLIENT_SECRET,
    "pasted_redirect_uri": PASTED_AT,
    "site": "https://start.exactonline.nl",
}
LONG_AGO = {"obtained_at": "2026-01-01T12:00:00+00:00", "expires_at": "2026-01-01T12:10:00+00:00"}
"""Of tokens that are to be refreshed before they are used."""

ALL_WELL: Mapping[str, Outcome] = {
    "code_exchanged": PASSED,
    "token_alive": PASSED,
    "user_identified": PASSED,
    "division_listed": PASSED,
    "division_readable": PASSED,
    "division_confirmed": PERSON,
    "scopes_ok": PASSED,
    "ledger_accounts": PASSED,
    "ledger_vat_inclusive": PASSED,
    "sales_journal": PASSED,
    "bank_journal_iban": NOT_APPLICABLE,
    "collection_condition": NOT_APPLICABLE,
    "mandates_readable": NOT_APPLICABLE,
    "batch_payment": NOT_APPLICABLE,
}
"""The outcomes of a club that does not collect and in whose package all is well."""
KEYS = list(ALL_WELL)
WAITS_FOR_BOOKS = dict.fromkeys(KEYS[5:13], UNTESTED)
WAITS_FOR_TOKEN = {**dict.fromkeys(KEYS[2:5], UNTESTED), **WAITS_FOR_BOOKS}
NO_CODE = {"code_exchanged": FAILED, "token_alive": UNTESTED, **WAITS_FOR_TOKEN}
NO_TOKEN = {"token_alive": FAILED, **WAITS_FOR_TOKEN}
NO_BOOKS = {"division_readable": FAILED, **WAITS_FOR_BOOKS}
NO_DIVISION = {"division_listed": FAILED, **NO_BOOKS}
NO_ACCOUNT = {"ledger_accounts": FAILED, "ledger_vat_inclusive": FAILED}
DEBIT = {"direct_debit": "ja"}
WITH_DEBIT = {**dict.fromkeys(KEYS[10:13], PASSED), "batch_payment": PERSON}
CHOSEN = {"revenue_accounts": "8000", "sales_journal": "70"}


@dataclass(frozen=True, slots=True)
class _Sketch:
    """A made-up club in short: how it differs from one in which all is well."""

    name: str
    says: Text
    expected: Mapping[str, Outcome] = field(default_factory=dict)
    input: Mapping[str, str] = field(default_factory=dict)
    since: Mapping[str, str] = field(default_factory=dict)
    has_code: bool = False
    featured: bool = False


SKETCHES = (
    _Sketch(
        "goed",
        Text(nl="Alles klopt", en="All well"),
        WITH_DEBIT,
        {**DEBIT, "payment_condition": "IN"},
        featured=True,
    ),
    _Sketch(
        "andere", Text(nl="Alles klopt, bij een andere administratie", en="All well, with other books"), featured=True
    ),
    _Sketch(
        "kantoor",
        Text(
            nl="Een boekhouder met drie administraties; er is nog geen gekozen",
            en="A bookkeeper with three administrations, none of them chosen yet",
        ),
        NO_DIVISION,
        {"division": ""},
        featured=True,
    ),
    _Sketch(
        "code-oud",
        Text(nl="De code is ouder dan drie minuten", en="The code is older than three minutes"),
        NO_CODE,
        has_code=True,
    ),
    _Sketch(
        "code-gebruikt",
        Text(nl="De code is al gebruikt", en="The code was used already"),
        NO_CODE,
        has_code=True,
        featured=True,
    ),
    _Sketch(
        "code-kapot",
        Text(nl="De code is niet heel overgekomen", en="The code did not arrive whole"),
        NO_CODE,
        has_code=True,
    ),
    _Sketch(
        "clientfout",
        Text(nl="Exact weigert onze eigen sleutels", en="Exact refuses our own keys"),
        NO_CODE,
        has_code=True,
        featured=True,
    ),
    _Sketch(
        "tevroeg",
        Text(nl="Alles klopt; Exact wil nog niet vernieuwen", en="All well; Exact won't refresh yet"),
        since=LONG_AGO,
    ),
    _Sketch(
        "oudtoken",
        Text(nl="Het refresh token is al gebruikt", en="The refresh token was used already"),
        NO_TOKEN,
        since=LONG_AGO,
    ),
    _Sketch(
        "dertigdagen",
        Text(nl="De toestemming is ouder dan dertig dagen", en="The consent is older than thirty days"),
        NO_TOKEN,
        since=LONG_AGO,
    ),
    _Sketch(
        "nietaangevinkt",
        Text(nl="De administratie is niet aangevinkt", en="The administration is not ticked"),
        NO_BOOKS,
        featured=True,
    ),
    _Sketch("geenscope", Text(nl="Onze app mist een recht", en="Our app lacks a right"), {"scopes_ok": FAILED}),
    _Sketch(
        "geenrecht",
        Text(nl="De gebruiker mag niet bij de administratie", en="The user has no access to the administration"),
        NO_BOOKS,
    ),
    _Sketch("licentie", Text(nl="De licentie is afgelopen", en="The licence has ended"), NO_BOOKS),
    _Sketch(
        "geblokkeerd",
        Text(nl="Exact maakt een back-up van de administratie", en="Exact is making a back-up of the administration"),
        {"division_listed": UNTESTED, "division_readable": UNTESTED, **WAITS_FOR_BOOKS},
    ),
    _Sketch(
        "archief",
        Text(nl="De administratie is gearchiveerd", en="The administration is archived"),
        {"division_listed": FAILED},
    ),
    _Sketch(
        "hid",
        Text(nl="Het eigen nummer in plaats van het divisienummer", en="The own number instead of the division number"),
        NO_DIVISION,
        featured=True,
    ),
    _Sketch(
        "geenrekening", Text(nl="De gekozen rekening is geblokkeerd", en="The chosen account is blocked"), NO_ACCOUNT
    ),
    _Sketch(
        "debiteuren",
        Text(nl="De gekozen rekening is die van de debiteuren", en="The chosen account is that of the debtors"),
        NO_ACCOUNT,
        {"revenue_accounts": "1300"},
    ),
    _Sketch(
        "exclusief",
        Text(nl="De btw-code is exclusief btw", en="The VAT code excludes VAT"),
        {"ledger_vat_inclusive": FAILED},
        featured=True,
    ),
    _Sketch(
        "geenbtwcode",
        Text(nl="De rekening heeft geen btw-code", en="The account has no VAT code"),
        {"ledger_vat_inclusive": FAILED},
    ),
    _Sketch(
        "nultarief",
        Text(nl="De rekening heeft btw nul", en="The account has zero VAT"),
        {"ledger_vat_inclusive": WARNING},
    ),
    _Sketch("geendagboek", Text(nl="Geen verkoopdagboek", en="No sales journal"), {"sales_journal": FAILED}),
    _Sketch(
        "geeniban",
        Text(nl="Geen bankdagboek met een IBAN", en="No bank journal with an IBAN"),
        {**WITH_DEBIT, "bank_journal_iban": WARNING},
        DEBIT,
    ),
    _Sketch(
        "geenincasso",
        Text(nl="Geen betaalconditie met incasso", en="No payment condition with direct debit"),
        {**WITH_DEBIT, "collection_condition": WARNING},
        DEBIT,
    ),
    _Sketch(
        "htmllogin",
        Text(nl="Exact stuurt naar zijn inlogscherm", en="Exact sends us to its sign-in page"),
        {"user_identified": FAILED, **NO_DIVISION},
        featured=True,
    ),
    _Sketch("minuut", Text(nl="Te veel verzoeken in een minuut", en="Too many calls in a minute"), WAITS_FOR_TOKEN),
    _Sketch("dag", Text(nl="Te veel verzoeken op een dag", en="Too many calls in a day"), WAITS_FOR_TOKEN),
    _Sketch(
        "foutlimiet", Text(nl="Geblokkeerd na te veel fouten", en="Blocked after too many errors"), WAITS_FOR_TOKEN
    ),
    _Sketch("storing", Text(nl="Exact ligt eruit", en="Exact is down"), WAITS_FOR_TOKEN, featured=True),
    _Sketch("traag", Text(nl="Het antwoord duurt te lang", en="The answer takes too long"), WAITS_FOR_TOKEN),
    _Sketch("kapot", Text(nl="Elk antwoord is afgebroken", en="Every answer is cut"), WAITS_FOR_TOKEN),
    _Sketch(
        "pagina2", Text(nl="De btw-code staat op de tweede bladzijde", en="The VAT code stands on the second page")
    ),
    _Sketch("dubbel", Text(nl="Alles klopt; een boeking loopt vast", en="All well; an entry gets stuck")),
)
NAMES = tuple(sketch.name for sketch in SKETCHES)
FIRST_DIVISION = 900_001
FIRST_OWN_NUMBER = 101
DIVISIONS: Mapping[str, int] = {name: FIRST_DIVISION + number for number, name in enumerate(NAMES)}
OWN_NUMBERS: Mapping[str, int] = {name: FIRST_OWN_NUMBER + number for number, name in enumerate(NAMES)}
"""The number that each club gave to its own administration."""
TITLES = {"goed": "SV Voorbeeld", "andere": "VV Elders", "kantoor": "Kantoor Cijfer"}


def title(club: str) -> str:
    """The name of a club's administration."""
    return TITLES.get(club, f"SV {club.capitalize()}")


def code_of(club: str) -> str:
    """The made-up code of a club whose code is refused."""
    return f"stampNL001.made-up!{club}"


def _club(sketch: _Sketch) -> MadeUpClub:
    name = sketch.name
    pair = {"access_token": made_up_access(KEY, name), "refresh_token": made_up_refresh(KEY, name), **sketch.since}
    consent = {"code": code_of(name), "redirect_uri": BACK} if sketch.has_code else pair
    number = OWN_NUMBERS[name] if name == "hid" else DIVISIONS[name]
    given = {
        "reference": title(name),
        "authorization": json.dumps(consent),
        "division": str(number),
        **CHOSEN,
        **sketch.input,
    }
    filled = {key: value for key, value in given.items() if value}
    return MadeUpClub(name, filled, {**ALL_WELL, **sketch.expected}, sketch.says, featured=sketch.featured)


CLUBS = tuple(map(_club, SKETCHES))
