"""Divide admissions between lanes, by weight or by strict priority.

By weight: start-time fair queueing (Goyal, Vin and Cheng, 1996). Each admission moves the lane's
virtual finish time on by 1/weight; the lane with the lowest goes next, and of equals the one with
the greater weight. So a lane of weight 4 has four admissions for each one of weight 1 as long as
both have someone waiting, and the lane of weight 1 never waits longer than one round. A lane that
was empty starts at the current virtual time, so it cannot save up admissions.

By priority: the lane with the greatest weight first, until nobody waits in it.
"""

import heapq
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from .models import Lane


@dataclass
class Share:
    """One lane: `admitted` is the result, `virtual_finish` is stored for the next time."""

    lane: Lane
    weight: int
    waiting: int
    virtual_finish: float
    admitted: int = 0


def share_by_weight(shares: Sequence[Share], free: int, virtual_time: float) -> float:
    """Distribute up to `free` admissions; return the room's virtual time afterwards.

    Takes time in proportion to `free` and hardly to the lanes, whatever the number waiting.
    """
    order = [
        (max(virtual_time, share.virtual_finish), -share.weight, number)
        for number, share in enumerate(shares)
        if share.waiting > share.admitted
    ]
    heapq.heapify(order)
    for _admission in range(free):
        if not order:
            break
        virtual_time, weight, number = order[0]
        share = shares[number]
        share.admitted += 1
        share.virtual_finish = virtual_time + 1 / share.weight
        if share.admitted < share.waiting:
            heapq.heapreplace(order, (share.virtual_finish, weight, number))
        else:
            heapq.heappop(order)
    return virtual_time


def share_by_priority(shares: Sequence[Share], free: int, virtual_time: float) -> float:
    """Distribute up to `free` admissions to the lanes of the greatest weight first.

    Lanes of equal weight take turns. Returns the room's virtual time afterwards.
    """
    by_weight = sorted(shares, key=lambda share: -share.weight)
    for _weight, group in groupby(by_weight, key=lambda share: share.weight):
        equal = list(group)
        virtual_time = share_by_weight(equal, free, virtual_time)
        free -= sum(share.admitted for share in equal)
    return virtual_time
