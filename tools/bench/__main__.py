"""Measure the box office on this machine, on servers of its own that are removed afterwards."""

import argparse
import os
import sys

from .report import print_result, save
from .scenarios import SCENARIOS, run
from .servers import copied_database, open_environment
from .site import Context

DEFAULT = ["baseline"]


def main():
    options = _options()
    context = Context(options)
    broken = 0
    with open_environment():
        if options.scenarios != DEFAULT:
            context.ceiling = _ceiling(context)
        for name in options.scenarios:
            result = run(name, context)
            result |= {"python": sys.version.split()[0], "processors": os.cpu_count()}
            print_result(context.console, name, result)
            context.console.print(f"  Saved as {save(name, result)}")
            broken += sum(not check["holds"] for check in result.get("checks", ()))
    return 1 if broken else 0


def _ceiling(context):
    from .ceiling import measure_ceiling
    from .halls import make_hall

    with context.console.status("Purchases by hand-written SQL"):
        seconds = context.scaled(5, 2)
        with copied_database():
            ceiling = measure_ceiling(make_hall(), clients=16, seconds=seconds)
    context.console.print(f"Purchases by hand-written SQL: {ceiling:.0f} a second")
    return ceiling


def _options():
    parser = argparse.ArgumentParser(
        prog="make bench ARGS=…",
        description=__doc__,
        epilog="\n".join(f"  {name:<10} {label}" for name, label in SCENARIOS.items()),
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "scenarios",
        nargs="*",
        default=DEFAULT,
        metavar="scenario",
        help="what to measure: one or several of those below, or all",
    )
    parser.add_argument("--quick", action="store_true", help="small sizes: does it all work?")
    parser.add_argument("--seconds", type=int, help="seconds for each measurement")
    parser.add_argument("--customers", type=int, help="how many customers come")
    parser.add_argument("--rounds", type=int, default=3, help="rounds of the baseline")
    parser.add_argument("--workers", type=int, default=os.cpu_count(), help="gunicorn workers")
    parser.add_argument("--threads", type=int, default=4, help="threads of each; 1 is sync")
    parser.add_argument("--no-nginx", action="store_true", help="without nginx before it")
    options = parser.parse_args()
    if options.scenarios == ["all"]:
        options.scenarios = list(SCENARIOS)
    if unknown := set(options.scenarios) - set(SCENARIOS):
        parser.error(f"There is no {', '.join(sorted(unknown))}: {', '.join(SCENARIOS)}.")
    return options


if __name__ == "__main__":
    sys.exit(main())
