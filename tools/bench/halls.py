"""What is sold in a benchmark: one large hall, put on sale through the operations."""

import secrets
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

from django.utils import timezone

from bookings.models import Place
from bookings.staff_operations.put_on_sale import put_on_sale
from shows.models import Performance, PriceCategory, Show
from venues.generate import assemble, stage, straight
from venues.models import Seat, Section, Venue
from venues.plans import add_plan_version

ROW = 100  # Seats in a row. Pairs are bought from one end, so that no single seat is left.


@dataclass
class Hall:
    """A performance on sale, and its pairs of adjacent seats and of places, in order."""

    performance_id: int
    seats: list
    places: list


def make_hall(*, rows=200):
    """Create a hall of `rows` × 100 seats and put one performance on sale."""
    performance = open_sale(make_plan(draw_hall(rows=rows)))
    places = Place.objects.filter(performance=performance).order_by("pk")
    places, seats = zip(*places.values_list("pk", "seat_id"), strict=True)
    return Hall(performance.pk, list(_pairs(seats)), list(_pairs(places)))


def draw_hall(*, rows):
    """Return the plan of a hall of `rows` × 100 seats, in blocks of twenty rows."""
    sections = [
        straight(
            f"Block {n + 1}",
            category="Regular",
            rows=min(20, rows - 20 * n),
            seats=[ROW],
            at=(0, 700 * n),
        )
        for n in range(-(-rows // 20))
    ]
    return assemble(
        "Hall",
        decoration=stage(width=400, depth=100),
        categories={"Regular": "#0072b2"},
        sections=sections,
    )


def make_plan(draft):
    """Create a venue with the plan."""
    venue = Venue.objects.create(
        name="Bench",
        slug=secrets.token_hex(4),
        address="1 Loop Road",
        city="Local",
        country="DE",
        time_zone="UTC",
    )
    return add_plan_version(venue=venue, name="Hall", draft=draft)


def make_show(title="Bench"):
    return Show.objects.create(title=title, slug=secrets.token_hex(4))


def open_sale(plan, *, show=None, opens_in=timedelta(hours=-1), starts_in=timedelta(days=30)):
    """Put a performance with the plan on sale, with one price for all categories; return it."""
    now = timezone.now()
    performance = Performance.objects.create(
        show=show or make_show(),
        venue=plan.venue,
        plan=plan,
        starts_at=now + starts_in,
        on_sale_from=now + opens_in,
    )
    for name in _categories(plan):
        PriceCategory.objects.create(
            performance=performance, name=name, price=Decimal(45), fee=Decimal(5)
        )
    put_on_sale(performance=performance, actor="bench")
    return performance


def make_programme(number, *, rows):
    """Put so many performances on sale, ten for each show; return [(performance, slug)]."""
    plan = make_plan(draw_hall(rows=rows))
    shows, made = [], []
    for count in range(number):
        if count % 10 == 0:
            shows.append(make_show(f"Show {count // 10 + 1}"))
        performance = open_sale(plan, show=shows[-1], starts_in=timedelta(days=2 + count))
        made.append((performance, shows[-1].slug))
    return made


def _categories(plan):
    """Return the categories of a plan's seats and standing sections."""
    seats = Seat.objects.filter(plan=plan).order_by().values_list("category", flat=True)
    standing = Section.objects.filter(plan=plan, kind=Section.Kind.STANDING)
    return sorted({*seats.distinct(), *standing.values_list("category", flat=True)})


def _pairs(items):
    return zip(items[::2], items[1::2], strict=True)
