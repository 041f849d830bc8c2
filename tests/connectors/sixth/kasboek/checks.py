"""What has to hold before Kasboek Online can be used."""

from __future__ import annotations

from connectors.kit.connector import check
from connectors.kit.errors import Owner, SetupMissing
from connectors.kit.outcomes import NeedsPerson, NotApplicable, Passed, Verdict, Warned
from connectors.kit.text import Text

from .client import Kasboek

GONE = Text(
    nl="Rekening {number} staat niet in je administratie. Kies een andere.",
    en="Account {number} is not in your books. Choose another one.",
)


@check(Text(nl="De administratie is te lezen", en="The books can be read"), owner=Owner.CLUB, daily=True)
def books_can_be_read(kasboek: Kasboek) -> Verdict:
    """The key works."""
    books = kasboek.books()
    says = Text(nl=f"Dit is de administratie van {books.name}.", en=f"These are the books of {books.name}.")
    return Passed(says, {"administration": books.name, "number": books.id})


@check(
    Text(nl="Er is een omzetrekening", en="There is a revenue account"),
    owner=Owner.CLUB,
    mandatory=False,
    needs=("books_can_be_read",),
)
def has_revenue_account(kasboek: Kasboek) -> Verdict:
    """Invoices need somewhere to go; without it the club can still be connected."""
    revenue = [account for account in kasboek.accounts() if account.kind == "revenue"]
    if not revenue:
        return Warned(Text(nl="Er is nog geen omzetrekening.", en="There is no revenue account yet."))
    return Passed(evidence={"accounts": len(kasboek.accounts()), "revenue": tuple(one.number for one in revenue)})


@check(
    Text(nl="De gekozen rekening bestaat", en="The chosen account exists"),
    owner=Owner.CLUB,
    needs=("books_can_be_read",),
    daily=True,
)
def revenue_account_exists(kasboek: Kasboek) -> Verdict:
    """The choice may be older than the books."""
    chosen = kasboek.login.revenue_account
    if chosen is None:
        return NotApplicable(Text(nl="Je hebt nog geen rekening gekozen.", en="You have chosen no account yet."))
    if chosen not in {account.number for account in kasboek.accounts()}:
        raise SetupMissing(GONE.format(number=chosen), fields=("revenue_account",))
    return Passed(evidence={"account": chosen})


@check(Text(nl="Het is de goede administratie", en="These are the right books"), owner=Owner.SUPPORT)
def books_are_right(kasboek: Kasboek) -> Verdict:
    """Only a person knows which books are the club's."""
    return NeedsPerson(Text(nl="Hoort deze administratie bij deze club?", en="Do these books belong to this club?"))
