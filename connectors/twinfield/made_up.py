"""The made-up clubs of the sandbox: one for every outcome that the checklist can have."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field

from connectors.kit.oauth_sandbox import made_up_access, made_up_refresh
from connectors.kit.outcomes import Outcome
from connectors.kit.sandbox import MadeUpClub
from connectors.kit.text import Text

PASSED, FAILED, WARNING = Outcome.PASSED, Outcome.FAILED, Outcome.WARNING
PERSON, NOT_APPLICABLE, UNTESTED = Outcome.PERSON, Outcome.NOT_APPLICABLE, Outcome.UNTESTED

KEY = "twinfield"
CLIENT_ID, CLIENT_SECRET = "made-up-client", "made-up-client-secret"
"""The host's own keys that the sandbox accepts: made up, and recognisable as such."""
HOST_INPUT: Mapping[str, str] = {"client_id": CLIENT_ID, "client_secret": CLIENT_SECRET}
CODE_GOOD, CODE_OLD, CODE_USED = "code-goed", "code-oud", "code-gebruikt"
REFRESH_WITHDRAWN = "rt-ingetrokken"
BACK = "https://club-assistent.example/terug"
"""A redirect address, for codes that are refused anyway."""

ALL_WELL: Mapping[str, Outcome] = {
    "fields_shape": PASSED,
    "login": PASSED,
    "no_extra_step": PASSED,
    "cluster_known": PASSED,
    "offices_listed": PASSED,
    "office_accessible": PASSED,
    "office_confirmed": PERSON,
    "ledger_accounts": PASSED,
    "debtors_readable": PASSED,
    "vat_codes": NOT_APPLICABLE,
    "sales_daybook": NOT_APPLICABLE,
    "direct_debit_code": NOT_APPLICABLE,
    "user_level": PASSED,
    "separate_user": PERSON,
    "logout": PASSED,
}
"""The outcomes of a club that chose nothing and in whose package all is well."""
IN_OFFICE = list(ALL_WELL)[6:12]
NO_OFFICE = dict.fromkeys(IN_OFFICE, UNTESTED)
NO_OFFICES = {"office_accessible": UNTESTED, **NO_OFFICE}
NO_QUESTIONS = {"offices_listed": UNTESTED, **NO_OFFICES, "user_level": UNTESTED}
NO_LOGIN = dict.fromkeys(list(ALL_WELL)[2:], UNTESTED)
REFUSED = {"login": FAILED, **NO_LOGIN}
NO_ANSWER = {"login": UNTESTED, **NO_LOGIN}
ONE_MORE_STEP = {"no_extra_step": FAILED, "cluster_known": UNTESTED, **NO_QUESTIONS}
ODD_CLUSTER = {"cluster_known": UNTESTED, **NO_QUESTIONS}
BY_CONSENT = {"no_extra_step": NOT_APPLICABLE}
CHOSEN = {"revenue_accounts": "8020", "sales_daybook": "VRK", "vat_code": "VH", "debtor_account": "1300"}
DEBIT = {"paycode": "SEPANLDD"}
WELL_CHOSEN = dict.fromkeys(("vat_codes", "sales_daybook", "direct_debit_code"), PASSED)


SHARED = ("goed", "nieuw", "overstap")
"""Clubs whose books are the same ones."""


def password_of(name: str) -> str:
    """The made-up password of a user, who bears the name of the club."""
    return f"made-up-{name}"


def organisation_of(name: str) -> str:
    """The environment of a club; three of them share one."""
    return "TWF-SPORT" if name in SHARED else f"TWF-{name.upper()}"


@dataclass(frozen=True, slots=True)
class _Sketch:
    """A made-up club in short: how it differs from one in which all is well."""

    name: str
    says: Text
    expected: Mapping[str, Outcome] = field(default_factory=dict)
    input: Mapping[str, str] = field(default_factory=dict)
    featured: bool = False
    consent: Mapping[str, str] | None = None
    """What it hands over instead of user and password."""


def _consent(name: str, refresh: str = "") -> Mapping[str, str]:
    return {"access_token": made_up_access(KEY, name), "refresh_token": refresh or made_up_refresh(KEY, name)}


def _fault(code: str, outcome: Outcome, **expected: Outcome) -> _Sketch:
    """A club whose every call brings a Fault; those of consent have codes from 351."""
    name = f"f{code}"
    consented = int(code) > 300
    return _Sketch(
        name,
        Text(nl=f"Elke vraag brengt fout {code}", en=f"Every question brings fault {code}"),
        {
            "offices_listed": outcome,
            **NO_OFFICES,
            "user_level": UNTESTED,
            **(BY_CONSENT if consented else {}),
            **expected,
        },
        consent=_consent(name) if consented else None,
    )


BY_PASSWORD = (
    _Sketch("goed", Text(nl="Alles klopt", en="All well"), WELL_CHOSEN, {**CHOSEN, **DEBIT}, featured=True),
    _Sketch(
        "nieuw",
        Text(nl="Een andere gebruiker van dezelfde administratie als “goed”", en="Another user of the books of “goed”"),
    ),
    _Sketch(
        "tweede",
        Text(nl="Alles klopt, bij administratie KB0001", en="All well, with administration KB0001"),
        {},
        {"office": "KB0001"},
    ),
    _Sketch("fout", Text(nl="Een van de drie klopt niet", en="One of the three is wrong"), REFUSED, featured=True),
    _Sketch("blok", Text(nl="De gebruiker is geblokkeerd", en="The user is blocked"), REFUSED),
    _Sketch("uit", Text(nl="De gebruiker staat uit", en="The user is switched off"), REFUSED),
    _Sketch("weg", Text(nl="De gebruiker bestaat niet meer", en="The user is gone"), REFUSED),
    _Sketch("inactief", Text(nl="De omgeving is niet actief", en="The environment is not active"), REFUSED),
    _Sketch("onbekend", Text(nl="Twinfield vertrouwt ons niet", en="Twinfield does not trust us"), REFUSED),
    _Sketch("client", Text(nl="Twinfield weigert onze aansluiting", en="Twinfield refuses our client"), REFUSED),
    _Sketch("mislukt", Text(nl="Inloggen mislukt zonder reden", en="Signing in fails without a reason"), NO_ANSWER),
    _Sketch(
        "oauth",
        Text(nl="Een wachtwoord mag niet meer; toestemming wel", en="A password is no longer allowed; consent is"),
        REFUSED,
        featured=True,
    ),
    _Sketch(
        "sms", Text(nl="Twinfield vraagt een sms-code", en="Twinfield asks for a code"), ONE_MORE_STEP, featured=True
    ),
    _Sketch("nieuwww", Text(nl="Het wachtwoord moet gewijzigd", en="The password has to be changed"), ONE_MORE_STEP),
    _Sketch("geenadm", Text(nl="De gebruiker ziet geen administratie", en="The user sees no administration"), REFUSED),
    _Sketch("geencluster", Text(nl="Twinfield noemt geen server", en="Twinfield names no server"), ODD_CLUSTER),
    _Sketch(
        "slechtcluster",
        Text(nl="Een server die niet van Twinfield is", en="A server that is not Twinfield's"),
        ODD_CLUSTER,
    ),
    _Sketch(
        "anderadm",
        Text(nl="Het administratienummer mist nullen", en="The company code lacks noughts"),
        {"office_accessible": FAILED, **NO_OFFICE},
        {"office": "1"},
        featured=True,
    ),
    _Sketch(
        "geengrootboek",
        Text(nl="Nog geen grootboekrekeningen", en="No ledger accounts yet"),
        {"ledger_accounts": FAILED},
    ),
    _Sketch(
        "rekeningdicht",
        Text(nl="De gekozen rekening is niet actief", en="The chosen account is not active"),
        {"ledger_accounts": FAILED},
        {"revenue_accounts": "8020"},
    ),
    _Sketch(
        "geenbtw",
        Text(nl="De btw-code bestaat niet", en="The VAT code does not exist"),
        {"vat_codes": FAILED},
        {"vat_code": "VH"},
    ),
    _Sketch(
        "geendagboek",
        Text(nl="Het dagboek bestaat niet", en="The daybook does not exist"),
        {"sales_daybook": FAILED},
        {"sales_daybook": "VRK"},
    ),
    _Sketch(
        "geenincasso",
        Text(nl="Incasso is niet ingericht", en="Direct debit is not set up"),
        {"direct_debit_code": WARNING},
        DEBIT,
        featured=True,
    ),
    _Sketch("niveau1", Text(nl="De gebruiker heeft niveau 1", en="The user has level 1"), {"user_level": WARNING}),
    _Sketch(
        "geenrecht",
        Text(nl="De gebruiker mag de lijsten niet zien", en="The user may not see the lists"),
        {"debtors_readable": FAILED, "vat_codes": FAILED, "sales_daybook": FAILED},
        {"vat_code": "VH"},
    ),
    _Sketch(
        "dubbel",
        Text(nl="Alles klopt; een tweede login beëindigt de eerste", en="All well; a second logon ends the first"),
    ),
    _Sketch("verlopen", Text(nl="De sessie valt één keer weg", en="The session is lost once")),
    _Sketch("limiet", Text(nl="Te veel verzoeken", en="Too many calls"), NO_ANSWER),
    _Sketch("storing", Text(nl="Twinfield ligt eruit", en="Twinfield is down"), NO_ANSWER, featured=True),
    _Sketch("traag", Text(nl="Het antwoord duurt te lang", en="The answer takes too long"), NO_ANSWER),
    _Sketch("kapot", Text(nl="Het antwoord is afgebroken", en="The answer is cut"), NO_ANSWER),
    *(_fault(code, UNTESTED) for code in ("100", "101", "103", "108", "187")),
    *(_fault(code, FAILED) for code in ("102", "104", "105", "106", "107", "109", "110", "122")),
    _fault("168", FAILED, separate_user=WARNING),
)
WITH_CONSENT = (
    _Sketch(
        "toestemming",
        Text(nl="Alles klopt, met toestemming", en="All well, with consent"),
        {**BY_CONSENT, **WELL_CHOSEN},
        {**CHOSEN, **DEBIT},
        featured=True,
        consent=_consent("toestemming"),
    ),
    _Sketch(
        "overstap",
        Text(nl="Toestemming voor dezelfde administratie als “goed”", en="Consent for the books of “goed”"),
        BY_CONSENT,
        consent=_consent("overstap"),
    ),
    _Sketch(
        "codeoud",
        Text(nl="De code van de toestemming is te oud", en="The code of the consent is too old"),
        REFUSED,
        consent={"code": CODE_OLD, "redirect_uri": BACK},
    ),
    _Sketch(
        "codegebruikt",
        Text(nl="De code van de toestemming is al gebruikt", en="The code of the consent was used before"),
        REFUSED,
        consent={"code": CODE_USED, "redirect_uri": BACK},
    ),
    _Sketch(
        "ingetrokken",
        Text(nl="De toestemming is ingetrokken", en="The consent was withdrawn"),
        REFUSED,
        consent=_consent("ingetrokken", REFRESH_WITHDRAWN),
    ),
    _Sketch(
        "scope",
        Text(nl="De toestemming dekt te weinig", en="The consent covers too little"),
        REFUSED,
        consent=_consent("scope"),
    ),
    _Sketch(
        "reden354",
        Text(nl="Een kale weigering van de toestemming", en="A bare refusal of the consent"),
        {**BY_CONSENT, **NO_QUESTIONS, "offices_listed": FAILED},
        consent=_consent("reden354"),
    ),
    *(_fault(code, FAILED) for code in ("351", "352", "353", "354")),
    *(_fault(code, UNTESTED) for code in ("358", "359")),
)
SKETCHES = (*BY_PASSWORD, *WITH_CONSENT)


def _club(sketch: _Sketch) -> MadeUpClub:
    given: dict[str, str] = {"office": "001"}
    if sketch.consent is not None:
        given["authorization"] = json.dumps(dict(sketch.consent))
    else:
        given |= {"user": sketch.name, "password": password_of(sketch.name)}
        given["organisation"] = organisation_of(sketch.name)
    expected = {**ALL_WELL, **sketch.expected}
    return MadeUpClub(sketch.name, {**given, **sketch.input}, expected, sketch.says, featured=sketch.featured)


CLUBS = tuple(map(_club, SKETCHES))
USERS = frozenset(sketch.name for sketch in SKETCHES)
"""Every club has a user of its own name, so that each can be consented as."""
CONSENTING = tuple(club for club in CLUBS if club.expected["login"] is PASSED or club.name == "oauth")
"""Those of whom the page of a consent makes sense."""
