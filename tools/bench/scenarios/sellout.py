"""An on-sale at ten o'clock: ten customers for each seat, all at once, through the waiting room.

They join, the queue opens, and they are admitted in the order of the draw. Those admitted read,
choose the best seats, and buy; one in ten releases the basket, one in fifty abandons it. It ends
when the queue status says sold out, which everyone still waiting learns by polling.
"""

import asyncio
import random
from datetime import timedelta

from django.utils import timezone

from organisation.models import Organisation
from waitingroom.joining import ensure_regular_lane
from waitingroom.models import WaitingRoom

from ..connections import ConnectionPool, CustomerError, HttpVisitor
from ..crowds import all_of, play
from ..halls import draw_hall, make_plan, open_sale
from ..queueing import QueueVisitor
from ..recorder import Recorder
from ..sales import sales_result
from ..shopping import shop

LONGEST = 900  # Seconds after which it is cancelled.
# Connections for joining, for buying and for polling. They are separate, so that no buyer waits
# until others have joined.
JOINING, SHOPPING, LOOKING = 64, 128, 64
LATE = 0.1  # The share of customers who join after the opening.
SHOPPERS = 60  # Concurrent buyers. Two processors can serve some, and these customers are fast.
OUTCOMES = ("give up",) * 10 + ("walk away",) * 2 + ("buy",) * 88
SIZES = (1, 2, 2, 2, 2, 3, 4, 4)


def run(context):
    customers = context.customers(20_000, 300)
    seats = max(100, round(customers / 1000) * 100)
    performance = open_sale(make_plan(draw_hall(rows=seats // 100)), opens_in=timedelta(hours=1))
    room = WaitingRoom.objects.create(performance=performance, capacity=SHOPPERS)
    ensure_regular_lane(room)
    recorder = Recorder()
    # Abandoned baskets expire within the run.
    Organisation.objects.update_or_create(pk=1, defaults={"hold_minutes": 1})
    with context.site() as site:
        sale = _Sale(site.front, performance, customers, recorder)
        play(
            context.console,
            f"{customers:,} customers",
            sale.run(),
            done=lambda: sale.joined if not sale.is_open else customers + recorder.tickets,
            total=customers + seats,
            limit=LONGEST,
        )
    recorder.counts["customers: still waiting at the end"] += sale.cut_short
    hold = recorder.steps["hold"]
    slow = sum(seconds >= 1 for seconds in hold)
    return sales_result(
        f"{customers:,} customers at once for {seats:,} seats",
        context,
        recorder,
        site.meter,
        [performance.pk],
        figures=[
            ("seconds until everybody had joined", f"{sale.gathered_in:.0f}"),
            ("joined a second", f"{sale.joined_early / max(sale.gathered_in, 1):.0f}"),
            ("polls of the queue status", f"{len(recorder.steps['queue status']):,}"),
            ("holds of a second or longer", f"{slow} of {len(hold)}"),
            ("shoppers at once, at most", SHOPPERS),
        ],
        checks=[
            ("Every seat was sold.", recorder.tickets == seats),
            ("Everyone was admitted or saw that it is sold out.", not sale.cut_short),
        ],
    )


class _Sale:
    def __init__(self, address, performance, customers, recorder):
        self.address, self.performance, self.recorder = address, performance, recorder
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
        self.started = asyncio.get_running_loop().time()
        self.joining = ConnectionPool(self.address, most=JOINING)
        self.shopping = ConnectionPool(self.address, most=SHOPPING)
        self.looking = ConnectionPool(self.address, most=LOOKING)
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
        visitor, polls = (
            HttpVisitor(self.joining, self.recorder),
            HttpVisitor(self.looking, self.recorder),
        )
        waiting = QueueVisitor(visitor, polls, self.performance.pk)
        try:
            try:
                await waiting.join()
            finally:
                await self._note_joined(late)
            visitor.lines = self.shopping
            outcome = await waiting.turn()
            if outcome == "in":
                outcome = await self._shop(visitor)
            self.recorder.counts[f"customers: {outcome}"] += 1
        except CustomerError:
            self.recorder.counts["customers: saw an error"] += 1
        self.ended += 1

    async def _shop(self, visitor):
        fields = {"best": "1", "quantity": str(random.choice(SIZES))}
        outcome = await shop(
            visitor, self.performance.pk, fields, pause=_read, outcome=random.choice(OUTCOMES)
        )
        for _attempt in range(3):
            if outcome != "no seats left":
                break
            # There are not that many left; try once more for a single one.
            await asyncio.sleep(random.uniform(1, 3))
            fields = {"best": "1", "quantity": "1"}
            outcome = await shop(visitor, self.performance.pk, fields, pause=_read)
        if outcome in ("no seats left", "walked away", "paid too late"):
            await visitor.post("leave", f"/queue/{self.performance.pk}/leave/", {})
        return outcome

    async def _note_joined(self, late):
        self.joined += 1
        if late:
            return
        self.joined_early += 1
        if self.joined_early == self.early:
            # Everyone who joins early has joined: open the queue.
            self.gathered_in = asyncio.get_running_loop().time() - self.started
            await asyncio.to_thread(_open, self.performance)
            self.is_open = True
            self.opening.set()


def _open(performance):
    from django.db import connection

    performance.on_sale_from = timezone.now() + timedelta(seconds=2)
    performance.save(update_fields=["on_sale_from"])
    connection.close()


async def _read():
    """Wait like a fast customer who reads a page."""
    await asyncio.sleep(random.uniform(0.3, 1.2))
