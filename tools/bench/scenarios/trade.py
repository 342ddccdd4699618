"""An ordinary day of a busy house: people browse 300 performances, and some of them buy.

They come at a steady rate whether or not those before them are done (an open loop), so a slow
moment is felt by all who come in it, and their wait counts.
"""

import asyncio
import random

from ..lines import Lines, Trouble, Visitor
from ..playing import all_of, play
from ..sales import sales_result
from ..shopping import shop
from ..tally import Tally
from ..world import make_programme

AT_ONCE = 256  # Connections.
RATE = 6  # Visitors a second.
BUYS = 0.5  # The share of visitors who buy.


def run(stage):
    performances = make_programme(stage.scaled(300, 12), rows=stage.scaled(4, 1))
    seconds, rate = stage.seconds(60, 10), RATE
    visitors = stage.options.customers or seconds * rate
    tally = Tally()
    with stage.site() as site:
        day = _Day(site.front, performances, tally)
        play(
            stage.console,
            "Visitors",
            day.run(visitors, seconds),
            done=lambda: day.gone,
            total=visitors,
            limit=seconds + 120,
        )
    asked = sum(len(times) for times in tally.steps.values())
    return sales_result(
        f"{visitors / seconds:.0f} visitors a second among {len(performances)} performances",
        stage,
        tally,
        site.meter,
        [performance.pk for performance, _slug in performances],
        figures=[
            ("visitors", f"{visitors:,}, {day.gone:,} of them done"),
            ("requests a second", f"{asked / site.meter.told()['seconds']:.0f}"),
        ],
        checks=[("Everybody who came was served.", day.gone == visitors)],
    )


class _Day:
    def __init__(self, address, performances, tally):
        self.address, self.performances, self.tally = address, performances, tally
        # The first few are asked for most, as everywhere (a Zipf distribution).
        self.weights = [1 / (place + 1) for place in range(len(performances))]
        self.gone = 0

    async def run(self, visitors, seconds):
        lines = Lines(self.address, most=AT_ONCE)
        arrivals = sorted(random.uniform(0, seconds) for _ in range(visitors))
        try:
            await all_of(self._visit(lines, arrival) for arrival in arrivals)
        finally:
            lines.close()

    async def _visit(self, lines, arrival):
        await asyncio.sleep(arrival)
        visitor = Visitor(lines, self.tally)
        performance, slug = random.choices(self.performances, self.weights)[0]
        try:
            await visitor.get("home", "/")
            await visitor.get("catalogue", "/shows/")
            await visitor.get("show", f"/shows/{slug}/")
            await visitor.get("snapshot", f"/performances/{performance.pk}/availability")
            if random.random() < BUYS:
                wish = {"best": "1", "quantity": random.choice("1222344")}
                outcome = await shop(visitor, performance.pk, wish)
                self.tally.counts[f"visitors: {outcome}"] += 1
        except Trouble:
            self.tally.counts["visitors: saw an error"] += 1
        self.gone += 1
