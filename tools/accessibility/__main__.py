"""Walk through a new demo site and write the accessibility report: `make accessibility`.

    --only TEXT   visit the states whose name contains the text
    --publish     also write the summary that the site shows

The report is var/accessibility/report.html, its evidence evidence.json beside it. Fails if a
criterion fails or a state cannot be opened.
"""

import argparse
import json
import os
import sys
import tempfile
import time
from pathlib import Path

from core.version import VERSION
from tools.bench.servers import open_environment, web_server
from tools.chromium import open_browser

from .authoring import check_authoring
from .documents import check_documents, make_documents
from .report import shorten, summarise, write
from .sample_emails import check_emails
from .visits import all_visits, empty_visits, find_demo_objects, prepare_demo
from .walk import Walk

CHECKOUT = Path(__file__).resolve().parents[2]
PUBLISHED = CHECKOUT / "organisation" / "accessibility_report.json"


def main():
    parser = argparse.ArgumentParser(prog="make accessibility", description=__doc__)
    parser.add_argument("--only", default="")
    parser.add_argument("--publish", action="store_true")
    options = parser.parse_args()
    started = time.monotonic()
    walk = take_walk(options.only)
    report = summarise(walk, version=VERSION, seconds=time.monotonic() - started)
    page = write(report, CHECKOUT / "var" / "accessibility")
    if options.publish:
        PUBLISHED.write_text(json.dumps(shorten(report), indent=1, ensure_ascii=False) + "\n")
    rows = [*report["criteria"], *report["clauses"]]
    failed = [row for row in rows if row["result"] == "fails"]
    for row in failed:
        print(f"fails: {row['number']} {row['name']}")
        for one in row["failures"][:4]:
            print(f"    {one['state']}: {one['check']}: {one['fault']}")
    passed = sum(row["result"] == "passes" for row in rows)
    for state, reason in walk.unopened.items():
        print(f"could not be opened: {state}: {reason}")
    print(f"{len(walk.states)} states, {passed} criteria and clauses pass, {len(failed)} fail.")
    print(f"{report['seconds']} seconds. Report: {page}")
    return 1 if failed or walk.unopened else 0


def take_walk(only=""):
    """Start a demo site and walk through it."""
    os.environ["MEDIA_ROOT"] = tempfile.mkdtemp(prefix="concert-media-")
    # Playwright runs an event loop in this thread, in which Django refuses to use the database.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with open_browser(windows=False) as browser, open_environment():
        from django.core.cache import cache
        from django.core.management import call_command

        walk = Walk(browser)
        _visit(walk, empty_visits(), only)
        call_command("demo")
        demo = find_demo_objects()
        prepare_demo(demo)
        cache.clear()
        _visit(walk, all_visits(demo), only)
        check_documents(make_documents(demo.order), walk.findings)
        check_emails(browser, walk.findings)
        check_authoring(walk.findings)
    return walk


def _visit(walk, visits, only):
    chosen = [visit for visit in visits if only in visit.state]
    if chosen:
        with web_server(workers=2, threads=4) as (host, port):
            walk.visit_all(f"http://{host}:{port}", chosen)


if __name__ == "__main__":
    sys.exit(main())
