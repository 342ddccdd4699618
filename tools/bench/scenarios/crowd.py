"""All buyers at once, for too few tickets, without a waiting room."""

import asyncio

from ..connections import ConnectionPool, CustomerError, HttpVisitor
from ..crowds import all_of, play
from ..halls import draw_hall, make_plan, open_sale
from ..recorder import Recorder, spread
from ..sales import sales_result
from ..shopping import shop

LONGEST = 400  # Seconds after which it is cancelled.
AT_ONCE = 1000  # Connections.


def run(context):
    buyers = context.customers(1000, 100)
    rows = max(1, round(buyers / 500))
    performance = open_sale(make_plan(draw_hall(rows=rows)))
    recorder, journeys = Recorder(), []
    with context.site() as site:
        crowd = _crowd(site.front, performance.pk, buyers, recorder, journeys)
        play(
            context.console,
            f"{buyers:,} buyers",
            crowd,
            done=lambda: recorder.tickets,
            total=100 * rows,
            limit=LONGEST,
        )
    winners = spread(journeys)
    last = max((when for when, _number in recorder.sold_at), default=0.0)
    return sales_result(
        f"{buyers:,} buyers at once for {100 * rows} tickets",
        context,
        recorder,
        site.meter,
        [performance.pk],
        figures=[
            ("seconds until the last ticket was sold", f"{last:.1f}"),
            (
                "a winner's whole journey, p50 / p99",
                f"{winners['p50']:.1f} s / {winners['p99']:.1f} s",
            ),
        ],
        checks=[("All tickets were sold.", recorder.tickets == 100 * rows)],
    )


async def _crowd(address, performance_id, buyers, recorder, journeys):
    lines = ConnectionPool(address, most=min(buyers, AT_ONCE))
    try:
        await all_of(_buyer(lines, performance_id, recorder, journeys) for _ in range(buyers))
    finally:
        lines.close()


async def _buyer(lines, performance_id, recorder, journeys):
    started = asyncio.get_running_loop().time()
    visitor = HttpVisitor(lines, recorder)
    try:
        outcome = await shop(visitor, performance_id, {"best": "1", "quantity": "1"})
    except CustomerError:
        return
    if outcome == "bought":
        journeys.append(asyncio.get_running_loop().time() - started)
