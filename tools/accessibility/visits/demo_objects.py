"""What the demo data has for the visits."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.utils import timezone

BUYER, PASSWORD = "alice@concert.example", "concert-demo"


@dataclass(frozen=True)
class DemoObjects:
    """Performances in special states, and bookings of a customer."""

    theatre: Any
    arena: Any
    standing: Any
    sold_out: Any
    cancelled: Any
    rescheduled: Any
    announced: Any
    queued: Any
    gathering: Any
    past: Any
    # A show with a calendar of its dates.
    residency: Any
    order: Any
    # A past show that the customer has been to and has not reviewed.
    visited_show: Any


def find_demo_objects() -> DemoObjects:
    """Return what the visits need; raises LookupError if the demo data lacks any of it."""
    from demo.shows import RESIDENCY
    from shows.models import Performance, Show
    from waitingroom.models import WaitingRoom

    now = timezone.now()
    public = Performance.objects.public().select_related("show", "venue")
    selling = public.selling().order_by("starts_at")
    # Without those that have a queue, whose forms are closed to those who are not called in.
    free = selling.filter(waiting_room=None, places_left__gt=100, moved_from=None)
    rooms = WaitingRoom.objects.order_by("pk")
    found = {
        "theatre": free.filter(venue__slug="teatro-aurora").last(),
        "arena": free.filter(venue__slug="lakeside-arena").last(),
        "standing": selling.filter(venue__slug="kellerwerk", places_left__gt=20).first(),
        "sold_out": selling.filter(places_left=0).first(),
        "cancelled": public.upcoming().filter(status="cancelled").first(),
        "rescheduled": selling.filter(moved_from__isnull=False).first(),
        "announced": public.filter(on_sale_from__gt=now, waiting_room=None).first(),
        "queued": rooms.filter(opened_at__isnull=False).first(),
        "gathering": rooms.filter(opened_at=None).first(),
        "past": public.past().first(),
        "residency": Show.objects.filter(title=RESIDENCY).first(),
        "order": _order_of_buyer(now),
        "visited_show": _visited_show(now),
    }
    if missing := [name for name, value in found.items() if value is None]:
        raise LookupError(f"The demo data has no {', '.join(missing)}.")
    return DemoObjects(**found)


def _order_of_buyer(now):
    from bookings.models import Order

    orders = Order.objects.filter(user__email=BUYER, status=Order.Status.PAID)
    return orders.filter(
        performance__starts_at__gt=now + timedelta(days=3),
        performance__status="published",
    ).first()


def _visited_show(now):
    from shows.models import Review, Show

    reviewed = Review.objects.filter(author__email=BUYER).values("show")
    visited = Show.objects.filter(
        performances__orders__user__email=BUYER, performances__starts_at__lt=now
    )
    return visited.exclude(pk__in=reviewed).distinct().first()
