"""Measure the box office on this machine, on servers of its own that are removed afterwards."""

import argparse
import os
import sys

from .house import database_apart, open_house
from .report import keep, tell
from .scenarios import SCENARIOS, run
from .stage import Stage

DEFAULT = ["baseline"]


def main():
    options = _options()
    stage = Stage(options)
    broken = 0
    with open_house():
        if options.scenarios != DEFAULT:
            stage.ceiling = _ceiling(stage)
        for name in options.scenarios:
            result = run(name, stage)
            result |= {"python": sys.version.split()[0], "processors": os.cpu_count()}
            tell(stage.console, name, result)
            paths = keep(name, result)
            stage.console.print(f"  Kept as {paths[0]} and {paths[1].name}")
            broken += sum(not check["holds"] for check in result.get("checks", ()))
    return 1 if broken else 0


def _ceiling(stage):
    from .ceiling import measure_ceiling
    from .world import make_world

    with stage.console.status("Purchases by hand-written SQL"):
        seconds = stage.scaled(5, 2)
        with database_apart():
            ceiling = measure_ceiling(make_world(), clients=16, seconds=seconds)
    stage.console.print(f"Purchases by hand-written SQL: {ceiling:.0f} a second")
    return ceiling


def _options():
    parser = argparse.ArgumentParser(
        prog="make bench ARGS=…",
        description=__doc__,
        epilog="\n".join(f"  {name:<10} {words}" for name, words in SCENARIOS.items()),
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
