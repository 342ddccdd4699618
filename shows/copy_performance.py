"""Copy performances to other dates, with their prices and concessions."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from .models import Concession, Performance, PerformanceFees, PriceCategory, Question
from .search import index_show
from .signals import rows_created

# What staff set about the sale, in the order in which forms show it.
SALES_SETTINGS = (
    "currency",
    "customer_limit",
    "cancel_until_hours",
    "keep_fee",
    "keep_order_fee",
    "transfer_days",
    "allow_single_gaps",
)
_COPIED = ("show", "venue", "plan", "on_sale_from", *SALES_SETTINGS)
_MOVED = ("doors_at", "on_sale_until")
# The models whose rows belong to a performance and are copied with it.
RELATED: tuple[Any, ...] = (PriceCategory, Concession, PerformanceFees, Question)


def copy_performance(*, performance: Performance, days: int) -> Performance:
    """Return a draft of the same performance `days` later, with its prices and concessions.

    The local time stays the same, also across a change to or from summer time. The sale begins when
    the original's does.
    """
    # Adding days to an aware local time keeps the hour.
    local = performance.starts_at.astimezone(performance.venue.zone)
    [copy] = copy_to_dates(performance=performance, starts=[local + timedelta(days=days)])
    return copy


@transaction.atomic
def copy_to_dates(*, performance: Performance, starts: Iterable[datetime]) -> list[Performance]:
    """Return drafts that start at `starts`, with the performance's prices and concessions.

    Doors and the end of the sale keep their distance from the start in the venue's local time.
    """
    rows = {model: list(model.objects.filter(performance=performance)) for model in RELATED}
    return make_drafts(pattern=performance, starts=starts, rows=rows)


@transaction.atomic
def make_drafts(
    *, pattern: Performance, starts: Iterable[datetime], rows: Mapping[Any, Iterable[Any]]
) -> list[Performance]:
    """Return drafts like `pattern`, each with copies of the `rows` of related models.

    Neither the pattern nor the rows need to be saved.
    """
    copies = _make(Performance, (_draft(pattern, start) for start in starts))
    for model, related in rows.items():
        _make(model, (_row_for(copy, row) for copy in copies for row in related))
    index_show(pattern.show)
    return copies


def _make(model, rows):
    created = model.objects.bulk_create(rows)
    rows_created.send(sender=model, rows=created)
    return created


def _draft(performance, start):
    zone = performance.venue.zone
    start = start.astimezone(zone)
    first = performance.starts_at.astimezone(zone)
    draft = Performance(starts_at=start, **{name: getattr(performance, name) for name in _COPIED})
    for name in _MOVED:
        moment = getattr(performance, name)
        if moment is not None:
            setattr(draft, name, start + (moment.astimezone(zone) - first))
    return draft


def _row_for(performance, row):
    fields = {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields}
    return type(row)(**fields | {"id": None, "performance_id": performance.pk})
