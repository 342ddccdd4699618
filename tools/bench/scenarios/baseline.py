"""Hand-written SQL, operations, purchases over HTTP and snapshots, in several rounds."""

import os

from ..ceiling import measure_ceiling
from ..figures import median, milliseconds, percentile
from ..halls import make_hall
from ..operations import measure_operations
from ..purchases import measure_purchases
from ..reads import measure_snapshot
from ..report import check_rules
from ..servers import copied_database, web_server

CUSTOMERS = (1, 8, 32)


def run(context):
    rounds = [
        _round(context, number) for number in range(context.scaled(context.options.rounds, 1))
    ]
    return {
        "title": f"Medians (rounds: {len(rounds)}) on {os.cpu_count()} processors",
        "figures": dict(_figures(rounds)),
        "rounds": rounds,
        "errors": _errors(rounds),
        "checks": check_rules(),
    }


def _round(context, number):
    context.console.print(f"\nRound {number + 1}")
    found, seconds = {}, context.seconds(6, 2)
    with copied_database():
        found["ceiling"] = measure_ceiling(make_hall(), clients=16, seconds=seconds)
    _print_rate(context, "Purchases by hand-written SQL", found["ceiling"])
    found["operations"] = measure_operations(make_hall(), processes=os.cpu_count(), seconds=seconds)
    _print_rate(context, "Purchases by the operations", found["operations"])
    hall, first = make_hall(), 1000
    with web_server(workers=context.options.workers, threads=context.options.threads) as address:
        measure_purchases(address, hall, customers=4, seconds=2)  # Warm up.
        for customers in CUSTOMERS:
            purchases = measure_purchases(
                address, hall, customers=customers, seconds=seconds, first_pair=first
            )
            first += len(purchases.whole) + 200
            found[f"http {customers}"] = _summary(purchases)
            _print_rate(context, f"Purchases over HTTP, {customers} at once", purchases.rate)
        found["snapshot"] = measure_snapshot(address, hall, seconds=seconds)
        _print_rate(context, "Availability snapshots", found["snapshot"]["served"])
    return found


def _summary(purchases):
    steps = {
        step: {"p50": percentile(times, 0.5), "p99": percentile(times, 0.99)}
        for step, times in purchases.steps.items()
    }
    return {
        "rate": purchases.rate,
        "p50": percentile(purchases.whole, 0.5),
        "p99": percentile(purchases.whole, 0.99),
        "steps": steps,
        "examples": purchases.errors[:5],
        "errors": len(purchases.errors),
    }


def _print_rate(context, name, rate):
    context.console.print(f"  {name:<44}{rate:>10.1f} a second")


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
            f"whole purchases over HTTP, {customers} at once",
            f"{rate:.0f}/s, {ratio:.1%} of the ceiling; "
            f"p50 {milliseconds(p50)}, p99 {milliseconds(p99)}",
        )
    snapshot = [found["snapshot"] for found in rounds]
    served = median([s["served"] * s["build"] for s in snapshot])
    given = median([s["build"] / s["given"] for s in snapshot])
    yield (
        "availability snapshot, 20,000 places",
        f"{median([s['served'] for s in snapshot]):.0f}/s, "
        f"built in {milliseconds(median([s['build'] for s in snapshot]))}; from "
        f"the application's cache {given:.0f} times as fast, by gunicorn {served:.0f} times",
    )


def _errors(rounds):
    examples = [
        error
        for found in rounds
        for customers in CUSTOMERS
        for error in found[f"http {customers}"]["examples"]
    ]
    return {error: examples.count(error) for error in examples}
