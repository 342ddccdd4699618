"""Simulate a year of sales, reconcile it to the cent, and find eleven planted errors."""

import argparse
import os
import sys
import time

from rich.console import Console

from tools.bench.servers import open_environment


def main() -> int:
    options = _options()
    console = Console(soft_wrap=True)
    os.environ.setdefault("LIFT_ADDRESS_LIMITS", "true")
    with open_environment():
        from .differences import find_differences
        from .errors import find_planted_errors
        from .simulation import simulate

        begun = time.monotonic()
        log = (lambda day: console.print(f"Day {day}")) if options.verbose else lambda _day: None
        year = simulate(options.orders, seed=options.seed, days=options.days, log=log)
        counts = ", ".join(f"{name} {count}" for name, count in year.counts.items())
        console.print(f"{options.orders} orders in {time.monotonic() - begun:.0f} s: {counts}")
        begun = time.monotonic()
        problems = find_differences(year, console.print)
        console.print(f"Reconciled and audited in {time.monotonic() - begun:.0f} s.")
        missed = []
        for error, found in find_planted_errors():
            console.print(f"{error.title}: {', '.join(found) or 'NOT FOUND'}")
            if not error.is_found(found):
                missed.append(error.title)
    for text in [*problems, *(f"Not found: {title}" for title in missed)]:
        console.print(text, style="red")
    if not problems and not missed:
        console.print("The year balances to the cent, and every planted error was found.")
    return 1 if problems or missed else 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make year ARGS=…", description=__doc__)
    parser.add_argument("--orders", type=int, default=20_000, help="how many orders (20,000)")
    parser.add_argument("--days", type=int, default=365, help="on how many days (365)")
    parser.add_argument("--seed", type=int, default=1, help="of the random choices")
    parser.add_argument("--verbose", action="store_true", help="print each day that has passed")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
