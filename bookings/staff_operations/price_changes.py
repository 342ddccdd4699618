"""Change prices while tickets are on sale."""

from collections.abc import Sequence

from django.db import transaction
from django.utils.translation import gettext_lazy

from core.exceptions import Refused
from shows.models import Performance, PriceCategory
from shows.pricing import PriceChange
from shows.terms import clear_cached_terms

from ..ledger.recording import record
from ..models import LedgerEntry


class PricesChanged(Refused):
    message = gettext_lazy(
        "These prices have just been changed by someone else. Please check them again."
    )


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
    pks = [change.category_id for change in changes]
    categories = {category.pk: category for category in _locked(performance, pks)}
    for change in changes:
        category = categories.get(change.category_id)
        if category is None or (category.price, category.fee) != (
            change.old_price,
            change.old_fee,
        ):
            raise PricesChanged
        category.price, category.fee = change.price, change.fee
    for category in categories.values():
        category.save(update_fields=["price", "fee"])
    _log(performance, changes, actor, reason)
    return list(categories.values())


def change_edited_prices(
    *, performance: Performance, edited: Sequence[PriceCategory], actor: str
) -> None:
    """Change the prices to those of edited categories that are not saved yet, and log it.

    Runs in the caller's transaction and locks the categories; call `clear_cached_terms` after it.
    """
    rows = {row.pk: row for row in _locked(performance, [category.pk for category in edited])}
    changes = [
        _edited(performance, rows[category.pk], category)
        for category in edited
        if category.pk in rows
    ]
    changes = [change for change in changes if change.changes_price]
    if changes:
        change_prices_in_transaction(
            performance=performance, changes=changes, actor=actor, reason=""
        )


def _edited(performance, before, after):
    return PriceChange(
        category_id=before.pk,
        performance_id=performance.pk,
        name=before.name,
        currency=performance.currency,
        old_price=before.price,
        old_fee=before.fee,
        price=after.price,
        fee=after.fee,
    )


def _locked(performance, pks):
    categories = PriceCategory.objects.filter(performance=performance, pk__in=pks)
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
