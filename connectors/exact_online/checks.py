"""The checklist of Exact Online: fourteen claims, in the order in which they are proved; four stand in collecting."""

from __future__ import annotations

from datetime import UTC, datetime

from connectors.exact_online import answers, client
from connectors.exact_online.answers import ACCOUNTS
from connectors.exact_online.client import NOT_FOR_REVENUE, Journal, LedgerAccount, Session
from connectors.exact_online.collecting import (
    NEEDS_BOOKS,
    bank_journal_iban,
    batch_payment,
    collection_condition,
    mandates_readable,
)
from connectors.kit.connector import check
from connectors.kit.errors import Owner
from connectors.kit.outcomes import Evidence, NeedsPerson, NotApplicable, Passed, Verdict, Warned
from connectors.kit.text import Text

NEEDS_TOKEN = ("token_alive",)

CONSENT_GIVEN = Text(nl="Je toestemming is ontvangen.", en="Your consent has arrived.")
CONSENT_WORKS = Text(nl="Je toestemming werkt.", en="Your consent works.")
GIVEN_BY = Text(nl="De toestemming is gegeven door {name}.", en="Consent was given by {name}.")
FOUND = Text(nl="Gevonden: {division}.", en="Found: {division}.")
READABLE = Text(nl="De administratie is te lezen.", en="The administration can be read.")
IS_IT_YOURS = Text(
    nl="Is {name} jullie administratie? Zo niet, laat het ons weten in een bericht.",
    en="Is {name} your administration? If not, tell us in a message.",
)
COMPARE = Text(
    nl="Is {name} de administratie van deze club? Vergelijk haar met de referentie “{reference}” en met wat je van de "
    "club weet, en noteer dat.",
    en="Is {name} the administration of this club? Compare it with the reference “{reference}” and with what you know "
    "of the club, and note that.",
)
RIGHTS = Text(nl="Verkopen en relaties zijn te lezen.", en="Sales and relations can be read.")
NONE_CHOSEN = Text(nl="Je hebt geen rekeningen gekozen.", en="You chose no accounts.")
CHOSEN = Text(nl="Gekozen: {chosen}.", en="Chosen: {chosen}.")
INCLUSIVE = Text(
    nl="Elke rekening heeft een btw-code inclusief btw.", en="Every account has a VAT code that includes VAT."
)
NO_VAT = Text(nl="Rekening {code} heeft nul of geen btw.", en="Account {code} has zero or no VAT.")
IS_IT_RIGHT = Text(nl="Klopt dat? Dan hoef je niets te doen.", en="Is that right? Then you need do nothing.")
JOURNAL = Text(nl="Je facturen komen in {journal}.", en="Your invoices go to {journal}.")
SEVERAL_JOURNALS = Text(
    nl="Er zijn meer verkoopdagboeken: {journals}.", en="There are several sales journals: {journals}."
)
CHOOSE_JOURNAL = Text(nl="Kies het dagboek voor je facturen.", en="Choose the journal for your invoices.")


@check(Text(nl="Toestemming ontvangen", en="Consent received"), owner=Owner.CLUB)
def code_exchanged(session: Session) -> Verdict:
    tokens = session.given()
    return Passed(CONSENT_GIVEN, {"obtained": tokens.obtained_at.isoformat(timespec="seconds")})


@check(
    Text(nl="Toestemming werkt nog", en="The consent still works"),
    owner=Owner.CLUB,
    needs=("code_exchanged",),
    daily=True,
)
def token_alive(session: Session) -> Verdict:
    tokens = session.alive()
    until = tokens.expires_at
    if until is not None and until <= datetime.now(UTC):
        session.user()  # by our clock it is over and no newer one is to be had: Exact's word counts
    return Passed(CONSENT_WORKS, {"until": until.isoformat(timespec="seconds")} if until else {})


@check(Text(nl="Gebruiker bekend", en="The user is known"), owner=Owner.US, needs=NEEDS_TOKEN, daily=True)
def user_identified(session: Session) -> Verdict:
    name = session.user().name
    return Passed(GIVEN_BY.format(name=name), {"user": name})


@check(Text(nl="Divisie gevonden", en="The division was found"), owner=Owner.CLUB, needs=NEEDS_TOKEN, daily=True)
def division_listed(session: Session) -> Verdict:
    division = session.division()
    if division.is_archived:
        raise answers.archived(division.code, division.name)
    if division.blocking:
        raise answers.being_worked_on(division.blocking)
    return Passed(
        FOUND.format(division=division), {"division": division.code, "name": division.name, "site": session.site}
    )


@check(
    Text(nl="Administratie te lezen", en="The administration can be read"),
    owner=Owner.CLUB,
    needs=NEEDS_TOKEN,
    daily=True,
)
def division_readable(session: Session) -> Verdict:
    session.try_to_read(client.SOME_ACCOUNT)
    return Passed(READABLE)


@check(Text(nl="Juiste administratie", en="The right administration"), owner=Owner.SUPPORT, needs=NEEDS_BOOKS)
def division_confirmed(session: Session) -> Verdict:
    division, reference = session.division(), session.login.reference
    evidence: Evidence = {
        "administration": division.name,
        "division": division.code,
        "own number": str(division.own_number or "–"),
        "reference": reference,
    }
    question = COMPARE.format(name=division, reference=reference)
    return NeedsPerson(question, says=IS_IT_YOURS.format(name=division), evidence=evidence)


@check(Text(nl="Alle rechten aanwezig", en="All rights are there"), owner=Owner.US, needs=NEEDS_BOOKS)
def scopes_ok(session: Session) -> Verdict:
    session.try_to_read(client.SOME_ENTRY)
    session.try_to_read(client.SOME_RELATION)
    return Passed(RIGHTS)


@check(
    Text(nl="Grootboekrekeningen bestaan", en="The ledger accounts exist"),
    owner=Owner.CLUB,
    needs=NEEDS_BOOKS,
    daily=True,
)
def ledger_accounts(session: Session) -> Verdict:
    if not session.login.revenue_accounts:
        return NotApplicable(NONE_CHOSEN)
    accounts = _chosen(session)
    if odd := [account.code for account in accounts if account.type in NOT_FOR_REVENUE]:
        raise answers.no_revenue(odd)
    named = tuple(map(str, accounts))
    evidence = {"accounts": named, "types": tuple(str(account.type) for account in accounts)}
    return Passed(CHOSEN.format(chosen=", ".join(named)), evidence)


@check(Text(nl="Btw-code inclusief", en="The VAT code includes VAT"), owner=Owner.CLUB, needs=NEEDS_BOOKS, daily=True)
def ledger_vat_inclusive(session: Session) -> Verdict:
    if not session.login.revenue_accounts:
        return NotApplicable(NONE_CHOSEN)
    types = {account: _vat_type(session, account) for account in _chosen(session)}
    found = tuple(f"{account.code}: {account.vat_code or '–'} {kind}".strip() for account, kind in types.items())
    if wrong := [account.code for account, kind in types.items() if kind in ("", "E")]:
        raise answers.not_inclusive(wrong, "; ".join(found))
    if without := [account.code for account, kind in types.items() if kind in ("N", "B")]:
        problem = NO_VAT.format(code=", ".join(without))
        return Warned(problem, remedy=IS_IT_RIGHT, fields=ACCOUNTS, path=answers.MASTER_DATA, evidence={"VAT": found})
    return Passed(INCLUSIVE, {"VAT": found})


@check(Text(nl="Verkoopdagboek bestaat", en="The sales journal exists"), owner=Owner.CLUB, needs=NEEDS_BOOKS)
def sales_journal(session: Session) -> Verdict:
    free = [journal for journal in session.sales_journals() if not journal.blocked]
    chosen = session.login.sales_journal
    if chosen is not None:
        journal = next((one for one in free if one.code.casefold() == chosen.casefold()), None)
        if journal is None:
            raise answers.gone(answers.JOURNAL, [chosen], "sales_journal")
        return _passed(journal)
    match free:
        case []:
            raise answers.no_journal()
        case [journal]:
            return _passed(journal)
    named = tuple(map(str, free))
    problem = SEVERAL_JOURNALS.format(journals=", ".join(named))
    return Warned(problem, remedy=CHOOSE_JOURNAL, fields=("sales_journal",), evidence={"journals": named})


def _chosen(session: Session) -> tuple[LedgerAccount, ...]:
    """The chosen ledger accounts; raises X12 for those that are not there, or blocked."""
    codes = session.login.revenue_accounts
    found = {code: session.account(code) for code in codes}
    free = {code: account for code, account in found.items() if account is not None and not account.blocked}
    if missing := [code for code in codes if code not in free]:
        raise answers.gone(answers.ACCOUNT, missing, "revenue_accounts")
    return tuple(free.values())


def _vat_type(session: Session, account: LedgerAccount) -> str:
    """I, E, B or N; empty for an account without a VAT code."""
    if not account.vat_code:
        return ""
    kind = session.vat_types().get(account.vat_code)
    if kind is None or kind not in ("I", "E", "B", "N", ""):
        raise answers.unreadable(client.VAT_CODES.path, f"no known type of VAT code {account.vat_code}")
    return kind


def _passed(journal: Journal) -> Passed:
    return Passed(JOURNAL.format(journal=journal), {"journal": str(journal)})


CHECKS = (
    code_exchanged,
    token_alive,
    user_identified,
    division_listed,
    division_readable,
    division_confirmed,
    scopes_ok,
    ledger_accounts,
    ledger_vat_inclusive,
    sales_journal,
    bank_journal_iban,
    collection_condition,
    mandates_readable,
    batch_payment,
)
