"""New prices while tickets are being sold: for whoever buys from now on."""

from django.db import transaction
from django.utils.translation import gettext as _

from shows.models import PriceCategory
from shows.terms import clear_cached_terms

from ..exceptions import Refusal
from ..ledger.recording import record
from ..models import LedgerEntry


class PricesHaveChanged(Refusal):
    def __str__(self):
        return _("Somebody else has just changed these prices. Please look again.")


def change_prices(*, performance, changes, actor, reason):
    """Write the `PriceChange`s (see `shows.pricing`) of one performance, all of them or none.

    Tickets and orders keep the prices at which they were bought. A basket is asked again, because
    what its customer saw costs something else now. Locks the categories, and refuses by
    `PricesHaveChanged` if one does not cost any more what the change says it did. Returns the
    categories.
    """
    with transaction.atomic(durable=True):
        categories = change_prices_inside(
            performance=performance, changes=changes, actor=actor, reason=reason
        )
    clear_cached_terms(performance.pk)
    return categories


def change_prices_inside(*, performance, changes, actor, reason):
    """Change prices as a part of the caller's transaction; see `change_prices`.

    The caller forgets the terms after its commit.
    """
    categories = {category.pk: category for category in _lock(performance, changes)}
    for change in changes:
        category = categories.get(change.category_id)
        before = category and (category.price, category.fee)
        if before != (change.old_price, change.old_fee):
            raise PricesHaveChanged
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
        LedgerEntry.Kind.REPRICE,
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
