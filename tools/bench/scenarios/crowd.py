"""Everybody at once, for too few tickets, and no waiting room before it."""

import asyncio

from ..lines import Lines, Trouble, Visitor
from ..playing import all_of, play
from ..sales import sales_result
from ..shopping import shop
from ..tally import Tally, spread
from ..world import hall, make_plan, open_sale

LONGEST = 400  # Seconds after which it is given up.
AT_ONCE = 1000  # Connections.


def run(stage):
    buyers = stage.customers(1000, 100)
    rows = max(1, round(buyers / 500))
    performance = open_sale(make_plan(hall(rows=rows)))
    tally, journeys = Tally(), []
    with stage.site() as site:
        crowd = _crowd(site.front, performance.pk, buyers, tally, journeys)
        play(
            stage.console,
            f"{buyers:,} buyers",
            crowd,
            done=lambda: tally.tickets,
            total=100 * rows,
            limit=LONGEST,
        )
    winners = spread(journeys)
    last = max((when for when, _number in tally.sold_at), default=0.0)
    return sales_result(
        f"{buyers:,} buyers at once for {100 * rows} tickets",
        stage,
        tally,
        site.meter,
        [performance.pk],
        figures=[
            ("seconds until the last ticket was sold", f"{last:.1f}"),
            (
                "a winner's whole journey, p50 / p99",
                f"{winners['p50']:.1f} s / {winners['p99']:.1f} s",
            ),
        ],
        checks=[("All tickets were sold.", tally.tickets == 100 * rows)],
    )


async def _crowd(address, performance_id, buyers, tally, journeys):
    lines = Lines(address, most=min(buyers, AT_ONCE))
    try:
        await all_of(_buyer(lines, performance_id, tally, journeys) for _ in range(buyers))
    finally:
        lines.close()


async def _buyer(lines, performance_id, tally, journeys):
    began = asyncio.get_running_loop().time()
    visitor = Visitor(lines, tally)
    try:
        outcome = await shop(visitor, performance_id, {"best": "1", "quantity": "1"})
    except Trouble:
        return
    if outcome == "bought":
        journeys.append(asyncio.get_running_loop().time() - began)
