"""A payment provider that takes three seconds: its effect on all other customers.

Customers browse and fill their baskets at a steady rate, and half of them pay through Stripe's API,
which the payments sandbox answers: at once and after three seconds, in many short turns, so that
what else the machine does is in both. Measured are the steps that need no provider.
"""

import asyncio
import random

from tools.payments_sandbox.process import SandboxProcess

from ..connections import ConnectionPool, CustomerError, HttpVisitor
from ..crowds import all_of, play
from ..figures import milliseconds, percentile
from ..halls import make_programme
from ..purchases import checkout_form
from ..recorder import Recorder

AT_ONCE = 256  # Connections.
RATE = 3  # Customers a second, half of whom pay. Far below what the machine bears.
TURNS = 2  # Of either kind in each round.
SLOW = 3.0  # Seconds that the slow provider takes.
# Without the provider. "checkout" and "return" are those that ask it.
OTHER_STEPS = ("home", "show", "snapshot", "page", "hold", "basket")


def run(context):
    performances = make_programme(context.scaled(100, 12), rows=context.scaled(4, 1))
    seconds = context.seconds(20, 10)
    with (
        SandboxProcess() as provider,
        context.site(worker=False, **provider.variables) as site,
    ):
        turns: dict[float, list[Recorder]] = {0.0: [], SLOW: []}
        for _turn in range(TURNS * context.scaled(context.options.rounds, 1)):
            for slow, recorders in turns.items():
                recorders.append(
                    _measure(context, site, provider.remote, performances, seconds, slow=slow)
                )
    return _result(turns, site)


def _result(turns, site):
    quick, slow = _all(turns[0.0]), _all(turns[SLOW])
    before, after = _of_others(quick, 0.99), _of_others(slow, 0.99)
    reached = slow.counts["reached the payment page"]
    return {
        "title": f"A payment provider that takes {SLOW:.0f} s",
        "figures": {
            "others' p99, provider responds at once": milliseconds(before),
            f"others' p99, provider takes {SLOW:.0f} s": milliseconds(after),
            "others' p50 and p95": "; ".join(
                " and ".join(milliseconds(_of_others(one, share)) for one in (quick, slow))
                for share in (0.5, 0.95)
            ),
            "of each turn": "; ".join(
                f"{milliseconds(_of_others(one, 0.99))} and {milliseconds(_of_others(other, 0.99))}"
                for one, other in zip(turns[0.0], turns[SLOW], strict=True)
            ),
            "payers, provider slow": f"{slow.counts['payers']}, {reached} reached the payment page",
            "longest checkout, provider slow": milliseconds(max(slow.steps["checkout"])),
        },
        "steps": {
            f"{name}, {when}": times
            for when, recorder in (("quick", quick), ("slow", slow))
            for name, times in recorder.result()["steps"].items()
        },
        "errors": dict(quick.errors + slow.errors),
        "meter": site.meter.result(),
        "checks": [
            {
                "promise": "Other customers are not affected (p99 within a fifth and 25 ms).",
                "holds": after <= before * 1.2 + 0.025,
                "found": "",
            },
            {
                "promise": "Every payer reaches the payment page.",
                "holds": reached == slow.counts["payers"],
                "found": "",
            },
        ],
    }


def _measure(context, site, sandbox, performances, seconds, *, slow):
    sandbox.behave(slow=slow)
    recorder = Recorder()
    crowd = _Crowd(site.front, performances, recorder)
    total = seconds * RATE
    play(
        context.console,
        f"Customers, provider takes {slow:.0f} s",
        crowd.run(total, seconds),
        done=lambda: crowd.gone,
        total=total,
        limit=seconds + 180,
    )
    return recorder


def _all(recorders):
    """Return one recorder with what all of them have."""
    sums = Recorder()
    for recorder in recorders:
        sums.counts += recorder.counts
        sums.errors += recorder.errors
        for step, times in recorder.steps.items():
            sums.steps.setdefault(step, []).extend(times)
    return sums


def _of_others(recorder, share):
    return percentile(
        [taken for step in OTHER_STEPS for taken in recorder.steps.get(step, ())], share
    )


class _Crowd:
    def __init__(self, address, performances, recorder):
        self.address, self.performances, self.recorder = address, performances, recorder
        self.gone = 0

    async def run(self, visitors, seconds):
        lines = ConnectionPool(self.address, most=AT_ONCE)
        arrivals = sorted(random.uniform(0, seconds) for _ in range(visitors))
        try:
            await all_of(
                self._visit(lines, arrival, pays=number % 2 == 0)
                for number, arrival in enumerate(arrivals)
            )
        finally:
            lines.close()

    async def _visit(self, lines, arrival, *, pays):
        await asyncio.sleep(arrival)
        visitor = HttpVisitor(lines, self.recorder)
        performance, slug = random.choice(self.performances)
        page = f"/performances/{performance.pk}/"
        try:
            await visitor.get("home", "/")
            await visitor.get("show", f"/shows/{slug}/")
            await visitor.get("snapshot", f"{page}availability")
            await visitor.get("page", page)
            fields = {"best": "1", "quantity": "2"}
            held = await visitor.post("hold", f"{page}hold/", fields)
            basket = await visitor.get("basket", held.location)
            if pays:
                await self._pay(visitor, held.location, basket)
        except CustomerError:
            self.recorder.counts["saw an error"] += 1
        self.gone += 1

    async def _pay(self, visitor, address, basket):
        self.recorder.counts["payers"] += 1
        form = checkout_form(basket, f"{address.strip('/').rpartition('/')[2][:30]}@example.org")
        answer = await visitor.post("checkout", address, form)
        order = ""
        for _number in range(30):
            if "/c/pay/" in answer.location:  # Of another server.
                self.recorder.counts["reached the payment page"] += 1
                break
            order = answer.location or order
            await asyncio.sleep(2)
            answer = await visitor.get("waiting page", order, expect=(200, 303))
        await visitor.get("my bookings", "/orders/")
