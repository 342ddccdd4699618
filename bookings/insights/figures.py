"""The figures of one or more performances, with a fixed number of queries."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, Sum
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from organisation.models import Channel
from shows.models import Performance
from waitingroom.models import AdmissionBatch, Lane

from ..models import LedgerEntry, Order, PageVisits, Place, Ticket
from .curve import sales_curve
from .tables import SeatChart, Table, amount_chart, bar_chart

Kind = LedgerEntry.Kind


def insights_of(performances: Sequence[Performance], today: date) -> list[Table]:
    """Return all figures of the performances, which must have show and venue loaded."""
    pks = [one.pk for one in performances]
    tickets = Ticket.objects.valid().filter(performance__in=pks).order_by()
    return [
        sales_curve(performances, today),
        _tickets_by("channel", gettext_lazy("Sales channel"), tickets, "order__channel"),
        _tickets_by("category", gettext_lazy("Price category"), tickets, "category"),
        _tickets_by("concession", gettext_lazy("Concession"), tickets, "concession"),
        _fill(pks),
        _money(pks),
        _conversion(pks),
        _returning(pks),
        _queue(pks),
    ]


def _tickets_by(key: str, title: Any, tickets: Any, field: str) -> Table:
    """Return valid tickets and their prices by a field."""
    channels = dict(Channel.choices)
    found = tickets.values_list(field, "order__currency").annotate(
        number=Count("pk"), amount=Sum("price")
    )
    rows = [
        [
            str(channels.get(name, name)) if key == "channel" else name or _("full price"),
            n,
            amount,
            code,
        ]
        for name, code, n, amount in found.order_by("-number", field)
    ]
    return Table(
        key=key,
        title=title,
        headings=[title, _("Tickets"), _("Revenue"), _("Currency")],
        rows=rows,
        bars=bar_chart(rows, 1),
        amounts=(2,),
    )


def _fill(pks: Sequence[int]) -> Table:
    """Return seats by section; for a single performance with its map."""
    places = Place.objects.filter(performance__in=pks)
    counts = places.order_by("section__ordinal").counted_by("section__name")
    rows = [
        [name, sold, held, blocked, free, round(100 * sold / (sold + held + blocked + free), 1)]
        for name, free, held, sold, blocked in counts
    ]
    return Table(
        key="fill",
        title=_("Seats"),
        headings=[
            *[_("Section"), _("Sold"), _("On hold"), _("Blocked"), _("Available"), _("Sold (%)")]
        ],
        rows=rows,
        bars=bar_chart(rows, 5, full=100),
        seats=_seat_chart(pks[0]) if len(pks) == 1 else None,
    )


def _seat_chart(pk: int) -> SeatChart | None:
    seats = list(
        Place.objects.filter(performance=pk, seat__isnull=False)
        .order_by("pk")
        .values_list("seat__x", "seat__y", "state")
    )
    if not seats:
        return None
    xs, ys = [x for x, _y, _state in seats], [y for _x, y, _state in seats]
    width, height = max(xs) - min(xs), max(ys) - min(ys)
    size = round(max(width, height, 1) / max(len(seats), 4) ** 0.5 / 2, 2)
    groups = [
        (
            label,
            f"is-{state}",
            " ".join(f"M{x:.1f} {y:.1f}h0" for x, y, one in seats if one == state),
        )
        for state, label in (
            ("available", gettext_lazy("available")),
            ("held", gettext_lazy("on hold")),
            ("sold", gettext_lazy("sold")),
            ("blocked", gettext_lazy("blocked")),
        )
    ]
    box = (
        f"{min(xs) - size:.1f} {min(ys) - size:.1f} {width + 2 * size:.1f} {height + 2 * size:.1f}"
    )
    return SeatChart([group for group in groups if group[2]], box, size)


def _money(pks: Sequence[int]) -> Table:
    """Return payments and refunds from the log."""
    kinds = [Kind.PAYMENT, Kind.REFUND, Kind.REFUND_FAILED, Kind.DISPUTE]
    entries = LedgerEntry.objects.filter(performance__in=pks, kind__in=kinds).order_by()
    found = entries.values_list("kind", "currency").annotate(number=Count("pk"), sum=Sum("amount"))
    rows = [
        [str(Kind(kind).label), number, amount or 0, code]
        for kind, code, number, amount in sorted(
            found, key=lambda row: (row[1], kinds.index(row[0]))
        )
    ]
    return Table(
        key="refunds",
        title=_("Payments and refunds"),
        headings=[_("Entry"), _("Number"), _("Amount"), _("Currency")],
        rows=rows,
        bars=amount_chart(rows, 2),
        amounts=(2,),
    )


def _conversion(pks: Sequence[int]) -> Table:
    """Return how many visits led to baskets, orders and sales. Nobody is tracked for it."""
    entries = LedgerEntry.objects.filter(performance__in=pks)
    counts = entries.aggregate(
        baskets=Count("hold", distinct=True, filter=Q(kind=Kind.HOLD)),
        orders=Count("order", distinct=True, filter=Q(kind__in=[Kind.ORDER, Kind.RESERVE])),
        sales=Count("order", distinct=True, filter=Q(kind=Kind.SALE)),
    )
    visits = PageVisits.objects.filter(performance__in=pks)
    counts["visits"] = visits.aggregate(number=Sum("number"))["number"] or 0
    steps = [(_("Page visits"), "visits"), (_("Baskets"), "baskets")]
    steps += [(_("Orders"), "orders"), (_("Sales"), "sales")]
    rows = [
        [
            label,
            counts[name],
            _percentage(counts[name], counts["visits"]),
            "" if name == "visits" else _percentage(counts[name], counts["baskets"]),
        ]
        for label, name in steps
    ]
    return Table(
        key="conversion",
        title=_("From page visit to sale"),
        headings=[_("Step"), _("Number"), _("Of visits (%)"), _("Of baskets (%)")],
        rows=rows,
        note=_(
            "Each browser that loads pictures counts as one visit a day and date, without a cookie"
            " or an address being kept. Bots that identify themselves are not counted. Sales at the"
            " counter and through the API have no visit."
        ),
        bars=bar_chart(rows, 1),
    )


def _percentage(part: int, whole: int) -> float | str:
    """Return per cent, or "" where there is nothing to compare with."""
    return round(100 * part / whole, 1) if whole else ""


def _returning(pks: Sequence[int]) -> Table:
    """Return how many customers have bought before. Nobody is named."""
    earlier = Order.objects.confirmed().filter(
        email=OuterRef("email"), paid_at__lt=OuterRef("paid_at")
    )
    orders = Order.objects.paid().filter(performance__in=pks).exclude(email="").order_by()
    orders = orders.annotate(returns=Exists(earlier.exclude(performance__in=pks)))
    counts = orders.aggregate(
        everybody=Count("email", distinct=True),
        returning=Count("email", distinct=True, filter=Q(returns=True)),
    )
    rows = [
        [_("First order"), counts["everybody"] - counts["returning"]],
        [_("Ordered before"), counts["returning"]],
    ]
    return Table(
        key="returning",
        title=_("Returning customers"),
        headings=[_("Customers"), _("Number")],
        rows=rows,
        bars=bar_chart(rows, 1),
    )


def _queue(pks: Sequence[int]) -> Table:
    """Return how many visitors joined the queue, were admitted, and entered the sale."""
    batches = AdmissionBatch.objects.filter(lane__room__performance__in=pks).order_by()
    counts = batches.aggregate(called=Sum("size"), came=Sum("arrived"))
    called, came = counts["called"] or 0, counts["came"] or 0
    # Those who return are counted once, in the lane that they joined first.
    lanes = Lane.objects.to_join().filter(room__performance__in=pks)
    joined = sum(lane.joined(lane.seen) for lane in lanes)
    steps = [[_("Joined"), joined], [_("Called"), called], [_("Admitted"), came]]
    rows = steps if joined or called else []
    return Table(
        key="queue",
        title=_("Queue"),
        headings=[_("Visitors"), _("Number")],
        rows=rows,
        bars=bar_chart(rows, 1),
    )
