"""The checklist of SnelStart: eleven claims, in the order in which they are proved."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from connectors.kit.connector import check
from connectors.kit.errors import InvalidCredentials, Owner
from connectors.kit.outcomes import NeedsPerson, NotApplicable, Passed, Verdict, Warned
from connectors.kit.text import Text
from connectors.snelstart import answers
from connectors.snelstart.answers import KEY, MAATWERK
from connectors.snelstart.client import LedgerAccount, Session
from connectors.snelstart.readers import NOT_WHOLE, SUBSCRIPTION, halves, is_subscription_key

HERE = ZoneInfo("Europe/Amsterdam")
NEEDS_KEY = ("token", "host_subscription")

WHOLE = Text(nl="De sleutel is compleet.", en="The key is complete.")
COPY_AGAIN = Text(nl="Kopieer de sleutel opnieuw.", en="Copy the key again.")
ACCEPTED = Text(nl="SnelStart herkent je sleutel.", en="SnelStart knows your key.")
WE_ARE_IN = Text(nl="Onze eigen sleutel wordt geaccepteerd.", en="Our own key is accepted.")
BOOKS = Text(nl="Dit is de administratie van {name}.", en="These are the books of {name}.")
IS_IT_YOURS = Text(
    nl="Is {name} jullie administratie? Zo niet, laat het ons weten in een bericht.",
    en="Is {name} your administration? If not, tell us in a message.",
)
COMPARE = Text(
    nl="Is {name} de administratie van deze club? Vergelijk naam, KvK-nummer en IBAN met wat je van de club weet, "
    "en noteer dat.",
    en="Is {name} the administration of this club? Compare name, chamber of commerce number and IBAN with what you "
    "know of the club, and note that.",
)
NONE_CHOSEN = Text(
    nl="Je hebt geen rekeningen gekozen. We vonden er {n}.", en="You chose no accounts. We found {n} of them."
)
CHOSEN = Text(nl="Gekozen: {chosen}.", en="Chosen: {chosen}.")
IS_IT_REVENUE = Text(nl="Is {number} echt een omzetrekening?", en="Is {number} really a revenue account?")
CHOOSE_REVENUE = Text(
    nl="Kijk het na. Klopt het, dan hoef je niets te doen.", en="Please check. If it is right, you need do nothing."
)
NO_CENTRE = Text(
    nl="Je hebt geen kostenplaats gekozen, en die is ook niet nodig.",
    en="You chose no cost centre, and none is needed.",
)
DAYBOOK = Text(nl="Verkoopdagboek {number} is actief.", en="Sales daybook {number} is active.")
NO_RATES = Text(nl="Er geldt vandaag geen btw-tarief.", en="No VAT rate is in force today.")
CHECK_RATES = Text(nl="Controleer je btw-tarieven.", en="Check your VAT rates.")
RATES = Text(nl="Vandaag gelden: {rates}.", en="In force today: {rates}.")
NO_CUSTOMERS = Text(nl="Klanten zijn te lezen; er zijn er nog geen.", en="Customers can be read; there are none yet.")
CUSTOMERS = Text(nl="Klanten zijn te lezen.", en="Customers can be read.")
NO_DEBIT = Text(nl="Je incasseert niet via SnelStart.", en="You don't collect direct debits through SnelStart.")
NO_CUSTOMER = Text(
    nl="Er is nog geen klant om een machtiging van op te vragen.", en="There is no customer yet to ask a mandate of."
)
MANDATES = Text(
    nl="Machtigingen zijn te lezen: {n} geldig bij de eerste klant.",
    en="Mandates can be read: {n} in force for the first customer.",
)
SET_MANDATES = Text(
    nl="Machtigingen zijn te lezen, maar de eerste klant heeft geen geldige. Zet machtigingen zelf in SnelStart.",
    en="Mandates can be read, but the first customer has none in force. Put mandates into SnelStart yourself.",
)


@check(Text(nl="Sleutel ziet er goed uit", en="The key looks right"), owner=Owner.CLUB, mandatory=False)
def key_shape(session: Session) -> Verdict:
    key = session.login.koppelsleutel.reveal()
    if halves(key) is not None:
        return Passed(WHOLE)
    problem = SUBSCRIPTION if is_subscription_key(key) else NOT_WHOLE
    return Warned(problem, remedy=COPY_AGAIN, fields=KEY, path=MAATWERK)


@check(Text(nl="Sleutel wordt geaccepteerd", en="The key is accepted"), owner=Owner.CLUB, daily=True)
def token(session: Session) -> Verdict:
    session.open()
    return Passed(ACCEPTED)


@check(Text(nl="Onze aansluiting werkt", en="Our own connection works"), owner=Owner.US, needs=("token",), daily=True)
def host_subscription(session: Session) -> Verdict:
    until = session.host.subscription_until
    evidence = {"product": session.host.product or "Maatwerk"} | ({"until": until.isoformat()} if until else {})
    try:
        reply = session.knock()
    except InvalidCredentials:  # the club's key was withdrawn in between: it got past ours
        return Passed(WE_ARE_IN, evidence)
    if not reply.lets_us_in:
        reply.accepted()
    return Passed(WE_ARE_IN, evidence)


@check(
    Text(nl="Administratie te lezen", en="The administration can be read"),
    owner=Owner.CLUB,
    needs=NEEDS_KEY,
    daily=True,
)
def administration_read(session: Session) -> Verdict:
    company = session.company()
    evidence = {"administration": company.name, "identifier": company.identifier}
    return Passed(BOOKS.format(name=company.name), evidence)


@check(
    Text(nl="Juiste administratie", en="The right administration"),
    owner=Owner.SUPPORT,
    needs=(*NEEDS_KEY, "administration_read"),
)
def administration_confirmed(session: Session) -> Verdict:
    company = session.company()
    evidence = {
        "administration": company.name,
        "trade name": company.trade_name or "–",
        "chamber of commerce": company.chamber_of_commerce or "–",
        "IBAN": company.iban or "–",
    }
    return NeedsPerson(COMPARE.format(name=company.name), says=IS_IT_YOURS.format(name=company.name), evidence=evidence)


@check(
    Text(nl="Grootboekrekeningen bestaan", en="The ledger accounts exist"),
    owner=Owner.CLUB,
    needs=NEEDS_KEY,
    daily=True,
)
def ledger_accounts(session: Session) -> Verdict:
    found = _chosen(session)
    if not session.login.revenue_accounts:
        return NotApplicable(NONE_CHOSEN.format(n=len(session.ledger())))
    if missing := tuple(number for number, account in found.items() if account is None or not account.active):
        raise answers.no_account(missing)
    accounts = [account for account in found.values() if account is not None]
    evidence = {"accounts": tuple(map(str, accounts)), "functions": tuple(one.function or "–" for one in accounts)}
    odd = next((one for one in accounts if one.function and not one.is_revenue), None)
    if odd is not None:
        problem = IS_IT_REVENUE.format(number=odd.number)
        return Warned(problem, remedy=CHOOSE_REVENUE, fields=("revenue_accounts",), evidence=evidence)
    return Passed(CHOSEN.format(chosen=", ".join(map(str, accounts))), evidence)


@check(Text(nl="Kostenplaats klopt", en="The cost centre is right"), owner=Owner.CLUB, needs=NEEDS_KEY)
def cost_centre(session: Session) -> Verdict:
    number = session.login.cost_centre
    if number is None:
        accounts = _chosen(session).values() if session.login.revenue_accounts else ()
        if asking := next((one for one in accounts if one is not None and one.needs_cost_centre), None):
            raise answers.needs_cost_centre(asking.number)
        return NotApplicable(NO_CENTRE)
    centre = next((one for one in session.cost_centres() if one.number == number and one.active), None)
    if centre is None:
        raise answers.no_cost_centre(number)
    return Passed(CHOSEN.format(chosen=centre), {"cost centre": str(centre)})


@check(
    Text(nl="Verkoopdagboek actief", en="The sales daybook is active"),
    owner=Owner.CLUB,
    needs=NEEDS_KEY,
    daily=True,
)
def sales_daybook(session: Session) -> Verdict:
    sales = [daybook for daybook in session.daybooks() if daybook.kind == "Verkoop"]
    active = next((daybook for daybook in sales if daybook.active), None)
    if active is None:
        raise answers.no_daybook("sales daybooks, none of them active" if sales else "no sales daybook")
    return Passed(DAYBOOK.format(number=active.number), {"daybook": active.number})


@check(Text(nl="Btw-tarieven van nu", en="Today's VAT rates"), owner=Owner.CLUB, mandatory=False, needs=NEEDS_KEY)
def vat_rates(session: Session) -> Verdict:
    today = datetime.now(HERE).date()
    rates = [rate for rate in session.vat_rates() if rate.kind != "Geen" and rate.is_valid(today)]
    if not rates:
        return Warned(NO_RATES, remedy=CHECK_RATES)
    told = tuple(dict.fromkeys(f"{rate.kind} {rate.percentage:g}%" for rate in rates))
    return Passed(RATES.format(rates=", ".join(told)), {"rates": told})


@check(Text(nl="Klanten te lezen", en="Customers can be read"), owner=Owner.CLUB, needs=NEEDS_KEY)
def relations_readable(session: Session) -> Verdict:
    return Passed(CUSTOMERS if session.first_customer() is not None else NO_CUSTOMERS)


@check(
    Text(nl="Machtigingen te lezen", en="Mandates can be read"),
    owner=Owner.CLUB,
    mandatory=False,
    needs=NEEDS_KEY,
)
def mandates_readable(session: Session) -> Verdict:
    if not session.login.direct_debit:
        return NotApplicable(NO_DEBIT)
    customer = session.first_customer()
    if customer is None:
        return NotApplicable(NO_CUSTOMER)
    found = session.mandates(customer)
    in_force = sum(mandate.in_force for mandate in found)
    says = MANDATES.format(n=in_force) if in_force else SET_MANDATES
    return Passed(says, {"mandates": len(found), "in force": in_force})


def _chosen(session: Session) -> dict[int, LedgerAccount | None]:
    """The chosen ledger accounts by number; None for one that is not there. The ledger is read in any case."""
    accounts = {account.number: account for account in session.ledger()}
    return {number: accounts.get(number) for number in map(int, session.login.revenue_accounts)}


CHECKS = (
    key_shape,
    token,
    host_subscription,
    administration_read,
    administration_confirmed,
    ledger_accounts,
    cost_centre,
    sales_daybook,
    vat_rates,
    relations_readable,
    mandates_readable,
)
