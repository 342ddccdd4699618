"""Open waiting rooms and admit visitors from the queue: as many as fit, divided between the lanes.

Runs every three seconds by Celery beat and nine times as often while a queue is live (`tasks`), and
at the latest when the queue status is built for a page: the queue moves on without any worker.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F, Sum
from django.db.models.functions import Now

from core.database.locks import database_now

from .fair_sharing import Share, share_by_priority, share_by_weight
from .models import AdmissionBatch, Lane, Pass, WaitingRoom
from .pacing import Health, consume, measured, next_share
from .rooms import cached_rooms, clear_room_cache
from .sequence import highest_numbers

MIN_INTERVAL = timedelta(seconds=0.25)  # Runs within this time of the last one do nothing.
# Lower bound of the measured show-up rate.
MIN_SHOW_UP_RATE = 0.1
# Never more than this in one run, whatever the measurements say.
MAX_PER_RUN = 5000


@dataclass(frozen=True)
class AdmissionResult:
    """The outcome of one run: admissions by lane, buyers in the sale, and visitors expected."""

    admitted: dict[int, int]
    in_sale: int = 0
    awaited: int = 0


def admit(performance_id: int) -> AdmissionResult:
    """Open the waiting room if that is due, and admit as many visitors as fit.

    Does nothing within `MIN_INTERVAL` of the last run, and then leaves the measurements of the sale
    for the next one. Locks the waiting room. Redis is used before and after the transaction, never
    inside it.
    """
    open_room(performance_id)
    room = WaitingRoom.objects.prefetch_related("lanes").get(pk=performance_id)
    highest = highest_numbers(room.lanes.all())
    health = measured(performance_id)
    with transaction.atomic(durable=True):
        room = WaitingRoom.objects.select_for_update(of=("self",)).get(pk=performance_id)
        now = database_now()
        if room.processed_at and now - room.processed_at < MIN_INTERVAL:
            return AdmissionResult({})
        result = _admit(room, highest, health, now)
    consume(performance_id, health)
    clear_room_cache()
    return result


def admit_everywhere(*, only_live: bool = False) -> None:
    """Run `admit` for every waiting room that needs it, or only for those whose queue moves now."""
    for performance_id, cached in cached_rooms().items():
        if cached.is_live or (cached.needs_processing and not only_live):
            admit(performance_id)


def open_room(performance_id: int, *, only_if_due: bool = True) -> bool:
    """Close the draw and start the queue; return whether this call did it.

    May be repeated. Locks the waiting room. Visitors who joined before take part in the draw and
    are counted in `Lane.draw_size`; numbers issued from now on are higher and come after the draw.
    """
    room = WaitingRoom.objects.prefetch_related("lanes").get(pk=performance_id)
    if room.opened_at is not None:
        return False
    highest = highest_numbers(room.lanes.all())
    with transaction.atomic(durable=True):
        rooms = WaitingRoom.objects.select_for_update().filter(pk=performance_id, opened_at=None)
        if only_if_due:
            rooms = rooms.filter(performance__on_sale_from__lte=Now())
        due = rooms.first()
        if due is None:
            return False
        for lane in due.lanes.select_for_update():
            if due.has_draw:
                # At least one if anyone may have joined, so that they have a position.
                lane.draw_size = max(highest.get(lane.pk, 0), lane.seen, min(lane.issued_to, 1))
                lane.draw_cutoff = lane.seen = lane.issued_to
                lane.generation += 1
                lane.save(update_fields=["draw_size", "draw_cutoff", "seen", "generation"])
        WaitingRoom.objects.filter(pk=performance_id).update(opened_at=Now())
    clear_room_cache()
    return True


def _admit(
    room: WaitingRoom, highest: dict[int, int], health: Health, now: datetime
) -> AdmissionResult:
    lanes = list(room.lanes.select_for_update())
    elapsed = (now - room.processed_at).total_seconds() if room.processed_at else 1.0
    room.capacity_share = next_share(room.capacity_share, health, elapsed)
    _measure(room, now)
    in_sale = Pass.objects.filter(performance_id=room.pk, expires_at__gt=now).count()
    awaited = _awaited(room)
    allowed = _allowed(room, elapsed)
    free = 0
    if room.state == WaitingRoom.State.OPEN:
        free = min(allowed, _free(room, in_sale, awaited))
    admitted = _admit_from(room, lanes, highest, free)
    room.processed_at = now
    if admitted:
        room.last_admission_at = now
    room.save(
        update_fields=[
            *[
                "processed_at",
                "last_admission_at",
                "capacity_share",
                "show_up_rate",
                "average_visit",
            ],
            *["virtual_time", "rate_credit"],
        ]
    )
    return AdmissionResult(admitted, in_sale, awaited)


def _allowed(room: WaitingRoom, elapsed: float) -> int:
    """Return how many the rate allows after `elapsed` seconds; its fraction is kept as credit."""
    if room.rate is None:
        room.rate_credit = 0.0
        return MAX_PER_RUN
    earned = room.rate_credit + room.rate * min(elapsed, 60) / 60
    # Without the margin, sixty times a sixtieth could stay below 1 because of rounding.
    allowed = int(earned + 1e-9)
    room.rate_credit = max(0.0, earned - allowed)
    return min(allowed, MAX_PER_RUN)


def _free(room: WaitingRoom, in_sale: int, awaited: int) -> int:
    free = room.current_capacity - in_sale - round(awaited * room.show_up_rate)
    if free <= 0:
        return 0
    # Some of the admitted visitors have already left, so slightly more are admitted than there is
    # capacity for. If all of them come, the last ones wait a moment (see `entry`).
    return min(MAX_PER_RUN, round(free / max(room.show_up_rate, MIN_SHOW_UP_RATE)))


def _admit_from(
    room: WaitingRoom, lanes: list[Lane], highest: dict[int, int], free: int
) -> dict[int, int]:
    shares = []
    for lane in lanes:
        lane.seen = max(lane.seen, min(highest.get(lane.pk, 0), lane.issued_to))
        waiting = lane.joined(lane.seen) - lane.serving if room.opened_at else 0
        shares.append(Share(lane, lane.weight, waiting, lane.virtual_finish))
    is_strict = room.lane_policy == WaitingRoom.LanePolicy.STRICT
    distribute = share_by_priority if is_strict else share_by_weight
    room.virtual_time = distribute(shares, free, room.virtual_time)
    batches = []
    for share in shares:
        lane = share.lane
        lane.serving += share.admitted
        lane.virtual_finish = share.virtual_finish
        lane.save(update_fields=["seen", "serving", "virtual_finish"])
        if share.admitted:
            batches.append(AdmissionBatch(lane=lane, up_to=lane.serving, size=share.admitted))
    AdmissionBatch.objects.bulk_create(batches)
    return {batch.lane_id: batch.size for batch in batches}


def _awaited(room: WaitingRoom) -> int:
    """Return how many recently admitted visitors have not arrived yet."""
    batches = AdmissionBatch.objects.pending().filter(lane__room=room, size__gt=F("arrived"))
    return batches.aggregate(number=Sum(F("size") - F("arrived")))["number"] or 0


def _measure(room: WaitingRoom, now: datetime) -> None:
    """Measure the show-up rate and the average visit."""
    settled = AdmissionBatch.objects.filter(lane__room=room).settled(timedelta(minutes=5))
    sums = settled.aggregate(size=Sum("size"), arrived=Sum("arrived"))
    if sums["size"]:
        rate = (sums["arrived"] or 0) / sums["size"]
        room.show_up_rate = min(1.0, max(MIN_SHOW_UP_RATE, rate))
    ended = Pass.objects.filter(
        performance_id=room.pk, expires_at__lte=now, expires_at__gt=now - timedelta(minutes=10)
    )
    total = ended.aggregate(number=Sum(F("expires_at") - F("entered_at")))["number"]
    if total:
        room.average_visit = total.total_seconds() / ended.count()
