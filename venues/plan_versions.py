"""Seats in several versions of a plan: the same seat has the same GUID.

Versions never change, so each process reads each pair of them once. Do not modify the results.
"""

from collections.abc import Iterable, Sequence
from functools import lru_cache

from venues.drawing import drawing_of
from venues.models import Seat


@lru_cache(maxsize=64)
def seat_successors(old_plan_id: int, plan_id: int) -> dict[int, int]:
    """Map the seats of one version to those of another; seats that it lacks are left out."""
    now = dict(Seat.objects.filter(plan=plan_id).values_list("guid", "pk"))
    old = Seat.objects.filter(plan=old_plan_id).values_list("pk", "guid")
    return {pk: now[guid] for pk, guid in old if guid in now}


def current_seat_ids(
    *, plan_id: int, former_plans: Sequence[int], seat_ids: Iterable[int]
) -> list[int]:
    """Return the seats of this version for seats of former ones; others stay as they are."""
    known = drawing_of(plan_id).seats
    found: list[int] = []
    for seat_id in seat_ids:
        if seat_id not in known:
            for former in former_plans:
                seat_id = seat_successors(former, plan_id).get(seat_id, seat_id)
        found.append(seat_id)
    return list(dict.fromkeys(found))


def removed_seats(
    *, plan_id: int, former_plans: Sequence[int], seat_ids: Iterable[int]
) -> dict[int, str]:
    """Return those seats of former versions that this one lacks, with their labels."""
    known = drawing_of(plan_id).seats
    gone: dict[int, str] = {}
    for seat_id in seat_ids:
        for former in former_plans if seat_id not in known else ():
            seat = drawing_of(former).seats.get(seat_id)
            if seat and seat_id not in seat_successors(former, plan_id):
                gone[seat_id] = str(seat.label)
    return gone
