"""Sales by days to go, beside similar performances."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from datetime import date

from django.db.models import Exists, Func, IntegerField, OuterRef, Q, Sum
from django.db.models.functions import TruncDate
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.annotations import Text
from shows.models import Performance, Show

from ..models import LedgerEntry
from .tables import LineChart, Table, line_points

# Days before a performance that are shown, and how many similar performances are compared.
MOST_DAYS, SIMILAR = 365, 10

Sold = dict[int, dict[int, int]]


def sales_curve(performances: Sequence[Performance], today: date) -> Table:
    """Return tickets sold by days to go, and the average of similar performances. Two queries."""
    others = similar_performances(performances)
    sold = _sold([*performances, *others])
    own_days, other_days = _by_days(performances, sold), _by_days(others, sold)
    first = min(max([0, *own_days, *other_days]), MOST_DAYS)
    last = max(0, min((_starts(one) - today).days for one in performances))
    own = _percentages(own_days, first, last, _capacity(performances))
    similar = _percentages(other_days, first, 0, _capacity(others))
    total, rows = sum(n for days, n in own_days.items() if days > first), []
    for days in range(first, -1, -1):
        if days >= last:
            total += own_days.get(days, 0)
        rows.append(
            [
                days,
                own_days.get(days, 0) if days >= last else "",
                total if days >= last else "",
                own.get(days, ""),
                similar.get(days, "") if others else "",
            ]
        )
    lines: list[tuple[Text, str, str]] = [
        (_("This sale"), "is-own", line_points(list(own.items()), first))
    ]
    if others:
        lines.append((_("Similar"), "is-similar", line_points(list(similar.items()), first)))
    return Table(
        key="days-to-go",
        title=_("Sales by days to go"),
        headings=[
            _("Days to go"),
            _("Sold"),
            pgettext_lazy("number", "Total"),
            _("Sold (%)"),
            _("Similar (%)"),
        ],
        rows=rows,
        note=_(
            "Similar: the average of up to ten past performances, those of the same show or genre"
            " first, then others at the same venue."
        ),
        lines=LineChart(lines, first),
    )


def similar_performances(performances: Sequence[Performance]) -> list[Performance]:
    """Return past performances: of the same show or genre first, then at the same venue."""
    shows = {one.show_id for one in performances}
    genres = Show.tags.through.objects.filter(show__in=shows).values("tag")
    shared = Show.tags.through.objects.filter(show=OuterRef("show"), tag__in=genres)
    past = Performance.objects.past().taking_place().filter(opened_at__isnull=False)
    past = past.exclude(pk__in=[one.pk for one in performances]).filter(places_total__gt=0)
    past = past.annotate(is_alike=Q(show__in=shows) | Exists(shared))
    past = past.filter(Q(is_alike=True) | Q(venue__in={one.venue_id for one in performances}))
    return list(past.select_related("venue").order_by("-is_alike", "-starts_at", "pk")[:SIMILAR])


def _sold(performances: Sequence[Performance]) -> Sold:
    """Return {performance: {days to go: tickets sold less those cancelled}}, from the log."""
    kinds = LedgerEntry.Kind
    size = Sum(Func("places", function="cardinality", output_field=IntegerField()))
    entries = LedgerEntry.objects.filter(
        performance__in=[one.pk for one in performances], kind__in=[kinds.SALE, kinds.CANCEL]
    ).order_by()
    days = entries.annotate(day=TruncDate("at")).values_list("performance", "day", "kind")
    starts = {one.pk: _starts(one) for one in performances}
    sold: Sold = defaultdict(lambda: defaultdict(int))
    for pk, day, kind, number in days.annotate(number=size):
        to_go = max(0, (starts[pk] - day).days)
        sold[pk][to_go] += number if kind == kinds.SALE else -number
    return sold


def _by_days(performances: Iterable[Performance], sold: Sold) -> dict[int, int]:
    days: dict[int, int] = defaultdict(int)
    for performance in performances:
        for to_go, number in sold.get(performance.pk, {}).items():
            days[to_go] += number
    return days


def _percentages(days: dict[int, int], first: int, last: int, capacity: int) -> dict[int, float]:
    total, found = sum(number for to_go, number in days.items() if to_go > first), {}
    for to_go in range(first, last - 1, -1):
        total += days.get(to_go, 0)
        found[to_go] = round(100 * total / capacity, 1) if capacity else 0.0
    return found


def _capacity(performances: Collection[Performance]) -> int:
    return sum(one.places_total for one in performances)


def _starts(performance: Performance) -> date:
    return performance.starts_at.astimezone(performance.venue.zone).date()
