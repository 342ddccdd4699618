"""Sales figures of a month by performance, from the transaction log."""

from calendar import monthrange
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from django.db.models import F, Func, IntegerField, Q, Sum
from django.db.models.functions import TruncDate

from shows.models import Performance

from ..models import LedgerEntry, Place
from .months import Month

NOTHING = Decimal(0)


@dataclass(frozen=True)
class Row:
    """The figures of one performance. Payments and refunds are those of the month."""

    performance: Performance
    was_played: bool
    capacity: int
    # Tickets sold in all.
    sold: int
    sold_in_month: int
    cancelled_in_month: int
    taken: Decimal
    refunded: Decimal

    @property
    def percent(self) -> int:
        return round(100 * self.sold / self.capacity) if self.capacity else 0

    @property
    def currency(self) -> str:
        return self.performance.currency

    @property
    def net(self) -> Decimal:
        """Payments less refunds."""
        return self.taken - self.refunded


@dataclass(frozen=True)
class MonthFigures:
    rows: list = field(default_factory=list)
    # [(currency, payments, refunds)], highest payments first.
    totals: list = field(default_factory=list)
    # [(day, payments)] in the first currency of `totals`.
    days: list = field(default_factory=list)

    @property
    def tickets(self) -> int:
        return sum(row.sold_in_month for row in self.rows)

    @property
    def played(self) -> list[Row]:
        return [row for row in self.rows if row.was_played]

    @property
    def to_come(self) -> list[Row]:
        return [row for row in self.rows if not row.was_played]


def figures_of(month: Month, zone: ZoneInfo) -> MonthFigures:
    """Return the figures of a month in the time zone `zone`.

    Has a row for each performance that took place in the month or had sales, cancellations,
    payments or refunds in it, ordered by start. Five queries, which read the month's log entries.
    """
    entries = LedgerEntry.objects.filter(
        at__gte=month.begins(zone), at__lt=month.ends(zone)
    ).order_by()
    moved = {line["performance"]: line for line in _moved(entries)}
    played = Q(starts_at__gte=month.begins(zone), starts_at__lt=month.ends(zone))
    chosen = Performance.objects.exclude(status="draft").filter(played | Q(pk__in=moved))
    performances = list(chosen.select_related("show", "venue").order_by("starts_at", "pk"))
    places = _places(performances)
    rows = [
        _row(performance, moved.get(performance.pk, {}), places, month.ends(zone))
        for performance in performances
    ]
    totals = _totals(rows)
    return MonthFigures(rows, totals, _days(entries, month, zone, totals))


def _moved(entries):
    kinds = LedgerEntry.Kind
    size = Func(F("places"), function="cardinality", output_field=IntegerField())
    counted = entries.filter(kind__in=[kinds.SALE, kinds.CANCEL, kinds.PAYMENT, kinds.REFUND])
    return counted.values("performance").annotate(
        sold=Sum(size, filter=Q(kind=kinds.SALE)),
        cancelled=Sum(size, filter=Q(kind=kinds.CANCEL)),
        taken=Sum("amount", filter=Q(kind=kinds.PAYMENT)),
        refunded=Sum("amount", filter=Q(kind=kinds.REFUND)),
    )


def _places(performances):
    """Return {performance id: (capacity, sold)}."""
    places = Place.objects.filter(performance__in=performances).order_by()
    return {
        performance: (free + held + sold + blocked, sold)
        for performance, free, held, sold, blocked in places.counted_by("performance")
    }


def _row(performance, moved, places, end):
    capacity, sold = places.get(performance.pk, (0, 0))
    return Row(
        performance=performance,
        was_played=performance.starts_at < end,
        capacity=capacity,
        sold=sold,
        sold_in_month=moved.get("sold") or 0,
        cancelled_in_month=moved.get("cancelled") or 0,
        taken=moved.get("taken") or NOTHING,
        refunded=-(moved.get("refunded") or NOTHING),
    )


def _totals(rows):
    sums = {}
    for row in rows:
        taken, refunded = sums.get(row.currency, (NOTHING, NOTHING))
        sums[row.currency] = (taken + row.taken, refunded + row.refunded)
    totals = [(currency, *amounts) for currency, amounts in sums.items() if any(amounts)]
    return sorted(totals, key=lambda total: (-total[1], total[0]))


def _days(entries, month, zone, totals):
    if not totals:
        return []
    taken = entries.filter(kind=LedgerEntry.Kind.PAYMENT, currency=totals[0][0])
    taken = taken.annotate(day=TruncDate("at", tzinfo=zone)).values_list("day")
    taken = dict(taken.annotate(Sum("amount")))
    first, length = month.first_day, monthrange(month.year, month.number)[1]
    days = [first + timedelta(days=number) for number in range(length)]
    return [(day, taken.get(day, NOTHING)) for day in days]
