"""`python -m bench`: the whole measurement, printed and kept as JSON."""

import argparse
import os
import sys
from pathlib import Path

from .figures import keep, median, milliseconds, percentile, table
from .house import open_house, web_server

CUSTOMERS = (1, 8, 32)


def main():
    options = _options()
    results = {"processors": os.cpu_count(), "python": sys.version.split()[0], "rounds": []}
    with open_house():
        for number in range(options.rounds):
            print(f"\nRound {number + 1} of {options.rounds}", flush=True)
            results["rounds"].append(_round(options))
    _summary(results)
    print(f"\nKept as {keep(results, Path('var/bench'))}")


def _options():
    parser = argparse.ArgumentParser(prog="make bench ARGS=…", description=__doc__)
    parser.add_argument("--rounds", type=int, default=3, help="rounds, of which medians are taken")
    parser.add_argument("--seconds", type=int, default=6, help="seconds for each measurement")
    parser.add_argument("--workers", type=int, default=os.cpu_count(), help="gunicorn workers")
    parser.add_argument("--threads", type=int, default=4, help="threads of each; 1 is sync")
    return parser.parse_args()


def _round(options):
    from .ceiling import measure_ceiling
    from .operations import measure_operations
    from .purchases import measure_purchases
    from .reads import measure_snapshot
    from .world import make_world

    found = {}
    found["ceiling"] = measure_ceiling(make_world(), clients=16, seconds=options.seconds)
    _say("Purchases by hand-written SQL", found["ceiling"])
    found["operations"] = measure_operations(
        make_world(), processes=4 * os.cpu_count(), seconds=options.seconds
    )
    _say("Purchases by the operations", found["operations"])
    world, first = make_world(), 0
    with web_server(workers=options.workers, threads=options.threads) as address:
        measure_purchases(address, world, customers=4, seconds=2)  # Warm up.
        first = 1000
        for customers in CUSTOMERS:
            purchases = measure_purchases(
                address, world, customers=customers, seconds=options.seconds, first_pair=first
            )
            first += len(purchases.whole) + 200
            found[f"http {customers}"] = _told(purchases)
            _say(f"Purchases over HTTP, {customers} at once", purchases.rate)
        found["snapshot"] = measure_snapshot(address, world, seconds=options.seconds)
        _say("Availability snapshots", found["snapshot"]["served"])
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


def _say(name, rate):
    print(f"  {name:<44}{rate:>10.1f} a second", flush=True)


def _summary(results):
    rounds = results["rounds"]
    ceiling = median([found["ceiling"] for found in rounds])
    rows = [("hand-written SQL (the ceiling)", f"{ceiling:.0f}/s", "")]
    operations = median([found["operations"] / found["ceiling"] for found in rounds])
    rate = median([found["operations"] for found in rounds])
    rows.append(("operations", f"{rate:.0f}/s", f"{operations:.1%} of the ceiling"))
    for customers in CUSTOMERS:
        of = [found[f"http {customers}"] for found in rounds]
        ratio = median([f["rate"] / r["ceiling"] for f, r in zip(of, rounds, strict=True)])
        rows.append(
            (
                f"whole purchases over HTTP, {customers} customers",
                f"{median([f['rate'] for f in of]):.0f}/s",
                f"{ratio:.1%} of the ceiling; p50 {milliseconds(median([f['p50'] for f in of]))}, "
                f"p99 {milliseconds(median([f['p99'] for f in of]))}, "
                f"{sum(f['troubles'] for f in of)} failed",
            )
        )
    snapshot = [found["snapshot"] for found in rounds]
    times = median([s["served"] * s["build"] for s in snapshot])
    rows.append(
        (
            "availability snapshot, 20,000 places",
            f"{median([s['served'] for s in snapshot]):.0f}/s",
            f"built in {milliseconds(median([s['build'] for s in snapshot]))}; "
            f"served {times:.0f} times as fast",
        )
    )
    table(f"Medians of {len(rounds)} rounds on {results['processors']} processors", rows)


if __name__ == "__main__":
    main()
