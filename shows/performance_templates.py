"""Save the settings of a performance as a template, and make drafts from templates."""

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from venues.models import Venue

from .copy_performance import RELATED, SALES_SETTINGS, make_drafts
from .models import Concession, ConcessionType, Performance, PerformanceTemplate
from .repeat_performance import CannotRepeat, repeat_errors


def save_as_template(*, performance: Performance, name: str) -> PerformanceTemplate:
    """Return a new template with the performance's settings, prices and concessions.

    Doors, the beginning and the end of the sale are kept as time before the start.
    """
    return PerformanceTemplate.objects.create(
        name=name,
        show=performance.show,
        plan=performance.plan,
        settings={
            "fields": {name: getattr(performance, name) for name in SALES_SETTINGS},
            "starts": _local(performance, performance.starts_at).strftime("%H:%M"),
            "doors": _before(performance, performance.doors_at),
            "sale_begins": _before(performance, performance.on_sale_from),
            "sale_ends": _before(performance, performance.on_sale_until),
            "rows": {
                model.__name__: [
                    _values(row) for row in model.objects.filter(performance=performance)
                ]
                for model in RELATED
            },
        },
    )


@transaction.atomic
def create_from_template(*, template: PerformanceTemplate, starts_at: datetime) -> Performance:
    """Return a draft that starts at `starts_at`, with everything else from the template.

    The sale begins as long before the start as it did, but not before now. Locks the venue. Raises
    `CannotRepeat` if the date clashes with another performance, is past, or a concession was
    deleted from the list.
    """
    Venue.objects.select_for_update(no_key=True).get(pk=template.plan.venue_id)
    pattern = _pattern(template, starts_at)
    if faults := repeat_errors(pattern, [starts_at]):
        raise CannotRepeat(faults)
    rows = {
        model: [model(**values) for values in template.settings["rows"].get(model.__name__, [])]
        for model in RELATED
    }
    _check_concessions(rows[Concession])
    [draft] = make_drafts(pattern=pattern, starts=[starts_at], rows=rows)
    return draft


def _pattern(template: PerformanceTemplate, starts_at: datetime) -> Performance:
    venue, settings = template.plan.venue, template.settings
    local = starts_at.astimezone(venue.zone)

    def moment(name: str) -> datetime | None:
        # Subtracting from an aware local time keeps the hour when the clocks change.
        seconds = settings[name]
        return None if seconds is None else local - timedelta(seconds=seconds)

    begins = moment("sale_begins") or timezone.now()
    return Performance(
        show=template.show,
        venue=venue,
        plan=template.plan,
        starts_at=starts_at,
        doors_at=moment("doors"),
        on_sale_from=max(begins, timezone.now().replace(second=0, microsecond=0)),
        on_sale_until=moment("sale_ends"),
        **settings["fields"],
    )


def _check_concessions(rows: list[Concession]) -> None:
    known = set(ConcessionType.objects.values_list("pk", flat=True))
    missing = [row.name for row in rows if row.kind_id is not None and row.kind_id not in known]
    if missing:
        message = _("These concessions are no longer in the list: %s.")
        raise CannotRepeat([message % ", ".join(missing)])


def _values(row: Any) -> dict[str, Any]:
    left_out = {"id", "performance_id"}
    names = [field.attname for field in row._meta.concrete_fields]
    return {name: getattr(row, name) for name in names if name not in left_out}


def _local(performance: Performance, moment: datetime) -> datetime:
    return moment.astimezone(performance.venue.zone)


def _before(performance: Performance, moment: datetime | None) -> int | None:
    """Return how many seconds before the start a moment is, on the clocks of the venue."""
    if moment is None:
        return None
    start = _local(performance, performance.starts_at).replace(tzinfo=None)
    return int((start - _local(performance, moment).replace(tzinfo=None)).total_seconds())
