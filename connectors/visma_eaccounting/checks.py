"""The checklist of Visma eAccounting: sixteen claims, in the order in which they are proved."""

from __future__ import annotations

from connectors.kit.connector import WaitsFor, check
from connectors.kit.errors import ActionRequired, Owner
from connectors.kit.outcomes import NeedsPerson, NotApplicable, Passed, Verdict, Warned
from connectors.kit.text import Text
from connectors.visma_eaccounting import answers, words
from connectors.visma_eaccounting.answers import CONSENT
from connectors.visma_eaccounting.bodies import scopes_in
from connectors.visma_eaccounting.client import Session, today

NEEDS_CONSENT = ("code_exchanged",)
NEEDS_TOKEN = ("code_exchanged", "token_alive")
NEEDS_COMPANY = (*NEEDS_TOKEN, "company_read")
RIGHTS = ("ea:api", "ea:sales", "ea:accounting")
OFFLINE = "offline_access"
PROVES_NOTHING = frozenset({"V11", "V15", "V16"})
"""Rows of answers that don't tell whether the token was taken."""
ACTIVE = 1
INVOICES = {1: "Standard/Smart", 2: "Invoicing", 4: "Start/Solo", 5: "Pro"}
BOOKKEEPING, COLLABORATION = 3, 6


@check(Text(nl="Toestemming ontvangen", en="Consent received"), owner=Owner.CLUB)
def code_exchanged(session: Session) -> Verdict:
    session.consent.given()
    return Passed(words.RECEIVED)


@check(Text(nl="Alle opties aangevinkt", en="All options ticked"), owner=Owner.CLUB, needs=NEEDS_CONSENT)
def scopes(session: Session) -> Verdict:
    tokens = session.consent.given()
    granted = frozenset(tokens.scope.split()) if tokens.scope else scopes_in(tokens.access_token)
    if granted is None:
        return Warned(words.CANNOT_SEE, remedy=words.LATER)
    missing = [right for right in RIGHTS if right not in granted]
    if OFFLINE not in granted and tokens.refresh_token is None:
        missing.append(OFFLINE)
    if missing:
        raise answers.found("V8", f"missing: {', '.join(missing)}")
    return Passed(words.ALL_TICKED, {"granted": tuple(sorted(granted))})


@check(
    Text(nl="Toestemming werkt nog", en="The consent still works"), owner=Owner.CLUB, needs=NEEDS_CONSENT, daily=True
)
def token_alive(session: Session) -> Verdict:
    """The first question to the interface is asked here: what it says of the company is for the next checks."""
    session.consent.alive()
    reply = session.knock()
    if reply.row == "V10" or reply.row in PROVES_NOTHING:
        reply.accepted()
    return Passed(words.WORKS)


@check(
    Text(nl="Koppeling zit in je pakket", en="Your package has connections"),
    owner=Owner.CLUB,
    needs=NEEDS_TOKEN,
    daily=True,
)
def api_module(session: Session) -> Verdict:
    match session.knock().row:
        case "V8" | "V9":
            raise WaitsFor(company_read, Owner.CLUB)
        case "V6" | "V7":
            return Passed(words.MODULE)
    session.company()
    return Passed(words.MODULE)


@check(
    Text(nl="Startgids afgerond", en="Set-up guide finished"),
    owner=Owner.CLUB,
    needs=(*NEEDS_TOKEN, "api_module"),
    daily=True,
)
def setup_guide(session: Session) -> Verdict:
    if session.knock().row == "V7":
        return Passed(words.GUIDE_DONE)
    session.company()
    return Passed(words.GUIDE_DONE)


@check(Text(nl="Bedrijf te lezen", en="The company can be read"), owner=Owner.CLUB, needs=NEEDS_TOKEN, daily=True)
def company_read(session: Session) -> Verdict:
    reply = session.knock()
    if reply.error is not None and reply.row not in ("V7", "V8", "V9"):
        raise WaitsFor(setup_guide if reply.row == "V6" else api_module, reply.error.blame)
    company = session.company()
    return Passed(words.BOOKS.format(name=company.name), {"company": company.name, "identifier": company.identifier})


@check(Text(nl="Juist bedrijf", en="The right company"), owner=Owner.SUPPORT, needs=NEEDS_COMPANY)
def company_confirmed(session: Session) -> Verdict:
    company = session.company()
    if company.country and company.country.upper() != "NL":
        raise ActionRequired(
            words.ABROAD, remedy=words.CHOOSE_COMPANY, fields=CONSENT, detail=f"country {company.country}"
        )
    evidence = {
        "company": company.name,
        "chamber of commerce": company.number or "–",
        "reference": session.login.reference,
        "country": company.country or "–",
    }
    return NeedsPerson(
        words.COMPARE.format(name=company.name), says=words.IS_IT_YOURS.format(name=company.name), evidence=evidence
    )


@check(Text(nl="Geen proefbedrijf", en="No test company"), owner=Owner.CLUB, needs=NEEDS_COMPANY, daily=True)
def not_sandbox(session: Session) -> Verdict:
    name = session.company().name
    if name.casefold().endswith("sandbox"):
        raise ActionRequired(
            words.TEST_COMPANY, remedy=words.CHOOSE_REAL, fields=CONSENT, detail="the name ends in sandbox"
        )
    return Passed(words.REAL.format(name=name))


@check(Text(nl="Bedrijf is actief", en="The company is active"), owner=Owner.CLUB, needs=NEEDS_COMPANY, daily=True)
def company_status(session: Session) -> Verdict:
    company = session.company()
    match company.status:
        case 0 | 2:
            raise answers.found("V7", f"CompanyStatus {company.status}")
        case status if status != ACTIVE:
            raise answers.unreadable("companysettings", f"CompanyStatus {status}")
    return Passed(words.IS_ACTIVE, {"modules": company.modules} if company.modules else {})


@check(Text(nl="Proefperiode voorbij", en="Trial period over"), owner=Owner.CLUB, needs=NEEDS_COMPANY)
def trial_over(session: Session) -> Verdict:
    question = words.IS_TRIAL_OVER.format(name=session.company().name)
    return NeedsPerson(question, says=words.TRIAL_UNSEEN, asks_club=words.TELL_TRIAL)


@check(Text(nl="Pakket kan factureren", en="The package can invoice"), owner=Owner.CLUB, needs=NEEDS_COMPANY)
def product_variant(session: Session) -> Verdict:
    variant = session.company().variant
    if variant in INVOICES:
        return Passed(words.CAN_INVOICE.format(variant=INVOICES[variant]), {"variant": variant})
    if variant == COLLABORATION:
        return Warned(words.SHARED, remedy=words.WE_WATCH, evidence={"variant": variant})
    if variant == BOOKKEEPING:
        raise ActionRequired(words.NO_INVOICES, remedy=words.OTHER_PACKAGE, detail=f"ProductVariant {variant}")
    raise answers.unreadable("companysettings", f"ProductVariant {variant}")


@check(Text(nl="Boekjaar staat open", en="The fiscal year is open"), owner=Owner.CLUB, needs=NEEDS_COMPANY, daily=True)
def fiscal_year(session: Session) -> Verdict:
    year = session.year()
    if year is None or year.locked:
        known = ", ".join(map(str, session.fiscal_years())) or "none"
        raise answers.found("V12", f"{f'locked: {year}' if year else 'no year holds today'}; years: {known}")
    locked_to = session.company().locked_to
    if locked_to is not None and locked_to >= today():
        raise answers.found("V14", f"locked to {locked_to.isoformat()}")
    evidence = {"year": str(year)} | ({"locked to": locked_to.isoformat()} if locked_to else {})
    return Passed(words.YEAR.format(year=year), evidence)


@check(
    Text(nl="Grootboekrekeningen en artikel bestaan", en="The ledger accounts and the article exist"),
    owner=Owner.CLUB,
    needs=NEEDS_COMPANY,
    daily=True,
)
def ledger_accounts(session: Session) -> Verdict:
    numbers, article = session.login.revenue_accounts, session.login.article
    if not numbers and not article:
        return NotApplicable(words.NONE_CHOSEN)
    chosen = [*_accounts(session, numbers), *([_article(session, article)] if article else [])]
    return Passed(words.CHOSEN.format(chosen=", ".join(chosen)), {"chosen": tuple(chosen)})


@check(Text(nl="Betaalconditie aanwezig", en="There are terms of payment"), owner=Owner.CLUB, needs=NEEDS_COMPANY)
def payment_terms(session: Session) -> Verdict:
    terms = session.terms()
    names = tuple(one.name for one in terms if one.for_sales)
    if not names:
        raise answers.no_terms(len(terms))
    return Passed(words.TERMS.format(terms=", ".join(names[:5])), {"terms": names})


@check(Text(nl="Klanten te lezen", en="Customers can be read"), owner=Owner.CLUB, needs=NEEDS_COMPANY)
def customers_readable(session: Session) -> Verdict:
    return Passed(words.CUSTOMERS if session.has_customers() else words.NO_CUSTOMERS)


@check(
    Text(nl="Wie gaf toestemming", en="Who gave the consent"),
    owner=Owner.SUPPORT,
    mandatory=False,
    needs=NEEDS_COMPANY,
)
def authorised_by(session: Session) -> Verdict:
    match session.by_consultant():
        case True:
            return Warned(words.BY_CONSULTANT, remedy=words.DOES_CLUB_KNOW)
        case None:
            return Warned(words.BY_WHOM, remedy=words.ASK_CLUB)
    return Passed(words.BY_MEMBER)


def _accounts(session: Session, numbers: tuple[str, ...]) -> list[str]:
    """The chosen ledger accounts as people read them; without a year there is no ledger to look in."""
    if not numbers:
        return []
    if session.year() is None:
        raise WaitsFor(fiscal_year, Owner.CLUB)
    active = {account.number: str(account) for account in session.ledger() if account.active}
    if missing := tuple(number for number in numbers if number not in active):
        raise answers.no_accounts(missing)
    return [active[number] for number in numbers]


def _article(session: Session, name: str) -> str:
    article = next((one for one in session.articles() if one.active and one.is_called(name)), None)
    if article is None:
        raise answers.no_article(name)
    return str(article)


CHECKS = (
    code_exchanged,
    scopes,
    token_alive,
    api_module,
    setup_guide,
    company_read,
    company_confirmed,
    not_sandbox,
    company_status,
    trial_over,
    product_variant,
    fiscal_year,
    ledger_accounts,
    payment_terms,
    customers_readable,
    authorised_by,
)
