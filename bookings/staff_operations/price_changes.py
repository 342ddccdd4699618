"""Change prices while tickets are on sale."""

from collections.abc import Sequence

from django.db import transaction
from django.utils.translation import gettext as _

from shows.models import Performance, PriceCategory
from shows.pricing import PriceChange
from shows.terms import clear_cached_terms

from ..exceptions import Refusal
from ..ledger.recording import record
from ..models import LedgerEntry


class PricesChanged(Refusal):
    def __str__(self) -> str:
        return _("These prices have just been changed by someone else. Please check them again.")


def change_prices(
    *, performance: Performance, changes: Sequence[PriceChange], actor: str, reason: str
) -> list[PriceCategory]:
    """Apply the price changes of one performance, all or none; return the price categories.

    Orders and tickets keep their prices. Customers with a basket have to confirm the new total.
    Locks the categories. Raises `PricesChanged` if a category no longer has its old price.
    """
    with transaction.atomic(durable=True):
        categories = change_prices_in_transaction(
            performance=performance, changes=changes, actor=actor, reason=reason
        )
    clear_cached_terms(performance.pk)
    return categories


def change_prices_in_transaction(
    *, performance: Performance, changes: Sequence[PriceChange], actor: str, reason: str
) -> list[PriceCategory]:
    """As `change_prices`, in the caller's transaction; call `clear_cached_terms` after it."""
    categories = {category.pk: category for category in _lock(performance, changes)}
    for change in changes:
        category = categories.get(change.category_id)
        before = category and (category.price, category.fee)
        if before != (change.old_price, change.old_fee):
            raise PricesChanged
        category.price, category.fee = change.price, change.fee
    for category in categories.values():
        category.save(update_fields=["price", "fee"])
    _log(performance, changes, actor, reason)
    return list(categories.values())


def _lock(performance, changes):
    categories = PriceCategory.objects.filter(
        performance=performance, pk__in=[change.category_id for change in changes]
    )
    return categories.select_for_update(no_key=True).order_by("pk")


def _log(performance, changes, actor, reason):
    record(
        LedgerEntry.Kind.PRICE_CHANGE,
        performance_id=performance.pk,
        actor=actor,
        currency=performance.currency,
        detail={
            "reason": reason,
            "prices": [
                {
                    "category": change.name,
                    "before": f"{change.old_price:.2f}",
                    "after": f"{change.price:.2f}",
                    "fee_before": f"{change.old_fee:.2f}",
                    "fee_after": f"{change.fee:.2f}",
                }
                for change in changes
            ],
        },
    )
