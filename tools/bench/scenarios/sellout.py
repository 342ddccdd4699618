"""Ten o'clock: ten customers for each seat, all at once, through the waiting room.

They gather, the room opens, and they go in by their lots. Those inside read, choose the best two
or so, and buy; one in ten gives the basket back, one in fifty walks away from it. It ends when the
mark says sold out, which everybody who still waits hears by looking.
"""

import asyncio
import random
from datetime import timedelta

from django.utils import timezone

from waitingroom.lanes import ensure_regular_lane
from waitingroom.models import WaitingRoom

from ..lines import Lines, Trouble, Visitor
from ..playing import all_of, play
from ..sales import sales_result
from ..shopping import shop
from ..tally import Tally
from ..waiting import Waiting
from ..world import hall, make_plan, open_sale

LONGEST = 900  # Seconds after which it is given up.
# Connections for those who join, for those who are let in, and for looks at the mark. Each customer
# has their own: nobody who buys waits in their browser until others have joined.
JOINING, SHOPPING, LOOKING = 64, 128, 64
LATE = 0.1  # The share of those who come after the opening.
SHOPPERS = 60  # At once. Two processors bear some, and their customers here are quick.
MOODS = ("give up",) * 10 + ("walk away",) * 2 + ("buy",) * 88
SIZES = (1, 2, 2, 2, 2, 3, 4, 4)


def run(stage):
    customers = stage.customers(20_000, 300)
    seats = max(100, round(customers / 1000) * 100)
    performance = open_sale(make_plan(hall(rows=seats // 100)), opens_in=timedelta(hours=1))
    room = WaitingRoom.objects.create(performance=performance, capacity=SHOPPERS)
    ensure_regular_lane(room)
    tally = Tally()
    # All of them come from one address, and baskets that are left lapse within the run.
    variables = {"QUEUE_ADDRESS_LIMIT": "1000000", "HOLD_MINUTES": "1"}
    with stage.site(**variables) as site:
        sale = _Sale(site.front, performance, customers, tally)
        play(
            stage.console,
            f"{customers:,} customers",
            sale.run(),
            done=lambda: sale.joined if not sale.is_open else customers + tally.tickets,
            total=customers + seats,
            limit=LONGEST,
        )
    tally.counts["cut short"] += sale.cut_short
    hold = tally.steps["hold"]
    slow = sum(seconds >= 1 for seconds in hold)
    return sales_result(
        f"{customers:,} customers at once for {seats:,} seats",
        stage,
        tally,
        site.meter,
        [performance.pk],
        figures=[
            ("seconds until everybody had joined", f"{sale.gathered_in:.0f}"),
            ("joined a second", f"{sale.joined_early / max(sale.gathered_in, 1):.0f}"),
            ("looks at the mark", f"{len(tally.steps['mark']):,}"),
            ("holds of a second or longer", f"{slow} of {len(hold)}"),
            ("shoppers at once, at most", SHOPPERS),
        ],
        checks=[
            ("Every seat was sold.", tally.tickets == seats),
            ("Everybody who came was let in or told that it is sold out.", not sale.cut_short),
        ],
    )


class _Sale:
    def __init__(self, address, performance, customers, tally):
        self.address, self.performance, self.tally = address, performance, tally
        self.late = round(customers * LATE)
        self.early = customers - self.late
        self.joined = self.joined_early = self.inside = self.ended = 0
        self.gathered_in, self.is_open = 0.0, False
        self.opening = None

    @property
    def cut_short(self):
        return self.early + self.late - self.ended

    async def run(self):
        self.opening = asyncio.Event()
        self.began = asyncio.get_running_loop().time()
        self.joining = Lines(self.address, most=JOINING)
        self.shopping = Lines(self.address, most=SHOPPING)
        self.looking = Lines(self.address, most=LOOKING)
        try:
            early = [self._customer(late=False) for _ in range(self.early)]
            await all_of(early + [self._customer(late=True) for _ in range(self.late)])
        finally:
            self.joining.close()
            self.shopping.close()
            self.looking.close()

    async def _customer(self, late):
        if late:
            await self.opening.wait()
            await asyncio.sleep(random.uniform(0, 20))
        visitor, looks = Visitor(self.joining, self.tally), Visitor(self.looking, self.tally)
        waiting = Waiting(visitor, looks, self.performance.pk)
        try:
            try:
                await waiting.join()
            finally:
                await self._note_joined(late)
            visitor.lines = self.shopping
            outcome = await waiting.turn()
            if outcome == "in":
                outcome = await self._shop(visitor)
            self.tally.counts[f"customers: {outcome}"] += 1
        except Trouble:
            self.tally.counts["customers: saw an error"] += 1
        self.ended += 1

    async def _shop(self, visitor):
        wish = {"best": "1", "quantity": str(random.choice(SIZES))}
        outcome = await shop(
            visitor, self.performance.pk, wish, pause=_read, mood=random.choice(MOODS)
        )
        for _attempt in range(3):
            if outcome != "gone":
                break
            # So many are not left together, or at all: one more look, for a single one.
            await asyncio.sleep(random.uniform(1, 3))
            wish = {"best": "1", "quantity": "1"}
            outcome = await shop(visitor, self.performance.pk, wish, pause=_read)
        if outcome in ("gone", "walked away", "paid too late"):
            await visitor.post("leave", f"/queue/{self.performance.pk}/leave/", {})
        return outcome

    async def _note_joined(self, late):
        self.joined += 1
        if late:
            return
        self.joined_early += 1
        if self.joined_early == self.early:
            # All who gather are there: the bell.
            self.gathered_in = asyncio.get_running_loop().time() - self.began
            await asyncio.to_thread(_ring, self.performance)
            self.is_open = True
            self.opening.set()


def _ring(performance):
    from django.db import connection

    performance.on_sale_from = timezone.now() + timedelta(seconds=2)
    performance.save(update_fields=["on_sale_from"])
    connection.close()


async def _read():
    """Read a page, as a quick customer does."""
    await asyncio.sleep(random.uniform(0.3, 1.2))
