"""Performances in special states: sold out, cancelled, rescheduled, with a live queue.

They are changed by the same operations that staff use.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.utils import timezone

from bookings.staff_operations.performance_cancellation import (
    cancel_performance,
    refund_cancelled_performances,
)
from bookings.staff_operations.rescheduling import reschedule
from shows.models import Performance
from venues.models import Venue
from waitingroom.joining import digest_of, ensure_regular_lane, join
from waitingroom.models import Lane, WaitingRoom
from waitingroom.rooms import clear_room_cache

CLUB, HALL = "kellerwerk", "northlight-hall"  # The small venue, and the one with a queue.
ALMOST_SOLD_OUT = 90  # Per cent. With so few seats left, nobody would queue.
QUEUED_PEOPLE = 240
ADMITTED_PER_MINUTE = 6
MEMBERS_CODE = "encore"


class Calendar:
    """The days on which each venue is in use, so that performances don't overlap."""

    def __init__(self) -> None:
        self._taken: set[tuple[int, date]] = set()

    def take_day(self, venue: Venue, day: date) -> date:
        """Return the first free day of the venue from `day` on, and mark it as used."""
        while (venue.pk, day) in self._taken:
            day += timedelta(days=1)
        self._taken.add((venue.pk, day))
        return day


@dataclass(frozen=True)
class SpecialDates:
    sold_out: Performance
    cancelled: Performance
    rescheduled: Performance
    queued: Performance


def choose_special_dates(
    performances: Sequence[Performance], demands: Mapping[int, int]
) -> SpecialDates:
    """Choose among the performances on sale.

    `demands` maps their ids to the per cent to sell. Those of the club are of three shows: the one
    with the highest demand is sold out, those with the lowest are cancelled and rescheduled, so
    that few customers are e-mailed.
    """
    soon = timezone.now() + timedelta(days=7)
    on_sale = [p for p in performances if p.pk in demands and p.starts_at > soon]
    in_club: dict[int, Performance] = {}
    for performance in sorted(_at(on_sale, CLUB), key=lambda p: (-demands[p.pk], p.starts_at)):
        in_club.setdefault(performance.show_id, performance)
    sold_out, *_others, rescheduled, cancelled = in_club.values()
    in_hall = [p for p in _at(on_sale, HALL) if demands[p.pk] < ALMOST_SOLD_OUT]
    queued = max(in_hall, key=lambda p: (demands[p.pk], -p.pk))
    return SpecialDates(sold_out, cancelled, rescheduled, queued)


def cancel(performance: Performance) -> None:
    """Cancel a performance and refund its orders."""
    cancel_performance(
        performance=performance, actor="system", reason="A singer has lost her voice."
    )
    refund_cancelled_performances()


def move_to_later(performance: Performance, calendar: Calendar) -> None:
    """Reschedule a performance to a free day two weeks later, at the same time."""
    venue = performance.venue
    before = performance.starts_at.astimezone(venue.zone)
    day = calendar.take_day(venue, before.date() + timedelta(days=14))
    starts_at = datetime.combine(day, before.time(), tzinfo=venue.zone)
    reschedule(
        performance=performance,
        starts_at=starts_at,
        doors_at=starts_at - timedelta(hours=1),
        refund_until=timezone.now() + timedelta(days=7),
        actor="system",
        reason="The tour begins two weeks later.",
    )


def open_queue_before_sale(performance: Performance) -> None:
    """Add a waiting room that can be joined before the sale opens."""
    _create_waiting_room(performance, capacity=400)


def start_queue(performance: Performance) -> None:
    """Add a waiting room that admits slowly, with people in it."""
    _create_waiting_room(performance, capacity=20, rate=ADMITTED_PER_MINUTE)
    for number in range(QUEUED_PEOPLE):
        join(performance_id=performance.pk, visitor=f"demo-queue-{number}")


def _at(performances, venue):
    return [p for p in performances if p.venue.slug == venue]


def _create_waiting_room(performance, **limits):
    room = WaitingRoom.objects.create(performance=performance, **limits)
    ensure_regular_lane(room)
    Lane.objects.create(room=room, name="Members", weight=3, codes=[digest_of(MEMBERS_CODE)])
    clear_room_cache()
