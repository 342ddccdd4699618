"""Sell an arena of 12,000 seats and 4,000 standing places as fast as possible."""

import asyncio
import random

from demo.seating_plans import arena

from ..connections import ConnectionPool, CustomerError, HttpVisitor
from ..crowds import all_of, play
from ..halls import make_plan, open_sale
from ..recorder import Recorder
from ..sales import sales_result
from ..shopping import shop

CUSTOMERS = 32  # Concurrent customers; each one who has finished is replaced by another.
STANDING = ("standing", "front-standing")


def run(context):
    performance = open_sale(make_plan(arena()))
    seconds, customers = context.seconds(180, 15), context.customers(CUSTOMERS, 8)
    recorder = Recorder()
    with context.site() as site:
        buying = _Buying(site.front, performance.pk, recorder, seconds)
        play(
            context.console,
            "Tickets",
            buying.run(customers),
            done=lambda: recorder.tickets,
            total=performance.places.count(),
            limit=seconds + 60,
        )
    return sales_result(
        f"16,000 mixed places, {customers} customers at once for {seconds} s",
        context,
        recorder,
        site.meter,
        [performance.pk],
    )


class _Buying:
    def __init__(self, address, performance_id, recorder, seconds):
        self.address, self.performance_id = address, performance_id
        self.recorder, self.seconds = recorder, seconds
        self.full = set()  # What is sold out: sections, or "seats".

    async def run(self, customers):
        self.until = asyncio.get_running_loop().time() + self.seconds
        lines = ConnectionPool(self.address, most=customers)
        try:
            await all_of(self._one_after_the_other(lines) for _ in range(customers))
        finally:
            lines.close()

    async def _one_after_the_other(self, lines):
        requests = {"seats", *STANDING}
        while self.full != requests and asyncio.get_running_loop().time() < self.until:
            kind = random.choices(["seats", *STANDING], [12, 3, 1])[0]
            if kind in self.full:
                continue
            quantity = random.choice((1, 2, 2, 2, 3, 4, 4, 6, 8))
            if kind == "seats":
                fields = {"best": "1", "quantity": str(quantity)}
            else:
                fields = {"section": kind, "quantity": str(quantity)}
            try:
                outcome = await shop(HttpVisitor(lines, self.recorder), self.performance_id, fields)
            except CustomerError:
                continue
            if outcome == "no seats left" and quantity == 1:
                self.full.add(kind)
