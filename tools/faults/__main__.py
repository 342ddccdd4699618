"""`python -m faults [names]`: each fault under load, what broke, how long until normal."""

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
from .house import free_port, open_house
from .mail import MailServer
from .outcome import broken_promises, settle
from .scenes import SCENES

# Seconds from the end of the fault to the next whole purchase, beside twice what the web server
# needs to start: on a busy machine it may have to do just that.
NORMAL_WITHIN = 10
CUSTOMERS = 4


def main():
    options = _options()
    say = _Progress()
    results = []
    mail = MailServer(free_port())
    mail.open()
    try:
        with open_house(mail_port=mail.port, say=say) as house:
            for number, name in enumerate(options.names, 1):
                say(f"{number} of {len(options.names)}: {name}")
                results.append(try_scene(name, house, mail))
                _tell(results[-1])
            _keep_log(house)
    finally:
        mail.close()
    path = _keep(results)
    failed = [result["name"] for result in results if result["broken"]]
    print(f"\nKept as {path}")
    print(f"{len(results) - len(failed)} of {len(results)} faults did no harm.")
    return 1 if failed else 0


@dataclass
class Stage:
    """What a scene works with. It may set `lifted`, when its fault ended; else that is its end."""

    house: object
    mail: MailServer
    world: object
    crowd: Crowd
    lifted: float | None = None
    notes: list = field(default_factory=list)


def _options():
    parser = argparse.ArgumentParser(prog="make faults ARGS=…", description=__doc__)
    names = ", ".join(SCENES)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"of: {names} (none: all)")
    options = parser.parse_args()
    if unknown := set(options.names) - set(SCENES):
        parser.error(f"There is no {', '.join(sorted(unknown))}. There are: {names}.")
    options.names = options.names or list(SCENES)
    return options


def try_scene(name, house, mail):
    """Run one scene under load and return what came of it, as it is kept."""
    from tools.bench.world import make_world

    scene, world = SCENES[name], make_world(rows=20)
    done = (scene.__doc__ or name).splitlines()[0]
    result = {"name": name, "done": done, "broken": []}
    with Crowd([house.address], world, customers=CUSTOMERS) as crowd:
        stage = Stage(house, mail, world, crowd)
        try:
            crowd.wait_for(CUSTOMERS)
            began = time.monotonic()
            result["seen"] = scene(stage)
            ended = time.monotonic()
            result["fault"] = ended - began
            if name != "refuse-mail":
                lifted = stage.lifted or ended
                result["until_normal"] = crowd.wait_for(1, since=lifted) - lifted
                crowd.wait_for(CUSTOMERS)
        except Exception as error:
            result["broken"].append(f"{type(error).__name__}: {error}")
            traceback.print_exc()
    result["broken"] += settle(house) + broken_promises(crowd)
    longest = NORMAL_WITHIN + 2 * house.start_took
    if result.get("until_normal", 0) > longest:
        result["broken"].append(f"It took more than {longest:.0f} s until selling went on.")
    ends = sorted(ended for _began, ended, _ in crowd.bought)
    gaps = [later - earlier for earlier, later in zip(ends, ends[1:], strict=False)]
    return result | {
        "load": os.getloadavg()[0],
        "purchases": len(crowd.bought),
        "longest_gap": max(gaps, default=0.0),
        "refused": crowd.refused,
        "answers": dict(crowd.seen.kinds),
        "statuses": {str(status): n for status, n in sorted(crowd.seen.statuses.items())},
    }


def _tell(result):
    answers = ", ".join(f"{n} {kind}" for kind, n in sorted(result["answers"].items()))
    print(f"  {result['done']}")
    print(f"    purchases  {result['purchases']}; longest pause {result['longest_gap']:.1f} s")
    if "until_normal" in result:
        print(f"    normal     after {result['until_normal']:.1f} s")
    print(f"    answers    {answers}; {len(result['refused'])} purchases refused")
    for seen in result.get("seen", []):
        print(f"    seen       {seen}")
    for broken in result["broken"]:
        print(f"    BROKEN     {broken}")
    print("    invariants " + ("do not hold" if result["broken"] else "hold"), flush=True)


def _keep(results):
    path = _folder() / f"faults-{datetime.now(UTC):%Y%m%d-%H%M%S}.json"
    path.write_text(json.dumps(results, indent=2))
    return path


def _keep_log(house):
    """What the processes wrote, with every line about what hit them."""
    shutil.copy(house.console.path, _folder() / "processes.log")


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
