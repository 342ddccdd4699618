"""Figures of the sale as plain values, for the terminal and for JSON."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from django.db.models import Count, Sum

from bookings.admin.actors import actor_names
from bookings.aftersale.refunds import Amounts, amounts_of
from bookings.ledger.audit import Finding
from bookings.models import LedgerEntry, Order, Place
from bookings.staff_operations.order_search import search_orders as matching_orders
from cli.load_test import LoadTest
from shows.models import Performance


def availability(performance: Performance) -> dict[str, Any]:
    """Return how many places of each section are free, held, sold and blocked now."""
    rows = Place.objects.filter(performance=performance).order_by("section__ordinal")
    counted = rows.counted_by("section__ordinal", "section__name")
    names = ("free", "held", "sold", "blocked")
    sections = [
        {"section": name, **dict(zip(names, counts, strict=True))}
        for _ordinal, name, *counts in counted
    ]
    total = {name: sum(row[name] for row in sections) for name in names}
    return {
        "performance": performance.pk,
        "title": str(performance),
        "state": performance.sale_state().value,
        "sections": sections,
        "total": total,
    }


def transactions(
    *, last: int, performance: int | None = None, order: str = ""
) -> list[dict[str, Any]]:
    """Return the last entries of the transaction log, newest first."""
    rows = LedgerEntry.objects.order_by("-pk")
    if performance:
        rows = rows.filter(performance=performance)
    if order:
        rows = rows.filter(order=order)
    entries = list(rows[:last])
    names = actor_names(entry.actor for entry in entries)
    return [
        {
            "id": entry.pk,
            "at": entry.at,
            "kind": entry.kind,
            "performance": entry.performance_id,
            "order": entry.order,
            "places": len(entry.places),
            "amount": entry.amount,
            "currency": entry.currency,
            "actor": entry.actor,
            "by": names[entry.actor],
        }
        for entry in entries
    ]


def find_orders(search: str, *, limit: int = 50) -> list[dict[str, Any]]:
    """Return orders with this reference, e-mail address or name, newest first."""
    orders = Order.objects.select_related("performance__show", "performance__venue")
    rows = matching_orders(search, orders)
    return order_summaries(rows.order_by("-pk")[:limit])


def order_summary(order: Order) -> dict[str, Any]:
    return order_summaries([order])[0]


def order_summaries(orders: Iterable[Order]) -> list[dict[str, Any]]:
    """Return the orders with their balance: what was paid less all refunds."""
    found = list(orders)
    amounts = amounts_of(found)
    return [_summary(order, amounts.get(order.pk, Amounts())) for order in found]


def _summary(order: Order, amounts: Amounts) -> dict[str, Any]:
    return {
        "reference": order.reference,
        "status": order.status,
        "name": order.name,
        "email": order.email,
        "performance": str(order.performance),
        "places": order.quantity,
        "total": order.total,
        "balance": amounts.balance,
        "currency": order.currency,
    }


def report(*, performance: int | None = None) -> list[dict[str, Any]]:
    """Return tickets sold and revenue by performance: payments less refunds, sent or queued."""
    performances = Performance.objects.filter(opened_at__isnull=False)
    if performance:
        performances = performances.filter(pk=performance)
    performances = performances.select_related("show", "venue").order_by("starts_at", "pk")
    sold = dict(
        Place.objects.sold()
        .filter(performance__in=performances)
        .values_list("performance")
        .annotate(number=Count("pk"))
    )
    money = dict(
        LedgerEntry.objects.filter(performance__in=performances, kind__in=["payment", "refund"])
        .order_by()
        .values_list("performance")
        .annotate(sum=Sum("amount"))
    )
    return [
        {
            "performance": row.pk,
            "title": str(row),
            "state": row.sale_state().value,
            "sold": sold.get(row.pk, 0),
            "places": row.places_total,
            "revenue": money.get(row.pk) or Decimal("0.00"),
            "currency": row.currency,
        }
        for row in performances
    ]


def findings(found: Iterable[Finding]) -> list[dict[str, Any]]:
    """Return the findings of an audit."""
    return [
        {
            "rule": finding.rule,
            "promise": finding.promise,
            "count": finding.count,
            "examples": list(finding.examples),
        }
        for finding in found
    ]


def load_test(found: LoadTest) -> dict[str, Any]:
    """Return purchases a second, and the percentiles of each step in milliseconds."""
    return {
        "performance": found.performance_id,
        "places": found.places,
        "visitors": found.bought + found.sold_out + sum(found.errors.values()),
        "bought": found.bought,
        "sold_out": found.sold_out,
        "errors": found.errors,
        "seconds": round(found.seconds, 2),
        "purchases_a_second": round(found.bought / found.seconds, 1) if found.seconds else 0.0,
        "steps": [
            {"step": step, "count": len(times)} | _percentiles(times)
            for step, times in found.times.items()
        ],
    }


def _percentiles(times):
    ordered = sorted(times)
    named = {"p50": 0.5, "p95": 0.95, "p99": 0.99}
    return {
        name: round(1000 * ordered[min(len(ordered) - 1, int(part * len(ordered)))])
        if ordered
        else None
        for name, part in named.items()
    }
