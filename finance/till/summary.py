"""The figures of a till session, and payments that staff took by hand in a period."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db.models import Count, Q, Sum
from django.db.models.functions import TruncDate

from ..models import TillEntry, TillSession


@dataclass(frozen=True, kw_only=True)
class ByMethod:
    """What was taken by one payment method. `refunded` is negative."""

    method: str
    sold: Decimal
    refunded: Decimal

    @property
    def label(self) -> str:
        return str(TillEntry.Method(self.method).label)

    @property
    def net(self) -> Decimal:
        return self.sold + self.refunded


@dataclass(frozen=True, kw_only=True)
class MethodTotal(ByMethod):
    """The sales and refunds of one payment method: their number and their sum."""

    sales: int
    refunds: int


@dataclass(frozen=True, kw_only=True)
class Takings(ByMethod):
    """The takings of one member of staff on one day by one method."""

    day: date
    actor: str
    currency: str


@dataclass(frozen=True)
class SessionSummary:
    """A till session in figures; `moved` are the entries of cash put in or taken out."""

    totals: list[MethodTotal]
    moved: list[TillEntry]


def summary_of(session: TillSession) -> SessionSummary:
    """Return the figures of a session. Two queries."""
    rows = _sums(session.entries.all(), "method").order_by("method")
    totals = [
        MethodTotal(
            method=row["method"],
            sales=row["sales"],
            sold=row["sold"] or Decimal(0),
            refunds=row["refunds"],
            refunded=row["refunded"] or Decimal(0),
        )
        for row in rows
        if row["sales"] or row["refunds"]
    ]
    moved = session.entries.filter(kind__in=[TillEntry.Kind.PAY_IN, TillEntry.Kind.PAY_OUT])
    return SessionSummary(totals=totals, moved=list(moved.order_by("pk")))


def takings_between(start: datetime, end: datetime) -> list[Takings]:
    """Return payments taken by hand from `start` to before `end`, by day, staff and method.

    Days are those of the active time zone. One query.
    """
    entries = TillEntry.objects.filter(
        created_at__gte=start,
        created_at__lt=end,
        kind__in=[TillEntry.Kind.SALE, TillEntry.Kind.REFUND],
    ).annotate(day=TruncDate("created_at"))
    keys = ("day", "actor", "method", "currency")
    return [
        Takings(
            **{key: row[key] for key in keys},
            sold=row["sold"] or Decimal(0),
            refunded=row["refunded"] or Decimal(0),
        )
        for row in _sums(entries, *keys).order_by(*keys)
    ]


def totals_by_currency(takings: Iterable[Takings]) -> dict[str, Decimal]:
    """Return the net takings of each currency."""
    totals: dict[str, Decimal] = {}
    for row in takings:
        totals[row.currency] = totals.get(row.currency, Decimal(0)) + row.net
    return totals


def _sums(entries: Any, *keys: str) -> Any:
    sale, refund = Q(kind=TillEntry.Kind.SALE), Q(kind=TillEntry.Kind.REFUND)
    return (
        entries.order_by()
        .values(*keys)
        .annotate(
            sales=Count("pk", filter=sale),
            sold=Sum("amount", filter=sale),
            refunds=Count("pk", filter=refund),
            refunded=Sum("amount", filter=refund),
        )
    )
