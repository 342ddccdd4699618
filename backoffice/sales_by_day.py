"""Revenue and refunds of each of the last days: the chart on the admin's first page."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from django.db.models import Count, Sum
from django.db.models.functions import TruncDate
from django.utils import timezone

from core.money import money
from payments.models import Payment, Refund

DAYS = 14
# In the chart's units: the width of a day's column, the gap between bars, and the height.
COLUMN, GAP, HEIGHT = 40, 10, 120


@dataclass(frozen=True)
class Day:
    day: date
    taken: Decimal
    returned: Decimal
    payments: int
    # The bar, in the chart's units.
    x: int
    y: float
    height: float
    label: str  # The amount with its currency.


@dataclass(frozen=True)
class SalesByDay:
    """The days, oldest first, in the currency with the highest revenue."""

    days: tuple = ()
    currency: str = ""
    # Revenue in other currencies, as text.
    others: str = ""

    width = DAYS * COLUMN
    height = HEIGHT
    bar = COLUMN - GAP

    @property
    def total(self) -> str:
        return money(sum((day.taken for day in self.days), Decimal(0)), self.currency)

    @property
    def returned(self) -> str:
        return money(sum((day.returned for day in self.days), Decimal(0)), self.currency)

    @property
    def highest(self) -> str:
        return money(max((day.taken for day in self.days), default=Decimal(0)), self.currency)


def sales_by_day(now: datetime) -> SalesByDay:
    """Return SalesByDay up to `now`, in the site's time zone, with two queries."""
    today = timezone.localtime(now).date()
    first = today - timedelta(days=DAYS - 1)
    since = timezone.make_aware(datetime.combine(first, time.min))
    taken = _taken(since)
    all_sums = _by_currency(taken)
    currency = max(all_sums, key=all_sums.get, default="")
    returned = _returned(since, currency)
    sums = {day: (amount, count) for day, code, amount, count in taken if code == currency}
    highest = max((amount for amount, _count in sums.values()), default=Decimal(0)) or Decimal(1)
    days = []
    for number in range(DAYS):
        day = first + timedelta(days=number)
        amount, count = sums.get(day, (Decimal(0), 0))
        height = round(float(amount / highest) * HEIGHT, 1)
        days.append(
            Day(
                day=day,
                taken=amount,
                returned=returned.get(day, Decimal(0)),
                payments=count,
                x=number * COLUMN + GAP // 2,
                y=HEIGHT - height,
                height=height,
                label=money(amount, currency) if currency else "",
            )
        )
    if not currency:
        return SalesByDay()
    return SalesByDay(tuple(days), currency, _amounts_text(all_sums, exclude=currency))


def _taken(since):
    payments = Payment.objects.captured().filter(captured_at__gte=since).order_by()
    by_day = payments.annotate(day=TruncDate("captured_at")).values("day", "currency")
    rows = by_day.annotate(sum=Sum("amount"), count=Count("pk"))
    return list(rows.values_list("day", "currency", "sum", "count"))


def _returned(since, currency):
    refunds = Refund.objects.exclude(status=Refund.Status.FAILED).order_by()
    refunds = refunds.filter(created_at__gte=since, payment__currency=currency)
    by_day = refunds.annotate(day=TruncDate("created_at")).values("day")
    return dict(by_day.annotate(sum=Sum("amount")).values_list("day", "sum"))


def _by_currency(taken):
    sums = {}
    for _day, currency, amount, _count in taken:
        sums[currency] = sums.get(currency, 0) + amount
    return sums


def _amounts_text(sums, exclude):
    return " + ".join(money(sums[code], code) for code in sorted(sums) if code != exclude)
