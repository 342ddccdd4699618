"""What is sold in a bench: one big hall, put on sale through the operations."""

import secrets
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

from django.utils import timezone

from bookings.models import Place
from bookings.put_on_sale import put_on_sale
from shows.models import Performance, PriceCategory, Show
from venues.generate import assemble, stage, straight
from venues.models import Venue
from venues.plans import add_plan_version

ROW = 100  # Seats in a row; pairs are bought from one end, so that nobody leaves a single seat.


@dataclass
class World:
    """A performance on sale, and its neighbouring pairs of seats and of places, in order."""

    performance_id: int
    seats: list
    places: list


def make_world(*, rows=200):
    """Make a hall of `rows` × 100 seats and put one performance of it on sale."""
    sections = [
        straight(f"Block {n + 1}", category="Regular", rows=20, seats=[ROW], at=(0, 700 * n))
        for n in range(rows // 20)
    ]
    draft = assemble(
        "Hall",
        decoration=stage(width=400, depth=100),
        categories={"Regular": "#0072b2"},
        sections=sections,
    )
    name = secrets.token_hex(4)
    venue = Venue.objects.create(
        name="Bench", slug=name, address="1 Loop Road", city="Local", country="DE", time_zone="UTC"
    )
    plan = add_plan_version(venue=venue, name="Hall", draft=draft)
    now = timezone.now()
    performance = Performance.objects.create(
        show=Show.objects.create(title="Bench", slug=name),
        venue=venue,
        plan=plan,
        starts_at=now + timedelta(days=30),
        on_sale_from=now - timedelta(hours=1),
    )
    PriceCategory.objects.create(
        performance=performance, name="Regular", price=Decimal(45), fee=Decimal(5)
    )
    put_on_sale(performance=performance, actor="bench")
    rows = Place.objects.filter(performance=performance).order_by("pk")
    places, seats = zip(*rows.values_list("pk", "seat_id"), strict=True)
    return World(performance.pk, list(_pairs(seats)), list(_pairs(places)))


def _pairs(items):
    return zip(items[::2], items[1::2], strict=True)
