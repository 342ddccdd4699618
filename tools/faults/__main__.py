"""`python -m tools.faults [names]`: inject faults under load, and report errors."""

import argparse
import json
import os
import shutil
import sys
import time
import traceback
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from .customers import Crowd
from .mail import MailServer
from .scenarios import SCENARIOS
from .system import free_port, open_system
from .verification import settle, violations

# Seconds from the end of the fault to the next complete purchase, besides twice the start time of
# the web server, which may have to start again.
NORMAL_WITHIN = 10
CUSTOMERS = 4


def main():
    options = _options()
    say = _Progress()
    results = []
    mail = MailServer(free_port())
    mail.open()
    try:
        with open_system(mail_port=mail.port, say=say) as system:
            for number, name in enumerate(options.names, 1):
                say(f"{number} of {len(options.names)}: {name}")
                results.append(run_scenario(name, system, mail))
                _print_result(results[-1])
            _save_log(system)
    finally:
        mail.close()
    path = _save(results)
    failed = [result["name"] for result in results if result["errors"]]
    print(f"\nSaved as {path}")
    print(f"{len(results) - len(failed)} of {len(results)} faults did no harm.")
    return 1 if failed else 0


@dataclass
class Context:
    """What a scenario works with. It sets `ended_at` if its fault ends before it returns."""

    system: object
    mail: MailServer
    hall: object
    crowd: Crowd
    ended_at: float | None = None
    notes: list = field(default_factory=list)


def _options():
    parser = argparse.ArgumentParser(prog="make faults ARGS=…", description=__doc__)
    names = ", ".join(SCENARIOS)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"of: {names} (none: all)")
    options = parser.parse_args()
    if unknown := set(options.names) - set(SCENARIOS):
        parser.error(f"There is no {', '.join(sorted(unknown))}. There are: {names}.")
    options.names = options.names or list(SCENARIOS)
    return options


def run_scenario(name, system, mail):
    """Run one scenario under load and return its result."""
    from tools.bench.halls import make_hall

    scenario, hall = SCENARIOS[name], make_hall(rows=20)
    done = (scenario.__doc__ or name).splitlines()[0]
    result = {"name": name, "done": done, "errors": []}
    with Crowd([system.address], hall, customers=CUSTOMERS) as crowd:
        context = Context(system, mail, hall, crowd)
        try:
            crowd.wait_for(CUSTOMERS)
            began = time.monotonic()
            result["notes"] = scenario(context)
            ended = time.monotonic()
            result["fault"] = ended - began
            if name != "refuse-mail":
                ended_at = context.ended_at or ended
                result["until_normal"] = crowd.wait_for(1, since=ended_at) - ended_at
                crowd.wait_for(CUSTOMERS)
        except Exception as error:
            result["errors"].append(f"{type(error).__name__}: {error}")
            traceback.print_exc()
    result["errors"] += settle(system) + violations(crowd)
    longest = NORMAL_WITHIN + 2 * system.start_took
    if result.get("until_normal", 0) > longest:
        result["errors"].append(f"It took more than {longest:.0f} s until the sale continued.")
    ends = sorted(ended for _began, ended, _ in crowd.purchases)
    gaps = [later - earlier for earlier, later in zip(ends, ends[1:], strict=False)]
    return result | {
        "load": os.getloadavg()[0],
        "purchases": len(crowd.purchases),
        "longest_gap": max(gaps, default=0.0),
        "refused": crowd.refused,
        "responses": dict(crowd.responses.kinds),
        "statuses": {str(status): n for status, n in sorted(crowd.responses.statuses.items())},
    }


def _print_result(result):
    responses = ", ".join(f"{n} {kind}" for kind, n in sorted(result["responses"].items()))
    print(f"  {result['done']}")
    print(f"    purchases  {result['purchases']}; longest pause {result['longest_gap']:.1f} s")
    if "until_normal" in result:
        print(f"    normal     after {result['until_normal']:.1f} s")
    print(f"    responses  {responses}; {len(result['refused'])} purchases refused")
    for note in result.get("notes", []):
        print(f"    note       {note}")
    for error in result["errors"]:
        print(f"    ERROR      {error}")
    print("    invariants " + ("do not hold" if result["errors"] else "hold"), flush=True)


def _save(results):
    path = _folder() / f"faults-{datetime.now(UTC):%Y%m%d-%H%M%S}.json"
    path.write_text(json.dumps(results, indent=2))
    return path


def _save_log(system):
    """Write the output of the processes, and each line about the fault."""
    shutil.copy(system.console.path, _folder() / "processes.log")


def _folder():
    folder = Path("var/faults")
    folder.mkdir(parents=True, exist_ok=True)
    return folder


class _Progress:
    def __init__(self):
        self.began = time.monotonic()

    def __call__(self, text):
        print(f"[{time.monotonic() - self.began:6.1f} s] {text}", flush=True)


if __name__ == "__main__":
    sys.exit(main())
