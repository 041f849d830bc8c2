"""The made-up clubs of the sandbox: one for every outcome that the checklist can have."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from connectors.kit.outcomes import Outcome
from connectors.kit.sandbox import MadeUpClub
from connectors.kit.text import Text

PASSED, FAILED, WARNING = Outcome.PASSED, Outcome.FAILED, Outcome.WARNING
PERSON, NOT_APPLICABLE, UNTESTED = Outcome.PERSON, Outcome.NOT_APPLICABLE, Outcome.UNTESTED

ALL_WELL: Mapping[str, Outcome] = {
    "fields_shape": PASSED,
    "login": PASSED,
    "ledger_readable": PASSED,
    "debtor_account": PASSED,
    "revenue_accounts": NOT_APPLICABLE,
    "cost_centre": NOT_APPLICABLE,
    "invoice_template": PERSON,
    "administration_code": PERSON,
    "accountant_login": PASSED,
    "session_closed": PASSED,
}
"""The outcomes of a club without token and choices, in whose package all is well."""

WAITS_FOR_LOGIN = dict.fromkeys(
    ("ledger_readable", "debtor_account", "revenue_accounts", "cost_centre", "accountant_login", "session_closed"),
    UNTESTED,
)
NO_LOGIN = {"login": FAILED, **WAITS_FOR_LOGIN}
NO_ANSWER = {"login": UNTESTED, **WAITS_FOR_LOGIN}
NO_LEDGER = dict.fromkeys(("revenue_accounts", "cost_centre"), UNTESTED)


@dataclass(frozen=True, slots=True)
class Code:
    """The made-up codes of one user name."""

    one: str
    two: str


@dataclass(frozen=True, slots=True)
class _Sketch:
    """A made-up club in short: how it differs from one in which all is well."""

    name: str
    says: Text
    expected: Mapping[str, Outcome] = field(default_factory=dict)
    input: Mapping[str, str] = field(default_factory=dict)
    featured: bool = False


def with_token(token: str) -> Mapping[str, str]:
    """Input of a club that also hands over an API token."""
    return {"rest_token": token}


SKETCHES = (
    _Sketch(
        "goed",
        Text(nl="Alles klopt", en="All well"),
        {"revenue_accounts": PASSED, "cost_centre": PASSED, "invoice_template": PASSED},
        {
            **with_token("tok-goed"),
            "rest_token_until": "31-12-2099",
            "revenue_accounts": "8000",
            "cost_centre": "12",
        },
        featured=True,
    ),
    _Sketch("zondertoken", Text(nl="Alles klopt, zonder API-token", en="All well, without a token"), featured=True),
    _Sketch("fout", Text(nl="Verkeerde code", en="Wrong code"), NO_LOGIN, featured=True),
    _Sketch(
        "verwisseld",
        Text(nl="De twee codes zijn verwisseld", en="The two codes are swapped"),
        {"fields_shape": WARNING, **NO_LOGIN},
        featured=True,
    ),
    _Sketch(
        "geensjabloon",
        Text(nl="Het factuursjabloon ontbreekt", en="The invoice template is missing"),
        {"invoice_template": FAILED},
        with_token("tok-geensjabloon"),
        featured=True,
    ),
    _Sketch(
        "storing",
        Text(nl="e-Boekhouden.nl ligt eruit", en="e-Boekhouden.nl is down"),
        {**NO_ANSWER, "invoice_template": UNTESTED},
        with_token("tok-storing"),
        featured=True,
    ),
    _Sketch(
        "accountant",
        Text(nl="De login van een accountant", en="An accountant's login"),
        {"accountant_login": WARNING},
        featured=True,
    ),
    _Sketch(
        "inactief",
        Text(nl="Het factuursjabloon staat uit", en="The invoice template is switched off"),
        {"invoice_template": FAILED},
        with_token("tok-inactief"),
    ),
    _Sketch(
        "leeg",
        Text(nl="Nog geen grootboekrekeningen", en="No ledger accounts yet"),
        {"ledger_readable": FAILED, "debtor_account": WARNING, **NO_LEDGER},
    ),
    _Sketch("geendeb", Text(nl="Geen debiteurenrekening", en="No debtors' account"), {"debtor_account": WARNING}),
    _Sketch(
        "rekeningweg",
        Text(nl="De gekozen rekening bestaat niet", en="The chosen account is not there"),
        {"revenue_accounts": FAILED},
        {"revenue_accounts": "8000"},
    ),
    _Sketch(
        "kostenplaatsweg",
        Text(nl="De gekozen kostenplaats bestaat niet", en="The chosen cost centre is not there"),
        {"cost_centre": FAILED},
        {"cost_centre": "12"},
    ),
    _Sketch("sessieweg", Text(nl="De sessie valt één keer weg", en="The session is lost once")),
    _Sketch(
        "sessiedood",
        Text(nl="De sessie valt telkens weg", en="The session is lost every time"),
        {"ledger_readable": UNTESTED, "debtor_account": UNTESTED, "accountant_login": UNTESTED, **NO_LEDGER},
    ),
    _Sketch("limiet", Text(nl="Te veel verzoeken", en="Too many calls"), NO_ANSWER),
    _Sketch("traag", Text(nl="Het antwoord duurt te lang", en="The answer takes too long"), NO_ANSWER),
    _Sketch("kapot", Text(nl="Het antwoord is afgebroken", en="The answer is cut"), NO_ANSWER),
    _Sketch("fault", Text(nl="De dienst meldt een fout", en="The service answers a fault"), NO_ANSWER),
    _Sketch("html", Text(nl="Een webpagina als antwoord", en="A web page for an answer"), NO_ANSWER),
    _Sketch("nosession", Text(nl="Inloggen zonder sessie", en="Signed in without a session"), NO_ANSWER),
    _Sketch(
        "dubbel",
        Text(nl="Alles klopt; een factuur versturen loopt vast", en="All well; sending an invoice gets stuck"),
    ),
    _Sketch(
        "verlopen",
        Text(nl="Het API-token is verlopen", en="The API token has expired"),
        {"invoice_template": FAILED},
        with_token("tok-verlopen"),
    ),
    _Sketch(
        "fouttoken",
        Text(nl="Het API-token is onjuist", en="The API token is wrong"),
        {"invoice_template": FAILED},
        with_token("tok-fout"),
    ),
    _Sketch(
        "geenrecht",
        Text(nl="Het API-token mag te weinig", en="The API token has too few rights"),
        {"invoice_template": FAILED},
        with_token("tok-geenrecht"),
    ),
)


def _codes(number: int) -> Code:
    return Code(f"demo{number:028}", f"{{00000000-0000-4000-8000-{number:012}}}")


CODES: Mapping[str, Code] = {sketch.name: _codes(number) for number, sketch in enumerate(SKETCHES, start=1)}
"""The codes that go with each user name. All made up, and recognisable as such."""


def _club(sketch: _Sketch, number: int) -> MadeUpClub:
    code = CODES[sketch.name]
    if sketch.name == "verwisseld":
        code = Code(code.two, code.one)
    given = {
        "username": sketch.name,
        "security_code_1": code.one,
        "security_code_2": code.two,
        "administration_code": f"{123455 + number}",
    }
    expected = {**ALL_WELL, **sketch.expected}
    return MadeUpClub(sketch.name, {**given, **sketch.input}, expected, sketch.says, featured=sketch.featured)


CLUBS = tuple(_club(sketch, number) for number, sketch in enumerate(SKETCHES, start=1))
