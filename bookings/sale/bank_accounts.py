"""The bank account to which an order's price is transferred."""

from dataclasses import dataclass

from stdnum import iban

from ..models import Order


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
