"""The checks of who collects direct debits through Exact: the bank account, the payment condition, the mandates."""

from __future__ import annotations

from connectors.exact_online import answers, client
from connectors.exact_online.client import COLLECTION, Session
from connectors.kit.connector import check
from connectors.kit.errors import Owner
from connectors.kit.outcomes import NeedsPerson, NotApplicable, Passed, Verdict, Warned
from connectors.kit.text import Text

NEEDS_BOOKS = ("token_alive", "division_readable")
BANK = ("Stamgegevens", "Dagboeken")

NO_DEBIT = Text(nl="Je incasseert niet via Exact.", en="You don't collect direct debits through Exact.")
WITH_IBAN = Text(nl="Bankdagboek {journal} heeft een IBAN.", en="Bank journal {journal} has an IBAN.")
NO_IBAN = Text(nl="Er is geen bankdagboek met een IBAN.", en="There is no bank journal with an IBAN.")
ADD_IBAN = Text(nl="Vul het IBAN in bij je bankdagboek.", en="Fill in the IBAN of your bank journal.")
COLLECTS = Text(nl="Betaalconditie {condition} incasseert.", en="Payment condition {condition} collects.")
COLLECTS_NOT = Text(
    nl="Betaalconditie {condition} incasseert niet.", en="Payment condition {condition} does not collect."
)
CHOOSE_CONDITION = Text(nl="Kies een betaalconditie met incasso.", en="Choose a payment condition with direct debit.")
NO_CONDITION = Text(nl="Er is geen betaalconditie met incasso.", en="There is no payment condition with direct debit.")
MAKE_CONDITION = Text(nl="Maak een betaalconditie met incasso.", en="Make a payment condition with direct debit.")
MANDATES = Text(nl="Machtigingen zijn te lezen.", en="Mandates can be read.")
IS_BATCH_ON = Text(
    nl="Staat ‘batchbetaling gebruiken’ aan bij de bankrekening van deze club? De club bevestigt het; noteer wat "
    "je zag of hoorde.",
    en="Is ‘batchbetaling gebruiken’ (batch payment) on for the bank account of this club? The club confirms it; note "
    "what you saw or heard.",
)
CONFIRM_BATCH = Text(
    nl="Bevestig: batchbetaling gebruiken staat aan bij je bankrekening.",
    en="Confirm: ‘batchbetaling gebruiken’ (batch payment) is on for your bank account.",
)


@check(
    Text(nl="Bankdagboek met IBAN", en="Bank journal with an IBAN"),
    owner=Owner.CLUB,
    mandatory=False,
    needs=NEEDS_BOOKS,
)
def bank_journal_iban(session: Session) -> Verdict:
    if not session.login.direct_debit:
        return NotApplicable(NO_DEBIT)
    with_iban = [journal for journal in session.bank_journals() if journal.iban and not journal.blocked]
    if not with_iban:
        return Warned(NO_IBAN, remedy=ADD_IBAN, path=BANK)
    return Passed(WITH_IBAN.format(journal=with_iban[0]), {"journals": tuple(map(str, with_iban))})


@check(
    Text(nl="Betaalconditie incasso", en="Payment condition for direct debit"),
    owner=Owner.CLUB,
    mandatory=False,
    needs=NEEDS_BOOKS,
)
def collection_condition(session: Session) -> Verdict:
    if not session.login.direct_debit:
        return NotApplicable(NO_DEBIT)
    conditions, chosen = session.conditions(), session.login.payment_condition
    collecting = [one for one in conditions if one.method == COLLECTION]
    if chosen is not None:
        mine = next((one for one in conditions if one.code.casefold() == chosen.casefold()), None)
        if mine is None:
            raise answers.gone(answers.CONDITION, [chosen], "payment_condition")
        if mine.method != COLLECTION:
            problem = COLLECTS_NOT.format(condition=mine.code)
            return Warned(problem, remedy=CHOOSE_CONDITION, fields=("payment_condition",))
        collecting = [mine]
    if not collecting:
        return Warned(NO_CONDITION, remedy=MAKE_CONDITION)
    return Passed(COLLECTS.format(condition=collecting[0].code), {"conditions": tuple(map(str, collecting))})


@check(
    Text(nl="Machtigingen te lezen", en="Mandates can be read"),
    owner=Owner.US,
    mandatory=False,
    needs=NEEDS_BOOKS,
)
def mandates_readable(session: Session) -> Verdict:
    if not session.login.direct_debit:
        return NotApplicable(NO_DEBIT)
    session.try_to_read(client.SOME_MANDATE)
    return Passed(MANDATES)


@check(Text(nl="Batchbetaling staat aan", en="Batch payment is on"), owner=Owner.CLUB)
def batch_payment(session: Session) -> Verdict:
    if not session.login.direct_debit:
        return NotApplicable(NO_DEBIT)
    return NeedsPerson(IS_BATCH_ON, asks_club=CONFIRM_BATCH)
