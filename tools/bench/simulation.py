"""A simulated waiting room, larger than this machine could serve, with the real admission code."""

import time
from dataclasses import dataclass
from datetime import timedelta

from django.db import connection
from django.db.models import F

from waitingroom import lottery
from waitingroom.admission import admit, open_room
from waitingroom.joining import digest_of, ensure_regular_lane
from waitingroom.models import AdmissionBatch, Lane, WaitingRoom

from .figures import percentile
from .halls import draw_hall, make_plan, open_sale

VIP, VIP_WEIGHT = 0.1, 4  # The share of visitors in the VIP lane, and its weight.
LATE = 0.2  # The share of visitors who join after the opening.
CAPACITY = 100_000
LOTS = 100_000  # The maximum of draw numbers of which the spread is computed.
# Admissions of a lane that do not begin where the previous one ended.
GAPS = """
SELECT count(*) FROM (
    SELECT up_to - size AS since,
    lag(up_to, 1, 0::bigint) OVER (PARTITION BY lane_id ORDER BY up_to) AS before
    FROM waitingroom_admissionbatch WHERE lane_id = ANY(%s)) AS calls WHERE since <> before
"""


@dataclass
class SimulationResult:
    figures: dict
    checks: list


def simulate(context, people):
    """Have so many people join before and after the opening and be admitted; return the figures."""
    room, regular, vip = _make_room()
    _arrive(regular, round(people * (1 - LATE) * (1 - VIP)))
    _arrive(vip, round(people * (1 - LATE) * VIP))
    open_room(room.pk, only_if_due=False)
    late = people - round(people * (1 - LATE) * (1 - VIP)) - round(people * (1 - LATE) * VIP)
    ticks, shares, called = [], [], 0
    with context.console.status(f"Calling {people:,} in") as status:
        while called < people and len(ticks) < 10 * people / 1000:
            if late:
                come = min(late, max(1, people // 100))
                late -= come
                _arrive(regular, come)
            started = time.perf_counter()
            admitted = _tick(room)
            ticks.append(time.perf_counter() - started)
            called += sum(admitted.values())
            if len(admitted) == 2:
                shares.append(admitted[vip.pk] / admitted[regular.pk])
            status.update(f"Calling {people:,} in: {called:,}")
    return _result(people, room, [regular, vip], ticks, shares, called)


def _make_room():
    performance = open_sale(make_plan(draw_hall(rows=1)))
    room = WaitingRoom.objects.create(performance=performance, capacity=CAPACITY)
    regular = ensure_regular_lane(room)
    vip = Lane.objects.create(room=room, name="VIP", weight=VIP_WEIGHT, codes=[digest_of("vip")])
    return room, regular, vip


def _arrive(lane, number):
    # As if so many blocks of numbers had been issued.
    Lane.objects.filter(pk=lane.pk).update(issued_to=F("issued_to") + number)


def _tick(room):
    """Let a second pass and admit visitors, who all arrive, buy and leave at once."""
    WaitingRoom.objects.filter(pk=room.pk).update(
        processed_at=F("processed_at") - timedelta(seconds=1)
    )
    called = admit(room.pk).admitted
    AdmissionBatch.objects.filter(lane__room=room, arrived__lt=F("size")).update(arrived=F("size"))
    return called


def _result(people, room, lanes, ticks, shares, called):
    with connection.cursor() as cursor:
        cursor.execute(GAPS, [[lane.pk for lane in lanes]])
        gaps = cursor.fetchone()[0]
    room.refresh_from_db()
    spread = _spread_of_lots(room.seed, people)
    both = shares[:-1] or [VIP_WEIGHT]  # In the last one, a lane had nobody left.
    p50, p99 = (percentile(ticks, share) * 1000 for share in (0.5, 0.99))
    return SimulationResult(
        figures={
            "simulated: people called": f"{called:,} of {people:,} in {len(ticks):,} ticks",
            "simulated: a tick, p50 / p99": f"{p50:.1f} ms / {p99:.1f} ms",
            "simulated: of a lane of weight 4 for one of weight 1": f"{min(both):.2f} to "
            f"{max(both):.2f}",
            f"simulated: {sum(spread):,} lots in a hundred parts of it": f"{min(spread):,} to "
            f"{max(spread):,} in each",
        },
        checks=[
            (
                "Each of the simulated was called, exactly once.",
                called == people and not gaps,
            ),
            (
                "A lane of weight 4 had four called for one of weight 1.",
                all(abs(share - VIP_WEIGHT) < 0.1 for share in both),
            ),
        ],
    )


def _spread_of_lots(seed, people):
    parts = [0] * 100
    for number in range(min(LOTS, people)):
        position = lottery.position(seed, lottery.draw_id(0, f"visitor:{number}"), people)
        parts[(position - 1) * 100 // people] += 1
    return parts
