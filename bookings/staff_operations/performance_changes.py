"""Change a performance through the API, by the same operations as in the admin."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from core.database.locks import database_now
from shows.catalogue_write import TIMES, InvalidCatalogueData, locked_changes, write_performance
from shows.models import Performance, Show
from shows.pricing import PriceChange
from venues.models import SeatingPlan

from .price_changes import change_prices_in_transaction
from .rescheduling import reschedule_in_transaction


def change_performance(
    *,
    performance: Performance,
    data: Mapping[str, Any],
    actor: str,
    show: Show | None = None,
    plan: SeatingPlan | None = None,
    reason: str = "",
    refund_until: datetime | None = None,
    check: Callable[[Performance], None] | None = None,
) -> Performance:
    """Change the fields in `data` (see `write_performance`), all or none.

    Once a performance has places, a new time is a rescheduling (logged, with e-mails to ticket
    holders and refunds until `refund_until`) and new prices are logged; both need a `reason`.
    `check` gets the locked performance before anything changes. Locks the performance's row, then
    its price categories. Raises `InvalidCatalogueData` (`FieldLocked` for fields that cannot change
    any more), and the errors of `reschedule` and `change_prices`.
    """
    data = dict(data)
    with transaction.atomic(durable=True):
        locked = Performance.objects.select_for_update(no_key=True, of=("self",))
        performance = locked.select_related("show", "venue").get(pk=performance.pk)
        if check:
            check(performance)
        if performance.opened_at is not None:
            names = locked_changes(performance, data)
            _check_reason(names, reason, refund_until)
            performance = _reschedule(performance, names, data, refund_until, actor, reason)
            _reprice(performance, names, data, actor, reason)
        elif refund_until:
            raise InvalidCatalogueData(
                [("refund_until", _("This performance has not been put on sale yet."))]
            )
        return write_performance(performance=performance, data=data, show=show, plan=plan)


def _check_reason(names, reason, refund_until):
    moves = any(name in names for name in TIMES)
    if refund_until and not moves:
        raise InvalidCatalogueData([("refund_until", _("A refund deadline needs a new time."))])
    if (moves or "prices" in names) and not reason:
        message = _("Please give a reason for the new time or prices. It is logged.")
        raise InvalidCatalogueData([("reason", message)])


def _reschedule(performance, names, data, refund_until, actor, reason):
    times = {name: data.pop(name, getattr(performance, name)) for name in TIMES}
    if not any(name in names for name in TIMES):
        return performance
    if times["starts_at"] is None:
        raise InvalidCatalogueData([("starts_at", _("Please enter a time."))])
    return reschedule_in_transaction(
        performance=performance, refund_until=refund_until, actor=actor, reason=reason, **times
    )


def _reprice(performance, names, data, actor, reason):
    if "prices" not in names:
        return
    if not performance.takes_place or performance.ends_at <= database_now():
        raise InvalidCatalogueData(
            [("prices", _("Only prices of upcoming performances can be changed."))]
        )
    wanted = {row["category"]: (row["price"], row["fee"]) for row in data["prices"]}
    changes = [
        PriceChange(
            category_id=category.pk,
            performance_id=performance.pk,
            name=category.name,
            currency=performance.currency,
            old_price=category.price,
            old_fee=category.fee,
            price=wanted[category.name][0],
            fee=wanted[category.name][1],
        )
        for category in performance.price_categories.all()
        if category.name in wanted
    ]
    for change in changes:
        if change.fee > change.price:
            raise InvalidCatalogueData([("prices", _("The fee cannot be higher than the price."))])
    change_prices_in_transaction(
        performance=performance,
        changes=[change for change in changes if change.changes_price],
        actor=actor,
        reason=reason,
    )
