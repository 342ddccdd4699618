"""Hand-written SQL, operations, purchases over HTTP and snapshots, one by one, in rounds."""

import os

from ..ceiling import measure_ceiling
from ..figures import median, milliseconds, percentile
from ..house import database_apart, web_server
from ..operations import measure_operations
from ..purchases import measure_purchases
from ..reads import measure_snapshot
from ..report import sweep
from ..world import make_world

CUSTOMERS = (1, 8, 32)


def run(stage):
    rounds = [_round(stage, number) for number in range(stage.scaled(stage.options.rounds, 1))]
    return {
        "title": f"Medians of {len(rounds)} rounds on {os.cpu_count()} processors",
        "figures": dict(_figures(rounds)),
        "rounds": rounds,
        "troubles": _troubles(rounds),
        "checks": sweep(),
    }


def _round(stage, number):
    stage.console.print(f"\nRound {number + 1}")
    found, seconds = {}, stage.seconds(6, 2)
    with database_apart():
        found["ceiling"] = measure_ceiling(make_world(), clients=16, seconds=seconds)
    _say(stage, "Purchases by hand-written SQL", found["ceiling"])
    found["operations"] = measure_operations(
        make_world(), processes=os.cpu_count(), seconds=seconds
    )
    _say(stage, "Purchases by the operations", found["operations"])
    world, first = make_world(), 1000
    with web_server(workers=stage.options.workers, threads=stage.options.threads) as address:
        measure_purchases(address, world, customers=4, seconds=2)  # Warm up.
        for customers in CUSTOMERS:
            purchases = measure_purchases(
                address, world, customers=customers, seconds=seconds, first_pair=first
            )
            first += len(purchases.whole) + 200
            found[f"http {customers}"] = _told(purchases)
            _say(stage, f"Purchases over HTTP, {customers} at once", purchases.rate)
        found["snapshot"] = measure_snapshot(address, world, seconds=seconds)
        _say(stage, "Availability snapshots", found["snapshot"]["served"])
    return found


def _told(purchases):
    steps = {
        step: {"p50": percentile(times, 0.5), "p99": percentile(times, 0.99)}
        for step, times in purchases.steps.items()
    }
    return {
        "rate": purchases.rate,
        "p50": percentile(purchases.whole, 0.5),
        "p99": percentile(purchases.whole, 0.99),
        "steps": steps,
        "trouble": purchases.trouble[:5],
        "troubles": len(purchases.trouble),
    }


def _say(stage, name, rate):
    stage.console.print(f"  {name:<44}{rate:>10.1f} a second")


def _figures(rounds):
    yield "hand-written SQL (the ceiling)", f"{median([r['ceiling'] for r in rounds]):.0f}/s"
    ratio = median([found["operations"] / found["ceiling"] for found in rounds])
    rate = median([found["operations"] for found in rounds])
    yield "operations", f"{rate:.0f}/s, {ratio:.1%} of the ceiling"
    for customers in CUSTOMERS:
        of = [found[f"http {customers}"] for found in rounds]
        ratio = median([f["rate"] / r["ceiling"] for f, r in zip(of, rounds, strict=True)])
        rate, p50, p99 = (median([f[name] for f in of]) for name in ("rate", "p50", "p99"))
        yield (
            f"whole purchases over HTTP, {customers} customers",
            f"{rate:.0f}/s, {ratio:.1%} of the ceiling; "
            f"p50 {milliseconds(p50)}, p99 {milliseconds(p99)}",
        )
    snapshot = [found["snapshot"] for found in rounds]
    served = median([s["served"] * s["build"] for s in snapshot])
    given = median([s["build"] / s["given"] for s in snapshot])
    yield (
        "availability snapshot, 20,000 places",
        f"{median([s['served'] for s in snapshot]):.0f}/s, "
        f"built in {milliseconds(median([s['build'] for s in snapshot]))}; given by the "
        f"application {given:.0f} times, served by gunicorn {served:.0f} times as fast",
    )


def _troubles(rounds):
    told = [
        trouble
        for found in rounds
        for customers in CUSTOMERS
        for trouble in found[f"http {customers}"]["trouble"]
    ]
    return {trouble: told.count(trouble) for trouble in told}
