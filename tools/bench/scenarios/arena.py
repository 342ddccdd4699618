"""An arena of 12,000 seats and 4,000 standing places, sold as fast as it goes."""

import asyncio
import random

from demo.seating_plans import arena

from ..lines import Lines, Trouble, Visitor
from ..playing import all_of, play
from ..sales import sales_result
from ..shopping import shop
from ..tally import Tally
from ..world import make_plan, open_sale

CUSTOMERS = 32  # At once; each who is done is followed by the next.
STANDING = ("standing", "front-standing")


def run(stage):
    performance = open_sale(make_plan(arena()))
    seconds, customers = stage.seconds(180, 15), stage.customers(CUSTOMERS, 8)
    tally = Tally()
    with stage.site() as site:
        buying = _Buying(site.front, performance.pk, tally, seconds)
        play(
            stage.console,
            "Tickets",
            buying.run(customers),
            done=lambda: tally.tickets,
            total=performance.places.count(),
            limit=seconds + 60,
        )
    return sales_result(
        f"16,000 mixed places, {customers} customers at once for {seconds} s",
        stage,
        tally,
        site.meter,
        [performance.pk],
    )


class _Buying:
    def __init__(self, address, performance_id, tally, seconds):
        self.address, self.performance_id = address, performance_id
        self.tally, self.seconds = tally, seconds
        self.full = set()  # What nobody gets any more: sections, or "seats".

    async def run(self, customers):
        self.until = asyncio.get_running_loop().time() + self.seconds
        lines = Lines(self.address, most=customers)
        try:
            await all_of(self._one_after_the_other(lines) for _ in range(customers))
        finally:
            lines.close()

    async def _one_after_the_other(self, lines):
        wishes = {"seats", *STANDING}
        while self.full != wishes and asyncio.get_running_loop().time() < self.until:
            kind = random.choices(["seats", *STANDING], [12, 3, 1])[0]
            if kind in self.full:
                continue
            quantity = random.choice((1, 2, 2, 2, 3, 4, 4, 6, 8))
            if kind == "seats":
                wish = {"best": "1", "quantity": str(quantity)}
            else:
                wish = {"section": kind, "quantity": str(quantity)}
            try:
                outcome = await shop(Visitor(lines, self.tally), self.performance_id, wish)
            except Trouble:
                continue
            if outcome == "gone" and quantity == 1:
                self.full.add(kind)
