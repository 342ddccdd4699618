"""Have Lighthouse judge the pages of customers on a phone, as medians of several loads.

Lighthouse is a program for Node, from npm: `npm install lighthouse` in this folder, or a program
named by the variable LIGHTHOUSE. Its times hold on a quiet machine only.
"""

import json
import os
import shutil
import subprocess
import sys
from statistics import median

from core.testing.browser import QUIET, find_chromium

from ...chromium import open_browser
from .pages import Window, make_demo

LOADS = 5
PAGES = ("home", "show", "performance, theatre", "performance, arena")
CATEGORIES = ("performance", "accessibility", "best-practices", "seo")
# Search engines must not find it.
PRIVATE = {"basket", "order"}


def run(context):
    program = os.environ.get("LIGHTHOUSE") or shutil.which(
        "lighthouse", path=os.pathsep.join(["node_modules/.bin", os.environ.get("PATH", "")])
    )
    if not program:
        sys.exit("Lighthouse was not found. Install it: npm install lighthouse.")
    paths = make_demo()
    loads = context.scaled(LOADS, 1)
    # Chromium trusts no certificate here; an order is paid at the demo bank of the site itself.
    with context.site(worker=False, nginx=False) as site:
        host, port = site.front
        address = f"http://{host}:{port}"
        cookies, private = _buy(address, paths["performance, theatre"])
        scores = {}
        # The basket first: it expires.
        for name, path in (private | {name: paths[name] for name in PAGES}).items():
            with context.console.status(f"Loading {name} {loads} times"):
                runs = [_judge(program, address + path, cookies) for _load in range(loads)]
            scores[name] = {key: median(run[key] for run in runs) for key in CATEGORIES}
            context.console.print(f"{name}: {scores[name]}")
    return {
        "title": f"Lighthouse, medians of {loads} loads on a phone",
        "figures": {
            name: ", ".join(f"{key} {value:.0f}" for key, value in score.items())
            for name, score in scores.items()
        },
        "checks": [
            {
                "promise": f"{name}: 100 in every category.",
                "holds": all(
                    score[key] == 100
                    for key in CATEGORIES
                    if not (key == "seo" and name in PRIVATE)
                ),
                "found": "",
            }
            for name, score in scores.items()
        ],
    }


def _buy(address, performance):
    """Buy tickets and fill another basket; return (cookies, {name: path}) of order and basket."""
    with open_browser() as browser:
        window = Window(browser, address)
        window.page.goto(window.choose(performance))
        order = window.buy()
        basket = window.choose(performance)
        cookies = "; ".join(
            f"{one['name']}={one['value']}" for one in window.page.context.cookies()
        )
    return cookies, {"basket": basket, "order": order}


def _judge(program, url, cookies):
    """Return the scores of one load, from 0 to 100."""
    done = subprocess.run(
        [
            *(program, url, "--quiet", "--output=json", "--output-path=stdout"),
            f"--only-categories={','.join(CATEGORIES)}",
            f"--extra-headers={json.dumps({'Cookie': cookies})}",
            f"--chrome-flags=--headless --no-sandbox {' '.join(QUIET)}",
        ],
        env=os.environ | {"CHROME_PATH": find_chromium() or ""},
        stdout=subprocess.PIPE,
        check=True,
        timeout=180,
    )
    categories = json.loads(done.stdout)["categories"]
    return {key: 100 * categories[key]["score"] for key in CATEGORIES}
