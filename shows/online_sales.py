"""Which tickets are sold online: without a payment provider, only those without a price."""

from decimal import Decimal

from payments.providers import takes_online_payments

from .terms import Terms


def is_sold_online(terms: Terms) -> bool:
    """Return whether customers can book any place of the performance online."""
    return takes_online_payments() or bool(categories_sold_online(terms))


def categories_sold_online(terms: Terms) -> frozenset[int]:
    """Return the price categories, by primary key, whose places customers can book online.

    Without online payments these are the free ones, and those that a concession makes free.
    """
    if takes_online_payments():
        return frozenset(terms.categories)
    return frozenset(pk for pk in terms.categories if _lowest_price(terms, pk) <= 0)


def _lowest_price(terms: Terms, category: int) -> Decimal:
    return min(terms.price_of(category, concession)[0] for concession in [None, *terms.concessions])
