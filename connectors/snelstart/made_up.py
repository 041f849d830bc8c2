"""The made-up clubs of the sandbox: one for every outcome that the checklist can have."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from dataclasses import dataclass, field

from connectors.kit.outcomes import Outcome
from connectors.kit.sandbox import MadeUpClub
from connectors.kit.text import Text

PASSED, FAILED, WARNING = Outcome.PASSED, Outcome.FAILED, Outcome.WARNING
PERSON, NOT_APPLICABLE, UNTESTED = Outcome.PERSON, Outcome.NOT_APPLICABLE, Outcome.UNTESTED

FIRST_KEY, SECOND_KEY = "00000000000000000000000000demo01", "00000000000000000000000000demo02"
"""The host's own keys that the sandbox accepts: made up, and recognisable as such."""
HOST_INPUT: Mapping[str, str] = {
    "subscription_key": FIRST_KEY,
    "second_subscription_key": SECOND_KEY,
    "product": "Maatwerk",
    "subscription_until": "31-12-2099",
}
A_SUBSCRIPTION_KEY = "0123456789abcdef0123456789abcdef"
"""What somebody pastes instead of the club's key."""

ALL_WELL: Mapping[str, Outcome] = {
    "key_shape": PASSED,
    "token": PASSED,
    "host_subscription": PASSED,
    "administration_read": PASSED,
    "administration_confirmed": PERSON,
    "ledger_accounts": NOT_APPLICABLE,
    "cost_centre": NOT_APPLICABLE,
    "sales_daybook": PASSED,
    "vat_rates": PASSED,
    "relations_readable": PASSED,
    "mandates_readable": NOT_APPLICABLE,
}
"""The outcomes of a club that chose nothing and in whose package all is well."""
READS = ("administration_read", "ledger_accounts", "sales_daybook", "vat_rates", "relations_readable")
"""Checks that ask SnelStart something, whatever a club chose."""
WAITS_FOR_HOST = dict.fromkeys(list(ALL_WELL)[3:], UNTESTED)
WAITS_FOR_TOKEN = {"host_subscription": UNTESTED, **WAITS_FOR_HOST}
KEY_REFUSED = {"token": FAILED, **WAITS_FOR_TOKEN}
NO_READS = {**dict.fromkeys(READS, UNTESTED), "administration_confirmed": UNTESTED}
NO_RIGHTS = {**dict.fromkeys(READS, FAILED), "administration_confirmed": UNTESTED}
ACCOUNT = {"revenue_accounts": "8000"}
DEBIT = {"direct_debit": "ja"}


def key_of(name: str) -> str:
    """The made-up key of a club: what SnelStart would show, as base64 of a user and a secret."""
    return base64.b64encode(f"club:{name}".encode()).decode()


@dataclass(frozen=True, slots=True)
class _Sketch:
    """A made-up club in short: how it differs from one in which all is well."""

    name: str
    says: Text
    expected: Mapping[str, Outcome] = field(default_factory=dict)
    input: Mapping[str, str] = field(default_factory=dict)
    featured: bool = False


WELL_CHOSEN = {"ledger_accounts": PASSED, "cost_centre": PASSED, "mandates_readable": PASSED}
CHOSEN = {**ACCOUNT, "cost_centre": "10", **DEBIT}

SKETCHES = (
    _Sketch("goed", Text(nl="Alles klopt", en="All well"), WELL_CHOSEN, CHOSEN, featured=True),
    _Sketch(
        "nieuw",
        Text(nl="Een nieuwe sleutel van dezelfde administratie als “goed”", en="A new key of the books of “goed”"),
    ),
    _Sketch(
        "andere", Text(nl="Alles klopt, bij een andere administratie", en="All well, with other books"), featured=True
    ),
    _Sketch(
        "onbekend", Text(nl="SnelStart kent de sleutel niet", en="SnelStart does not know the key"), KEY_REFUSED,
        featured=True,
    ),
    _Sketch("onbekend401", Text(nl="Sleutel ingetrokken (401)", en="Key withdrawn (401)"), KEY_REFUSED),
    _Sketch("echo", Text(nl="De weigering herhaalt de sleutel", en="The refusal repeats the key"), KEY_REFUSED),
    _Sketch(
        "geknipt",
        Text(nl="Het eind van de sleutel ontbreekt", en="The end of the key is missing"),
        {"key_shape": WARNING, **KEY_REFUSED},
        {"koppelsleutel": key_of("geknipt")[:-3]},
    ),
    _Sketch(
        "verkeerde",
        Text(nl="Een subscription key in plaats van de koppelsleutel", en="A subscription key for the connection key"),
        {"key_shape": WARNING, **KEY_REFUSED},
        {"koppelsleutel": A_SUBSCRIPTION_KEY},
        featured=True,
    ),
    _Sketch(
        "abonnement",
        Text(nl="SnelStart weigert onze eigen sleutel", en="SnelStart refuses our own key"),
        {"host_subscription": FAILED, **WAITS_FOR_HOST},
        featured=True,
    ),
    _Sketch("kaal", Text(nl="De sleutel mist alle rechten", en="The key lacks all rights"), NO_RIGHTS, featured=True),
    _Sketch(
        "geenrelaties",
        Text(nl="De sleutel mag geen klanten lezen", en="The key may not read customers"),
        {"relations_readable": FAILED, "mandates_readable": FAILED},
        DEBIT,
    ),
    _Sketch("quotum", Text(nl="Quotum op", en="Quota used up"), NO_READS),
    _Sketch("limiet", Text(nl="Te veel verzoeken", en="Too many calls"), NO_READS),
    _Sketch(
        "dicht",
        Text(nl="Boekjaar dicht, verkoopdagboek niet actief", en="Year closed, sales daybook not active"),
        {"sales_daybook": FAILED},
    ),
    _Sketch(
        "nonactief",
        Text(nl="De gekozen rekening is niet actief", en="The chosen account is not active"),
        {"ledger_accounts": FAILED},
        ACCOUNT,
        featured=True,
    ),
    _Sketch(
        "kostenplaats",
        Text(nl="De rekening vraagt een kostenplaats", en="The account asks for a cost centre"),
        {"ledger_accounts": PASSED, "cost_centre": FAILED},
        ACCOUNT,
    ),
    _Sketch(
        "balans",
        Text(nl="De gekozen rekening is geen omzetrekening", en="The chosen account is no revenue account"),
        {"ledger_accounts": WARNING},
        {"revenue_accounts": "1300"},
    ),
    _Sketch(
        "geendagboek", Text(nl="Geen verkoopdagboek", en="No sales daybook"), {"sales_daybook": FAILED}
    ),
    _Sketch("oudtarief", Text(nl="Geen btw-tarief van nu", en="No VAT rate of today"), {"vat_rates": WARNING}),
    _Sketch(
        "leeg",
        Text(nl="Een lege administratie", en="Empty books"),
        {"ledger_accounts": FAILED, "sales_daybook": FAILED, "vat_rates": WARNING},
        {**ACCOUNT, **DEBIT},
    ),
    _Sketch(
        "ingetrokken",
        Text(nl="De machtiging is ingetrokken", en="The mandate was withdrawn"),
        {"mandates_readable": PASSED},
        DEBIT,
    ),
    _Sketch(
        "geeniban",
        Text(nl="Alles klopt; de debiteur heeft geen IBAN", en="All well; the debtor has no IBAN"),
        {"mandates_readable": PASSED},
        DEBIT,
    ),
    _Sketch(
        "bestaat", Text(nl="Alles klopt; het factuurnummer bestaat al", en="All well; the invoice number exists")
    ),
    _Sketch(
        "dubbel", Text(nl="Alles klopt; een boeking loopt vast", en="All well; a booking gets stuck")
    ),
    _Sketch(
        "vorm1", Text(nl="Een 400 met een lijst van codes", en="A 400 with a list of codes"), {"sales_daybook": FAILED}
    ),
    _Sketch(
        "vorm2", Text(nl="Een 400 met modelState", en="A 400 with modelState"), {"sales_daybook": UNTESTED}
    ),
    _Sketch("vorm3", Text(nl="Een 400 met Message", en="A 400 with Message"), {"sales_daybook": UNTESTED}),
    _Sketch("vorm4", Text(nl="Een 400 met message", en="A 400 with message"), {"sales_daybook": UNTESTED}),
    _Sketch("vorm5", Text(nl="Een lege 400", en="An empty 400"), {"sales_daybook": UNTESTED}),
    _Sketch("verlopen", Text(nl="Het token valt één keer weg", en="The token is lost once")),
    _Sketch(
        "pagina2",
        Text(nl="De rekening staat op de tweede bladzijde", en="The account stands on the second page"),
        {"ledger_accounts": PASSED},
        {"revenue_accounts": "8999"},
    ),
    _Sketch(
        "storing",
        Text(nl="SnelStart ligt eruit", en="SnelStart is down"),
        {"token": UNTESTED, **WAITS_FOR_TOKEN},
        featured=True,
    ),
    _Sketch("traag", Text(nl="Het antwoord duurt te lang", en="The answer takes too long"), WAITS_FOR_TOKEN),
    _Sketch("kapot", Text(nl="Elk antwoord is afgebroken", en="Every answer is cut"), NO_READS),
)  # fmt: skip


def _club(sketch: _Sketch) -> MadeUpClub:
    given = {"koppelsleutel": key_of(sketch.name), **sketch.input}
    return MadeUpClub(sketch.name, given, {**ALL_WELL, **sketch.expected}, sketch.says, featured=sketch.featured)


CLUBS = tuple(map(_club, SKETCHES))
NAMES: Mapping[str, str] = {club.input["koppelsleutel"]: club.name for club in CLUBS}
"""The club of each key."""
