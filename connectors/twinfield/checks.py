"""The checklist of Twinfield: fifteen claims, in the order in which they are proved."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from connectors.kit.connector import check
from connectors.kit.credentials import FieldSpec, read_field
from connectors.kit.errors import ActionRequired, Owner, ProviderError, SetupMissing, UnexpectedAnswer
from connectors.kit.outcomes import NeedsPerson, NotApplicable, Passed, Verdict, Warned
from connectors.kit.text import Text
from connectors.twinfield import answers, client, words
from connectors.twinfield.client import Session
from connectors.twinfield.inner import BALANCE, PROFIT, Dimension
from connectors.twinfield.login import Login, look_over

SIGNED_IN = ("login", "no_extra_step", "cluster_known")
IN_OFFICE = (*SIGNED_IN, "office_accessible")


@check(Text(nl="Alles is ingevuld", en="Everything is filled in"), owner=Owner.CLUB)
def fields_shape(session: Session) -> Verdict:
    values = {spec.key: _as_text(session.login, spec) for spec in Login.fields()}
    needed = [spec for spec in Login.fields() if spec.required and not (spec.unless and values[spec.unless])]
    empty = tuple(spec.key for spec in needed if not values[spec.key].strip())
    if empty:
        raise ActionRequired(words.EMPTY, remedy=words.FILL_IN, fields=empty)
    if findings := look_over(values):
        return Warned(words.LOOK_AGAIN, remedy=findings[0].hint, fields=findings[0].fields)
    typed = [spec for spec in Login.fields() if spec.kind not in ("consent", "code") and values[spec.key]]
    readings = {spec.key: read_field(spec, values[spec.key]) for spec in typed}
    odd = {key: reading.error or reading.hint for key, reading in readings.items() if reading.error or reading.hint}
    if odd:
        return Warned(words.LOOK_AGAIN, remedy=next(iter(odd.values())), fields=tuple(odd))
    return Passed(words.COMPLETE)


@check(Text(nl="Inloggen lukt", en="Signing in works"), owner=Owner.CLUB, daily=True)
def login(session: Session) -> Verdict:
    entry = session.entry()
    says = words.BY_CONSENT if session.way.consented else words.ENTERED
    evidence = {"organisation": entry.organisation, "user": entry.user or "–"}
    return Passed(says.format(user=entry.user, organisation=entry.organisation), evidence)


@check(
    Text(nl="Geen extra stap bij inloggen", en="No further step at sign-in"),
    owner=Owner.CLUB,
    needs=("login",),
    daily=True,
)
def no_extra_step(session: Session) -> Verdict:
    if session.way.consented:
        return NotApplicable(words.NO_STEPS)
    session.nothing_else()
    return Passed(words.NO_STEP)


@check(
    Text(nl="Server van Twinfield bekend", en="Twinfield's server is known"),
    owner=Owner.US,
    needs=("login", "no_extra_step"),
    daily=True,
)
def cluster_known(session: Session) -> Verdict:
    host = session.cluster()
    return Passed(words.SERVER.format(host=host), {"cluster": host})


@check(
    Text(nl="Administraties op te vragen", en="Administrations can be listed"),
    owner=Owner.CLUB,
    needs=SIGNED_IN,
    daily=True,
)
def offices_listed(session: Session) -> Verdict:
    offices = session.offices()
    return Passed(words.OFFICES.format(n=len(offices)), {"administrations": tuple(map(str, offices[:20]))})


@check(
    Text(nl="Administratie bereikbaar", en="The administration is in reach"),
    owner=Owner.CLUB,
    needs=(*SIGNED_IN, "offices_listed"),
    daily=True,
)
def office_accessible(session: Session) -> Verdict:
    office = session.office()
    return Passed(words.IN_REACH.format(office=office), {"administration": str(office)})


@check(Text(nl="Juiste administratie", en="The right administration"), owner=Owner.SUPPORT, needs=IN_OFFICE)
def office_confirmed(session: Session) -> Verdict:
    office, organisation = session.office(), session.entry().organisation
    evidence = {"administration": str(office), "organisation": organisation}
    question = words.COMPARE.format(office=office, organisation=organisation)
    return NeedsPerson(question, says=words.IS_IT_YOURS.format(office=office), evidence=evidence)


def chosen_accounts(session: Session) -> Verdict:
    """The chosen ledger accounts, without the lists: what is asked every night."""
    return _existing(session, {})


@check(
    Text(nl="Grootboekrekeningen staan klaar", en="The ledger accounts are in place"),
    owner=Owner.CLUB,
    needs=IN_OFFICE,
    daily=True,
    nightly=chosen_accounts,
)
def ledger_accounts(session: Session) -> Verdict:
    balance, profit = session.balance(), session.profit()
    if not balance or not profit:
        detail = f"T10: {len(balance)} balance sheet accounts, {len(profit)} profit and loss accounts"
        raise SetupMissing(words.NO_LEDGER, remedy=words.MAKE_LEDGER, detail=detail)
    if not [*_chosen(session.login)]:
        number = len(balance) + len(profit)
        return Passed(words.ACCOUNTS.format(n=number), {"accounts": number})
    types = {**{one.code: BALANCE for one in balance}, **{one.code: PROFIT for one in profit}}
    return _existing(session, types)


@check(Text(nl="Debiteuren op te vragen", en="Debtors can be listed"), owner=Owner.CLUB, needs=IN_OFFICE)
def debtors_readable(session: Session) -> Verdict:
    number = session.debtors()
    return Passed(words.DEBTORS.format(n=number) if number else words.NO_DEBTORS, {"debtors": number})


@check(Text(nl="Btw-code bestaat", en="The VAT code exists"), owner=Owner.CLUB, needs=IN_OFFICE)
def vat_codes(session: Session) -> Verdict:
    code = session.login.vat_code
    if code is None:
        return NotApplicable(words.NO_VAT)
    found = session.found(session.vat_codes, client.VAT_CODES, code)
    if found is None:
        raise answers.not_there(words.VAT_CODE, [code], "vat_code")
    return Passed(words.CHOSEN.format(chosen=found), {"VAT code": str(found)})


@check(Text(nl="Verkoopdagboek bestaat", en="The sales daybook exists"), owner=Owner.CLUB, needs=IN_OFFICE)
def sales_daybook(session: Session) -> Verdict:
    code, number = session.login.sales_daybook, session.daybooks().total
    if code is None and not number:
        raise SetupMissing(words.NO_DAYBOOK, remedy=words.MAKE_DAYBOOK, detail="T10: no daybooks")
    if code is None:
        return NotApplicable(words.DAYBOOKS.format(n=number))
    found = session.found(session.daybooks, client.DAYBOOKS, code)
    if found is None:
        raise answers.not_there(words.DAYBOOK, [code], "sales_daybook", f"{number} daybooks")
    return Passed(words.CHOSEN.format(chosen=found), {"daybook": str(found)})


@check(
    Text(nl="Incassocode bestaat", en="The direct debit code exists"),
    owner=Owner.CLUB,
    mandatory=False,
    needs=IN_OFFICE,
)
def direct_debit_code(session: Session) -> Verdict:
    code = session.login.paycode
    if code is None:
        return NotApplicable(words.NO_DEBIT)
    if not session.pay_codes().total:
        return Warned(words.NO_PAYCODE, remedy=words.SET_UP_DEBIT, fields=("paycode",))
    found = session.found(session.pay_codes, client.PAY_CODES, code)
    if found is None:
        raise answers.not_there(words.PAYCODE, [code], "paycode")
    return Passed(words.CHOSEN.format(chosen=found), {"direct debit code": str(found)})


@check(
    Text(nl="Niveau van de gebruiker", en="The level of the user"),
    owner=Owner.CLUB,
    mandatory=False,
    needs=SIGNED_IN,
)
def user_level(session: Session) -> Verdict:
    try:
        role = session.role()
    except ProviderError as error:
        if error.blame is Owner.PROVIDER:
            raise
        raise UnexpectedAnswer(words.NO_LEVEL, detail=f"{type(error).__name__}: {error.detail}") from None
    if not role:
        raise UnexpectedAnswer(words.NO_LEVEL, detail="GetRole: no role")
    if re.findall(r"[0-9]+", role) == ["1"]:
        fields = answers.CONSENT if session.way.consented else answers.USER
        return Warned(words.TOO_LOW, remedy=answers.ASK_RIGHTS, fields=fields, evidence={"role": role})
    return Passed(words.LEVEL.format(role=role), {"role": role})


@check(Text(nl="Aparte gebruiker", en="A separate user"), owner=Owner.CLUB, mandatory=False, needs=("login",))
def separate_user(session: Session) -> Verdict:
    if session.way.thrown_out:
        return Warned(answers.SOMEBODY_ELSE, remedy=answers.SEPARATE, fields=answers.USER)
    user = session.entry().user or "–"
    return NeedsPerson(
        words.IS_OWN_USER.format(user=user), says=words.WHY_OWN, asks_club=words.OWN_USER, evidence={"user": user}
    )


@check(
    Text(nl="Netjes afgemeld", en="Signed off properly"),
    owner=Owner.US,
    mandatory=False,
    needs=("login",),
    daily=True,
)
def logout(session: Session) -> Verdict:
    try:
        return Passed(words.SIGNED_OUT if session.way.leave() else words.NO_SESSION)
    except ProviderError as error:
        return Passed(words.LEFT_OPEN, {"answer": type(error).__name__})


def _chosen(login: Login) -> Iterator[tuple[str, str, str]]:
    """Field, code and usual type of each chosen ledger account."""
    for code in login.revenue_accounts:
        yield "revenue_accounts", code, PROFIT
    if login.debtor_account is not None:
        yield "debtor_account", login.debtor_account, BALANCE


def _existing(session: Session, types: Mapping[str, str]) -> Verdict:
    """Each chosen ledger account, read one by one; ``types`` are those that the lists told, where they were read."""
    found = [(field, _account(session, code, usual, types)) for field, code, usual in _chosen(session.login)]
    if not found:
        return NotApplicable(words.NONE_CHOSEN)
    gone = [(field, account) for field, account in found if account.said]
    if gone:
        field, first = gone[0]
        codes = [account.code for named, account in gone if named == field]
        raise answers.not_there(words.ACCOUNT, codes, field, first.said)
    told = tuple(str(account) for _, account in found)
    return Passed(words.CHOSEN.format(chosen=", ".join(told)), {"accounts": told})


def _account(session: Session, code: str, usual: str, types: Mapping[str, str]) -> Dimension:
    """A ledger account. Without lists one that is not of the usual type is looked for among the other."""
    account = session.dimension(types.get(code, usual), code)
    if types or not account.said or account.name:
        return account
    other = session.dimension(BALANCE if usual == PROFIT else PROFIT, code)
    return account if other.said and not other.name else other


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
    no_extra_step,
    cluster_known,
    offices_listed,
    office_accessible,
    office_confirmed,
    ledger_accounts,
    debtors_readable,
    vat_codes,
    sales_daybook,
    direct_debit_code,
    user_level,
    separate_user,
    logout,
)
