"""The checklist of e-Boekhouden.nl: ten claims, in the order in which they are proved."""

from __future__ import annotations

from connectors.e_boekhouden import answers
from connectors.e_boekhouden.client import Session
from connectors.e_boekhouden.login import Login, look_over
from connectors.kit.connector import check
from connectors.kit.credentials import FieldSpec, read_field
from connectors.kit.errors import ActionRequired, Owner, ProviderError, SetupMissing
from connectors.kit.outcomes import NeedsPerson, NotApplicable, Passed, Verdict, Warned
from connectors.kit.text import Text

EMPTY = Text(nl="Nog niet alle codes zijn ingevuld.", en="Not all codes are filled in yet.")
FILL_IN = Text(nl="Vul de lege velden in.", en="Fill in the empty fields.")
LOOK_AGAIN = Text(nl="Kijk de codes nog eens na.", en="Check the codes once more.")
COMPLETE = Text(nl="Alle verplichte velden zijn gevuld.", en="All required fields are filled.")
SIGNED_IN = Text(nl="Ingelogd als {username}.", en="Signed in as {username}.")
NO_LEDGER = Text(
    nl="Er staan nog geen grootboekrekeningen in je administratie.",
    en="There are no ledger accounts in your administration yet.",
)
MAKE_LEDGER = Text(
    nl="Maak ze aan in e-Boekhouden.nl en test dan opnieuw.", en="Create them in e-Boekhouden.nl, then test again."
)
ACCOUNTS = Text(nl="{n} rekeningen gevonden.", en="{n} accounts found.")
ACCOUNTS_WITH = Text(nl="{n} rekeningen gevonden, waaronder {debtor}.", en="{n} accounts found, {debtor} among them.")
NO_DEBTOR = Text(nl="Er is nog geen debiteurenrekening.", en="There is no debtors' account yet.")
MAKE_DEBTOR = Text(nl="Maak een debiteurenrekening aan.", en="Create a debtors' account.")
DEBTOR = Text(nl="{account} is je debiteurenrekening.", en="{account} is your debtors' account.")
NONE_CHOSEN = Text(nl="Je hebt geen rekeningen gekozen.", en="You chose no accounts.")
CHOSEN = Text(nl="Gekozen: {accounts}.", en="Chosen: {accounts}.")
NO_CENTRE = Text(nl="Je hebt geen kostenplaats gekozen.", en="You chose no cost centre.")
TEMPLATE_FOUND = Text(nl="Het sjabloon Factuursjabloon staat klaar.", en="The template Factuursjabloon is in place.")
TEMPLATE_QUESTION = Text(
    nl="Heeft deze club een sjabloon dat precies Factuursjabloon heet? Noteer hoe je dat weet.",
    en="Does this club have a template named exactly Factuursjabloon? Note how you know.",
)
NO_TOKEN = Text(
    nl="Zonder API-token kunnen wij het sjabloon niet zien.", en="Without an API token we can't see the template."
)
CONFIRM_TEMPLATE = Text(
    nl="Bevestig: het sjabloon heet precies Factuursjabloon.",
    en="Confirm: the template is named exactly Factuursjabloon.",
)
CODE_QUESTION = Text(
    nl="Hoort administratiecode {code} bij deze club? Vergelijk met wat je van de club weet en noteer dat.",
    en="Does administration code {code} belong to this club? Compare it with what you know, and note that.",
)
WE_COMPARE = Text(
    nl="Wij vergelijken de code met je gegevens. Je hoeft niets te doen.",
    en="We compare the code with your details. You need do nothing.",
)
ACCOUNTANT = Text(
    nl="Deze login hoort bij een accountant. Welke administratie is van jullie?",
    en="This login belongs to an accountant. Which administration is yours?",
)
TELL_US = Text(
    nl="Laat het weten in een bericht bij dit item. Gevonden: {names}.",
    en="Tell us in a message with this item. Found: {names}.",
)
ORDINARY = Text(nl="Dit is een gewone login van de club.", en="This is an ordinary login of the club.")
SIGNED_OUT = Text(nl="We zijn weer uitgelogd.", en="We signed out again.")
LEFT_OPEN = Text(
    nl="Het afmelden lukte niet. De sessie verloopt vanzelf; je hoeft niets te doen.",
    en="Signing out did not work. The session ends by itself; you need do nothing.",
)


@check(Text(nl="Alle codes zijn ingevuld", en="All codes are filled in"), owner=Owner.CLUB)
def fields_shape(session: Session) -> Verdict:
    values = {spec.key: _as_text(session.login, spec) for spec in Login.fields()}
    empty = tuple(spec.key for spec in Login.fields() if spec.required and not values[spec.key].strip())
    if empty:
        raise ActionRequired(EMPTY, remedy=FILL_IN, fields=empty)
    if findings := look_over(values):
        return Warned(LOOK_AGAIN, remedy=findings[0].hint, fields=findings[0].fields)
    readings = {spec.key: read_field(spec, values[spec.key]) for spec in Login.fields()}
    odd = {key: reading.error or reading.hint for key, reading in readings.items() if reading.error or reading.hint}
    if odd:
        return Warned(LOOK_AGAIN, remedy=next(iter(odd.values())), fields=tuple(odd))
    return Passed(COMPLETE)


@check(Text(nl="Inloggen lukt", en="Signing in works"), owner=Owner.CLUB, daily=True)
def login(session: Session) -> Verdict:
    session.open()
    return Passed(SIGNED_IN.format(username=session.login.username), {"username": session.login.username})


@check(Text(nl="Grootboek is te lezen", en="The ledger can be read"), owner=Owner.US, needs=("login",), daily=True)
def ledger_readable(session: Session) -> Verdict:
    accounts = session.ledger()
    if not accounts:
        raise SetupMissing(NO_LEDGER, remedy=MAKE_LEDGER)
    debtor = next((account for account in accounts if account.category == "DEB"), None)
    says = ACCOUNTS_WITH.format(n=len(accounts), debtor=debtor) if debtor else ACCOUNTS.format(n=len(accounts))
    return Passed(says, {"accounts": len(accounts)})


@check(
    Text(nl="Er is een debiteurenrekening", en="There is a debtors' account"),
    owner=Owner.CLUB,
    mandatory=False,
    needs=("login",),
)
def debtor_account(session: Session) -> Verdict:
    account = session.debtor_account()
    if account is None:
        return Warned(NO_DEBTOR, remedy=MAKE_DEBTOR)
    return Passed(DEBTOR.format(account=account), {"debtor account": account.code})


@check(
    Text(nl="Gekozen rekeningen bestaan", en="The chosen accounts exist"),
    owner=Owner.CLUB,
    needs=("login", "ledger_readable"),
    daily=True,
)
def revenue_accounts(session: Session) -> Verdict:
    codes = session.login.revenue_accounts
    if not codes:
        return NotApplicable(NONE_CHOSEN)
    found = {code: session.ledger_account(code) for code in codes}
    if missing := tuple(code for code, account in found.items() if account is None):
        raise answers.no_account(missing)
    return Passed(CHOSEN.format(accounts=", ".join(map(str, found.values()))), {"accounts": codes})


@check(
    Text(nl="Gekozen kostenplaats bestaat", en="The chosen cost centre exists"),
    owner=Owner.CLUB,
    needs=("login", "ledger_readable"),
    daily=True,
)
def cost_centre(session: Session) -> Verdict:
    number = session.login.cost_centre
    if number is None:
        return NotApplicable(NO_CENTRE)
    centre = session.cost_centre(number)
    if centre is None:
        raise answers.no_cost_centre(number)
    return Passed(CHOSEN.format(accounts=centre), {"cost centre": number})


@check(Text(nl="Sjabloon Factuursjabloon bestaat", en="Template Factuursjabloon exists"), owner=Owner.CLUB, daily=True)
def invoice_template(session: Session) -> Verdict:
    token = session.login.rest_token
    if token is None:
        return NeedsPerson(TEMPLATE_QUESTION, says=NO_TOKEN, asks_club=CONFIRM_TEMPLATE)
    found = session.templates(token.reveal())
    named = [template for template in found if template.name == answers.TEMPLATE]
    if not named:
        raise answers.no_template([template.name for template in found])
    if not any(template.active for template in named):
        raise answers.inactive_template()
    return Passed(TEMPLATE_FOUND, {"template": answers.TEMPLATE})


@check(Text(nl="Administratiecode klopt", en="The administration code is right"), owner=Owner.SUPPORT)
def administration_code(session: Session) -> Verdict:
    code = session.login.administration_code
    evidence = {"administration code": code, "username": session.login.username}
    return NeedsPerson(CODE_QUESTION.format(code=code), says=WE_COMPARE, evidence=evidence)


@check(
    Text(nl="Geen accountantslogin", en="Not an accountant's login"),
    owner=Owner.SUPPORT,
    mandatory=False,
    needs=("login",),
)
def accountant_login(session: Session) -> Verdict:
    names = session.administrations()
    if names:
        return Warned(
            ACCOUNTANT,
            remedy=TELL_US.format(names=", ".join(names[:10])),
            evidence={"administrations": names[:20], "number": len(names)},
        )
    return Passed(ORDINARY)


@check(
    Text(nl="Netjes afgemeld", en="Signed out properly"),
    owner=Owner.US,
    mandatory=False,
    needs=("login",),
    daily=True,
)
def session_closed(session: Session) -> Verdict:
    try:
        session.close()
    except ProviderError as error:
        return Warned(LEFT_OPEN, evidence={"answer": type(error).__name__})
    return Passed(SIGNED_OUT)


def _as_text(login: Login, spec: FieldSpec) -> str:
    """A field's value as a person would have typed it."""
    match getattr(login, spec.key):
        case None:
            return ""
        case tuple() as many:
            return "\n".join(many)
        case value:
            return str(value.reveal() if spec.secret else value)


CHECKS = (
    fields_shape,
    login,
    ledger_readable,
    debtor_account,
    revenue_accounts,
    cost_centre,
    invoice_template,
    administration_code,
    accountant_login,
    session_closed,
)
