"""What customers can buy online: without a payment provider, only tickets without a price."""

from collections.abc import Iterable
from decimal import Decimal

from payments.providers import takes_online_payments
from shows.terms import Terms

from ..exceptions import NotSoldOnline
from ..models import Place


def can_pay_online(amount: Decimal) -> bool:
    """Return whether a customer can pay the amount online. Zero can always be paid."""
    return amount <= 0 or takes_online_payments()


def check_payable(amount: Decimal) -> None:
    """Raise NotSoldOnline unless a customer can pay the amount online."""
    if not can_pay_online(amount):
        raise NotSoldOnline


def categories_sold_online(terms: Terms) -> frozenset[int]:
    """Return the price categories, by primary key, whose places customers can book online.

    Without online payments these are the free ones, and those that a concession makes free.
    """
    if takes_online_payments():
        return frozenset(terms.categories)
    return frozenset(pk for pk in terms.categories if _lowest_price(terms, pk) <= 0)


def check_sold_online(terms: Terms, places: Iterable[Place]) -> None:
    """Raise NotSoldOnline if customers cannot book one of the places online."""
    sold = categories_sold_online(terms)
    if any(place.price_category_id not in sold for place in places):
        raise NotSoldOnline


def _lowest_price(terms: Terms, category: int) -> Decimal:
    return min(terms.price_of(category, concession)[0] for concession in [None, *terms.concessions])
