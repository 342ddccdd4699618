"""Copying performances: another evening of the same show, at the same prices."""

from datetime import timedelta

from django.db import transaction

from .models import Concession, Performance, PriceCategory
from .search import index_show

_COPIED = (
    "show",
    "venue",
    "plan",
    "on_sale_from",
    "currency",
    "customer_limit",
    "cancel_until_hours",
    "keep_fee",
    "allow_single_gaps",
)
_MOVED = ("starts_at", "doors_at", "on_sale_until")


@transaction.atomic
def copy_performance(*, performance, days):
    """Return a draft of the same evening `days` later, with its prices and concessions.

    The hour on the venue's clock stays the same, also when summer time begins in between. The sale
    begins when that of the first one began or begins.
    """
    fields = {name: getattr(performance, name) for name in _COPIED}
    fields |= {name: _later(getattr(performance, name), days, performance) for name in _MOVED}
    copy = Performance.objects.create(**fields)
    for model in (PriceCategory, Concession):
        rows = list(model.objects.filter(performance=performance))
        for row in rows:
            row.pk, row.performance, row._state.adding = None, copy, True
        model.objects.bulk_create(rows)
    index_show(copy.show)
    return copy


def _later(moment, days, performance):
    if moment is None:
        return None
    # Adding days to a time in a zone keeps the hour on its clock.
    return moment.astimezone(performance.venue.zone) + timedelta(days=days)
