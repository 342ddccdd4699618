"""How customers can pay: online, or by transfer to the seller's bank account."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from stdnum import iban

from payments.providers import takes_online_payments
from shows.online_sales import categories_sold_online, takes_orders_online
from shows.terms import Terms

from ..exceptions import NotSoldOnline
from ..models import Order, Place


def can_pay_online(amount: Decimal) -> bool:
    """Return whether a customer can pay the amount online. Zero can always be paid."""
    return amount <= 0 or takes_online_payments()


def check_payable(amount: Decimal) -> None:
    """Raise NotSoldOnline unless a customer can pay the amount online."""
    if not can_pay_online(amount):
        raise NotSoldOnline


def check_orderable(amount: Decimal, terms: Terms) -> None:
    """Raise NotSoldOnline unless a customer can pay the amount online or by transfer."""
    if amount > 0 and not takes_orders_online(terms):
        raise NotSoldOnline


def check_sold_online(terms: Terms, places: Iterable[Place]) -> None:
    """Raise NotSoldOnline if customers cannot book one of the places online."""
    sold = categories_sold_online(terms)
    if any(place.price_category_id not in sold for place in places):
        raise NotSoldOnline


@dataclass(frozen=True)
class BankAccount:
    """A bank account. `iban` is in groups of four characters; all are empty if there is none."""

    holder: str = ""
    iban: str = ""
    bank: str = ""


def account_for(order: Order) -> BankAccount:
    """Return the account of the seller of the order's show."""
    seller = order.performance.show.sold_by()
    if seller is None or not seller.iban:
        return BankAccount()
    return BankAccount(seller.name, iban.format(seller.iban), seller.bank)
