"""Save the grid of prices of a performance: full prices, fees, and prices of concessions."""

from collections.abc import Mapping, Sequence
from decimal import Decimal

from django.db import transaction

from core.money import amount_text
from shows.models import Concession, Performance
from shows.pricing import PriceChange
from shows.search import index_show
from shows.terms import clear_cached_terms

from ..ledger.recording import record
from ..models import LedgerEntry
from .price_changes import PricesChanged, change_prices_in_transaction

Prices = Mapping[str, Decimal]


def save_price_grid(
    *,
    performance: Performance,
    changes: Sequence[PriceChange],
    concessions: Mapping[int, tuple[Prices, Prices]],
    actor: str,
    reason: str,
) -> None:
    """Change prices of categories and of concessions of one performance, all or none, and log them.

    `concessions` has for each concession its old and new prices by category name. Orders and
    tickets keep their prices; customers with a basket have to confirm the new total. Locks the
    categories, then the concessions. Raises `PricesChanged` if a price is no longer the old one.
    """
    with transaction.atomic(durable=True):
        if changes:
            change_prices_in_transaction(
                performance=performance, changes=changes, actor=actor, reason=reason
            )
        if concessions:
            _change_concessions(performance, concessions, actor, reason)
        index_show(performance.show)
    clear_cached_terms(performance.pk)


def _change_concessions(performance, concessions, actor, reason):
    rows = Concession.objects.filter(performance=performance, pk__in=concessions)
    logged = []
    locked = list(rows.select_for_update(no_key=True, of=("self",)).order_by("pk"))
    if len(locked) < len(concessions):
        raise PricesChanged
    for row in locked:
        old, new = concessions[row.pk]
        if {name: Decimal(price) for name, price in row.prices.items()} != dict(old):
            raise PricesChanged
        row.prices = {name: amount_text(price, performance.currency) for name, price in new.items()}
        row.save(update_fields=["prices"])
        logged += [
            {
                "concession": row.name,
                "category": name,
                "before": _text(old.get(name)),
                "after": _text(new.get(name)),
            }
            for name in dict.fromkeys([*old, *new])
            if old.get(name) != new.get(name)
        ]
    record(
        LedgerEntry.Kind.PRICE_CHANGE,
        performance_id=performance.pk,
        actor=actor,
        currency=performance.currency,
        detail={"reason": reason, "prices": [], "concessions": logged},
    )


def _text(price):
    return None if price is None else f"{price:.2f}"
