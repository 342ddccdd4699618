"""An ordinary day: people browse 300 performances, and some of them buy.

They arrive at a constant rate whether or not the server keeps up (an open loop), so a slow moment
affects everyone who arrives in it.
"""

import asyncio
import random

from ..connections import ConnectionPool, CustomerError, HttpVisitor
from ..crowds import all_of, play
from ..halls import make_programme
from ..recorder import Recorder
from ..sales import sales_result
from ..shopping import shop

AT_ONCE = 256  # Connections.
RATE = 6  # Visitors a second.
BUYS = 0.5  # The share of visitors who buy.


def run(context):
    performances = make_programme(context.scaled(300, 12), rows=context.scaled(4, 1))
    seconds, rate = context.seconds(60, 10), RATE
    visitors = context.options.customers or seconds * rate
    recorder = Recorder()
    with context.site() as site:
        day = _Day(site.front, performances, recorder)
        play(
            context.console,
            "Visitors",
            day.run(visitors, seconds),
            done=lambda: day.gone,
            total=visitors,
            limit=seconds + 120,
        )
    requested = sum(len(times) for times in recorder.steps.values())
    return sales_result(
        f"{visitors / seconds:.0f} visitors a second among {len(performances)} performances",
        context,
        recorder,
        site.meter,
        [performance.pk for performance, _slug in performances],
        figures=[
            ("visitors", f"{visitors:,}, {day.gone:,} of them done"),
            ("requests a second", f"{requested / site.meter.result()['seconds']:.0f}"),
        ],
        checks=[("Everybody who came was served.", day.gone == visitors)],
    )


class _Day:
    def __init__(self, address, performances, recorder):
        self.address, self.performances, self.recorder = address, performances, recorder
        # The first few are requested for most, as everywhere (a Zipf distribution).
        self.weights = [1 / (place + 1) for place in range(len(performances))]
        self.gone = 0

    async def run(self, visitors, seconds):
        lines = ConnectionPool(self.address, most=AT_ONCE)
        arrivals = sorted(random.uniform(0, seconds) for _ in range(visitors))
        try:
            await all_of(self._visit(lines, arrival) for arrival in arrivals)
        finally:
            lines.close()

    async def _visit(self, lines, arrival):
        await asyncio.sleep(arrival)
        visitor = HttpVisitor(lines, self.recorder)
        performance, slug = random.choices(self.performances, self.weights)[0]
        try:
            await visitor.get("home", "/")
            await visitor.get("catalogue", "/shows/")
            await visitor.get("show", f"/shows/{slug}/")
            await visitor.get("snapshot", f"/performances/{performance.pk}/availability")
            if random.random() < BUYS:
                fields = {"best": "1", "quantity": random.choice("1222344")}
                outcome = await shop(visitor, performance.pk, fields)
                self.recorder.counts[f"visitors: {outcome}"] += 1
        except CustomerError:
            self.recorder.counts["visitors: saw an error"] += 1
        self.gone += 1
