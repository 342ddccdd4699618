"""Which tickets customers can order online, and until when they can pay for them by transfer.

Without a payment provider, these are tickets without a price, and all tickets of a performance that
can be paid by bank transfer.
"""

from datetime import datetime, time, timedelta
from decimal import Decimal

from django.utils import timezone

from payments.providers import takes_online_payments

from .models import Performance
from .terms import Terms, terms_of

State = Performance.SaleState

# Customers' reservations end so long before the start: a transfer takes days, and unpaid seats have
# to be sold.
LAST_END = timedelta(days=2)
# A shorter time is not offered to customers.
SHORTEST = timedelta(days=1)


def online_state(performance: Performance, now: datetime | None = None) -> Performance.SaleState:
    """Return the state of the sale for customers of the website.

    Where tickets are left but none can be booked online, it is BOX_OFFICE. Costs no query where
    customers can pay online, else those of the terms, which are cached.
    """
    state = performance.sale_state(now)
    if state not in (State.ON_SALE, State.FEW_LEFT) or takes_online_payments():
        return state
    return state if is_sold_online(terms_of(performance.pk)) else State.BOX_OFFICE


def has_tickets_online(performance: Performance) -> bool:
    """Return whether customers can book tickets online at the moment."""
    return online_state(performance) in (State.ON_SALE, State.FEW_LEFT)


def online_price(performance: Performance) -> Decimal | None:
    """Return the lowest price to announce, of a performance from `with_price_range`.

    It is a price that everybody can have: those of concessions need a proof, and do not count.
    None where nothing has a price, and where the only tickets sold online are those that a
    concession makes free.
    """
    price = performance.price_from
    if not price or takes_payments_online(performance) or not has_tickets_online(performance):
        return price
    return None


def takes_payments_online(performance: Performance) -> bool:
    """Return whether customers can pay for tickets of the performance that they order online."""
    return takes_online_payments() or (
        performance.transfer_days is not None and takes_orders_online(terms_of(performance.pk))
    )


def is_sold_online(terms: Terms) -> bool:
    """Return whether customers can book any place of the performance online."""
    return takes_orders_online(terms) or bool(categories_sold_online(terms))


def takes_orders_online(terms: Terms) -> bool:
    """Return whether customers can pay for what they order online: at once, or by transfer."""
    return takes_online_payments() or transfer_end(terms) is not None


def transfer_end(terms: Terms, now: datetime | None = None) -> datetime | None:
    """Return until when a customer who orders at `now` can pay by bank transfer.

    None where the performance does not allow it, its seller has no bank account, or it is too
    close. The time is the end of a day at the venue.
    """
    if terms.transfer_days is None or not terms.has_bank_account:
        return None
    now = now or timezone.now()
    latest = min(now + timedelta(days=terms.transfer_days), terms.starts_at - LAST_END)
    end = datetime.combine(latest.astimezone(terms.zone).date(), time(23, 59), tzinfo=terms.zone)
    return end if end - now >= SHORTEST else None


def categories_sold_online(terms: Terms) -> frozenset[int]:
    """Return the price categories, by primary key, whose places customers can book online.

    Where nothing can be paid online these are the free ones, and those that a concession makes
    free.
    """
    if takes_orders_online(terms):
        return frozenset(terms.categories)
    return frozenset(pk for pk in terms.categories if _lowest_price(terms, pk) <= 0)


def _lowest_price(terms: Terms, category: int) -> Decimal:
    return min(terms.price_of(category, concession)[0] for concession in [None, *terms.concessions])
