"""Fair sharing between lanes: start-time fair queueing (Goyal, Vin and Cheng, 1996).

Each person called moves their lane's clock on by 1/weight; the lane whose clock is furthest behind
goes next, and of equals the one with the greater weight. So a lane of weight 4 has four called for
each one of weight 1, as long as both have somebody waiting, and the lane of weight 1 is never more
than one round away from its turn. A lane that was empty starts at the present: it saves no credit.
"""

import heapq
from dataclasses import dataclass


@dataclass
class Share:
    """One lane while turns are given: `called` is the answer, `turn_ended` is kept."""

    key: object
    weight: int
    waiting: int
    turn_ended: float
    called: int = 0


def share(shares, free, turn):
    """Give up to `free` turns to the shares; return the room's clock afterwards.

    Takes time in proportion to `free` (and hardly to the lanes), whatever the number waiting.
    """
    order = [
        (max(turn, lane.turn_ended), -lane.weight, number)
        for number, lane in enumerate(shares)
        if lane.waiting > 0
    ]
    heapq.heapify(order)
    for _turn in range(free):
        if not order:
            break
        turn, weight, number = order[0]
        lane = shares[number]
        lane.called += 1
        lane.turn_ended = turn + 1 / lane.weight
        if lane.called < lane.waiting:
            heapq.heapreplace(order, (lane.turn_ended, weight, number))
        else:
            heapq.heappop(order)
    return turn
